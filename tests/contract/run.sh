#!/bin/sh
# The agent's requests and the sandbox's answers, judged against the services' official specifications by a proxy between them.
#   tests/contract/run.sh PATH_OF_APIOPS
set -eu
apiops=$1
shared="$(cd "$(dirname "$0")/../.." && pwd)/../shared"
skip() { echo "skipped: contract, because $1"; exit 77; }
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || skip "node or npm is not installed"
[ -f "$shared/tools/contract/contract.mjs" ] || skip "the judge and the specifications are not on this machine"

work=$(mktemp -d)
trap 'kill $sandbox $proxy 2>/dev/null || true; rm -rf "$work"' EXIT
sandbox= proxy=
cp -r "$shared/tools/contract" "$work/judge"
(cd "$work/judge" && npm install --silent --no-audit --no-fund) || skip "npm did not get what the judge needs"

"$apiops" sandbox twilio openai stripe --env-file "$work/env" >"$work/sandbox.log" 2>&1 &
sandbox=$!
for _ in $(seq 100); do [ -s "$work/env" ] && break; sleep 0.1; done
port_of() { sed -n "s|^$1=http://127.0.0.1:\([0-9]*\).*|\1|p" "$work/env"; }
free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }
twilio=$(free_port) openai=$(free_port) stripe=$(free_port)
CONTRACT_SPECS="$shared/specs" node "$work/judge/contract.mjs" proxy --quiet --responses --min 100 --report "$work/verdict" \
  --route "$twilio=twilio@http://127.0.0.1:$(port_of TWILIO_BASE_URL)" --route "$openai=openai@http://127.0.0.1:$(port_of OPENAI_BASE_URL)" \
  --route "$stripe=stripe@http://127.0.0.1:$(port_of STRIPE_BASE_URL)" >"$work/proxy.log" 2>&1 &
proxy=$!
for _ in $(seq 150); do grep -q 'proxy ready' "$work/proxy.log" && break; sleep 0.1; done

set -a
. "$work/env"
set +a
export TWILIO_BASE_URL="http://127.0.0.1:$twilio" OPENAI_BASE_URL="http://127.0.0.1:$openai/v1" STRIPE_BASE_URL="http://127.0.0.1:$stripe"
cat >"$work/apiops.yaml" <<YAML
people:
  - {id: ana, name: Ana, unix_user: $(id -un), groups: [ops]}
  - {id: ben, name: Ben, groups: [leads]}
policy:
  - {risks: [test, change], approvers: [ops, leads], requester_may_confirm: true}
  - {risks: [spend, delete, auth], approvers: [leads]}
YAML
sed -e "s/, unix_user: $(id -un)//" -e "s/name: Ben,/name: Ben, unix_user: $(id -un),/" "$work/apiops.yaml" >"$work/ben.yaml"
ask() {
  "$apiops" ask --config "$work/apiops.yaml" --home "$work/home" "$1" >"$work/answer" 2>&1 || { echo "“$1” was not answered:"; cat "$work/answer"; exit 1; }
  sed -n 's/.*Plan \([0-9]*\) ·.*/\1/p' "$work/answer" | head -1 >>"$work/plans"
}
first_sid() { node -e '
  const [user, secret, url] = process.argv.slice(1);
  fetch(url, { headers: { authorization: "Basic " + Buffer.from(`${user}:${secret}`).toString("base64") } })
    .then((reply) => reply.json()).then((page) => console.log(Object.values(page).find(Array.isArray)[0].sid));' \
  "$TWILIO_ACCOUNT_SID" "$TWILIO_AUTH_TOKEN" "$TWILIO_BASE_URL$1"; }
service=$(first_sid /v1/Services) key=$(first_sid "/2010-04-01/Accounts/$TWILIO_ACCOUNT_SID/Keys.json")
call=$(first_sid "/2010-04-01/Accounts/$TWILIO_ACCOUNT_SID/Calls.json?Status=failed&PageSize=1")
sed -e "s/{service}/$service/" -e "s/{key}/$key/" -e "s/{call}/$call/" "$(dirname "$0")/asks.txt" "$(dirname "$0")/changes.txt" >"$work/asks"
while read -r question; do ask "$question"; done <"$work/asks"
# Ben, who asked for none of them, approves every plan; what it does goes through the judge too.
while read -r plan; do
  "$apiops" plans approve "$plan" --config "$work/ben.yaml" --home "$work/home" >"$work/answer" 2>&1 || { echo "plan $plan:"; cat "$work/answer"; exit 1; }
done <"$work/plans"
plans=$(wc -l <"$work/plans")
[ "$plans" -ge "$(grep -c '^' "$(dirname "$0")/changes.txt")" ] || { echo "only $plans plans were made"; exit 1; }

kill -TERM $proxy
status=0
wait $proxy || status=$?
cat "$work/proxy.log"
exit $status
