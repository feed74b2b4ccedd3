#!/usr/bin/env bash
# What a change must pass: formatting, a build without warnings, the tests, and the scripts on a small catalogue.
# ./build.sh format formats instead of checking.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# dotnet format evaluates the projects in this configuration and needs what was restored and built in it.
export Configuration=Release

fsharp=()
for folder in src tests scripts standins; do
  [[ -d $folder ]] && fsharp+=("$folder")
done

dotnet build Redshift.sln -c Release -v:m -nr:false

if [[ ${1:-} == format ]]; then
  dotnet fantomas "${fsharp[@]}"
  dotnet format Redshift.sln --no-restore
  exit
fi

echo "== formatting"
dotnet fantomas --check "${fsharp[@]}"
# It leaves a project out with a mere warning where it cannot load it: then nothing was verified.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet format Redshift.sln --no-restore --verify-no-changes -v normal 2>&1 | tee "$log"
if grep -qiE 'warning|unable to|could not' "$log"; then
  echo "dotnet format: expected every project loaded, found the messages above" >&2
  exit 1
fi

echo "== tests"
dotnet run -c Release --no-build --project tests/Redshift.Tests
