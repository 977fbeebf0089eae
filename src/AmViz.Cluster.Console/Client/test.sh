#!/usr/bin/env bash
# Checks the types of the console's source and runs the tests of its logic.
set -euo pipefail
client=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$client/../../../.tools/console
bash "$client/install.sh"
"$tools/node_modules/.bin/tsc" -p "$client/tsconfig.json"
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
"$tools/node_modules/.bin/esbuild" "$client"/test/*.test.ts --bundle --format=esm --platform=node --packages=bundle --tsconfig="$client/tsconfig.json" \
  --out-extension:.js=.mjs --outdir="$built" --log-level=warning
node --test "$built"/*.mjs
