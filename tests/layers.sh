#!/bin/sh
# A file includes only what stands below it: intents and engine know no connector and no program, connectors no program and no
# other connector's folder but net (and, in the sandbox, its own).
set -eu
cd "$(dirname "$0")/.."
bad=0
complain() { if [ -n "$1" ]; then echo "$2"; echo "$1"; bad=1; fi; }

complain "$(grep -rnE '#include "(connectors|bot|tests)/' engine || true)" "engine/ includes what stands above it:"
complain "$(grep -rnE '#include "(bot|tests)/' connectors || true)" "connectors/ includes what stands above it:"
complain "$(grep -rnE '#include "connectors/(chat|services|store|sandbox)/' connectors/net || true)" "connectors/net includes other connectors:"
for part in services/twilio services/openai services/stripe store/sqlite chat/console chat/slack sandbox; do
  complain "$(grep -rnE '#include "connectors/' "connectors/$part" | grep -vE "\"connectors/(net|$part)/" || true)" "connectors/$part includes another connector:"
done
# The engine's rooms, from the ground up: each stands on those named before it.
below="base"
for room in ports masking errors intents record answers plans watch conversation delivery; do
  complain "$(grep -rnE '#include "engine/' "engine/$room" | grep -vE "\"engine/($below|$room)/" || true)" "engine/$room includes a room above it:"
  below="$below|$room"
done
complain "$(grep -rnE '#include "engine/' engine/base | grep -v '"engine/base/' || true)" "engine/base includes a room above it:"
[ "$bad" -eq 0 ] && echo "layers: fine"
exit $bad
