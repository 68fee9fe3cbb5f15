#!/bin/sh
# Rows 50 and 59 of the list of faults, with the program itself: SIGTERM while it serves ends it in order, with 0; a home
# that can't be written is told at the start, with 78.
set -eu
apiops=$1
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT

"$apiops" demo --home "$home/demo" --port 0 >"$home/out" 2>&1 &
agent=$!
i=0
while [ ! -S "$home/demo/control" ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i + 1)); done
"$apiops" ask --demo --home "$home/demo" --as ana "buy a phone number in 415 with sms" >"$home/plan"
begun=$(date +%s)
kill -TERM $agent
code=0
wait $agent || code=$?
took=$(($(date +%s) - begun))
[ $code -eq 0 ] || { echo "row 50: SIGTERM ended it with $code"; cat "$home/out"; exit 1; }
[ $took -le 12 ] || { echo "row 50: the stop took $took s"; exit 1; }
"$apiops" plans list --demo --home "$home/demo" | grep -q "Buy a phone number" || { echo "row 50: the plan is gone"; exit 1; }
"$apiops" audit verify --demo --home "$home/demo" | grep -q "nothing is missing" || { echo "row 50: the trail does not verify"; exit 1; }
echo "row 50: stopped in $took s with 0; the plan and the trail are there"

code=0
"$apiops" demo --home /proc/apiops --port 0 >"$home/out" 2>&1 || code=$?
[ $code -eq 78 ] || { echo "row 59: a home that can't be written ended with $code"; cat "$home/out"; exit 1; }
grep -q "Name another one" "$home/out" || { echo "row 59: nothing says what to do"; cat "$home/out"; exit 1; }
echo "row 59: refused with 78: $(cat "$home/out")"
