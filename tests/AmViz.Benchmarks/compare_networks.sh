#!/usr/bin/env bash
# Speed of one network as our own code and as ONNX, beside plain PyTorch loops: all take turns on the same machine, one thread each,
# so that what disturbs one disturbs the others. Prints processor milliseconds of one step of one channel, and ratios of the medians.
#
#   tests/AmViz.Benchmarks/compare_networks.sh VIT_TINY_WEIGHTS_DIR [ROUNDS] [STEPS]
#
# Draws a channel of layer3.1 of ResNet18 (random weights) and of block 5 of ViT-tiny at 224 px, with jitter alone as the peer has it.
# Needs python3 with torch, torchvision and numpy (Debian: python3-torch python3-torchvision python3-numpy libopenblas0-pthread) and a
# Release build of the command line.
set -euo pipefail
weights=$(realpath "${1:?usage: compare_networks.sh VIT_TINY_WEIGHTS_DIR [ROUNDS] [STEPS]}")
rounds=${2:-5} steps=${3:-30}
here=$(cd "$(dirname "$0")" && pwd)
amviz="$here/../../artifacts/bin/AmViz.Cli/release/amviz"
python=${PYTHON:-/usr/bin/python3}
[ -x "$amviz" ] || { echo "Not built: $amviz. Run: dotnet build -c Release src/AmViz.Cli" >&2; exit 2; }
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

figure() { sed -n 's/.*"cpuMillisecondsPerChannelStep": *\([0-9.]*\).*/\1/p'; }
ours() { "$amviz" bench --weights "$work/$1/$2" --layer "$3" --steps "$steps" --transforms jitter --threads 1 --batch 1 --json | figure; }
peer() { "$python" -W ignore "$here/peer_modules.py" --network "$1" --weights "$weights" --layer "$3" --steps "$steps" --variant "$2" | figure; }
median() { tr ' ' '\n' <<<"$1" | grep . | sort -n | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
ratio() { awk -v a="$(median "$1")" -v b="$(median "$2")" 'BEGIN {printf "%.2f", a / b}'; }

for pair in resnet18:layer3.1 vit_tiny:blocks.5; do
  network=${pair%:*} layer=${pair#*:}
  "$python" -W ignore "$here/peer_modules.py" --network "$network" --weights "$weights" --export "$work/$network"
  declare -A all=()
  for ((round = 1; round <= rounds; round++)); do
    for what in "ours own" "peer best" "ours onnx" "peer naive"; do
      value=$(${what% *} "$network" "${what#* }" "$layer")
      all[$what]="${all[$what]:-} $value"
      echo "round $round  $network $layer  $what  $value ms"
    done
  done
  echo "$network  onnx / own         $(ratio "${all[ours onnx]}" "${all[ours own]}")"
  for kind in own onnx; do
    echo "$network  $kind / peer best   $(ratio "${all[ours $kind]}" "${all[peer best]}")"
    echo "$network  $kind / peer naive  $(ratio "${all[ours $kind]}" "${all[peer naive]}")"
  done
done
