#!/bin/sh
# Write requirements/*.txt from pyproject.toml.  Usage: tools/lock.sh [--check] [uv's options, such as --upgrade]
# Hashed requirement files, for all platforms and Pythons of the range, because they name no package host.
# The superset first, then what ships, held to the same versions: the other order can clash.
set -eu
cd "$(dirname "$0")/.."
check=
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi

uv=$(tools/uv.sh)
folder=requirements
if [ "$check" ]; then
    folder=.cache/lock # a copy, compiled with today's lock as its wish: equal unless pyproject.toml changed
    rm -rf "$folder" && mkdir -p "$folder" && cp requirements/*.txt "$folder"
fi

compile() {
    out=$1
    shift
    "$uv" pip compile pyproject.toml --extra postgres --extra valkey --universal --python-version 3.12 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet \
        --output-file "$folder/$out" "$@"
}
compile dev.txt --group dev "$@"
compile run.txt --constraint "$folder/dev.txt" "$@"

if grep -nE '://' "$folder"/*.txt; then
    echo "The lock names a package host (lines above)." >&2
    exit 1
fi
if [ "$check" ]; then
    for name in dev run; do
        cmp -s "$folder/$name.txt" "requirements/$name.txt" || {
            echo "requirements/$name.txt is not what pyproject.toml asks for: run make lock." >&2
            exit 1
        }
    done
fi
