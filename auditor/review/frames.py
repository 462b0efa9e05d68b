"""Decisions applied to a DataFrame, and what came of them as DataFrames."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.errors import InputError
from auditor.read.choice import InputChoice
from auditor.read.memory import in_memory
from auditor.read.tables import read_table
from auditor.review.apply import expected_table, read_corrections
from auditor.review.corrections import Corrections, no_number
from auditor.review.manifests import FOLDERS, as_manifest
from auditor.review.merging import Merged

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def apply_to_frame(
    data: Any, merged: Merged, choice: InputChoice, *, flag: bool = False
) -> tuple[pd.DataFrame, Corrections]:
    """A copy of a DataFrame with the corrections; index, columns and types stay.

    A category that is new is added to a categorical column.

    Args:
        data: a DataFrame, or an Arrow table.
        merged: the decisions.
        choice: what the caller said of the columns.
        flag: mark excluded rows in a new column, "" elsewhere, instead of taking them out.

    Raises:
        InputError: as `apply_files`; `label-unknown` for a label that the type of the column cannot hold.
    """
    read = read_corrections(data, None, merged, choice, flag=flag)
    edits = read.found.edits
    frame = data.copy() if hasattr(data, "iloc") else in_memory(data, "dataframe").to_pandas()
    names = list(map(str, frame.columns))
    for column, cells in edits.cells.items():
        _set(frame, names.index(column), cells, read.table.columns[column], read.name)
    for column, marks in edits.added.items():
        frame[column] = [marks.get(row, "") for row in range(len(frame))]
    kept = [row for row in range(len(frame)) if row not in edits.dropped]
    return frame.iloc[kept], read.found


def _set(frame: pd.DataFrame, at: int, cells: Mapping[int, str], texts: pa.ChunkedArray, name: str) -> None:
    """Change cells of a column: to the value that other rows with that text have, else to a new one."""
    import pandas as pd

    first: dict[str, int] = {}
    for row, cell in enumerate(texts.to_pylist()):
        first.setdefault(str(cell), row)
    values = frame.iloc[:, at].array
    known = {text: values[first[text]] for text in set(cells.values()) if text in first}
    kind = frame.dtypes.iloc[at]
    new = {text: _typed(kind, text, name) for text in sorted(set(cells.values()) - known.keys())}
    if isinstance(kind, pd.CategoricalDtype) and new:
        wider = frame.iloc[:, at].cat.add_categories(list(new.values()))
        frame.isetitem(at, wider)
    for row, text in cells.items():
        frame.iat[row, at] = known[text] if text in known else new[text]


def _typed(kind: Any, text: str, name: str) -> Any:
    """A label as a new value of a column's type."""
    kind = getattr(getattr(kind, "categories", kind), "dtype", kind)
    letter = getattr(kind, "kind", "O")
    try:
        if letter in "iu":
            return int(text)
        if letter == "f":
            return float(text)
        if letter == "b":
            return {"true": True, "false": False}[text.casefold()]
    except (ValueError, KeyError) as error:
        raise InputError(no_number(name, text)) from error
    return text


def frame_of_changes(found: Corrections) -> pd.DataFrame:
    """The changes as a DataFrame, a row each."""
    import pandas as pd

    rows = [
        (
            change.item,
            change.row,
            change.before,
            change.after,
            change.action,
            ";".join(change.reviewers),
            change.at,
            ";".join(change.reasons),
        )
        for change in found.changes
    ]
    return pd.DataFrame(rows, columns=["item", "row", "from", "to", "action", "who", "when", "reason"])


def frame_of_file(data: str | Path, choice: InputChoice, found: Corrections) -> pd.DataFrame:
    """A corrected dataset as a DataFrame of texts; of a folder of images the table that is written."""
    table = read_table(data, input_format=choice.input_format, sep=choice.sep)
    fixed = expected_table(table.columns, found.edits)
    frame: pd.DataFrame = (as_manifest(table, fixed) if table.format in FOLDERS else fixed).to_pandas()
    return frame
