#!/bin/sh
# Our agent for the loopback lab (tests/bench/README.md): tests/bench/slack_agent.sh PATH_OF_APIOPS, started by slack-lab.js in its own
# folder. A home and a configuration of its own each time; all else is as in real use: store on disk, masking, audit trail.
set -eu
apiops=$1
home=$(mktemp -d)
mkdir "$home/intents"
# Messages without a mention count where they hold the lab's token; the answer quotes them ("pong · …").
cat >"$home/intents/lab.yaml" <<'YAML'
intents:
  about.echo:
    title: Ping
    patterns:
      - {pattern: '^.*\bzq\d+zq.*$', weight: 1}
    examples: ['lab probe zq1zq']
YAML
# The rules scenario: the first LAB_RULES rules of the lab's corpus, each an intent of its own.
[ "${LAB_RULES:-0}" -eq 0 ] || node -e '
  const { rules } = require("./lib/corpus")
  const example = rule => rule.replace(/^\^/, "").replace(/\.\{0,40\}/g, " ").replace(/\\b/g, "").replace(/\\s\+/g, " ").replace(/\(\?:[^()]*\)\?/g, "").replace(/\(\?:([^()|]*)[^()]*\)/g, "$1")
  console.log("intents:")
  rules(Number(process.env.LAB_RULES)).forEach((rule, i) =>
    console.log(`  lab.rule${i}:\n    title: Rule ${i}\n    patterns: [${JSON.stringify(rule)}]\n    examples: [${JSON.stringify(example(rule))}]`))
' >"$home/intents/rules.yaml"
cat >"$home/apiops.yaml" <<YAML
console: {port: 0}
limits: {asks_a_minute: 1000000}
intents: {folder: $home/intents}
slack: {no_pace: true, listen: [C0LAB], listen_for: [zq], sockets: 1}
people:
  - {id: ana, groups: [ops], identities: [{platform: slack, workspace: T0LAB, user: U0USER}]}
policy:
  - {risks: [test, change, spend], approvers: [ops]}
YAML
exec "$apiops" run --config "$home/apiops.yaml" --home "$home/h"
