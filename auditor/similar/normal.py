"""Content as it is compared: one normalised text per row, and whether it says enough for a label."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import whole
from auditor.data import Content, ContentKind

CELL_JOINT = "\x1f"
OTHER_BLANK = r"[\t-\r\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
"""What Python calls whitespace but the blank; `CELL_JOINT` is among it, so no cell can hold one."""
BLANKS = rf" ?{OTHER_BLANK}[\s\x0b\x1c-\x1f\x{{85}}\p{{Z}}]*|  [\s\x0b\x1c-\x1f\x{{85}}\p{{Z}}]*"
"""Runs of whitespace that are not one blank already: most texts hold none, and a match costs more than a
look."""
OPENING = r"(^| )[\p{Pi}\p{Ps}\"'¡¿]+([\p{L}\p{N}])"
"""Quotes and brackets before a word."""
CLOSING = r"([\p{L}\p{M}\p{N}])(?: ?[\p{Pf}\p{Pe}\"'.,!…~。、，．！～])+( |$)"
"""What ends a word or a sentence and says nothing itself. A question mark does, as do `:)`, `C#`, `5%`."""
ENOUGH_UNITS = 6
"""Letters (a Hangul syllable or Chinese character counts as two) that a text must have after repeats
and punctuation are collapsed, for its label to follow from it: `good`, `.`, `굿` have fewer."""
BEGINNING = 64
"""Characters of a text that are looked at first; they nearly always say enough."""
ENOUGH_CELLS = 3
"""Filled cells that a table row must have for equal rows to mean the same thing."""


def normal_columns(content: Content) -> tuple[pa.Array, ...]:
    """One (n,) array per column: NFC, lower case, blanks squeezed; of texts the punctuation at the edges
    of words evened out too. () where there is nothing to compare."""
    if content.kind in {"images", "files", "none"}:
        return ()
    columns = (_normal_cells(content.columns[name]) for name in content.columns.column_names)
    if content.kind == "text":
        columns = (_without_edges(column) for column in columns)
    return tuple(whole(column) for column in columns)


def joined(columns: tuple[pa.Array, ...]) -> pa.Array | None:
    """(n,) one text per row, its cells joined by `CELL_JOINT`; None without columns."""
    if len(columns) < 2:
        return columns[0] if columns else None
    return pc.binary_join_element_wise(*columns, CELL_JOINT)


def _normal_cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    composed = pc.utf8_normalize(column, form="NFC")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(composed), BLANKS, " "))


def _without_edges(column: pa.ChunkedArray) -> pa.ChunkedArray:
    opened = pc.replace_substring_regex(column, OPENING, r"\1\2")
    return pc.replace_substring_regex(opened, CLOSING, r"\1\2")


def has_content(texts: pa.Array) -> NDArray[np.bool_]:
    """(n,) False for rows whose cells are all blank."""
    filled = pc.not_equal(pc.replace_substring(texts, CELL_JOINT, ""), "")
    return np.asarray(filled.to_numpy(zero_copy_only=False), bool)


def says_enough(text: str, kind: ContentKind) -> bool:
    """Whether a normalised content is more than a few letters, or a few filled cells."""
    cells = text.split(CELL_JOINT)
    if kind == "text":
        return any(units_in(part) >= ENOUGH_UNITS for part in (text[:BEGINNING], " ".join(cells)))
    return sum(1 for cell in cells if cell) >= ENOUGH_CELLS


def units_in(text: str) -> int:
    """Letters and digits after repeats are collapsed; Hangul syllables and Chinese characters count two.

    >>> units_in("ㅋㅋㅋㅋ!!"), units_in("good"), units_in("재미없다")
    (1, 3, 8)
    """
    letters = "".join(char for char in text if unicodedata.category(char)[0] in "LN")
    collapsed = re.sub(r"(.)\1+", r"\1", letters)
    return sum(2 if "가" <= char <= "힣" or "一" <= char <= "鿿" else 1 for char in collapsed)
