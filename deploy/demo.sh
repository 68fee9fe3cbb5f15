#!/bin/sh
# Installs what is missing, builds, and runs the demo: ./deploy/demo.sh [options of `apiops demo`]
set -eu
cd "$(dirname "$0")/.."

sh deploy/install.sh deploy/packages.txt
cmake --preset release -DBUILD_TESTING=OFF >/dev/null
cmake --build build/release
exec build/release/bin/apiops demo "$@"
