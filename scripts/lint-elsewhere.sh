#!/bin/sh
# Usage: lint-elsewhere.sh [DOCUMENT]
# Checks a document (spec/openapi.yaml) with the common linters of OpenAPI; a warning fails as well.
#
# Not part of .ci/run: it installs packages of other ecosystems. Needs npm and python3; all that it installs is in a
# temporary folder, which it removes.
set -eu

SPECTRAL=6.16.3
REDOCLY=2.77.0
VALIDATOR=0.9.0

here=$(cd "$(dirname "$0")" && pwd)
document=$(realpath "${1:-$here/../spec/openapi.yaml}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm install --silent --no-audit --no-fund "@stoplight/spectral-cli@$SPECTRAL" "@redocly/cli@$REDOCLY"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "openapi-spec-validator==$VALIDATOR"

status=0
echo 'extends: ["spectral:oas"]' >ruleset.yaml
node_modules/.bin/spectral lint --ruleset ruleset.yaml --fail-severity warn "$document" || status=1
# Redocly ends with 0 where there are warnings alone, so they are looked for in what it says.
node_modules/.bin/redocly lint --format json "$document" >redocly.json 2>redocly.log || status=1
node -e 'const { problems } = JSON.parse(require("fs").readFileSync("redocly.json"));
for (const it of problems) console.log(it.severity, it.ruleId, it.message);
process.exit(problems.length > 0 ? 1 : 0)' || status=1
venv/bin/openapi-spec-validator "$document" || status=1
exit $status
