#!/bin/sh
# Make .venv hold exactly what the lock names.  Usage: tools/setup.sh run|dev
# "run" is what ships, "dev" adds tests and linters. Quick when nothing changed since the last time.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-run}
[ ! -e .venv/tessera-dev ] || kind=dev # whoever has the tests keeps them

# The stamp holds what the environment was made from: the lock, the project file and the place.
wanted="$(pwd) $(cat "requirements/$kind.txt" pyproject.toml .python-version | cksum)"
if [ "$(cat ".venv/tessera-$kind" 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c 'import tessera' 2>/dev/null; then
    exit 0
fi

uv=$(tools/uv.sh)
if ! .venv/bin/python -c 'import sys; sys.exit(not (3, 12) <= sys.version_info < (3, 15))' 2>/dev/null; then
    # The Python of .python-version, then any that fits, then one that uv fetches.
    wish=$(cat .python-version)
    echo "Making .venv ..." >&2
    UV_PYTHON_DOWNLOADS=never "$uv" venv --quiet --clear --python "$wish" .venv 2>/dev/null ||
        UV_PYTHON_DOWNLOADS=never "$uv" venv --quiet --clear --python '>=3.12,<3.15' .venv 2>/dev/null ||
        "$uv" venv --quiet --clear --python "$wish" .venv || {
        echo "Tessera needs Python 3.12, 3.13 or 3.14, and none was found or could be fetched: install one and try again." >&2
        exit 1
    }
fi
rm -f .venv/tessera-run .venv/tessera-dev
echo "Installing the locked packages ($kind) ..." >&2
VIRTUAL_ENV="$(pwd)/.venv" "$uv" pip sync --quiet --require-hashes "requirements/$kind.txt"
VIRTUAL_ENV="$(pwd)/.venv" "$uv" pip install --quiet --no-deps --editable .
printf '%s\n' "$wanted" >".venv/tessera-$kind"
