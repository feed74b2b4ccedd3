#!/usr/bin/env bash
# Reading, training's memory, bulk prediction, simulation and start-up on a full-size simulated catalogue.
# benchmarks/bulk.sh [ROWS] [PAIRS], after `dotnet build -c Release Redshift.sln`; PYTHON names a Python with pandas.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rows=${1:-520393} pairs=${2:-5} python=${PYTHON:-python3}
redshift="dotnet src/Redshift.Cli/bin/Release/net10.0/redshift.dll"
reading="dotnet benchmarks/Redshift.Benchmarks/bin/Release/net10.0/Redshift.Benchmarks.dll read"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Runs a command quietly; prints wall, processor seconds and peak memory, also as a multiple of the samples' own.
timed() {
  local name=$1
  shift
  if ! /usr/bin/time -f '%e %U %S %M' -o "$scratch/time" "$@" >"$scratch/log" 2>&1; then
    cat "$scratch/log" >&2
    return 1
  fi
  awk -v name="$name" -v data=$((rows * 186 * 4)) \
    '{ printf "%-24s %7.2f s  %7.2f s of processors  %6.0f MiB  %.2f of the samples\n", name, $1, $2 + $3, $4 / 1024, $4 * 1024 / data }' \
    "$scratch/time"
}

# The median of numbers, one a line.
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

file=$scratch/full.csv
timed "simulate $rows" $redshift simulate gaia --count "$rows" --seed 1 --out "$file" -q
timed "--help" $redshift --help

# Each pair one after the other, so that a busy machine slows both.
for kind in float32 default; do
  for _ in $(seq "$pairs"); do
    ours=$($reading "$file")
    theirs=$("$python" benchmarks/reading.py "$file" $kind)
    printf '%s\n%s\n' "$ours" "$theirs" >&2
    awk -v a="$(cut -d' ' -f4 <<<"$ours")" -v b="$(cut -d' ' -f4 <<<"$theirs")" 'BEGIN { print b / a }' >>"$scratch/$kind"
  done
  echo "reading: $(median <"$scratch/$kind") times as fast as pandas ($kind), median of $pairs pairs"
done

# A small network, so that what is measured is all but the network.
$redshift recipes gaia-cnn --json | "$python" -c '
import json, sys
recipe = json.load(sys.stdin)
body = recipe["network"]["body"]
flat = next(layer for layer in body if layer["type"] == "flatten")
recipe["network"]["body"] = [flat, dict(body[-1], units=8), {"type": "relu"}, body[-1]]
json.dump(recipe, sys.stdout)' >"$scratch/small.json"
timed "train, 1 epoch" $redshift train --recipe "$scratch/small.json" --data "$file" --out "$scratch/run" --epochs 1 --batch-size 512
head -n $((rows < 60000 ? rows : 60001)) "$file" >"$scratch/some.csv"
timed "predict 60,000" $redshift predict "$scratch/run" --data "$scratch/some.csv" --out "$scratch/some.out.csv"
timed "predict $rows" $redshift predict "$scratch/run" --data "$file" --out "$scratch/out.csv"
