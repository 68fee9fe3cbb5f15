#!/bin/sh
# Installs what is missing, builds, and runs all tests: ./tests/run.sh
# The last line says how many passed, failed and were skipped; the exit code is 0 only where none failed.
set -eu
cd "$(dirname "$0")/.."

sh deploy/install.sh deploy/packages.txt deploy/packages-test.txt
cmake --preset release >/dev/null
cmake --build build/release
sh tests/all.sh
