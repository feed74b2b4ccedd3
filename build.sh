#!/usr/bin/env bash
# What a change must pass: formatting, a build without warnings, and the tests.
# ./build.sh format formats instead of checking. ./build.sh pack leaves in artifacts/ the packages, and the command line
# as one file for linux-x64, each tried in an empty folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# dotnet format evaluates the projects in this configuration and needs what was restored and built in it.
export Configuration=Release

fsharp=()
for folder in src tests scripts standins; do
  [[ -d $folder ]] && fsharp+=("$folder")
done

try() { # PROGRAM, in an empty folder
  local folder
  folder=$(mktemp -d)
  (cd "$folder" && "$1" info && "$1" demo --count 500 --epochs 1 >/dev/null && ls -l runs/demo/report.html)
  rm -rf "$folder"
}

if [[ ${1:-} == pack ]]; then
  rm -rf artifacts
  for project in Redshift.Core.fsproj Redshift.Api Redshift.Cli; do
    dotnet pack "src/$project" -o artifacts -v:m -nr:false
  done
  dotnet publish src/Redshift.Cli -r linux-x64 --self-contained -p:PublishSingleFile=true -o artifacts/linux-x64 -v:m -nr:false
  echo "== the tool"
  # A folder of packages of its own: the usual one may hold another build of this version.
  printf '<configuration><packageSources><clear /><add key="a" value="." /></packageSources></configuration>' >artifacts/tool.config
  NUGET_PACKAGES=$PWD/artifacts/packages dotnet tool install Redshift.Cli --tool-path artifacts/tool --configfile artifacts/tool.config
  try "$PWD/artifacts/tool/redshift"
  echo "== the single file"
  try "$PWD/artifacts/linux-x64/redshift"
  ls -l artifacts/*.*nupkg artifacts/linux-x64
  exit
fi

dotnet build Redshift.sln -c Release -v:m -nr:false

# Without TorchSharp its backend does not compile, and dotnet format would take that for a fault of form.
formatting=(Redshift.sln --no-restore)
left_out=
if ! grep -q TorchSharp paket-files/choice.txt; then
  left_out=Redshift.Torch
  formatting+=(--exclude src/Redshift.Torch)
fi

if [[ ${1:-} == format ]]; then
  dotnet fantomas "${fsharp[@]}"
  dotnet format "${formatting[@]}"
  exit
fi

echo "== formatting"
dotnet fantomas --check "${fsharp[@]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet format "${formatting[@]}" --verify-no-changes -v detailed >"$log" 2>&1; then
  grep -E 'error|warn|xception|equired' "$log" || cat "$log"
  echo "dotnet format: expected formatted C#, found the above (./build.sh format mends it)" >&2
  exit 1
fi
# A project that it cannot load it leaves out with a mere warning: then nothing was verified.
while read -r project; do
  name=$(basename "$project" .csproj)
  [[ $name == "$left_out" ]] && continue
  if ! grep -qE "^ *Running [0-9]+ analyzers on $name\." "$log" || grep -q 'Required references did not load' "$log"; then
    cat "$log"
    echo "dotnet format: expected $name loaded and verified, found the above" >&2
    exit 1
  fi
done < <(dotnet sln Redshift.sln list | grep '\.csproj$' | tr '\\' /)
grep -E 'Formatted [0-9]+ of' "$log"

echo "== tests"
dotnet run -c Release --no-build --project tests/Redshift.Tests
