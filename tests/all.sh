#!/bin/sh
# Runs all tests of what is built in build/release, and counts. Used by tests/run.sh.
set -eu
cd "$(dirname "$0")/.."

status=0
ctest --test-dir build/release --output-on-failure --no-tests=error -j "$(nproc)" || status=$?

# What a test program prints as "skipped: NAME because …" is repeated here, so that nothing is skipped silently.
log=build/release/Testing/Temporary/LastTest.log
grep -h '^skipped: ' "$log" | sort -u || true
exit $status
