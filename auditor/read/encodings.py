"""Which encoding a text file is in: a byte order mark, then strict UTF-8, then strict cp949.

A file with zero bytes in it may be UTF-16 without a mark: see `_unmarked`.
"""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import Path

from auditor.errors import InputError, Problem
from auditor.wording import N_, say

CHUNK = 1 << 20
HEAD = 1 << 16
"""Bytes by which UTF-16 without a mark is told."""
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before the mark of UTF-16, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path) -> str:
    """`utf-8`, `utf-8-sig`, `utf-16`, `utf-32` or `cp949`: the first in which the whole file is valid.

    `utf-16-le` or `utf-16-be` for UTF-16 without a byte order mark.

    Not euc_kr, whose Python codec maps some syllables to eight bytes, and not latin-1, in which
    everything is valid and Korean turns into noise.

    Raises:
        InputError: `encoding-unknown`, with the offset of the first byte that is not UTF-8.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    for mark, name in MARKS:
        if head.startswith(mark):
            _require(path, name)
            return name
    bad = _first_bad_byte(path, "utf-8")
    unmarked = _unmarked(path, head, is_utf8=bad is None)
    if unmarked is not None:
        return unmarked
    if bad is None:
        return "utf-8"
    if _first_bad_byte(path, "cp949") is None:
        return "cp949"
    raise InputError(_unknown(path, bad))


def _unmarked(path: Path, head: bytes, *, is_utf8: bool) -> str | None:
    """The UTF-16 that a file without a mark is in, None where it is none.

    A table in UTF-16 has a zero byte in every separator and line end, and text in UTF-8 or cp949 has
    none. A file that is valid UTF-8 with zero bytes here and there is damaged UTF-8; in UTF-16 of which
    every byte is valid UTF-8 most characters are ASCII, so nearly every second byte is zero.
    """
    if b"\0" not in head or (is_utf8 and 4 * head.count(0) < len(head)):
        return None
    ways = [name for name in ("utf-16-le", "utf-16-be") if _reads_as_text(head, name)]
    return ways[0] if len(ways) == 1 and _first_bad_byte(path, ways[0]) is None else None


def _reads_as_text(head: bytes, encoding: str) -> bool:
    """Whether bytes make lines, or JSON, of known characters; swapped, a line end is no character."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    strange = any(unicodedata.category(letter) == "Cn" for letter in set(text) if letter < "\U00010000")
    return not strange and "\0" not in text and any(sign in text for sign in "\n\r{[")


def head_text(head: bytes) -> str | None:
    """The beginning of a text file, without its byte order mark; None where it is no text.

    >>> head_text("가".encode()[:2]), head_text(b"a"), head_text(bytes([0xFF]) * 4)
    ('', 'a', None)
    """
    encoding = head_encoding(head)
    return None if encoding is None else _beginning(head, encoding)


def head_encoding(head: bytes) -> str | None:
    """The encoding of a text file that begins so; None where it is no text."""
    named = next((name for mark, name in MARKS if head.startswith(mark)), None)
    tried = (named,) if named else ("utf-8", "cp949")
    return next((encoding for encoding in tried if _beginning(head, encoding) is not None), None)


def _beginning(head: bytes, encoding: str) -> str | None:
    try:  # a character may be cut off at the end
        return codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    except UnicodeDecodeError:
        return None


def encoding_notes(name: str, encoding: str) -> tuple[Problem, ...]:
    """A note where a file is not in UTF-8; `name` is what messages call it."""
    if encoding in {"utf-8", "utf-8-sig"}:
        return ()
    return (
        Problem(
            slug="encoding-converted",
            what=say(N_("{name} was read as {encoding}"), name=name, encoding=encoding),
            fixes=(say(N_("save it as UTF-8 to silence this")),),
            level="note",
        ),
    )


def _require(path: Path, encoding: str) -> None:
    bad = _first_bad_byte(path, encoding)
    if bad is not None:
        raise InputError(_unknown(path, bad))


def _unknown(path: Path, offset: int) -> Problem:
    return Problem(
        slug="encoding-unknown",
        what=say(
            N_("{name} is neither UTF-8, UTF-16, UTF-32 nor cp949: byte {offset:,} is not valid UTF-8"),
            name=path.name,
            offset=offset,
        ),
        fixes=(say(N_("save it as UTF-8, or: {command}"), command="iconv -f ENCODING -t UTF-8 FILE > NEW"),),
    )


def _first_bad_byte(path: Path, encoding: str) -> int | None:
    """Offset near the first byte that is not valid in `encoding`, None when all of the file is."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return max(done - pending + error.start, 0)
            if not chunk:
                return None
            done += len(chunk)
