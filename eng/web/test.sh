#!/usr/bin/env bash
# Checks the types of a client's source and runs the tests of its logic: test.sh FOLDER.
set -euo pipefail
web=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
client=$(cd "$1" && pwd)
tools=$web/../../.tools/web
bash "$web/install.sh"
"$tools/node_modules/.bin/tsc" -p "$client/tsconfig.json"
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
"$tools/node_modules/.bin/esbuild" "$client"/test/*.test.ts --bundle --format=esm --platform=node --packages=bundle --tsconfig="$client/tsconfig.json" \
  --out-extension:.js=.mjs --outdir="$built" --log-level=warning
node --test "$built"/*.mjs
