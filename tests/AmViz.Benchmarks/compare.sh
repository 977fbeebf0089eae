#!/usr/bin/env bash
# Speed beside a peer: `amviz bench` and a plain PyTorch loop take turns on the same machine, one thread each, so that what
# disturbs one disturbs the other. Prints processor milliseconds of one step of one channel, and ratios of the medians.
#
#   tests/AmViz.Benchmarks/compare.sh WEIGHTS_DIR [LAYER] [ROUNDS] [STEPS]
#
# Needs python3 with torch and numpy (Debian: python3-torch python3-numpy libopenblas0-pthread; without OpenBLAS PyTorch's
# 1x1 convolutions are slow and the comparison is not fair) and a Release build of the command line.
set -euo pipefail
weights=${1:?usage: compare.sh WEIGHTS_DIR [LAYER] [ROUNDS] [STEPS]}
layer=${2:-conv_pw_6} rounds=${3:-3} steps=${4:-100}
here=$(cd "$(dirname "$0")" && pwd)
amviz="$here/../../artifacts/bin/AmViz.Cli/release/amviz"
python=${PYTHON:-/usr/bin/python3}
[ -x "$amviz" ] || { echo "Not built: $amviz. Run: dotnet build -c Release src/AmViz.Cli" >&2; exit 2; }
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE

figure() { sed -n 's/.*"cpuMillisecondsPerChannelStep": *\([0-9.]*\).*/\1/p'; }
ours() { "$amviz" bench --weights "$weights" --layer "${layer}_bn" --steps "$steps" --transforms "$1" --threads 1 --batch 1 --json | figure; }
peer() { "$python" "$here/peer.py" --weights "$weights" --layer "$layer" --steps "$steps" --variant "$1" | figure; }

declare -A all
for ((round = 1; round <= rounds; round++)); do
  for what in "ours all" "peer best" "ours jitter" "peer naive"; do
    value=$($what)
    all[$what]+="$value "
    echo "round $round  $what  $value ms"
  done
done

median() { tr ' ' '\n' <<<"$1" | grep . | sort -n | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
all_ours=$(median "${all[ours all]}") jitter=$(median "${all[ours jitter]}")
best=$(median "${all[peer best]}") naive=$(median "${all[peer naive]}")
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a / b}'; }
echo "paper  / peer best   $(ratio "$all_ours" "$best")   ($all_ours and $best ms)"
echo "paper  / peer naive  $(ratio "$all_ours" "$naive")   ($all_ours and $naive ms)"
echo "jitter / peer best   $(ratio "$jitter" "$best")   ($jitter and $best ms)"
