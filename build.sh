#!/usr/bin/env bash
# What a change must pass: formatting, a build without warnings, and the tests.
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
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet format Redshift.sln --no-restore --verify-no-changes -v detailed >"$log" 2>&1; then
  grep -E 'error|warn|xception|equired' "$log" || cat "$log"
  echo "dotnet format: expected formatted C#, found the above (./build.sh format mends it)" >&2
  exit 1
fi
# A project that it cannot load it leaves out with a mere warning: then nothing was verified.
while read -r project; do
  name=$(basename "$project" .csproj)
  if ! grep -qE "^ *Running [0-9]+ analyzers on $name\." "$log" || grep -q 'Required references did not load' "$log"; then
    cat "$log"
    echo "dotnet format: expected $name loaded and verified, found the above" >&2
    exit 1
  fi
done < <(dotnet sln Redshift.sln list | grep '\.csproj$' | tr '\\' /)
grep -E 'Formatted [0-9]+ of' "$log"

echo "== tests"
dotnet run -c Release --no-build --project tests/Redshift.Tests
