#!/bin/bash
# build.sh [module…]: builds the clients and the conformance program that are written in Go, or installs the one in
# Python, at the versions which the go.mod or requirements.txt of each folder beside this file pins, and prints their
# paths, one a line. Without arguments: those that `npm run test:clients` and the conformance suites need; --all: every
# one. They are kept outside the repository, one folder for each state of a module, so that only the first run on a
# machine waits for the compiler.
#
#   BERTH_TOOLS_CACHE   where they are kept; default: berth-tools below ${XDG_CACHE_HOME:-$HOME/.cache}
#   GO                  the go program; default: the one in PATH, or else /usr/local/go/bin/go
#   PYTHON              the python3 program; default: the one in PATH
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$(readlink -f "$0")")"

case ${1:-} in
  '') modules=(conformance crane oras containerd) ;;
  --all) modules=(*/) ;;
  *) modules=("$@") ;;
esac
go=${GO:-$(command -v go || echo /usr/local/go/bin/go)}
python=${PYTHON:-python3}
cache=${BERTH_TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/berth-tools}

# Where a module's program is kept: named for what it is made of and with.
folder_of() {
  local key
  key=$({ cat "$1"/* build.sh; "$2"; } | sha256sum | cut -c1-16)
  echo "$cache/$1-$key"
}

go_version() {
  if ! "$go" version 2>/dev/null; then
    echo 'build.sh: Go 1.26 or newer is needed to build the clients (https://go.dev/dl)' >&2
    exit 1
  fi
}

python_version() {
  if ! "$python" -c 'import sys, venv, ensurepip; print(sys.version)' 2>/dev/null; then
    echo 'build.sh: python3 with venv is needed to install the client in Python (Debian: python3-venv)' >&2
    exit 1
  fi
}

# Under another name until it is whole: an interrupted build must not count as one. Two packages at a time, and
# politely: other suites may be running.
build_go() {
  local module=$1 program=$2 package
  package=$(sed -n 's/^tool //p' "$module/go.mod")
  echo "build.sh: building ${package:-$module}" >&2
  (cd "$module" && CGO_ENABLED=0 GOFLAGS=-mod=readonly GOTOOLCHAIN=local nice "$go" build -p 2 -trimpath -ldflags '-s -w' \
    -o "$program.part" "${package:-.}") >&2
  mv "$program.part" "$program"
}

# The program is an interpreter that knows the library.
install_python() {
  local module=$1 venv
  venv=$(dirname "$(dirname "$2")")
  echo "build.sh: installing $(grep -o '^[a-z-]*==[0-9.]*' "$module/requirements.txt" | head -1)" >&2
  "$python" -m venv --clear "$venv.part" >&2
  "$venv.part/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    -r "$module/requirements.txt" >&2
  rm -rf "$venv"
  mv "$venv.part" "$venv"
}

for module in "${modules[@]%/}"; do
  if [ -f "$module/requirements.txt" ]; then
    folder=$(folder_of "$module" python_version)
    install=install_python program=$folder/venv/bin/python
  elif [ -f "$module/go.mod" ]; then
    folder=$(folder_of "$module" go_version)
    package=$(sed -n 's/^tool //p' "$module/go.mod")
    install=build_go program=$folder/$(basename "${package:-$module}")
  else
    echo "build.sh: there is no client $module beside it" >&2
    exit 1
  fi
  mkdir -p "$folder"
  # Test files start at the same time: one builds, the others wait for it.
  exec 9>"$folder/.lock"
  flock 9
  [ -x "$program" ] || "$install" "$module" "$program"
  exec 9>&-
  echo "$program"
done
