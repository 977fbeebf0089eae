#!/usr/bin/env bash
# Builds the image and runs a small cluster of it, see README.md. Takes about ten minutes at first, five to eight after that.
#
#   bash tests/image/run.sh             build, lint, sizes, both scenarios
#   bash tests/image/run.sh azurite     one scenario only: azurite or folder
#
# Needs root on Debian or Ubuntu, the .NET 10 SDK, and a network for apt, npm and NuGet. The exit code is 0 only if all was as expected.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

. tests/image/lib/report.sh
. tests/image/lib/engine.sh
. tests/image/lib/tools.sh
. tests/image/lib/base.sh
. tests/image/lib/build.sh
. tests/image/lib/network.sh
. tests/image/lib/pods.sh
. tests/image/lib/scenario.sh
. tests/image/lib/sizes.sh

azure=(--set "store.kind=azure,store.azure.container=results,store.azure.existingSecret=amviz-store")

check_machine() {
  [ "$(id -u)" -eq 0 ] || give_up "containers need root here; run it as root"
  command -v dotnet >/dev/null || give_up "no .NET SDK found, which the stand-in bases are made of; install dotnet-sdk-10.0"
  [[ $PWD != *' '* ]] || give_up "the path of this clone, '$PWD', holds a blank; clone it elsewhere"
}

timed() {
  local what=$1 start
  shift
  start=$(now)
  "$@" >"$work/${what// /-}.log" 2>&1 || { tail -50 "$work/${what// /-}.log" >&2; give_up "$what failed"; }
  say "$what: $(since "$start") s"
}

run_scenarios() {
  make_network
  make_secret
  local scenario
  for scenario in "$@"; do
    case $scenario in
      azurite) run_scenario azurite "${azure[@]}" ;;
      folder) run_scenario folder --set store.kind=folder ;;
      *) give_up "'$scenario' is no scenario; write azurite or folder" ;;
    esac
  done
}

check_machine
mkdir -p "$work"
install_tools
if has_cni_chains; then cni_was_here=yes; else cni_was_here=no; fi
trap clean_up EXIT

heading "image"
bash tests/image/lint.sh
timed "stand-in bases" make_bases
timed "build" build_image
tell_sizes
if [ $# -eq 0 ]; then set -- azurite folder; fi
run_scenarios "$@"

heading "end"
[ "$failed" -eq 0 ] || give_up "$failed expectations failed"
say "all as expected"
