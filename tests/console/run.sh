#!/bin/sh
# The story in real Chromium: tests/console/run.sh PATH_OF_APIOPS
set -eu
apiops=$1
cd "$(dirname "$0")"
skip() { echo "skipped: console_story, because $1"; exit 77; }
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || skip "node or npm is not installed"
[ -x /usr/bin/chromium ] || skip "/usr/bin/chromium is not installed"
[ -d node_modules/playwright-core ] || npm ci --no-audit --no-fund --silent || skip "npm ci did not get playwright-core"

home=$(mktemp -d)
"$apiops" demo --home "$home" --port 0 >"$home/out" 2>&1 &
agent=$!
trap 'kill "$agent" 2>/dev/null; wait "$agent" 2>/dev/null || true; rm -rf "$home"' EXIT
for _ in $(seq 100); do grep -q 'http://' "$home/out" && break; sleep 0.1; done
node story.mjs "$(grep -o 'http://[^ ]*' "$home/out" | head -n 1)" "${APIOPS_SCREENSHOTS:-$home}"
if grep -iE 'error|warn' "$home/out"; then echo "the log is not clean"; exit 1; fi
