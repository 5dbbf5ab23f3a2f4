#!/bin/sh
# Prints the path of a Bicep compiler: the one that MUSTER_BICEP names, else the one on PATH, else the NuGet package of the
# version below, restored once into a cache folder. Ends with 1 and one line on stderr where there is none of these.
set -eu

version=0.49.2

if [ -n "${MUSTER_BICEP:-}" ]; then
  if [ -x "$MUSTER_BICEP" ]; then
    printf '%s\n' "$MUSTER_BICEP"
    exit 0
  fi
  printf 'get-bicep: MUSTER_BICEP names %s, which cannot be run\n' "$MUSTER_BICEP" >&2
  exit 1
fi

if command -v bicep >/dev/null 2>&1; then
  command -v bicep
  exit 0
fi

cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/muster/bicep-$version"
if [ -x "$cache/bicep" ]; then
  printf '%s\n' "$cache/bicep"
  exit 0
fi

if ! command -v dotnet >/dev/null 2>&1; then
  printf 'get-bicep: no Bicep compiler: set MUSTER_BICEP, or put bicep or dotnet on PATH\n' >&2
  exit 1
fi

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) runtime=linux-x64 ;;
  Linux-aarch64) runtime=linux-arm64 ;;
  Darwin-x86_64) runtime=osx-x64 ;;
  Darwin-arm64) runtime=osx-arm64 ;;
  *)
    printf 'get-bicep: no Bicep package for %s on %s; set MUSTER_BICEP\n' "$(uname -s)" "$(uname -m)" >&2
    exit 1
    ;;
esac

# PackageDownload fetches a package that nothing references, so the project has nothing to build
# (facts/azure-functions.md §4.2).
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
package="Azure.Bicep.CommandLine.$runtime"
cat >"$work/get-bicep.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>netstandard2.0</TargetFramework>
    <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="$package" Version="[$version]" />
  </ItemGroup>
</Project>
EOF
if ! dotnet restore "$work/get-bicep.csproj" --packages "$work/packages" >"$work/log" 2>&1; then
  printf 'get-bicep: %s %s could not be restored: %s\n' "$package" "$version" \
    "$(grep -m 1 -o 'error .*' "$work/log" || tail -n 1 "$work/log")" >&2
  exit 1
fi

# Moved into place under its final name last, so that nobody ever runs half a compiler.
mkdir -p "$cache"
cp "$(find "$work/packages" -path '*/tools/bicep' -type f)" "$cache/bicep.$$"
chmod +x "$cache/bicep.$$"
mv -f "$cache/bicep.$$" "$cache/bicep"
printf '%s\n' "$cache/bicep"
