#!/bin/sh
# Run a command against a PostgreSQL of its own, made for it and thrown away after it.
# Usage: tools/with_postgres.sh COMMAND [ARGUMENT...]     (sets TESSERA_DATABASE_URL)
set -eu

look() { ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin 2>/dev/null | sort -V | tail -1; }
bin=$(look)
if [ -z "$bin" ] && command -v initdb >/dev/null 2>&1; then
    bin=$(dirname "$(command -v initdb)")
fi
if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends postgresql; } >&2 || true
    bin=$(look)
fi
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
    echo "No PostgreSQL server was found: install postgresql (15 or newer) to run this on both databases." >&2
    exit 1
fi

folder=$(mktemp -d)
if [ "$(id -u)" = 0 ]; then # initdb refuses root
    chown postgres "$folder"
    as() { runuser -u postgres -- "$@"; }
else
    as() { "$@"; }
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

end() {
    status=$?
    trap - EXIT
    (cd / && as "$bin/pg_ctl" -D "$folder/data" stop -m immediate) >/dev/null 2>&1 || true
    rm -rf "$folder"
    exit "$status"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

(
    cd / # a folder that the postgres user may read
    as "$bin/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >"$folder.log" 2>&1 ||
        as "$bin/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C --no-sync
    # No durability: the data does not outlive the command.
    as "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-p $port -k $folder -c listen_addresses=127.0.0.1 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" start
) >/dev/null || {
    cat "$folder/log" >&2 2>/dev/null || true
    echo "The PostgreSQL made for this command did not start." >&2
    exit 1
}
rm -f "$folder.log"
TESSERA_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres" "$@"
