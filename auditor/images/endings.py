"""What the bytes of a file say of themselves: which kind it is, and whether its end is missing.

Asked only where an image could not be opened, to say why.
"""

from __future__ import annotations

import struct

KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"8BPS", "PSD"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"\x76\x2f\x31\x01", "EXR"),
    (b"\x93NUMPY", "npy"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"II\x2b\x00", "BigTIFF"),
    (b"MM\x00\x2b", "BigTIFF"),
)
"""First bytes of files that people have among images, and that are not opened."""
BRANDS = {
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"hevc": "HEIC",
    b"mif1": "HEIC",
    b"avif": "AVIF",
    b"avis": "AVIF",
}


def kind_of(data: bytes) -> str:
    """What a file that is not opened is by its first bytes: `HEIC`, `SVG`, `text`, ...; "" where unknown.

    >>> kind_of(b'<svg xmlns="http://www.w3.org/2000/svg"/>'), kind_of(b"%PDF-1.7")
    ('SVG', 'PDF')
    """
    head = data[:1024]
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12], "MP4")
    if head[128:132] == b"DICM":
        return "DICOM"
    if head[:1] in b"PQ" and head[1:2] in b"1234567" and head[2:3].isspace():
        return "PNM"
    for start, kind in KINDS:
        if head.startswith(start):
            return kind
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in text:
        return "SVG"
    if text.startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if text.startswith(b"version https://git-lfs"):
        return "Git LFS"
    printable = bytes(range(32, 127)) + b"\t\r\n"
    return "text" if head and not head.translate(None, printable) else ""


def ends_early(data: bytes) -> bool:
    """Whether a JPEG, PNG, GIF, WebP, BMP or TIFF file stops before the end that its format gives it.

    >>> ends_early(bytes.fromhex("ffd8ffe0")), ends_early(bytes.fromhex("ffd8ffd9"))
    (True, False)
    """
    if data.startswith(b"\xff\xd8"):
        return b"\xff\xd9" not in data[-1024:]
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return b"IEND" not in data[-1024:]
    if data.startswith((b"GIF87a", b"GIF89a")):
        return b"\x3b" not in data[-16:]
    try:
        return _shorter_than_said(data)
    except struct.error:
        return True


def _shorter_than_said(data: bytes) -> bool:
    """The same for formats that give a length or a place."""
    if data.startswith(b"RIFF"):
        return len(data) < 8 + int(struct.unpack_from("<I", data, 4)[0])
    if data.startswith(b"BM"):
        return len(data) < int(struct.unpack_from("<I", data, 2)[0])
    if data.startswith((b"II\x2a\x00", b"MM\x00\x2a")):
        return _tiff_ends_early(data, "<" if data.startswith(b"II") else ">")
    return False


def _tiff_ends_early(data: bytes, order: str) -> bool:
    """Whether the first directory of a TIFF, or one of the strips or tiles it lists, lies beyond the end."""
    (place,) = struct.unpack_from(order + "I", data, 4)
    (entries,) = struct.unpack_from(order + "H", data, place)
    found: dict[int, tuple[int, ...]] = {}
    for entry in range(entries):
        tag, kind, count, value = struct.unpack_from(order + "HHI4s", data, place + 2 + 12 * entry)
        if tag in (273, 279, 324, 325) and kind in (3, 4):
            found[tag] = _tiff_numbers(data, order, "H" if kind == 3 else "I", count, value)
    starts = found.get(273, found.get(324, ()))
    lengths = found.get(279, found.get(325, ()))
    return any(start + length > len(data) for start, length in zip(starts, lengths, strict=False))


def _tiff_numbers(data: bytes, order: str, letter: str, count: int, value: bytes) -> tuple[int, ...]:
    """The numbers of one entry: in the entry itself where they fit, else where it points to."""
    form = f"{order}{count}{letter}"
    if count * struct.calcsize(letter) <= 4:
        return struct.unpack_from(form, value)
    (place,) = struct.unpack(order + "I", value)
    if count > len(data):
        raise struct.error
    return struct.unpack_from(form, data, place)
