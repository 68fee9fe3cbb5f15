#!/bin/sh
# Measures apiops beside Twilio's official SDK on the same simulated Twilio; see README.md.   run.sh PATH_OF_APIOPS [MESSAGES …]
set -eu
apiops=$(realpath "$1")
shift
[ $# -gt 0 ] || set -- 100000 1000000
here=$(cd "$(dirname "$0")" && pwd)
skip() { echo "skipped: bench twilio_messages, because $1"; exit 77; }
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || skip "node or npm is not installed"
[ -x /usr/bin/time ] || skip "GNU time is not installed"
[ -d "$here/../../sdk/node_modules/twilio" ] || (cd "$here/../../sdk" && npm ci --no-audit --no-fund --silent) || skip "npm ci did not get the SDK"

work=$(mktemp -d)
sandbox=
trap 'kill $sandbox 2>/dev/null; wait 2>/dev/null || true; rm -rf "$work"' EXIT
cat >"$work/apiops.yaml" <<YAML
people:
  - {id: ana, name: Ana, unix_user: $(id -un), groups: [ops]}
YAML

# In hundredths of a second: user and system of a process.
cpu_of() { awk '{print $14 + $15}' "/proc/$1/stat"; }

# measure MESSAGES JOB COMMAND…: one line in $work/results: messages, job, wall, cpu, MiB, the simulator's cpu.
measure() {
  messages=$1 job=$2
  shift 2
  before=$(cpu_of "$sandbox")
  /usr/bin/time -o "$work/time" -f '%e %U %S %M' "$@" >"$work/$job.$messages" 2>"$work/err" || { cat "$work/err" "$work/$job.$messages"; exit 1; }
  after=$(cpu_of "$sandbox")
  read -r wall user system kib <"$work/time"
  echo "$messages $job $wall $(echo "$user $system" | awk '{print $1 + $2}') $(echo "$kib" | awk '{printf "%.1f", $1 / 1024}') $(echo "$before $after" | awk '{print ($2 - $1) / 100}')" >>"$work/results"
}

smallest=$1
for messages in "$@"; do
  rm -f "$work/env"
  "$apiops" sandbox twilio --messages "$messages" --env-file "$work/env" >"$work/sandbox.log" 2>&1 &
  sandbox=$!
  for _ in $(seq 100); do [ -s "$work/env" ] && break; sleep 0.1; done
  set -a
  . "$work/env"
  set +a
  measure "$messages" simulator node "$here/drain.mjs"
  measure "$messages" sdk-each node "$here/sdk.mjs" each
  measure "$messages" sdk-list node --max-old-space-size=8192 "$here/sdk.mjs" list
  measure "$messages" apiops "$apiops" ask --json --config "$work/apiops.yaml" --home "$work/home.$messages" "failed messages of the last 24 hours by code"
  kill "$sandbox"
  wait "$sandbox" 2>/dev/null || true
done

largest=$messages
date -u '+%Y-%m-%d %H:%M UTC'
awk 'BEGIN {printf "%10s %-10s %8s %8s %9s %14s\n", "messages", "job", "wall s", "CPU s", "peak MiB", "simulator CPU s"}
     {printf "%10d %-10s %8.2f %8.2f %9.1f %14.2f\n", $1, $2, $3, $4, $5, $6}' "$work/results"
for messages in "$@"; do node "$here/compare.mjs" "$work/sdk-each.$messages" "$work/apiops.$messages"; done
awk -v small="$smallest" -v large="$largest" '
  {cpu[$1, $2] = $4; mem[$1, $2] = $5}
  END {
    c = cpu[large, "apiops"] / cpu[large, "sdk-each"]; g = mem[large, "apiops"] / mem[small, "apiops"]
    l = mem[large, "apiops"] / mem[large, "sdk-list"]; e = mem[large, "apiops"] / mem[large, "sdk-each"]
    printf "at %d messages: CPU %.2f of each() (goal 0.20), memory %.3f of list() and %.2f of each() (goal 0.10); memory at %d / at %d: %.2f (goal 1.10)\n", large, c, l, e, large, small, g
    exit !(c <= 0.20 && l <= 0.10 && g <= 1.10)
  }' "$work/results"
