#!/usr/bin/env bash
# Installs what the console is built with into .tools/console, unless exactly that is there.
set -euo pipefail
client=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$client/../../../.tools/console
mkdir -p "$tools"
cmp -s "$client/package-lock.json" "$tools/installed.json" && exit 0
cp "$client/package.json" "$client/package-lock.json" "$client/.npmrc" "$tools/"
(cd "$tools" && npm ci --no-audit --no-fund --ignore-scripts)
cp "$client/package-lock.json" "$tools/installed.json"
