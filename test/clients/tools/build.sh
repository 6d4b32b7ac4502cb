#!/bin/bash
# build.sh: builds the clients and the conformance program that are written in Go, at the versions which the go.mod
# of each folder beside this file pins, and prints the folder they are in. They are kept outside the repository, one
# folder for each set of versions, so that only the first run on a machine waits for the compiler.
#
#   BERTH_TOOLS_CACHE   where they are kept; default: berth-tools below ${XDG_CACHE_HOME:-$HOME/.cache}
#   GO                  the go program; default: the one in PATH, or else /usr/local/go/bin/go
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"

go=${GO:-$(command -v go || echo /usr/local/go/bin/go)}
if ! "$go" version >/dev/null 2>&1; then
  echo 'build.sh: Go 1.26 or newer is needed to build the clients (https://go.dev/dl)' >&2
  exit 1
fi
# What a binary is made of: the versions and sums, the compiler with its system, and how it is called.
key=$({ cat ./*/go.mod ./*/go.sum build.sh; "$go" version; } | sha256sum | cut -c1-16)
cache=${BERTH_TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/berth-tools}
target=$cache/$key
mkdir -p "$target"

# Test files start at the same time: one builds, the others wait for it.
exec 9>"$target/.lock"
flock 9
for module in conformance crane oras containerd; do
  package=$(sed -n 's/^tool //p' "$module/go.mod")
  program=$target/$(basename "$package")
  [ -x "$program" ] && continue
  echo "build.sh: building $package" >&2
  # Under another name until it is whole: an interrupted build must not count as one. Two packages at a time, and
  # politely: other suites may be running.
  (cd "$module" && CGO_ENABLED=0 GOFLAGS=-mod=readonly GOTOOLCHAIN=local nice "$go" build -p 2 -trimpath -ldflags '-s -w' \
    -o "$program.part" "$package") >&2
  mv "$program.part" "$program"
done
echo "$target"
