"""Tables as text: the family of table readers.

Every cell of a text column stays the text that was written: `007`, `1e5`, `None` and `NA` survive;
only an empty cell is missing. A reader is a function (path, separator, skip) -> TextTable
under `@table_reader`; one new format is one new file or one new function here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import InputError, Problem, UsageError
from auditor.read.files import existing_file
from auditor.wording import N_, Text, say

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.read.separated import SeparatedForm


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table read from a file."""

    columns: pa.Table
    """String columns, "" where a cell is empty; numeric where a binary format holds numbers."""
    format: str
    notes: tuple[Problem, ...] = ()
    class_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Integer label column -> names of its classes, where the file carries them."""
    skipped: tuple[str, ...] = ()
    """Columns that stand in the file and were not read, because `skip` named them."""
    form: SeparatedForm | None = None
    """How a CSV or TSV file is written."""


Skip = Callable[[Sequence[str]], frozenset[str]]
"""Column names -> those not to read."""
Read = Callable[[Path, str | None, Skip], TextTable]
"""(path, separator, skip) -> table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReader:
    """A member of the family: its name, the file endings it owns, and the function that reads."""

    name: str
    suffixes: tuple[str, ...]
    read: Read


SPREADSHEETS = frozenset({".xlsx", ".xls", ".xlsm", ".ods"})
READERS: dict[str, TableReader] = {}


def table_reader(name: str, suffixes: Sequence[str]) -> Callable[[Read], Read]:
    """Register a function as the reader of a format; a name or an ending taken twice is an error."""

    def register(function: Read) -> Read:
        taken = {suffix for reader in READERS.values() for suffix in reader.suffixes}
        if name in READERS or taken & set(suffixes):
            raise ValueError(f"the table reader {name} or one of {suffixes} is registered already")
        READERS[name] = TableReader(name=name, suffixes=tuple(suffixes), read=function)
        return function

    return register


def skip_nothing(names: Sequence[str]) -> frozenset[str]:
    """Read every column."""
    return frozenset()


def read_table(
    path: Path, *, input_format: str | None = None, sep: str | None = None, skip: Skip = skip_nothing
) -> TextTable:
    """The table in a file; its format by `input_format`, else by the file's ending.

    Raises:
        UsageError: `option-value` for an unknown `input_format`.
        InputError: the file is missing, empty, unsafe, or not a table of that format.
    """
    from auditor.read import arrow_tables, text_tables  # noqa: F401 - registers the readers

    existing_file(path)
    reader = _reader_for(path, input_format)
    table = reader.read(path, sep, skip)
    refuse_no_rows(path.name, table)
    return table


def refuse_repeated(file: str, names: Sequence[str]) -> None:
    """Raise `column-names-repeat` where two columns have one name: neither could be named."""
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise InputError(_repeated(file, twice))


def read_and_skipped(file: str, names: Sequence[str], skip: Skip) -> tuple[list[str], tuple[str, ...]]:
    """The columns of a file to read, and those that `skip` names, both in file order.

    Raises:
        InputError: `column-names-repeat`, also of columns that are skipped.
    """
    refuse_repeated(file, names)
    chosen = skip(names)
    return [name for name in names if name not in chosen], tuple(name for name in names if name in chosen)


def refuse_no_rows(file: str, table: TextTable) -> None:
    """Raise `no-rows` for a table without a row."""
    if not len(table.columns):
        raise InputError(Problem(slug="no-rows", what=say(N_("{name} has a header but no rows"), name=file)))


def _reader_for(path: Path, input_format: str | None) -> TableReader:
    if input_format is not None:
        if input_format not in READERS:
            raise UsageError(_not_a_format(input_format))
        return READERS[input_format]
    suffix = path.suffix.lower()
    for reader in READERS.values():
        if suffix in reader.suffixes:
            return reader
    raise InputError(
        Problem(
            slug="format-unknown",
            what=say(N_("cannot tell the format of {name} from its ending"), name=path.name),
            fixes=(_as_csv() if suffix in SPREADSHEETS else _formats(),),
        )
    )


def _as_csv() -> Text:
    return say(N_("save the sheet as CSV (UTF-8)"))


def _formats() -> Text:
    return say("--input-format {names}", names="|".join(sorted(READERS)))


def _not_a_format(name: str) -> Problem:
    return Problem(
        slug="option-value",
        what=say(N_("{value} is not an input format"), value=name),
        fixes=(_formats(),),
    )


def _repeated(file: str, names: Sequence[str]) -> Problem:
    what: Text = say(
        N_("{name} has two columns of the same name: {columns}"), name=file, columns=", ".join(names[:5])
    )
    return Problem(slug="column-names-repeat", what=what, fixes=(say(N_("rename one of them in the file")),))
