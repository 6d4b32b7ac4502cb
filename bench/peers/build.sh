#!/bin/bash
# build.sh: builds distribution's registry at the version that distribution/go.mod pins, outside the repository, once
# for each version, and prints the program's path.
#
#   BERTH_TOOLS_CACHE   where it is kept; default: berth-tools below ${XDG_CACHE_HOME:-$HOME/.cache}
#   GO                  the go program; default: the one in PATH, or else /usr/local/go/bin/go
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/distribution"

go=${GO:-$(command -v go || echo /usr/local/go/bin/go)}
if ! "$go" version >/dev/null 2>&1; then
  echo 'build.sh: Go 1.26 or newer is needed to build distribution (https://go.dev/dl)' >&2
  exit 1
fi
key=$({ cat go.mod go.sum ../build.sh; "$go" version; } | sha256sum | cut -c1-16)
target=${BERTH_TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/berth-tools}/peer-$key
mkdir -p "$target"
exec 9>"$target/.lock"
flock 9
if [ ! -x "$target/registry" ]; then
  package=$(sed -n 's/^tool //p' go.mod)
  version=$(sed -n 's/^.*distribution\/distribution\/v3 \(v[^ ]*\).*$/\1/p' go.mod)
  echo "build.sh: building $package $version" >&2
  # Under another name until it is whole: an interrupted build must not count as one.
  CGO_ENABLED=0 GOFLAGS=-mod=readonly GOTOOLCHAIN=local nice "$go" build -p 2 -trimpath \
    -ldflags "-s -w -X github.com/distribution/distribution/v3/version.version=$version" \
    -o "$target/registry.part" "$package" >&2
  mv "$target/registry.part" "$target/registry"
fi
echo "$target/registry"
