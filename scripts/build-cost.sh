#!/usr/bin/env bash
# What a program that makes one call costs to build, from nothing, in seconds of the processor (user and system), and
# the ratios that docs/performance.md names. Nothing else should run meanwhile. The argument: of how many rounds the
# middle one counts, 3 unless it is given.
set -euo pipefail
cd "$(dirname "$0")/../tests/cost"
export CARGO_INCREMENTAL=0 TIMEFORMAT='%U %S'

target=$(mktemp -d)
trap 'rm -rf "$target" "$target.log" "$target.rounds"' EXIT

# Seconds for one program.
build() {
    rm -rf "$target"
    { time cargo build --quiet --locked --package "$1" --target-dir "$target" 2>"$target.log" >&2; } 2>&1 |
        awk '{ printf "%.1f", $1 + $2 }' || { cat "$target.log" >&2 && exit 1; }
}

# The middle one of some numbers.
middle() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

cargo fetch --quiet --locked
programs="default lean by-hand by-hand-default macro"
for ((round = 1; round <= ${1:-3}; round++)); do
    for program in $programs; do
        seconds=$(build "$program")
        echo "$round $program $seconds" >>"$target.rounds"
        printf 'round %s: %-16s %6s s\n' "$round" "$program" "$seconds"
    done
done

# Of two programs in each round, since the machine is not as fast in every one.
ratio() {
    local of_each
    of_each=$(awk -v one="$1" -v other="$2" '$2 == one { took[$1] = $3 } $2 == other { of[$1] = $3 }
        END { for (round in took) print took[round] / of[round] }' "$target.rounds" | middle)
    printf '%s: %.2f of %s, the middle of the rounds\n' "$1" "$of_each" "$2"
}
ratio default macro
ratio lean by-hand
ratio lean by-hand-default
