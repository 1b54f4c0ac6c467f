"""Files as people send them, good and bad, made when they are asked for."""

from __future__ import annotations

import io
import random
import zipfile
import zlib

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def pdf(pages: int = 1, *, password: str = "", extra: bytes = b"", weight: int = 0) -> bytes:
    """``weight`` makes it so many bytes heavier."""
    made = pikepdf.new()
    for _n in range(pages):
        made.add_blank_page()
    if weight:
        made.Root.Weight = made.make_stream(random.Random(weight).randbytes(weight))  # noqa: S311
    out = io.BytesIO()
    if password:
        made.save(out, encryption=pikepdf.Encryption(owner=password, user=password))
    else:
        made.save(out)
    return out.getvalue() + extra


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera that tells where it was"
    Image.new("RGB", size, "#345").save(out, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return out.getvalue()


def zipped(name: str = "word/document.xml", content: bytes = b"<w/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def png_bomb(side: int = 20_000) -> bytes:
    """A PNG of many pixels in few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(b"\0" * ((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf_bomb(megabytes: int = 1200) -> bytes:
    """A PDF whose list of objects grows to gigabytes when it is read."""
    deflate = zlib.compressobj(9)
    packed = deflate.compress(b"1 0 " * 10)
    block = b" " * 1_000_000
    for _n in range(megabytes):
        packed += deflate.compress(block)
    packed += deflate.flush()
    body = b"%PDF-1.5\n"
    at = len(body)
    body += b"3 0 obj\n<</Type/ObjStm/N 10/First 40/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    body += packed + b"\nendstream\nendobj\n"
    table = b"".join(
        row.to_bytes(1, "big") + place.to_bytes(4, "big") + index.to_bytes(2, "big")
        for row, place, index in [(0, 0, 65535), (2, 3, 0), (2, 3, 1), (1, at, 0), (1, len(body), 0)]
    )
    xref = len(body)
    body += b"4 0 obj\n<</Type/XRef/Size 5/W[1 4 2]/Root 1 0 R/Length %d>>\nstream\n" % len(table)
    body += table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % xref
    return body


def sent(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
