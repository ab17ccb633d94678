#!/usr/bin/env bash
# Opens a change with what scripts/vendor-again.sh has written, or renews the one that is open: one branch, so there is
# never more than one. Needs `gh`, and a token in GH_TOKEN that may push and open changes.
#
# usage: scripts/open-change.sh FOLDER
set -euo pipefail
from=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."

branch=vendor/pages
base=$(git rev-parse --abbrev-ref HEAD)
title=$(head -n 1 "$from/title")

# GitHub takes 65,536 characters.
report=$(mktemp)
trap 'rm -f "$report"' EXIT
if [ "$(wc -c < "$from/report.md")" -gt 60000 ]; then
    head -c 59000 "$from/report.md" | iconv -c -f utf-8 -t utf-8 > "$report"
    printf '\n\n… cut here: `cargo xtask drift --since %s` says all of it.\n' "$base" >> "$report"
else
    cp "$from/report.md" "$report"
fi

git checkout --quiet -B "$branch"
# What regenerating writes, and nothing else.
git apply --index --include='spec/*' --include='src/generated*.rs' --include='tests/generated/*' "$from/change.patch"
git -c user.name="vendor workflow" -c user.email="noreply@github.com" commit --quiet --message "$title"

# The same as what was opened already, and may have been closed: nobody is told twice.
if git fetch --quiet origin "$branch" && git diff --quiet FETCH_HEAD HEAD -- . ':!spec/upstream/*.provenance.json'; then
    told=$(gh pr list --head "$branch" --state all --json headRefOid --jq '.[].headRefOid')
    if grep -qx "$(git rev-parse FETCH_HEAD)" <<< "$told"; then
        echo "the change that was opened says the same"
        exit 0
    fi
fi
git push --quiet --force origin "$branch"

if [ -n "$(gh pr list --head "$branch" --state open --json number --jq '.[].number')" ]; then
    gh pr edit "$branch" --title "$title" --body-file "$report"
else
    gh pr create --base "$base" --head "$branch" --title "$title" --body-file "$report"
fi
