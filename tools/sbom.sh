#!/usr/bin/env bash
# Lists what amviz is made of (SBOM, CycloneDX as JSON): NuGet's packages as amviz.cdx.json, and of every package-lock.json npm's as NAME.cdx.json.
#
#   bash tools/sbom.sh [FOLDER [SOURCES]]      into FOLDER (artifacts/sbom); npm's packages are looked for below SOURCES (src)
#   TorchBackend=cuda bash tools/sbom.sh       of the program with CUDA, where its packages can be had
#
# The tools are CycloneDX for .NET (.config/dotnet-tools.json) and npm. Not in it: what the image's base brings, which scanners of images list.
set -euo pipefail
out=$(realpath -m "${1:-artifacts/sbom}") sources=$(realpath "${2:-"$(dirname "${BASH_SOURCE[0]}")/../src"}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p "$out"
version=$(sed -n 's/^appVersion: "\(.*\)"$/\1/p' helm/amviz/Chart.yaml)

dotnet tool restore >/dev/null
dotnet restore src/AmViz.Cli --verbosity quiet
dotnet tool run dotnet-CycloneDX src/AmViz.Cli/AmViz.Cli.csproj --set-name amviz --set-version "$version" --output-format Json --output "$out" --filename amviz.cdx.json \
  --disable-package-restore --base-intermediate-output-path artifacts/obj >/dev/null
printf '%s\n' "$out/amviz.cdx.json"

# What builds a page is listed too: bundlers put parts of themselves and of what they bundle into it.
find "$sources" -name package-lock.json -not -path '*/node_modules/*' -print0 | sort -z | while IFS= read -r -d '' lock; do
  folder=$(dirname "$lock")
  file=$out/$(basename "$folder").cdx.json
  (cd "$folder" && npm sbom --package-lock-only --sbom-format cyclonedx) >"$file"
  printf '%s\n' "$file"
done
