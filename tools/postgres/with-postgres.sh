#!/bin/bash
# with-postgres.sh COMMAND…: runs a command with Debian's PostgreSQL beside it, in a folder that goes afterwards.
# The command finds it in BERTH_TEST_POSTGRES. Nothing in it survives a power cut: for tests only.
set -euo pipefail

[ $# -gt 0 ] || { echo "with-postgres: say which command to run" >&2; exit 2; }

binaries=${BERTH_POSTGRES_BIN:-}
for folder in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin; do
  [ -n "$binaries" ] || { [ -x "$folder/initdb" ] && binaries=$folder; } || :
done
if [ -z "$binaries" ] || ! [ -x "$binaries/initdb" ] || ! [ -x "$binaries/postgres" ]; then
  echo "with-postgres: initdb and postgres of PostgreSQL are not installed (Debian: apt-get install postgresql-15)" >&2
  exit 1
fi

# In memory where that has 4 GiB: databases come and go by the hundred, and a disk takes its time to forget a file.
base=${TMPDIR:-/tmp}
room=$(df --output=avail -B1M /dev/shm 2>/dev/null | tail -n 1)
if [ "${room:-0}" -ge 4096 ] && [ -w /dev/shm ]; then base=/dev/shm; fi
folder=$(mktemp -d "$base/berth-postgres-XXXXXX")
server=
finish() {
  trap - EXIT
  if [ -n "$server" ]; then
    # "Immediate": nobody needs what is in it any more.
    kill -QUIT "$server" 2>/dev/null || :
    wait "$server" 2>/dev/null || :
  fi
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# PostgreSQL refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || { echo "with-postgres: there is no user postgres to run it as" >&2; exit 1; }
  chown postgres "$folder"
  as=(setpriv --reuid postgres --regid postgres --clear-groups --)
fi

cd "$folder"
"${as[@]}" "$binaries/initdb" --pgdata "$folder/data" --username postgres --auth trust --encoding UTF8 \
  --locale C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }

for _ in 1 2 3 4 5; do
  port=$((20000 + (RANDOM % 12000)))
  "${as[@]}" "$binaries/postgres" -D "$folder/data" -p "$port" -k "$folder" \
    -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c max_connections=200 -c shared_buffers=64MB -c max_wal_size=256MB -c log_min_messages=warning \
    >"$folder/server.log" 2>&1 &
  server=$!
  for _ in $(seq 100); do
    kill -0 "$server" 2>/dev/null || break
    "$binaries/pg_isready" -q -h 127.0.0.1 -p "$port" -U postgres && break
    sleep 0.1
  done
  # The port may have been taken: then another one.
  if kill -0 "$server" 2>/dev/null; then break; fi
  server=
done
[ -n "$server" ] || { echo "with-postgres: PostgreSQL does not start" >&2; cat "$folder/server.log" >&2; exit 1; }

cd "$OLDPWD"
code=0
BERTH_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres" "$@" || code=$?
if [ "$code" != 0 ]; then
  echo "with-postgres: the command ended with $code; the end of PostgreSQL's log:" >&2
  tail -n 5 "$folder/server.log" >&2
fi
exit "$code"
