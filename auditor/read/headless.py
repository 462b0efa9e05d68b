"""Predictions whose first row is numbers: there is no header, and no row is dropped for one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from auditor.errors import InputError, Problem
from auditor.read.classes import sorted_labels
from auditor.read.separated import form_of
from auditor.wording import N_, Text, listed, say

SHOWN = 3
"""How many cells a message shows."""


def refuse_no_header(path: Path, labels: frozenset[str]) -> None:
    """Raise `header-missing` where the first row of a CSV, TSV or text file of predictions is numbers.

    A row of whole numbers may be a header, because classes are called so; so may be labels that are
    numbers. `numpy.savetxt` writes cells between blanks, and never a header.

    Args:
        path: the file.
        labels: the label texts of the dataset.

    Raises:
        InputError: `header-missing`; as `form_of`.
    """
    form = form_of(path)
    names = form.names()
    blanks = len(names) == 1 and len(names[0].split()) > 1
    cells = names[0].split() if blanks else names
    numbers = [cell for cell in cells if _is_number(cell)]
    named = all(cell.strip().isdigit() or cell in labels for cell in numbers)
    if len(numbers) < 2 or len(numbers) < len(cells) - 1 or named:
        return
    whole = len(numbers) == len(cells) and len(cells) == len(labels)
    separator = None if blanks else form.separator
    array = (_as_array(path, separator),) if whole or blanks else ()
    raise InputError(
        Problem(
            slug="header-missing",
            what=say(
                N_("{name}: the first row looks like data, not like names of columns: {cells}"),
                name=path.name,
                cells=listed(cells, SHOWN),
            ),
            fixes=array if blanks else (*array, _names(labels, len(cells))),
        )
    )


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell)) and "_" not in cell
    except ValueError:
        return False


def _as_array(path: Path, separator: str | None) -> Text:
    """The lines of numpy that make an array of the file, every row of it."""
    how = "" if separator is None else f", delimiter={separator!r}"
    array = f"{path.stem}.npy"
    return say(
        N_("every row as it is: {recipe}, then --predictions {array}"),
        recipe=f"np.save({array!r}, np.loadtxt({path.name!r}{how}))",
        array=array,
    )


def _names(labels: frozenset[str], width: int) -> Text:
    names: Sequence[str] = [f"prob_{label}" for label in sorted_labels(sorted(labels))]
    names = ["id", *names] if width == len(names) + 1 else names
    return say(N_("put a row of names above it, e.g. {example}"), example=listed(names, SHOWN + 1))
