"""Files that were made to do harm, or that people send by mistake, by name: what each is, and what becomes of it.

``refusal`` is the key of the sentence that its sender reads (`files.checking.SENTENCES`), "" where it is taken.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pikepdf

from tests.applications.papers import pdf, picture, png_bomb, zipped


@dataclass(frozen=True)
class Hostile:
    name: str
    make: Callable[[], bytes]
    refusal: str = ""

    @property
    def data(self) -> bytes:
        return _made(self.make)


@cache
def _made(make: Callable[[], bytes]) -> bytes:
    return make()


def owner_locked() -> bytes:
    """Opens without a password, and forbids everything else."""
    out = io.BytesIO()
    made = pikepdf.new()
    made.add_blank_page()
    made.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
    return out.getvalue()


def packed_page(megabytes: int = 400, times: int = 1) -> bytes:
    """A page whose content grows to hundreds of megabytes for whoever shows it, packed once or several times over."""
    deflate = zlib.compressobj(9)
    block = b" " * 1_000_000
    packed = b"".join(deflate.compress(block) for _n in range(megabytes)) + deflate.flush()
    for _n in range(times - 1):
        packed = zlib.compress(packed, 9)
    return _pdf_of(packed, b"[" + b"/FlateDecode " * times + b"]")


def broken_packing() -> bytes:
    return _pdf_of(b"\xff" * 400_000, b"/FlateDecode")


def _pdf_of(content: bytes, packing: bytes) -> bytes:
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Filter %s/Length %d>>\nstream\n%s\nendstream" % (packing, len(content), content),
    ]
    out, places = b"%PDF-1.5\n", []
    for n, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 5\n0000000000 65535 f \n%s" % table
    return out + head + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def without_pages() -> bytes:
    out = io.BytesIO()
    pikepdf.new().save(out)
    return out.getvalue()


def in_a_circle() -> bytes:
    """A tree of pages that holds itself."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for n in range(3):
            archive.writestr(f"word/{n}.xml", b"\0" * 300_000_000)
    return out.getvalue()


def docx() -> bytes:
    return zipped(content=b"<w:document/>")


HOSTILE: dict[str, Hostile] = {
    "nothing": Hostile("cv.pdf", lambda: b"", "empty"),
    "one byte": Hostile("cv.pdf", lambda: b"%", "type_other"),
    "only zeros": Hostile("cv.pdf", lambda: b"\0" * 2000, "type_other"),
    "only the beginning": Hostile("cv.pdf", lambda: b"%PDF-1.7", "broken"),
    "locked": Hostile("cv.pdf", lambda: pdf(1, password="x"), "encrypted"),
    "locked by its owner": Hostile("cv.pdf", owner_locked, "encrypted"),
    "pdf that is a zip": Hostile("cv.pdf", lambda: pdf(1) + zipped("evil.exe", b"x" * 5000), "mixed"),
    "pdf that is a page": Hostile("cv.pdf", lambda: pdf(1) + b"<script>alert(1)</script>" * 200, "mixed"),
    "page that is a pdf": Hostile("cv.pdf", lambda: b"<html><script>1</script>" + pdf(1), "type_other"),
    "picture that is a zip": Hostile("photo.jpg", lambda: picture() + zipped("evil.exe")),
    "picture that is a script": Hostile("photo.png", lambda: picture("PNG") + b"<script>alert(1)</script>"),
    "picture called pdf": Hostile("cv.pdf", picture),
    "drawing with a script": Hostile("x.svg", lambda: b"<svg><script>alert(1)</script></svg>", "type_other"),
    "program": Hostile("cv.pdf.exe", lambda: b"MZ" + b"\0" * 400, "type_other"),
    "word": Hostile("cv.docx", docx, "type_office"),
    "word called pdf": Hostile("cv.pdf", docx, "type_office"),
    "zip bomb": Hostile("cv.docx", zip_bomb, "type_office"),
    "page of 400 MB": Hostile("cv.pdf", packed_page, "bomb"),
    "page packed twice": Hostile("cv.pdf", lambda: packed_page(times=2), "bomb"),
    "page that cannot be unpacked": Hostile("cv.pdf", broken_packing),
    "picture of many pixels": Hostile("photo.png", png_bomb, "pixels"),
    "no pages": Hostile("cv.pdf", without_pages, "broken"),
    "pages in a circle": Hostile("cv.pdf", in_a_circle, "broken"),
    "200 pages": Hostile("cv.pdf", lambda: pdf(200), "pages"),
    "cut off": Hostile("cv.pdf", lambda: pdf(3)[:300], "broken"),
    "picture cut off": Hostile("photo.jpg", lambda: picture(size=(900, 900))[:300], "broken"),
    "40 MB": Hostile("cv.pdf", lambda: pdf(1) + b"\0" * 40_000_000, "too_large"),
}  # fmt: skip

# Names as they are sent -> as they are shown, in a page and in the head of an answer.
NAMES: dict[str, str] = {
    "../../etc/passwd.pdf": "passwd.pdf",
    "..\\..\\boot.pdf": "boot.pdf",
    "C:\\Users\\awa\\cv.pdf": "cv.pdf",
    "cv\u202efdp.exe": "cvfdp.pdf",
    "cv\0.pdf": "cv.pdf",
    "cv\r\nX-Evil: 1.pdf": "cv X-Evil_ 1.pdf",
    '<img src=x onerror="alert(1)">.pdf': "_img src=x onerror=_alert(1)__.pdf",
    "=cmd|' /C calc'!A0.pdf": "C calc'!A0.pdf",
    "=1+1.pdf": "=1+1.pdf",
    ".htaccess": "htaccess.pdf",
    "": "file.pdf",
    "x" * 400 + ".pdf": "x" * 120 + ".pdf",
    "\u0301\u0301.pdf": "\u0301\u0301.pdf",
    "Lettre d’appui – Zoë.pdf": "Lettre d’appui – Zoë.pdf",
    "رسالة.pdf": "رسالة.pdf",
}
