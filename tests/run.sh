#!/bin/sh
# Installs what is missing, builds, and runs all tests: ./tests/run.sh
# The last line says how many passed, failed and were skipped; the exit code is 0 only where none failed.
set -eu
cd "$(dirname "$0")/.."

sh deploy/install.sh deploy/packages.txt deploy/packages-test.txt
cmake --preset release >/dev/null
cmake --build build/release
# The domain's tests once more, under AddressSanitizer and UBSan.
cmake --preset asan >/dev/null
cmake --build build/asan --target test_base test_masking test_intents test_errors test_plans
for test in base masking intents errors plans; do "build/asan/bin/test_$test" --log_level=error; done
# Any bytes as messages, rule files and masked text: each fuzz target for 20 s from its seeds, a minute in all.
cmake --preset fuzz >/dev/null
cmake --build build/fuzz --target fuzz_understand fuzz_rule_file fuzz_masking
sh tests/fuzz/run.sh build/fuzz 20
sh tests/all.sh
