#!/bin/sh
# Fetch the Nu HTML checker (tests only, 30 MB, so not committed) and print the path of its jar.
set -eu
cd "$(dirname "$0")/.."
version=26.9.27
sum=TkQd5DFfOaWC9ebtvozTsrH2Vaod3jYg+vrOeREzIXxBexLz9+rS2DNtjn7+RPUiZhgli0SghgBX6RJRNea0KA==
jar=.cache/vnu/vnu-$version.jar

install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$1"; } >&2
}
# macOS has a java that only says that there is none, so it is run.
java -version >/dev/null 2>&1 || install default-jre-headless || {
    echo "The HTML checker needs a Java runtime: install one (default-jre-headless on Debian and Ubuntu)." >&2
    exit 1
}
if [ ! -s "$jar" ]; then
    npm --version >/dev/null 2>&1 || install npm || {
        echo "The HTML checker is fetched by npm, which was not found: install npm." >&2
        exit 1
    }
    mkdir -p .cache/vnu
    work=$(mktemp -d .cache/vnu/fetch.XXXXXX)
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && npm pack --silent "vnu-jar@$version" >/dev/null 2>&1) || {
        echo "vnu-jar $version could not be fetched." >&2
        exit 1
    }
    python3 - "$work/vnu-jar-$version.tgz" "$sum" <<'PYTHON'
import base64, hashlib, sys
path, wanted = sys.argv[1:]
with open(path, "rb") as file:
    found = base64.b64encode(hashlib.sha512(file.read()).digest()).decode()
sys.exit(None if found == wanted else f"vnu-jar is not the file expected: {found}")
PYTHON
    tar -xzf "$work/vnu-jar-$version.tgz" -C "$work" package/build/dist/vnu.jar package/LICENSE
    mv "$work/package/LICENSE" .cache/vnu/LICENSE
    mv "$work/package/build/dist/vnu.jar" "$jar"
fi
echo "$jar"
