#!/bin/sh
# Print the path of a uv that really runs, making one in .tools where there is none.
set -eu
cd "$(dirname "$0")/.."

runs() { "$@" >/dev/null 2>&1; }

# A shim may exist and still belong to another Python, so each candidate is run, not only looked for.
# uv before 0.5 does not know every option used here.
for uv in .tools/bin/uv uv "$HOME/.local/bin/uv"; do
    if runs "$uv" pip sync --help && runs "$uv" venv --allow-existing --help; then
        command -v "$uv"
        exit 0
    fi
done

for python in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python; do
    runs "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' || continue
    rm -rf .tools
    if runs "$python" -m venv .tools && .tools/bin/python -m pip install --quiet 'uv>=0.13,<0.14' >&2; then
        echo .tools/bin/uv
        exit 0
    fi
    rm -rf .tools
    # Debian's python3 has no venv until python3-venv is installed, but may have pip.
    if runs "$python" -m pip install --quiet --target .tools/uv 'uv>=0.13,<0.14'; then
        mkdir -p .tools/bin && ln -sf ../uv/bin/uv .tools/bin/uv
        echo .tools/bin/uv
        exit 0
    fi
    rm -rf .tools
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && [ -z "${TESSERA_TRIED_APT:-}" ]; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends python3-venv; } >&2 &&
        TESSERA_TRIED_APT=1 exec "$0"
fi
echo "Tessera needs uv, or a Python 3.8 or newer with venv to make one: install uv, or python3-venv (Debian, Ubuntu), and try again." >&2
exit 1
