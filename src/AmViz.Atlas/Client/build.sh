#!/usr/bin/env bash
# Builds the atlas's files anew, into Built or the folder $1, with the tools of eng/web, which it installs into .tools/web where they are missing.
set -euo pipefail
client=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bash "$client/../../../eng/web/install.sh"
node "$client/build.mjs" ${1:+"$1"}
