#!/bin/sh
# run.sh APIOPS FILE.jsonl BOUND: the corpus file against the rules (77: skipped, because Node or the file is missing).
set -eu
here=$(dirname "$0")
command -v node >/dev/null || { echo "skipped: the corpus, because node is not installed"; exit 77; }
exec node "$here/score.mjs" "$1" "$2" --bounds "$3"
