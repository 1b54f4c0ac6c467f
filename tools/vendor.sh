#!/bin/sh
# Fetch the vendored browser files again and check them against the sums in vendor/README.md.
# Usage: tools/vendor.sh            (needs npm; only for whoever raises a version)
set -eu
cd "$(dirname "$0")/.."
target=src/tessera/web/static/vendor
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

htmx=4.0.1
(cd "$work" && npm pack --silent "htmx.org@$htmx" >/dev/null && tar -xzf "htmx.org-$htmx.tgz")
cp "$work/package/dist/htmx.min.js" "$target/htmx-$htmx.min.js"
cp "$work/package/LICENSE" "$target/htmx-$htmx.LICENSE.txt"

for file in "$target"/*.js; do
    sum=$(python3 -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$file")
    grep -qF "$sum" "$target/README.md" || { echo "$file is not the file named in vendor/README.md ($sum)." >&2; exit 1; }
done
