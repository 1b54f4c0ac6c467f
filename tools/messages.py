"""The gettext catalogues: extract, compile, check.

``compile`` needs only Babel, so that a fresh clone runs without gettext. ``extract`` and the half of ``check`` that
compares with the sources need the gettext programs.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "tessera"
LOCALE = PACKAGE / "locale"
NEEDED = {"es", "fr"}
SHOWN = 60
EXTENSIONS = "html,txt,py,mjml,xml,svg"
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{(\w*)\}")
MARKUP = re.compile(r"</?[a-z][^>]*>")


# French sets a space that does not break inside quotation marks and before double punctuation.
LOOSE = re.compile(r"« | »| [:;?!](?=[\s<]|$)")


def languages() -> list[str]:
    """Languages that have a catalogue, and those that must; the message ids are English, so English needs none."""
    return sorted({path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/django.po")} | NEEDED)


def catalogue(path: Path) -> Catalog:
    """The catalogue in ``path``; an empty one where there is no such file."""
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def compile_all() -> None:
    """Write each .mo whose .po is newer; a second run writes nothing."""
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        content = catalogue(po)
        with tempfile.NamedTemporaryFile(dir=po.parent, suffix=".tmp", delete=False) as file:
            write_mo(file, content)
        Path(file.name).chmod(0o644)
        Path(file.name).replace(mo)


def extract(package: Path, codes: list[str]) -> None:
    """Bring the catalogues below ``package``/locale up to date with its sources."""
    command = [sys.executable, "-m", "django", "makemessages", "--verbosity=0", "--no-location", "--no-wrap"]
    command += ["--no-obsolete", "--extension", EXTENSIONS, "--ignore", "static/*", "--ignore", "testdata/*"]
    for code in codes:
        command += ["--locale", code]
    environ = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=package, env=environ, check=True)
    for code in codes:
        po = package / "locale" / code / "LC_MESSAGES" / "django.po"
        text = po.read_text(encoding="utf-8")
        text = re.sub(r'^"POT-Creation-Date:.*\n', "", text, flags=re.MULTILINE)  # else every run is a change
        po.write_text(text, encoding="utf-8")


def forms(message: Message) -> list[tuple[str, str]]:
    """(source, translation) pairs, one per plural form."""
    sources, texts = ([part] if isinstance(part, str) else list(part) for part in (message.id, message.string or ""))
    return [(str(sources[min(number, len(sources) - 1)]), str(text or "")) for number, text in enumerate(texts)]


def faults(path: Path) -> Iterator[str]:
    """One sentence for each message of the catalogue that is not a whole translation."""
    content = catalogue(path)
    for message in content:
        if not message.id:
            continue
        name = f"{path.parent.parent.name}: {str(message.id)[:70]!r}"
        if message.fuzzy:
            yield f"{name} is fuzzy"
        pairs = forms(message)
        if message.pluralizable and len(pairs) != content.num_plurals:
            yield f"{name} has {len(pairs)} of {content.num_plurals} plural forms"
        for number, (source, text) in enumerate(pairs):
            if not text.strip():
                yield f"{name} is not translated"
                continue
            wanted, found = placeholders(source), placeholders(text)
            # "one training" may leave its number out, in the singular only.
            if found != wanted and not (message.pluralizable and number == 0 and found <= wanted):
                yield f"{name} has the placeholders {sorted(found)}, not {sorted(wanted)}"
            if sorted(MARKUP.findall(source)) != sorted(MARKUP.findall(text)) and not message.pluralizable:
                yield f"{name} has other markup than its source"
            if "fr" in path.parts and LOOSE.search(text):
                yield f"{name} has a quotation mark, colon, semicolon, question or exclamation mark that a line end may part from its word"
            if source[:1].isspace() != text[:1].isspace() or source[-1:].isspace() != text[-1:].isspace():
                yield f"{name} begins or ends with a space where its source does not, or the other way round"


def placeholders(text: str) -> set[str]:
    return {match.group() for match in PLACEHOLDER.finditer(text)}


def identities(path: Path) -> set[tuple[str | None, str]]:
    return {(message.context, str(message.id)) for message in catalogue(path) if message.id}


def differences() -> Iterator[str]:
    """One sentence for each message that the sources have and a catalogue lacks, or the other way round."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / PACKAGE.name
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "*.mo"))
        (copy / "locale").mkdir(exist_ok=True)
        extract(copy, languages())
        for code in languages():
            known = identities(LOCALE / code / "LC_MESSAGES" / "django.po")
            used = identities(copy / "locale" / code / "LC_MESSAGES" / "django.po")
            yield from (f"{code}: {text[:70]!r} is not in the catalogue" for _, text in sorted(used - known, key=str))
            yield from (f"{code}: {text[:70]!r} is no longer used" for _, text in sorted(known - used, key=str))


def check() -> int:
    found = [fault for code in languages() for fault in faults(LOCALE / code / "LC_MESSAGES" / "django.po")]
    if shutil.which("xgettext") and shutil.which("msgmerge"):
        found += differences()
    elif os.environ.get("CI"):
        found.append("gettext is not installed, so the catalogues could not be compared with the sources")
    else:
        print("Not compared with the sources: gettext is not installed.", file=sys.stderr)
    for fault in found[:SHOWN]:
        print(fault)
    if len(found) > SHOWN:
        print(f"... and {len(found) - SHOWN} more")
    if found:
        print(f"{len(found)} faults in the catalogues: run make messages and translate.", file=sys.stderr)
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=["compile", "extract", "check"])
    match parser.parse_args().act:
        case "compile":
            compile_all()
        case "extract":
            if not shutil.which("xgettext"):
                print("Extracting needs gettext: install it and try again.", file=sys.stderr)
                return 1
            LOCALE.mkdir(exist_ok=True)
            extract(PACKAGE, languages())
            compile_all()
        case "check":
            return check()
    return 0


if __name__ == "__main__":
    sys.exit(main())
