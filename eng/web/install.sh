#!/usr/bin/env bash
# Installs what the console and the atlas are built with into .tools/web, unless exactly that is there.
set -euo pipefail
web=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$web/../../.tools/web
mkdir -p "$tools"
cmp -s "$web/package-lock.json" "$tools/installed.json" && exit 0
cp "$web/package.json" "$web/package-lock.json" "$web/.npmrc" "$tools/"
(cd "$tools" && npm ci --no-audit --no-fund --ignore-scripts)
cp "$web/package-lock.json" "$tools/installed.json"
