"""Content as it is compared: one normalised text per row, its groups, and whether it says enough."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.data import Content, Dataset

CELL_JOINT = "\x1f"
BLANKS = r"[\s\p{Z}]+"
ENOUGH_UNITS = 6
"""Letters (a Hangul syllable or Chinese character counts as two) that a text must have after repeats
and punctuation are collapsed, for its label to follow from it: `good`, `.`, `굿` have fewer."""
ENOUGH_CELLS = 3
"""Filled cells that a table row must have for equal rows to mean the same thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Rows with equal content after normalisation."""

    of_row: NDArray[np.int64]
    """(n,) number of the row's group, or -1 for a row whose content no other row has."""
    members: tuple[NDArray[np.int64], ...]
    """Per group its rows, ascending."""
    names: tuple[str, ...]
    """Per group its id: a hash of the sorted member ids."""
    enough: NDArray[np.bool_]
    """Per group whether the content says enough for a label to follow from it."""


class ContentIndex:
    """The normalised content of a dataset, computed once and used by detectors, queue and pages."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self.texts: pa.Array | None = normalised(dataset.content)

    @cached_property
    def groups(self) -> Groups:
        """Groups of two or more rows with the same content; rows without any content are in none."""
        if self.texts is None:
            return _no_groups(len(self._dataset))
        codes = self.texts.dictionary_encode().indices.to_numpy()
        blank = pc.equal(pc.utf8_trim_whitespace(pc.replace_substring(self.texts, CELL_JOINT, "")), "")
        usable = ~np.asarray(blank.to_numpy(zero_copy_only=False), bool)
        members = _rows_by_code(codes, usable)
        ids = self._dataset.ids
        of_row = np.full(len(codes), -1, np.int64)
        for number, rows in enumerate(members):
            of_row[rows] = number
        return Groups(
            of_row=of_row,
            members=members,
            names=tuple(group_name([ids[int(row)].as_py() for row in rows]) for rows in members),
            enough=np.array([self.says_enough(int(rows[0])) for rows in members], bool),
        )

    def hash_of(self, row: int) -> str:
        """First 16 hex digits of sha256 of the row's normalised content, "" where there is none."""
        if self.texts is None:
            return ""
        return hashlib.sha256(self.texts[row].as_py().encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def says_enough(self, row: int) -> bool:
        """Whether the row's content is more than a few letters, or a few filled cells."""
        if self.texts is None:
            return False
        cells = self.texts[row].as_py().split(CELL_JOINT)
        if self._dataset.content.kind == "text":
            return units_in(" ".join(cells)) >= ENOUGH_UNITS
        return sum(1 for cell in cells if cell) >= ENOUGH_CELLS

    def occurrences(self, rows: Sequence[int]) -> dict[int, int]:
        """For each of `rows` how many earlier rows have the same content: 0 for the first."""
        groups = self.groups
        found = {}
        for row in rows:
            number = int(groups.of_row[row])
            found[row] = 0 if number < 0 else int(np.searchsorted(groups.members[number], row))
        return found


def normalised(content: Content) -> pa.Array | None:
    """(n,) one text per row: NFC, lower case, blanks squeezed, cells joined; None without content."""
    if content.kind == "none":
        return None
    columns = [_normal_cells(content.columns[name]) for name in content.columns.column_names]
    joined = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, CELL_JOINT)
    combined = joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)


def _normal_cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    composed = pc.utf8_normalize(column, form="NFC")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(composed), BLANKS, " "))


def units_in(text: str) -> int:
    """Letters and digits after repeats are collapsed; Hangul syllables and Chinese characters count two.

    >>> units_in("ㅋㅋㅋㅋ!!"), units_in("good"), units_in("재미없다")
    (1, 3, 8)
    """
    letters = "".join(char for char in text if unicodedata.category(char)[0] in "LN")
    collapsed = re.sub(r"(.)\1+", r"\1", letters)
    return sum(2 if "가" <= char <= "힣" or "一" <= char <= "鿿" else 1 for char in collapsed)


def group_name(ids: Sequence[str]) -> str:
    """The id of a group: first 16 hex digits of sha256 over its sorted member ids."""
    return hashlib.sha256("\n".join(sorted(ids)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _rows_by_code(codes: NDArray[np.int32], usable: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    """The rows of each code that stands in two or more usable rows, in the order of their first row."""
    rows = np.flatnonzero(usable)
    order = rows[np.argsort(codes[rows], kind="stable")]
    if not len(order):
        return ()
    starts = np.flatnonzero(np.r_[True, codes[order][1:] != codes[order][:-1]])
    parts = np.split(order, starts[1:])
    return tuple(sorted((part for part in parts if len(part) > 1), key=lambda part: int(part[0])))


def _no_groups(n: int) -> Groups:
    return Groups(of_row=np.full(n, -1, np.int64), members=(), names=(), enough=np.empty(0, bool))
