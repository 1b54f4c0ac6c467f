#!/bin/sh
# Print the path of a Chromium that runs, for the browser tests; install one where that is possible.
set -eu
cd "$(dirname "$0")/.."

runs() { "$1" --version >/dev/null 2>&1; }
found() {
    echo "$1"
    exit 0
}
look() {
    for name in chromium-headless-shell chromium google-chrome google-chrome-stable chromium-browser \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        path=$(command -v "$name" 2>/dev/null) && runs "$path" && found "$path"
    done
    return 0
}

if [ -n "${TESSERA_CHROMIUM:-}" ]; then
    runs "$TESSERA_CHROMIUM" && found "$TESSERA_CHROMIUM"
    echo "TESSERA_CHROMIUM names $TESSERA_CHROMIUM, which does not run." >&2
    exit 1
fi
look
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -q >&2 || true
    for package in chromium-headless-shell chromium; do
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$package" >&2 || true
        look
    done
fi
own() {
    .venv/bin/python -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as p: print(p.chromium.executable_path)' 2>/dev/null
}
path=$(own) && [ -n "$path" ] && runs "$path" && found "$path"
if .venv/bin/python -m playwright install chromium >&2; then
    path=$(own) && [ -n "$path" ] && runs "$path" && found "$path"
fi
echo "No Chromium was found or could be installed: install chromium, or name one in TESSERA_CHROMIUM." >&2
exit 1
