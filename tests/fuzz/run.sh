#!/bin/sh
# Each fuzz target for some seconds, starting from its seeds: run.sh BUILD_FOLDER SECONDS
# A crash, a leak or a broken promise ends it with the input that did it in BUILD_FOLDER/fuzz/.
set -eu
build=$(realpath "$1")
seconds=$2
here=$(realpath "$(dirname "$0")")
for target in understand rule_file masking; do
  found="$build/fuzz/$target"
  mkdir -p "$found"
  echo "fuzz: $target for $seconds s"
  "$build/bin/fuzz_$target" -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=2048 \
    -artifact_prefix="$found/" "$found" "$here/seeds/$target" >"$found.log" 2>&1 || { tail -n 40 "$found.log"; exit 1; }
  tail -n 1 "$found.log"
done
