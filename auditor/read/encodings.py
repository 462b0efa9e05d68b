"""Which encoding a text file is in: a byte order mark, then strict UTF-8, then strict cp949."""

from __future__ import annotations

import codecs
from pathlib import Path

from auditor.errors import InputError, Problem
from auditor.wording import N_, say

CHUNK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path) -> str:
    """`utf-8`, `utf-8-sig`, `utf-16` or `cp949`: the first in which the whole file is valid.

    Not euc_kr, whose Python codec maps some syllables to eight bytes, and not latin-1, in which
    everything is valid and Korean turns into noise.

    Raises:
        InputError: `encoding-unknown`, with the offset of the first byte that is not UTF-8.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, name in MARKS:
        if head.startswith(mark):
            _require(path, name)
            return name
    bad = _first_bad_byte(path, "utf-8")
    if bad is None:
        return "utf-8"
    if _first_bad_byte(path, "cp949") is None:
        return "cp949"
    raise InputError(_unknown(path, bad))


def _require(path: Path, encoding: str) -> None:
    bad = _first_bad_byte(path, encoding)
    if bad is not None:
        raise InputError(_unknown(path, bad))


def _unknown(path: Path, offset: int) -> Problem:
    return Problem(
        slug="encoding-unknown",
        what=say(
            N_("{name} is neither UTF-8, UTF-16 nor cp949: byte {offset:,} is not valid UTF-8"),
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
