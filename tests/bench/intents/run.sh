#!/bin/sh
# The intent engine, RE2::Set alone and Hubot on the same rules and messages, one after the other: run.sh BUILD_FOLDER
# Needs bench_intents (cmake --build BUILD_FOLDER --target bench_intents) and, for Hubot's figures, npm.
set -eu
bench=$(realpath "$1")/bin/bench_intents
cd "$(dirname "$0")"
"$bench" --benchmark_min_time=1
for rules in 100 1000 10000; do "$bench" --memory $rules; done
[ -d node_modules/hubot ] || npm ci --no-audit --no-fund --silent || { echo "no figures of Hubot: npm ci did not get it"; exit 0; }
for rules in 100 1000 10000; do echo "hubot, $rules rules: $("$bench" --export $rules | node hubot.mjs)"; done
