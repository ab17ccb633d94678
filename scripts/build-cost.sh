#!/usr/bin/env bash
# What a program that makes one call costs to build, from nothing, in seconds of the processor (user and system), and
# the ratios that docs/performance.md names. Nothing else should run meanwhile. The argument: how many rounds.
set -euo pipefail
cd "$(dirname "$0")/../tests/cost"
export CARGO_INCREMENTAL=0 TIMEFORMAT='%U %S'

target=$(mktemp -d)
trap 'rm -rf "$target" "$target.log"' EXIT

# Seconds for one program.
build() {
    rm -rf "$target"
    { time cargo build --quiet --locked --package "$1" --target-dir "$target" 2>"$target.log" >&2; } 2>&1 |
        awk '{ printf "%.1f", $1 + $2 }' || { cat "$target.log" >&2 && exit 1; }
}

cargo fetch --quiet --locked
programs="default lean by-hand by-hand-default macro"
for ((round = 1; round <= ${1:-1}; round++)); do
    declare -A took=()
    for program in $programs; do
        took[$program]=$(build "$program")
        printf 'round %s: %-16s %6s s\n' "$round" "$program" "${took[$program]}"
    done
    ratio() { awk "BEGIN { printf \"%s: %.2f of %s\n\", \"$1\", ${took[$1]} / ${took[$2]}, \"$2\" }"; }
    ratio default macro
    ratio lean by-hand
    ratio lean by-hand-default
done
