#!/usr/bin/env bash
# Redshift against pandas and PyTorch on this machine: prints the table of README.md and, with --update, puts it there.
# benchmarks/run.sh [--update] [ROWS] [PAIRS], after `dotnet build -c Release Redshift.sln`; about half an hour on two idle
# cores at full size. PYTHON names a Python with pandas and PyTorch (default /usr/bin/python3, Debian's).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
update=false
if [[ ${1:-} == --update ]]; then
  update=true
  shift
fi
rows=${1:-520393} pairs=${2:-5} python=${PYTHON:-/usr/bin/python3}
redshift="dotnet src/Redshift.Cli/bin/Release/net10.0/redshift.dll"
benchmark="dotnet benchmarks/Redshift.Benchmarks/bin/Release/net10.0/Redshift.Benchmarks.dll"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
table=$scratch/table.md
largest=4294967296
keeping=(MALLOC_TRIM_THRESHOLD_=$largest MALLOC_MMAP_THRESHOLD_=$largest MALLOC_TOP_PAD_=268435456)

say() { printf '%s\n' "$*" >&2; }

# Runs a command quietly; sets seconds and memory (MiB, peak).
timed() {
  if ! /usr/bin/time -f '%e %M' -o "$scratch/time" "$@" >"$scratch/log" 2>&1; then
    cat "$scratch/log" >&2
    return 1
  fi
  read -r seconds memory <"$scratch/time"
  memory=$((memory / 1024))
}

# The median of numbers, one a line.
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
quotient() { awk -v a="$1" -v b="$2" -v d="${3:-2}" 'BEGIN { printf "%.*f", d, a / b }'; }
row() {
  printf '| %s | %s | | | %s | %s | %s |\n' "$@" >>"$table"
  tail -n 1 "$table" >&2
}

# The head of a file with so many rows.
head_of() { head -n $(($1 < rows ? $1 + 1 : rows + 1)) "$scratch/full.csv" >"$2"; }

networks() {
  $benchmark --peer "$python" benchmarks/pytorch_gaia_cnn.py --threads 2 --seconds 2 --rounds "$pairs" --table "$table" \
    train:16 train:64 train:256 train:1024 predict:1 predict:256 >&2
}

# Whole processes, from a catalogue to a file of predictions, each pair one after the other.
bulk() {
  local file=$scratch/bulk.csv run=$scratch/gaia ours theirs tuned
  head_of 60000 "$file"
  head_of 2000 "$scratch/few.csv"
  timed $redshift train --recipe gaia-cnn --data "$scratch/few.csv" --out "$run" --epochs 1 --batch-size 64
  for _ in $(seq "$pairs"); do
    timed $redshift predict "$run" --data "$file" --out "$scratch/ours.csv"
    ours=$seconds
    echo "$ours" >>"$scratch/bulk.ours"
    echo "$memory" >>"$scratch/bulk.memory"
    timed "$python" benchmarks/pytorch_bulk.py "$run" "$file" "$scratch/theirs.csv"
    theirs=$seconds
    timed env "${keeping[@]}" "$python" benchmarks/pytorch_bulk.py "$run" "$file" "$scratch/theirs.csv" best
    tuned=$seconds
    say "bulk: $ours s, peer $theirs s as installed, $tuned s at best settings"
    quotient "$theirs" "$ours" 4 >>"$scratch/bulk.installed"
    echo >>"$scratch/bulk.installed"
    quotient "$tuned" "$ours" 4 >>"$scratch/bulk.best"
    echo >>"$scratch/bulk.best"
  done
  paste -d, "$scratch/ours.csv" "$scratch/theirs.csv" |
    awk -F, 'NR > 1 { d = $(NF - 2) - $NF; d = d < 0 ? -d : d; if (d > most) most = d }
             END { if (most > 1e-5) { print "predictions differ by " most; exit 1 } }' >&2
  row "bulk inference, 60,000 rows, file to file" "$(median <"$scratch/bulk.ours") s" "$(median <"$scratch/bulk.memory")" \
    "$(quotient "$(median <"$scratch/bulk.installed")" 1)" "$(quotient "$(median <"$scratch/bulk.best")" 1)"
  for count in 10000 100000 "$rows"; do
    head_of "$count" "$file"
    timed $redshift predict "$run" --data "$file" --out "$scratch/ours.csv"
    row "the same, $count rows" "$seconds s" "$memory" "" ""
  done
}

reading() {
  local file=$scratch/full.csv ours theirs
  for kind in float32 default; do
    for _ in $(seq "$pairs"); do
      ours=$($benchmark read "$file")
      theirs=$("$python" benchmarks/reading.py "$file" "$kind")
      say "$ours; $theirs"
      cut -d' ' -f4 <<<"$ours" >>"$scratch/reading"
      cut -d' ' -f10 <<<"$ours" >>"$scratch/reading.memory"
      quotient "$(cut -d' ' -f4 <<<"$theirs")" "$(cut -d' ' -f4 <<<"$ours")" 4 >>"$scratch/reading.$kind"
      echo >>"$scratch/reading.$kind"
    done
  done
  row "reading $rows rows (beside pandas: default, float32)" "$(median <"$scratch/reading") s" \
    "$(median <"$scratch/reading.memory")" "$(quotient "$(median <"$scratch/reading.default")" 1)" \
    "$(quotient "$(median <"$scratch/reading.float32")" 1)"
}

whole_commands() {
  timed $redshift simulate gaia --count "$rows" --seed 1 --out "$scratch/full.csv" -q
  row "simulating $rows galaxies" "$seconds s" "$memory" "" ""
  timed $redshift --help
  row "\`redshift --help\`" "$seconds s" "$memory" "" ""
}

# Its own memory is that of the network; what counts is the catalogue's.
training_memory() {
  timed $redshift train --recipe gaia-cnn --data "$scratch/full.csv" --out "$scratch/whole" --epochs 1
  local ratio
  ratio=$(awk -v m="$memory" -v data=$((rows * 186 * 4)) 'BEGIN { printf "%.2f", m * 1048576 / data }')
  row "training on $rows spectra, 1 epoch, batch 16" "$seconds s" "$memory ($ratio of the data)" "" ""
}

processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
{
  echo "On $processor, $(nproc) processors, $(date +%Y-%m-%d):"
  echo
} >"$table"
printf '%s\n' "| work | Redshift | GFLOP/s | share of peak | peak memory, MiB | times the peer as installed | times its best |" \
  "|---|---|---|---|---|---|---|" >>"$table"
networks
whole_commands
bulk
reading
training_memory
cat "$table"
if $update; then
  awk -v table="$table" '
    /<!-- table: end -->/ { inside = 0 }
    !inside { print }
    /<!-- table: begin -->/ { while ((getline line < table) > 0) print line; inside = 1 }' README.md >"$scratch/README.md"
  cp "$scratch/README.md" README.md
fi
