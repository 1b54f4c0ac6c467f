"""Looking into a file that a stranger sent. Run as a process of its own, with little memory and little time:

    python -m tessera.applications.files.inspection PATH PLACE

Prints what was found as JSON: {"kind", "pages"} or {"refusal"}, and writes a picture anew to PLACE, without what a camera
adds and without anything that hides behind it. Knows no Django.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import zlib
from pathlib import Path
from typing import Any

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
MOST_PIXELS = 80_000_000
LONGEST_SIDE = 30_000
TAIL = 2048  # what may follow the end of a PDF
MOST_STREAM = 256 * 1024 * 1024  # what one packed part of a PDF may grow to
MOST_RATIO = 1040  # no packed byte becomes more

# The first bytes of what people send by mistake, to call it by its name.
KNOWN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"PK\x03\x04", "office"),
    (b"PK\x05\x06", "office"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
    (b"GIF8", "picture"),
    (b"RIFF", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"BM", "picture"),
)
HEIC = re.compile(rb"^....ftyp(heic|heix|hevc|mif1|msf1|avif)", re.DOTALL)


def kind_of(head: bytes) -> str:
    """What the first bytes say: pdf, jpeg, png, or office, picture, heic, other."""
    for signature, kind in KNOWN:
        if head.startswith(signature):
            return kind
    return "heic" if HEIC.match(head) else "other"


def inspect(path: Path, place: Path) -> dict[str, Any]:
    """What the file is, or why it is not taken, as a key."""
    with path.open("rb") as file:
        head = file.read(64)
    kind = kind_of(head)
    if kind == "pdf":
        return inspect_pdf(path)
    if kind in ("jpeg", "png"):
        return inspect_picture(path, place, kind)
    return {"refusal": f"type_{kind}"}


def inspect_pdf(path: Path) -> dict[str, Any]:
    import pikepdf

    data = path.read_bytes()
    end = data.rfind(b"%%EOF")
    if end < 0:  # whoever reads it may mend it, and miss pages
        return {"refusal": "broken"}
    behind = data[end + 5 :].strip(b"\r\n\t \x00")
    if len(behind) > TAIL or b"PK\x05\x06" in data[-66_000:]:
        return {"refusal": "mixed"}
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                return {"refusal": "encrypted"}
            if any(_grows(part) for part in pdf.objects if isinstance(part, pikepdf.Stream)):
                return {"refusal": "bomb"}
            pages = len(pdf.pages)
    except pikepdf.PasswordError:
        return {"refusal": "encrypted"}
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return {"refusal": "broken"}
    return {"kind": "pdf", "pages": pages} if pages else {"refusal": "broken"}


def _grows(stream: Any) -> bool:
    """Whether a part is packed so that whoever shows it runs out of memory. What cannot be unpacked does not grow."""
    import pikepdf

    packings = stream.get("/Filter")
    names = [str(one) for one in packings] if isinstance(packings, pikepdf.Array) else [str(packings)]
    data = stream.read_raw_bytes()
    for name in names:
        if name not in ("/FlateDecode", "/Fl") or len(data) * MOST_RATIO ** len(names) <= MOST_STREAM:
            return False
        unpacking = zlib.decompressobj()
        try:
            data = unpacking.decompress(data, MOST_STREAM)
        except zlib.error:
            return False
        if unpacking.unconsumed_tail:
            return True
    return False


def inspect_picture(path: Path, place: Path, kind: str) -> dict[str, Any]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(path, formats=[kind.upper()]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
                return {"refusal": "pixels"}
            if kind == "jpeg":
                picture.draft("RGB", (3000, 3000))  # decodes a large photo at a fraction of its size
            fresh = ImageOps.exif_transpose(picture)
            if max(fresh.size) > 3000:
                fresh.thumbnail((3000, 3000))
            if kind == "jpeg":
                fresh.convert("RGB").save(place, "JPEG", quality=88)
            else:
                if fresh.mode not in ("1", "L", "LA", "P", "RGB", "RGBA"):
                    fresh = fresh.convert("RGB")
                fresh.info.clear()
                fresh.save(place, "PNG")
    except Image.DecompressionBombError:
        return {"refusal": "pixels"}
    except (OSError, ValueError, SyntaxError):
        return {"refusal": "broken"}
    return {"kind": kind, "pages": 1, "rewritten": True}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        found = inspect(Path(sys.argv[1]), Path(sys.argv[2]))
    except MemoryError:
        found = {"refusal": "bomb"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
