#!/usr/bin/env bash
# What a call costs when it is made, beside the same call written by hand: instructions (callgrind) and allocations,
# which are the same in every run, then latency and throughput, which are not: for those, nothing else should run.
# The argument: how many rounds of the latter. docs/performance.md names the ratios.
set -euo pipefail
cd "$(dirname "$0")/../tests/cost"
export CARGO_INCREMENTAL=0

target=$PWD/../../target/call-cost
kept=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$kept"' EXIT

cargo build --quiet --locked --release --package calls --target-dir "$target"
"$target/release/server" >"$kept/address" &
server=$!
until [ -s "$kept/address" ]; do sleep 0.1; done
address=$(cat "$kept/address")
calls="$target/release/calls"

ratio() { awk "BEGIN { printf \"%.3f\", $1 / $2 }"; }

# All instructions of a program that makes so many calls.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$calls" "$1" "$address" "$2" 1 2>&1 >/dev/null |
        awk '/Collected/ { print $NF }'
}

# Of one call: what beginning the program takes is the same in both.
a_call() { echo $((($(instructions "$1" 600) - $(instructions "$1" 100)) / 500)); }

manis=$(a_call manis)
by_hand=$(a_call by-hand)
echo "instructions a call: manis $manis, by hand $by_hand: $(ratio "$manis" "$by_hand")"

cargo test --quiet --locked --release --package calls --target-dir "$target" --test allocations -- --nocapture |
    grep '^allocations'

# The middle one of the numbers in a column.
middle() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

# By turns, and the one first in one round that is second in the next: what the machine does meanwhile, both have.
for concurrency in 1 64; do
    number=$((concurrency == 1 ? 20000 : 64000))
    for ((round = 1; round <= ${1:-9}; round++)); do
        order="manis by-hand"
        ((round % 2)) || order="by-hand manis"
        for client in $order; do
            "$calls" "$client" "$address" "$number" "$concurrency" >"$kept/$client"
        done
        paste -d' ' "$kept/manis" "$kept/by-hand" >>"$kept/at-$concurrency"
    done
    echo "at $concurrency at once, the middle of ${1:-9} rounds, and of the ratios of each round:"
    column=1
    for name in "median, us" "99th percentile, us" "calls a second"; do
        manis=$(awk "{ print \$$column }" "$kept/at-$concurrency" | middle)
        by_hand=$(awk "{ print \$$((column + 3)) }" "$kept/at-$concurrency" | middle)
        of_each=$(awk "{ print \$$column / \$$((column + 3)) }" "$kept/at-$concurrency" | middle)
        printf '  %-20s manis %8s, by hand %8s: %.3f\n' "$name" "$manis" "$by_hand" "$of_each"
        column=$((column + 1))
    done
done
