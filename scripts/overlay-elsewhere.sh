#!/bin/sh
# Usage: overlay-elsewhere.sh [SPEC]
# Applies the overlay of a spec folder (spec) with other overlay tools, and compares what they make with what this pipeline
# makes: the overlay is a standard document, so it must mean the same elsewhere. Prints "same" or the
# differences for each tool, and ends with 1 if there is one.
#
# Not part of .ci/run: it installs two packages of other ecosystems. Needs cargo, python3 and npm; all
# that it installs and writes is in a temporary folder, which it removes.
set -eu

OAS_PATCH=0.6.0
OPENAPI_FORMAT=1.33.6

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Generated files belong beside the folder, so a copy of it is used.
mkdir -p "$work/crate/src"
cp -r "${1:-spec}" "$work/crate/spec"
cargo xtask codegen --spec "$work/crate/spec" --emit "$work/stages" >/dev/null
before=$work/stages/2-normalized.yaml
after=$work/stages/3-patched.yaml
overlay=$work/crate/spec/overlay.yaml

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "oas-patch==$OAS_PATCH"
npm install --silent --no-audit --no-fund --prefix "$work/npm" "openapi-format@$OPENAPI_FORMAT"

"$work/venv/bin/oas-patch" overlay "$before" "$overlay" --output "$work/oas-patch.yaml" >/dev/null
"$work/npm/node_modules/.bin/openapi-format" "$before" --no-sort --no-bundle --overlayFile "$overlay" \
    --output "$work/openapi-format.yaml" >"$work/log" 2>&1 || { cat "$work/log"; exit 2; }

status=0
compare() {
    "$work/venv/bin/python" "$here/same_document.py" "$after" "$work/$1.yaml" >"$work/differences" || status=1
    echo "$1 $2: $(cat "$work/differences")"
}
compare oas-patch "$OAS_PATCH"
compare openapi-format "$OPENAPI_FORMAT"
exit "$status"
