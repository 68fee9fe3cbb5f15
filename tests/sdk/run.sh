#!/bin/sh
# The services' official Node SDKs against the sandbox: tests/sdk/run.sh PATH_OF_APIOPS
set -eu
apiops=$1
cd "$(dirname "$0")"
skip() { echo "skipped: sdk, because $1"; exit 77; }
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || skip "node or npm is not installed"
[ -d node_modules/twilio ] || npm ci --no-audit --no-fund --silent || skip "npm ci did not get the SDKs"

work=$(mktemp -d)
"$apiops" sandbox twilio openai stripe --env-file "$work/env" >"$work/out" 2>&1 &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null; wait "$sandbox" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do grep -q 'environment' "$work/out" && break; sleep 0.1; done
set -a
. "$work/env"
set +a
node sdks.mjs
node twilio_endpoints.mjs
