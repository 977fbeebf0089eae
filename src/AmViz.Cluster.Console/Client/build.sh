#!/usr/bin/env bash
# Builds the console's files anew, into Built or the folder $1, with the tools of eng/web, which it installs into .tools/web where they are missing.
set -euo pipefail
client=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$client/../../..
out=${1:-$client/../Built}
bash "$root/eng/web/install.sh"
banner='/* Contains Preact, copyright (c) 2015-present Jason Miller, MIT license. */'
"$root/.tools/web/node_modules/.bin/esbuild" "console=$client/src/main.tsx" "console=$client/src/console.css" "$client/src/index.html" "$client/src/icon.svg" \
  --bundle --minify --target=es2022 --format=esm --charset=utf8 --tsconfig="$client/tsconfig.json" --entry-names='[name]' \
  --loader:.html=copy --loader:.svg=copy --banner:js="$banner" --outdir="$out" --log-level=warning
