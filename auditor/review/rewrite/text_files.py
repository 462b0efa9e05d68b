"""Text files again: an encoding that gives every byte back, and labels that it can hold."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from auditor.review.rewrite.family import Edits, not_encodable

MARKED = {
    "utf-8-sig": ((codecs.BOM_UTF8, "utf-8"),),
    "utf-16": ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")),
    "utf-32": ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")),
}
"""Encoding with a byte order mark -> each mark, and the encoding in which it is a character like others."""
MARK = "\ufeff"
"""The byte order mark as a character."""


def exact_encoding(path: Path, encoding: str) -> str:
    """The encoding in which a byte order mark stays a character, so that it is written again.

    What is decoded and encoded in it has the bytes it had: UTF-8, UTF-16 and UTF-32 are one to one, and
    so is cp949, of which every pair of bytes was tried.

    Args:
        path: a file that is valid in `encoding`.
        encoding: as `encoding_of` names it.

    Raises:
        ValueError: the file has no mark of that encoding.
    """
    if encoding not in MARKED:
        return encoding
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, name in MARKED[encoding]:
        if head.startswith(mark):
            return name
    raise ValueError(f"no byte order mark of {encoding}")


def can_hold(encoding: str, text: str) -> bool:
    """Whether an encoding has every character of a text.

    >>> can_hold("cp949", "\\uac00"), can_hold("cp949", "\\U0001f600")
    (True, False)
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def require_encodable(name: str, edits: Edits, encoding: str) -> None:
    """Raise where an encoding cannot hold a new text or the name of a new column.

    Raises:
        InputError: `label-not-encodable`, with the first such text in the order of the texts.
    """
    for text in sorted(set(_texts(edits))):
        if not can_hold(encoding, text):
            raise not_encodable(name, text, encoding)


def _texts(edits: Edits) -> Iterator[str]:
    yield from edits.added
    for texts in (*edits.cells.values(), *edits.added.values()):
        yield from texts.values()
