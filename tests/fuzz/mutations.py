"""Damaged files out of sound ones: flips, cuts, splices, lengths that lie, tokens in odd places."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import struct
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

TOKENS: tuple[bytes, ...] = (
    *(b'"', b'""', b'"""', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\\"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x80\x04", b"PK\x03\x04", b"\x1f\x8b\x08", b"\x1a"),
    *(b"NaN", b"nan", b"inf", b"-Infinity", b"1e999", b"-0", b"9" * 60, b"0x10", b"1_000", b"null", b"None"),
    *(b"[" * 400, b"{" * 300, b'{"a":' * 150, b"]", b"}", b"{}", b"[]", b":", b"\\ud800", b"\\u0000"),
    *("가".encode(), "가".encode("cp949"), "\u202e".encode(), "e\u0301".encode(), "\u2028".encode(), b"\x85"),
    *(
        b"id",
        b"label",
        b"text",
        b"prob_a",
        b"__label__",
        b"__label__ ",
        b"-",
        b"=1+1",
        b"<!DOCTYPE x>",
        b"&x;",
    ),
)
"""What readers stumble over, thrown in anywhere."""
NUMBERS = (0, 1, -1, 2**31 - 1, -(2**31), 2**32 - 1, 2**63 - 1, -(2**63), 1 << 40, 255, 65_535)
"""Lengths and offsets that no small file has."""
Mutation = Callable[[Random, bytes, bytes], bytes]
"""(random, bytes, bytes of another sound file) -> damaged bytes."""
LARGEST = 1 << 20
"""A mutated file is cut to this many bytes."""


def _flip(random: Random, data: bytes, other: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8, 40))):
        out[random.randrange(len(out))] ^= 1 << random.randrange(8)
    return bytes(out)


def _overwrite(random: Random, data: bytes, other: bytes) -> bytes:
    at, size = _span(random, data)
    return data[:at] + random.randbytes(size) + data[at + size :]


def _cut(random: Random, data: bytes, other: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def _behead(random: Random, data: bytes, other: bytes) -> bytes:
    return data[random.randrange(len(data)) :]


def _remove(random: Random, data: bytes, other: bytes) -> bytes:
    at, size = _span(random, data)
    return data[:at] + data[at + size :]


def _repeat(random: Random, data: bytes, other: bytes) -> bytes:
    at, size = _span(random, data)
    return data[:at] + data[at : at + size] * random.choice((2, 3, 50)) + data[at + size :]


def _move(random: Random, data: bytes, other: bytes) -> bytes:
    at, size = _span(random, data)
    rest = data[:at] + data[at + size :]
    to = random.randint(0, len(rest))
    return rest[:to] + data[at : at + size] + rest[to:]


def _splice(random: Random, data: bytes, other: bytes) -> bytes:
    return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]


def _token(random: Random, data: bytes, other: bytes) -> bytes:
    out = data
    for _ in range(random.choice((1, 1, 2, 5))):
        at = random.choice((0, len(out), random.randint(0, len(out))))
        out = out[:at] + random.choice(TOKENS) + out[at + random.choice((0, 0, 1)) :]
    return out


def _number(random: Random, data: bytes, other: bytes) -> bytes:
    """A length or an offset that lies, in any of the widths and byte orders there are."""
    form = random.choice("<>") + random.choice("hiq")
    size = struct.calcsize(form)
    value = random.choice(NUMBERS) & ((1 << (8 * size)) - 1)
    at = random.randrange(max(len(data) - size, 1))
    return data[:at] + value.to_bytes(size, "little" if form[0] == "<" else "big") + data[at + size :]


def _digits(random: Random, data: bytes, other: bytes) -> bytes:
    """The same for numbers that are written out."""
    places = [at for at, byte in enumerate(data[:20_000]) if 48 <= byte <= 57]
    if not places:
        return _number(random, data, other)
    at = random.choice(places)
    return data[:at] + str(random.choice(NUMBERS)).encode() + data[at + 1 :]


def _lines(random: Random, data: bytes, other: bytes) -> bytes:
    """Lines in another order, with other ends, or with empty ones between."""
    lines = data.splitlines()
    random.shuffle(lines)
    return random.choice((b"\n", b"\r", b"\r\n", b"\n\n")).join(lines)


def _recode(random: Random, data: bytes, other: bytes) -> bytes:
    """The text in another encoding, with or without its mark."""
    try:
        text = data.decode()
        return text.encode(random.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp949", "utf-32", "latin-1")))
    except ValueError:
        return _flip(random, data, other)


MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _overwrite, _cut, _behead, _remove, _repeat, _move, _splice),
    *(_token, _token, _token, _number, _number, _digits, _lines, _recode),
)


def mutated(random: Random, data: bytes, other: bytes) -> bytes:
    """Bytes with one to four faults; inside a compressed file or an archive half of the time."""
    if random.random() < 0.5 and (inside := _inside(random, data, other)) is not None:
        return inside
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        data = random.choice(MUTATIONS)(random, data or b" ", other or b" ")[:LARGEST]
    return data


def _inside(random: Random, data: bytes, other: bytes) -> bytes | None:
    """The same with the faults inside; None for what is not compressed."""
    for head, unpack, pack in (
        (b"\x1f\x8b", gzip.decompress, lambda raw: gzip.compress(raw, mtime=0)),
        (b"BZh", bz2.decompress, bz2.compress),
        (b"\xfd7zXZ", lzma.decompress, lzma.compress),
    ):
        if data.startswith(head):
            return pack(mutated(random, unpack(data), other))
    return _inside_zip(random, data, other) if data.startswith(b"PK\x03\x04") else None


def _inside_zip(random: Random, data: bytes, other: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    target = random.choice(sorted(members))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            written = mutated(random, content, other) if name == target else content
            info = zipfile.ZipInfo(name)
            info.compress_type = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
            archive.writestr(info, written)
    return out.getvalue()


# text made from nothing

CELLS = (
    *(
        "",
        "",
        "a",
        "b",
        "cat",
        "007",
        "1e5",
        "NA",
        "None",
        "null",
        "nan",
        "0.5",
        "1",
        "-0",
        "1_0",
        " x ",
        "inf",
    ),
    *(
        'say "hi"',
        '"',
        '""',
        "a,b",
        "a;b",
        "a\tb",
        "a|b",
        "two\nlines",
        "cr\rlf",
        "win\r\nend",
        "\n",
        "\\",
        "'",
    ),
    *(
        "안녕",
        "e\u0301",
        "é",
        "\u202eabc",
        "\0",
        "\x1b[31m",
        "\u2028",
        "\x85",
        "\ufeff",
        "=1+1",
        "{",
        "[1, 2]",
    ),
    *(
        "똠방각하",
        "\U0001f600",
        "x" * 300,
        "__label__a",
        "true",
        "1" * 50,
        "\x1c",
        "\x0b",
        "http://x.example/",
    ),
)
"""Cells that readers stumble over."""
NAMES = (
    *("id", "text", "label", "split", "prob_a", "prob_b", "c0", "c1", "a", "b", "글", "ID", "id ", ""),
    *CELLS[2:12],
)
"""Names of columns."""


def separated_text(random: Random) -> bytes:
    """A table of separated values: sound, ragged or badly quoted."""
    separator = random.choice(",,,\t\t;|")
    end = random.choice(("\n", "\n", "\r\n", "\r"))
    width = random.randint(1, 4)
    cells = [random.choice(CELLS) for _ in range(random.randint(2, 9))]
    rows = [[random.choice(NAMES) for _ in range(width)]]
    for _ in range(random.randint(0, 12)):
        rows.append([random.choice(cells) for _ in range(width + (random.random() < 0.02))])
    sound = random.random() < 0.7
    text = end.join(separator.join(_written(random, cell, sound, separator) for cell in row) for row in rows)
    text = random.choice(("", "", "", end, end * 2)) + text + random.choice(("", end, end * 2))
    return _encoded(random, text)


def prediction_text(random: Random) -> bytes:
    """A table of class probabilities, its numbers spelled in every way there is."""
    separator = random.choice(",,\t;")
    header = [
        "id",
        *random.choice((("cat", "dog", "eel"), ("prob_cat", "prob_dog", "prob_eel"), ("c0", "c1", "c2"))),
    ]
    odd = random.choice((0, 0, 0.05, 0.5))
    rows = [header[random.choice((0, 0, 1)) :]]
    for row in range(random.choice((6, 6, 3))):
        cells = random.choice(
            (("0.5", "0.25", "0.25"), ("1", "0", "0"), (".75", "0.125", "1.25e-1"), ("3", "-1", "2"))
        )
        written = [random.choice(NUMBER_CELLS) if random.random() < odd else cell for cell in cells]
        rows.append([f"item-{row}", *written][-len(rows[0]) :])
    end = random.choice(("\n", "\r\n"))
    return _encoded(random, end.join(separator.join(cells) for cells in rows) + random.choice(("", end)))


NUMBER_CELLS = (
    *(
        "",
        " 0.5",
        "0.5 ",
        "+0.5",
        ".5",
        "5.",
        "5e-1",
        "1E-3",
        "1_0",
        "0x1p-2",
        "1,5",
        "0,5",
        "50%",
        "1e999",
        "-1e999",
    ),
    *(
        "inf",
        "Infinity",
        "-inf",
        "NaN",
        "nan",
        "NA",
        "null",
        "None",
        "#N/A",
        "true",
        "1e-400",
        "-0.0",
        "00.5",
        "\uff11",
    ),
    *(
        "0." + "3" * 400,
        "1" * 30,
        "1e",
        "--1",
        "(0.5)",
        "0.5\u00a0",
        "'0.5",
        '"0.5"',
        "1e5",
        "nan(1)",
        "0.1d",
    ),
)
"""Numbers as people and programs write them, and what only looks like one."""


def _written(random: Random, cell: str, sound: bool, separator: str) -> str:
    needed = any(mark in cell for mark in (separator, '"', "\n", "\r"))
    if sound and (needed or random.random() < 0.2):
        return '"' + cell.replace('"', '""') + '"'
    return f'"{cell}"' if not sound and random.random() < 0.2 else cell


def _encoded(random: Random, text: str) -> bytes:
    encoding = random.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp949"))
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode()


def json_value(random: Random, depth: int = 0) -> Any:
    """A value of any kind, now and then nested."""
    kind = random.randrange(9 if depth < 4 else 6)
    if kind < 3:
        return random.choice(CELLS)
    if kind < 6:
        return random.choice((None, True, 1, 7.0, 0.1, 1e300, -0.0, 2**70, float("nan"), float("inf"), 1e-7))
    items = [json_value(random, depth + 1) for _ in range(random.randint(0, 3))]
    return items if kind == 6 else {random.choice(NAMES): item for item in items}


def json_text(random: Random, *, lines: bool) -> bytes:
    """Objects one per line, or in one list; a few with other keys, or with a key twice."""
    names = [random.choice(NAMES) for _ in range(random.randint(1, 4))]
    rows = [_object(random, names) for _ in range(random.randint(0, 10))]
    if lines:
        return _encoded(random, random.choice(("\n", "\n", "\r\n", "\n\n")).join(rows))
    return _encoded(
        random, random.choice(("[", "[", '{"data": [')) + ",".join(rows) + random.choice(("]", "]", "]}"))
    )


def _object(random: Random, names: list[str]) -> str:
    chosen = [name for name in names if random.random() < 0.95]
    if random.random() < 0.03:
        chosen += chosen[:1]
    ascii_only = random.random() < 0.5
    cells = (
        json.dumps(name) + ": " + json.dumps(json_value(random), ensure_ascii=ascii_only) for name in chosen
    )
    return "{" + ", ".join(cells) + "}"


def _span(random: Random, data: bytes) -> tuple[int, int]:
    """(start, length) of a piece of the data."""
    at = random.randrange(len(data))
    return at, min(random.choice((1, 2, 4, 16, 100, 1_000)), len(data) - at)
