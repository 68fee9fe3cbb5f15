#!/bin/sh
# Row 63 of the list of faults, with the program itself: the wall clock is put back by 300 days, an hour ahead, to 1970
# while it serves, and stands elsewhere at its next start. What is open never lives longer, nothing runs out in a storm,
# every command is answered, the difference is told, and the trail stays in order.
set -eu
apiops=$1
shim=$2
home=$(mktemp -d)
agent=
end() {
  [ -z "$agent" ] || kill -KILL "$agent" 2>/dev/null || true
  rm -rf "$home"
}
trap end EXIT
fail() {
  echo "row 63: $1"
  cat "$home/out"
  exit 1
}

wall() { echo "$1" >"$home/ahead.new" && mv "$home/ahead.new" "$home/ahead"; }  # so many seconds ahead
say() { timeout 60 "$apiops" "$@" --demo --home "$home/demo" </dev/null; }
serve() {
  APIOPS_WALL_CLOCK="$home/ahead" LD_PRELOAD="$shim" "$apiops" demo --home "$home/demo" --port 0 >"$home/out" 2>&1 &
  agent=$!
  i=0
  while [ ! -S "$home/demo/control" ] && [ $i -lt 600 ]; do sleep 0.1; i=$((i + 1)); done
}
stop() { kill -TERM "$agent" && wait "$agent" || fail "it did not stop in order"; agent=; }
open_until() { say plans show "$1" | grep -o "Open until [0-9:]*" || fail "plan $1 is not open $2"; }
propose() { say ask --as ana "buy a phone number in 415 with sms" | grep -o "^Plan [0-9]*" | grep -o "[0-9]*"; }
approve() { say plans approve --as ben "$1" >"$home/told" 2>&1 || true; }
told() {  # waits until the log holds it
  i=0
  until grep -q "$1" "$home/out"; do
    i=$((i + 1)); [ $i -lt 600 ] || fail "it never told “$1”"
    sleep 0.1
  done
}
days=$((300 * 86400))

wall 0
serve
first=$(propose) second=$(propose) third=$(propose)
until_first=$(open_until "$first" "at first")
for ahead in -$days 3600 -"$(date +%s)"; do
  wall "$ahead"
  [ "$(open_until "$first" "with the clock $ahead s ahead")" = "$until_first" ] || fail "its end moved with the clock ($ahead)"
  say ask --as ana "are our keys set" >/dev/null || fail "a question was not answered with the clock $ahead s ahead"
done
told "behind the time that I have seen"
approve "$first"
grep -q "is ours" "$home/told" || fail "it could not be approved in 1970: $(cat "$home/told")"
say doctor | grep -q "behind the time that I have seen" || fail "doctor says nothing of the clock"
wall 0
told "agrees with this machine's again"
wall 3600
told "ahead while I run"
wall 0
stop

wall -$days
serve
[ "$(open_until "$second" "after a start 300 days back")" = "$(open_until "$second" "again")" ] || fail "its end moves"
told "behind the time that I have seen"
approve "$second"
grep -q "is ours" "$home/told" || fail "it could not be approved after a start 300 days back: $(cat "$home/told")"
stop

wall 3600
serve
approve "$third"
grep -q "ran out" "$home/told" || fail "it lived longer than its time: $(cat "$home/told")"
stop

wall 0
serve
told "behind the time that I have seen"
approve "$third"
grep -q "ran out" "$home/told" || fail "the clock was put back, and it lives again: $(cat "$home/told")"
say audit verify | grep -q "nothing is missing" || fail "the trail does not verify"
say audit export | grep -o '"timestamp":"[^"]*"' | sort -c || fail "the trail's order is not the order of its times"
stop
echo "row 63: the clock was put back 300 days, an hour ahead, to 1970; nothing lived longer, all was answered and told"
