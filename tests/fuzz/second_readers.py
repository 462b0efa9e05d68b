"""What another reader makes of the same file; None where that reader's own reading is open to doubt."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.read.encodings import encoding_of
from auditor.read.probability_columns import NUMBERED, WIDE
from auditor.read.tables import TextTable, read_table

Cells = dict[str, list[Any]]
BINARY = frozenset({"parquet", "feather"})


class Doubt(Exception):
    """The other reader has no single reading either."""


def decoded(path: Path) -> str:
    """A text file: by its mark, else as UTF-8, else as auditor says; `test_encodings` holds the rest."""
    data = path.read_bytes()
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), None)
    if encoding is None and b"\0" not in data:
        try:
            return data.decode()
        except UnicodeDecodeError:
            encoding = "cp949"
    return data.decode(encoding or encoding_of(path))


MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""First bytes -> encoding."""


def unpacked(path: Path) -> bytes:
    """What a compressed file holds, by the standard library and pyarrow, all at once."""
    data = path.read_bytes()
    kind = path.suffix
    if kind == ".zst":
        with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
            return bytes(stream.read())
    if kind == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if len(names) != 1:
                raise Doubt
            return archive.read(names[0])
    if kind == ".xz":  # zeros behind a whole stream are room; Python takes them by fours alone
        return lzma.decompress(data.rstrip(b"\0"))
    return gzip.decompress(data) if kind == ".gz" else bz2.decompress(data)


def separated_cells(path: Path, table: TextTable) -> Cells:
    """By Python's csv module, with the separator and the meaning of quotes that were understood."""
    form = table.form
    assert form is not None
    quoting = csv.QUOTE_MINIMAL if form.quoted else csv.QUOTE_NONE
    csv.field_size_limit(1 << 30)
    stream = io.StringIO(decoded(path).lstrip("\r\n"), newline="")
    try:
        rows = list(csv.reader(stream, delimiter=form.separator, quoting=quoting, strict=True))
    except csv.Error as error:
        raise Doubt from error
    names, body = rows[0], rows[1:]
    body = [row for row in body if row] if len(names) > 1 else [row or [""] for row in body]
    if any(len(row) != len(names) for row in body):
        raise AssertionError(f"ragged rows were read: {len(names)} names, {sorted({len(r) for r in body})}")
    return {name: [row[at] for row in body] for at, name in enumerate(names)}


def json_line_cells(path: Path, table: TextTable) -> Cells:
    """By Python's json module, a line at a time."""
    return _cells([_objects(line) for line in decoded(path).split("\n") if line.strip()], table)


def json_cells(path: Path, table: TextTable) -> Cells:
    """A list of objects by Python's json module; an object may hold the list under any key."""
    written, plain = _objects(decoded(path))
    if not isinstance(written, list):
        raise Doubt
    return _cells(list(zip(written, plain, strict=True)), table)


class Nested:
    """A list or an object in a cell: equal to every text that is the same JSON."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and repr(json.loads(other)) == repr(self.value)

    def __repr__(self) -> str:
        return repr(self.value)


def _objects(text: str) -> tuple[Any, Any]:
    """What a JSON text holds, with numbers as they were written and with numbers as numbers."""
    written = json.loads(text, parse_int=str, parse_float=str, parse_constant=_constant)
    try:
        return written, json.loads(text, object_pairs_hook=_once, parse_constant=_infinity)
    except ValueError as error:
        if "integer string" in str(error):  # Python's limit of 4,300 digits
            raise Doubt from error
        raise


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise AssertionError("an object with a key twice was read")
    return dict(pairs)


def _infinity(name: str) -> float | None:
    return None if name == "NaN" else float(name)


def _constant(name: str) -> str | None:
    return None if name == "NaN" else name


def _cells(rows: list[tuple[Any, Any]], table: TextTable) -> Cells:
    """The cells of all keys; of objects that were read as columns, what stands at the end of each path."""
    if not all(isinstance(written, dict) for written, _ in rows):
        raise AssertionError("something that is no object was read as a row")
    names = list(dict.fromkeys(name for written, _ in rows for name in written))
    columns = table.columns.column_names
    if set(columns) != set(names):
        lost = [name for name in names if not any(c == name or c.startswith(f"{name}.") for c in columns)]
        if lost:
            raise AssertionError(f"keys were lost: {lost}")
        names = columns
    return {name: [_cell(_at(written, name), _at(plain, name)) for written, plain in rows] for name in names}


def _at(row: dict[str, Any], path: str) -> Any:
    """What an object holds at a key, or at keys within each other joined by points; None for nothing."""
    found = [row[path]] if path in row else []
    for key, value in row.items():
        if isinstance(value, dict) and path.startswith(f"{key}."):
            inner = _at(value, path[len(key) + 1 :])
            found += [] if inner is None else [inner]
    if len(found) > 1:
        raise Doubt
    return found[0] if found else None


def _cell(written: Any, plain: Any) -> Any:
    if written is None:
        return ""
    return str(written) if isinstance(written, (str, bool)) else Nested(plain)


def arrow_cells(path: Path, table: TextTable) -> Cells:
    """The text columns by pyarrow itself."""
    import pyarrow.feather as feather
    import pyarrow.parquet as pq

    read: Callable[..., Any] = pq.read_table if table.format == "parquet" else feather.read_table
    options = {"partitioning": None} if table.format == "parquet" else {}
    found = read(path, **options)
    texts = [name for name in found.column_names if pa.types.is_string(found.schema.field(name).type)]
    return {name: [cell or "" for cell in found[name].to_pylist()] for name in texts}


TABLES: dict[str, Callable[[Path, TextTable], Cells]] = {
    "csv": separated_cells,
    "tsv": separated_cells,
    "jsonl": json_line_cells,
    "json": json_cells,
    "parquet": arrow_cells,
    "feather": arrow_cells,
}
"""Table format -> another reader of it."""


def array(path: Path) -> NDArray[Any]:
    """A `.npy` file, or the only matrix of an `.npz`, by numpy."""
    with warnings.catch_warnings(action="ignore"):  # advice about headers that Python 2 wrote
        found = np.load(path, allow_pickle=False)
        if isinstance(found, np.ndarray):
            return found
        with found as arrays:
            keys = [key for key in arrays if key not in {"ids", "classes"}]
            if len(keys) != 1:
                raise Doubt
            return np.asarray(arrays[keys[0]])


MISSING = frozenset({"", "NaN", "nan", "NA", "null", "None"})
"""Cells that are no number and stand for one that is missing."""


def numbers(path: Path, raw: Any) -> NDArray[np.float64]:
    """The class columns of separated values as numbers, by Python's csv module and `float`."""
    table = read_table(path)
    cells = separated_cells(path, table)
    columns = [_column(cells, name) for name in raw.classes]
    try:
        values = [[_number(cell) for cell in cells[name]] for name in columns]
    except ValueError as error:
        raise AssertionError("text was read as a number") from error
    return np.array(values, np.float64).T


def _number(cell: str) -> float:
    no_number = cell in MISSING or re.fullmatch(r"[-+]?nan(\(\w*\))?", cell.strip(), re.IGNORECASE)
    return np.nan if no_number else float(cell)


def _column(cells: Cells, name: str) -> str:
    """The column of a class: of its own name, or the only one with its name behind a prefix."""
    if name in cells:
        return name
    found = [
        column
        for column in cells
        if (m := WIDE.match(column) or NUMBERED.match(column)) and m["name"] == name
    ]
    if len(found) != 1:
        raise Doubt
    return found[0]
