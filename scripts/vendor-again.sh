#!/usr/bin/env bash
# Fetches every vendored page again, from the address in its provenance with `.md` behind it, which is where the
# vendor's site has the page as Markdown; vendors and regenerates; and writes, if a page says something else,
#
#   OUT/change.patch   the difference, for `git apply`
#   OUT/title          one line
#   OUT/report.md      what drift says of it, or why the pipeline stopped
#
# `changed=true` or `changed=false` goes to $GITHUB_OUTPUT, if that is set. A page that cannot be fetched is an error, and
# nothing is written: a site that is down for a night must not look like a page that is gone.
#
# usage: scripts/vendor-again.sh OUT
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/.."

pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT

tell() { echo "changed=$1" | tee -a "${GITHUB_OUTPUT:-/dev/null}"; }

files=()
for provenance in spec/upstream/*.provenance.json; do
    address=$(sed -n 's/^ *"reference": "\(https:[^"]*\)",\{0,1\}$/\1/p' "$provenance")
    if [ -z "$address" ]; then
        echo "$provenance names no https address" >&2
        exit 1
    fi
    page="$pages/$(basename "$provenance" .provenance.json).md"
    # Only https, also after a redirect; a page is some 100 kB.
    curl --fail --silent --show-error --location --proto '=https' --max-time 60 --max-filesize 10000000 \
        --retry 3 --output "$page" -- "$address.md"
    files+=("$page")
done

cargo xtask vendor "${files[@]}"

# The day on which a page was retrieved is no change of the page.
git add --intent-to-add --all spec
if git diff --quiet -- spec/upstream ':!spec/upstream/*.provenance.json'; then
    git checkout --quiet -- spec
    tell false
    exit 0
fi

# Corrections that no longer fit stop the pipeline. That is news, too: the change is opened with what it says.
if cargo xtask codegen > "$out/codegen.log" 2>&1; then
    cargo xtask drift --since HEAD --format markdown > "$out/report.md"
    echo "The vendor changed their pages" > "$out/title"
else
    {
        echo 'The pages say something else, and the pipeline stops: corrections have to be looked at first.'
        echo
        # A fence that no page can end.
        echo '~~~~~~~~~~~~~~~~~~~~text'
        tail -c 20000 "$out/codegen.log"
        echo '~~~~~~~~~~~~~~~~~~~~'
    } > "$out/report.md"
    echo "The vendor changed their pages: corrections no longer fit" > "$out/title"
fi
rm "$out/codegen.log"

git add --intent-to-add --all .
git diff --binary > "$out/change.patch"
tell true
