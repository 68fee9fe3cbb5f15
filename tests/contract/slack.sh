#!/bin/sh
# The story in Slack with the judge between agent and simulated Slack: tests/contract/slack.sh PATH_OF_APIOPS
set -eu
APIOPS=$1
export APIOPS
here=$(cd "$(dirname "$0")" && pwd)
shared="$here/../../../shared"
skip() { echo "skipped: contract_slack, because $1"; exit 77; }
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || skip "node or npm is not installed"
[ -f "$shared/tools/contract/contract.mjs" ] || skip "the judge and the specifications are not on this machine"

work=$(mktemp -d)
sandbox= proxy=
trap 'kill $sandbox $proxy 2>/dev/null || true; rm -rf "$work"' EXIT
cp -r "$shared/tools/contract" "$work/judge"
(cd "$work/judge" && npm install --silent --no-audit --no-fund) || skip "npm did not get what the judge needs"

"$APIOPS" sandbox slack twilio --env-file "$work/env" >"$work/sandbox.log" 2>&1 &
sandbox=$!
for _ in $(seq 100); do grep -q 'looked at' "$work/sandbox.log" && break; sleep 0.1; done
upstream=$(sed -n 's|^SLACK_API_URL=http://127.0.0.1:\([0-9]*\)/.*|\1|p' "$work/env")
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
CONTRACT_SPECS="$shared/specs" node "$work/judge/contract.mjs" proxy --quiet --responses --min 15 --report "$work/verdict" \
  --ignore '^/(__sandbox|upload|response)' --route "$port=slack@http://127.0.0.1:$upstream" >"$work/proxy.log" 2>&1 &
proxy=$!
for _ in $(seq 150); do grep -q 'proxy ready' "$work/proxy.log" && break; sleep 0.1; done
node "$here/slack.mjs" "$(sed -n 's|.*used here: ||p' "$work/sandbox.log")" "$work/env" "http://127.0.0.1:$port/api/" "$work"
kill -TERM $proxy
status=0
wait $proxy || status=$?
cat "$work/proxy.log"
exit $status
