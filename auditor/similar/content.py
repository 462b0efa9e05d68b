"""Content as it is compared: one normalised text per row, its groups, and whether it says enough."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import whole
from auditor.data import Content, ContentKind, Dataset
from auditor.similar.groups import Groups, commonest, conflicts, equal_rows, group_names, leaks, no_groups

CELL_JOINT = "\x1f"
BLANKS = r"[\s\x0b\x1c-\x1f\x{85}\p{Z}]+"
"""What Python calls whitespace; `CELL_JOINT` is among it, so no cell can hold one."""
ENOUGH_UNITS = 6
"""Letters (a Hangul syllable or Chinese character counts as two) that a text must have after repeats
and punctuation are collapsed, for its label to follow from it: `good`, `.`, `굿` have fewer."""
BEGINNING = 64
"""Characters of a text that are looked at first; they nearly always say enough."""
ENOUGH_CELLS = 3
"""Filled cells that a table row must have for equal rows to mean the same thing."""


class ContentIndex:
    """The normalised content of a dataset, computed once and used by detectors, queue and pages."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self.texts: pa.Array | None = normalised(dataset.content)

    @cached_property
    def groups(self) -> Groups:
        """Groups of two or more rows with the same content; rows without any content are in none."""
        if self.texts is None:
            return no_groups(len(self._dataset))
        members = equal_rows(self.texts.dictionary_encode().indices.to_numpy(), _has_content(self.texts))
        of_row = np.full(len(self.texts), -1, np.int64)
        for number, rows in enumerate(members):
            of_row[rows] = number
        first = self.texts.take(pa.array([rows[0] for rows in members], pa.int64())).to_pylist()
        return Groups(
            of_row=of_row,
            members=members,
            names=group_names(self._dataset.ids, members),
            enough=np.array([says_enough(text, self._dataset.content.kind) for text in first], bool),
        )

    @cached_property
    def conflicts(self) -> dict[int, dict[str, int]]:
        """Group -> given label -> rows, for the groups whose rows have different labels."""
        return conflicts(self._dataset.labels, self.groups)

    @cached_property
    def shown_labels(self) -> dict[int, dict[str, int]]:
        """Group in conflict -> its commonest labels and their rows: those that are named."""
        return {group: commonest(labels) for group, labels in self.conflicts.items()}

    @cached_property
    def leaks(self) -> dict[int, str]:
        """Row of a later split -> name of the earliest split that holds a copy of it."""
        return leaks(self._dataset.splits, self.groups)

    def hashes_of(self, rows: NDArray[np.int64]) -> list[str]:
        """First 16 hex digits of sha256 of each row's normalised content, "" where there is none."""
        if self.texts is None:
            return [""] * len(rows)
        encoded = self.texts.take(pa.array(rows)).cast(pa.binary()).to_pylist()
        return [hashlib.sha256(text).hexdigest()[:16] for text in encoded]


def normalised(content: Content) -> pa.Array | None:
    """(n,) one text per row: NFC, lower case, blanks squeezed, cells joined; None without content."""
    if content.kind in {"files", "none"}:
        return None
    columns = [_normal_cells(content.columns[name]) for name in content.columns.column_names]
    joined = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, CELL_JOINT)
    return whole(joined)


def _normal_cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    composed = pc.utf8_normalize(column, form="NFC")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(composed), BLANKS, " "))


def _has_content(texts: pa.Array) -> NDArray[np.bool_]:
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
