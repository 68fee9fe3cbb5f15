#!/bin/sh
# Slack, as people and Slack's own clients meet it: tests/slack/run.sh PATH_OF_APIOPS FILE.test.mjs
# One test alone: APIOPS=… node --test --test-name-pattern='fault 18' tests/slack/faults.test.mjs
set -eu
APIOPS=$1
export APIOPS
file=$2
cd "$(dirname "$0")"
skip() { echo "skipped: slack $file, because $1"; exit 77; }
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || skip "node or npm is not installed"
case $file in clients*|view*)
  [ -d node_modules/@slack/bolt ] && [ -d node_modules/playwright-core ] ||
    npm ci --no-audit --no-fund --silent || skip "npm ci did not get Slack's clients" ;;
esac
case $file in view*) [ -x /usr/bin/chromium ] || skip "/usr/bin/chromium is not installed" ;; esac
node --test "$file"
