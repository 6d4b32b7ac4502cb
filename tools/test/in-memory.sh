#!/bin/bash
# in-memory.sh COMMAND…: runs tests with their temporary files in memory, where that has 4 GiB: a disk takes its time to
# sync and to forget hundreds of folders, and what they try says nothing about it.
set -euo pipefail

[ $# -gt 0 ] || { echo "in-memory: say which command to run" >&2; exit 2; }

room=$(df --output=avail -B1M /dev/shm 2>/dev/null | tail -n 1 || :)
kind=$(stat --file-system --format=%T "${TMPDIR:-/tmp}" 2>/dev/null || :)
if [ "$kind" = tmpfs ] || [ "${room:-0}" -lt 4096 ] || ! [ -w /dev/shm ]; then exec "$@"; fi

folder=$(mktemp -d /dev/shm/berth-tests-XXXXXX)
# Some tests run the server as another user.
chmod 755 "$folder"
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
code=0
TMPDIR=$folder "$@" || code=$?
left=$(find "$folder" -mindepth 1 -maxdepth 1 -name 'berth-test-*')
if [ -n "$left" ]; then
  echo "in-memory: folders of tests were left behind: $left" >&2
  [ "$code" != 0 ] || code=1
fi
exit "$code"
