#!/usr/bin/env bash
# dockerfilelint over the Dockerfile; a spoiled copy shows that it would tell.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

linter=.tools/dockerfilelint
if [ ! -d "$linter/node_modules/dockerfilelint" ]; then
  npm install --prefix "$linter" --no-audit --no-fund --ignore-scripts dockerfilelint@1.8.0 >/dev/null
fi

lint() { node "$linter/node_modules/dockerfilelint/bin/dockerfilelint" "$1"; }

spoiled=$(mktemp)
trap 'rm -f "$spoiled"' EXIT
sed -e 's/aspnet:10\.0$/aspnet:latest/' -e 's/apt-get install -y/apt-get install/' Dockerfile >"$spoiled"

lint Dockerfile
if lint "$spoiled" >/dev/null; then
  echo "error: dockerfilelint let a Dockerfile through whose base is 'latest' and whose apt-get asks questions; look at its version" >&2
  exit 1
fi
