"""Cells of a sheet that are merged: all but the first are empty, so what they mean must be written out."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from auditor.errors import Problem
from auditor.wording import N_, listed, say

MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})[\"']")
RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")
MOST = 100_000
"""Ranges that are looked at."""
SHOWN = 5


def merged_ranges(stream: IO[bytes], sheet: str) -> tuple[str, ...]:
    """The merged ranges of a sheet, from its part of the workbook: a read-only workbook has none.

    Args:
        stream: the workbook.
        sheet: the path of the sheet within it.
    """
    with zipfile.ZipFile(stream) as archive:
        if sheet.lstrip("/") not in archive.namelist():
            return ()
        with archive.open(sheet.lstrip("/")) as part:
            return tuple(dict.fromkeys(found.decode() for found in _found(part)))


def _found(part: IO[bytes]) -> Iterator[bytes]:
    """The ranges in the XML of a sheet, piece by piece; some come twice."""
    tail, n = b"", 0
    while n < MOST and (piece := part.read(1 << 20)):
        for found in MERGED.finditer(tail + piece):
            n += 1
            yield found[1]
        tail = piece[-256:]


def lost_in(ranges: Sequence[str], rows: Sequence[Sequence[str]], first: int) -> list[str]:
    """The ranges that take in cells below the header and hold a value.

    Args:
        ranges: as `A2:A21`.
        rows: the cells of the sheet, the header first.
        first: the number of the header's row.
    """
    out: list[tuple[int, int, str]] = []
    for text in ranges:
        if (found := RANGE.fullmatch(text)) is None:
            continue
        left, top, bottom = _number(found[1]), int(found[2]), int(found[4])
        row = rows[top - first] if 0 <= top - first < len(rows) else ()
        if bottom > first and left < len(row) and row[left]:
            out.append((top, left, text))
    return [text for *_, text in sorted(out)]


def _number(letters: str) -> int:
    """The number of a column from 0.

    >>> _number("A"), _number("AA")
    (0, 26)
    """
    at = 0
    for letter in letters:
        at = 26 * at + ord(letter) - ord("A") + 1
    return at - 1


def merged_cells(path: Path, ranges: Sequence[str]) -> list[Problem]:
    """An error for merged cells below the header; none where there are none."""
    if not ranges:
        return []
    what = say(
        N_("{name}: {n:,} range of cells is merged, and all but its first cell are empty: {ranges}"),
        N_("{name}: {n:,} ranges of cells are merged, and all but their first cells are empty: {ranges}"),
        name=path.name,
        n=len(ranges),
        ranges=listed(ranges, SHOWN),
    )
    fix = say(N_("unmerge them in the sheet and fill the value down into every cell"))
    return [Problem(slug="cells-merged", what=what, fixes=(fix,))]
