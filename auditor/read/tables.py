"""Tables as text: the family of table readers.

Every cell of a text column stays the text that was written: `007`, `1e5`, `None` and `NA` survive;
only an empty cell is missing. A reader is a function (source, separator, skip) -> TextTable
under `@table_reader`; one new format is one new module of `formats/`. A reader that can tell its
format from the content says so with `looks_like`: that is asked first, and the ending second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import InputError, Problem, UsageError
from auditor.read.sources import Source, located
from auditor.read.unknown_format import unknown_format
from auditor.wording import N_, Text, listed, say

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.images.files import ImageFiles
    from auditor.read.frame_index import RowIndex
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
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Role (id, label, text, features, split) -> columns, where the format itself says so."""
    compared: bool = True
    """False where the content only names files: it is shown and not compared."""
    parts: Mapping[str, int] = field(default_factory=dict)
    """File or folder -> its rows, in their order, where several were joined."""
    images: ImageFiles | None = None
    """The image of each row, where the format itself says which file it is."""
    index: RowIndex | None = None
    """The index of a DataFrame that does more than count its rows."""
    index_column: str | None = None
    """The column that the index became, if it is the id."""


Skip = Callable[[Sequence[str]], frozenset[str]]
"""Column names -> those not to read."""
Read = Callable[[Source, str | None, Skip], TextTable]
"""(source, separator, skip) -> table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReader:
    """A member of the family."""

    name: str
    """What stands after `--input-format`."""
    title: str
    """What a person calls the format, as a marked template: `Label Studio export`."""
    suffixes: tuple[str, ...]
    """The file endings it owns; none where only the content tells."""
    read: Read
    looks_like: Callable[[Source], bool] | None = None
    """Whether a file or folder is surely of this format, by its content."""
    folder: bool = False
    """Whether it reads a folder; a file otherwise."""


READERS: dict[str, TableReader] = {}


def table_reader(
    name: str,
    title: str,
    suffixes: Sequence[str] = (),
    looks_like: Callable[[Source], bool] | None = None,
    *,
    folder: bool = False,
) -> Callable[[Read], Read]:
    """Register a function as the reader of a format.

    Args:
        name: what stands after `--input-format`.
        title: what a person calls the format, as a marked template.
        suffixes: the file endings it owns.
        looks_like: whether a file or folder is surely of this format, by its content.
        folder: whether it reads a folder.

    Raises:
        ValueError: the name or an ending is taken.
    """

    def register(function: Read) -> Read:
        taken = {suffix for reader in READERS.values() for suffix in reader.suffixes}
        if name in READERS or taken & set(suffixes):
            raise ValueError(f"the table reader {name} or one of {suffixes} is registered already")
        READERS[name] = TableReader(
            name=name,
            title=title,
            suffixes=tuple(suffixes),
            read=function,
            looks_like=looks_like,
            folder=folder,
        )
        return function

    return register


def skip_nothing(names: Sequence[str]) -> frozenset[str]:
    """Read every column."""
    return frozenset()


def read_table(
    where: str | Path | Source,
    *,
    input_format: str | None = None,
    sep: str | None = None,
    skip: Skip = skip_nothing,
) -> TextTable:
    """The table in a file or folder; its format by `input_format`, else by its content, else by its ending.

    Raises:
        UsageError: `option-value` for an unknown `input_format`.
        InputError: it is missing, empty, unsafe, of no known format or of several, or no table of that
            format.
    """
    source = located(where, folders=True)
    reader, by_content = reader_for(source, input_format)
    table = reader.read(source, sep, skip)
    refuse_no_rows(source.name, table)
    notes = (*source.notes, *table.notes)
    return replace(table, notes=(_recognised(source, reader), *notes) if by_content else notes)


def refuse_repeated(file: str, names: Sequence[str]) -> None:
    """Raise `column-names-repeat` where two columns have one name: neither could be named."""
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if "" in twice:
        raise InputError(_nameless(file, [at for at, name in enumerate(names, start=1) if not name]))
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
        raise InputError(no_rows(file))


def no_rows(file: str) -> Problem:
    """A table without a row."""
    return Problem(slug="no-rows", what=say(N_("{name} has a header but no rows"), name=file))


def reader_for(source: Source, input_format: str | None) -> tuple[TableReader, bool]:
    """The reader of a source, and whether its content told.

    Raises:
        UsageError: `option-value` for an unknown `input_format`.
        InputError: `format-unknown`, or `format-ambiguous` where the content fits several formats.
    """
    from auditor.read.formats import register_all

    register_all()
    if input_format is not None:
        if input_format not in READERS:
            raise UsageError(_not_a_format(input_format))
        named = _of_folders(input_format) if source.is_folder else input_format
        if READERS[named].folder != source.is_folder:
            raise InputError(_other_place(source, READERS[named]))
        return READERS[named], False
    fitting = [reader for reader in READERS.values() if reader.looks_like and reader.looks_like(source)]
    if len(fitting) > 1:
        raise InputError(_ambiguous(source, fitting))
    if fitting:
        return fitting[0], True
    for reader in READERS.values():
        if source.suffix in reader.suffixes and not source.is_folder:
            return reader, False
    raise InputError(unknown_format(source))


def _of_folders(name: str) -> str:
    """The reader of folders of a format that has readers for both: `coco-folder` for `coco`."""
    return f"{name}-folder" if f"{name}-folder" in READERS else name


def _recognised(source: Source, reader: TableReader) -> Problem:
    return Problem(
        slug="format-recognised",
        what=say(N_("{name} was read as: {format}"), name=source.name, format=Text(reader.title)),
        fixes=(say("--input-format {names}", names="|".join(sorted(READERS))),),
        level="note",
    )


def _ambiguous(source: Source, fitting: Sequence[TableReader]) -> Problem:
    return Problem(
        slug="format-ambiguous",
        what=say(
            N_("{name} can be read in several ways: {formats}"),
            name=source.name,
            formats=", ".join(reader.name for reader in fitting),
        ),
        fixes=tuple(fix for reader in fitting for fix in _fixes_to_choose(source, reader)),
    )


def _fixes_to_choose(source: Source, reader: TableReader) -> tuple[Text, ...]:
    """How to say which of several formats it is: the file itself for a table beside images."""
    from auditor.read.formats.best_file import best_file, name_file
    from auditor.read.formats.folder_kinds import table_parts

    if reader.name == "shards":
        places = [place for family in table_parts(source).values() for place in family]
        return (name_file(source, best_file(source, places)),)
    return (say("--input-format {name}", name=reader.name),)


def _other_place(source: Source, reader: TableReader) -> Problem:
    what = (
        say(N_("{name} is a file; this format is a folder: {format}"), name=source.name, format=reader.name)
        if reader.folder
        else say(
            N_("{name} is a folder; this format is a file: {format}"), name=source.name, format=reader.name
        )
    )
    return Problem(slug="not-a-folder" if reader.folder else "not-a-file", what=what, fixes=(_formats(),))


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


def _nameless(file: str, places: Sequence[int]) -> Problem:
    return Problem(
        slug="column-names-repeat",
        what=say(
            N_("{name}: {n:,} columns have no name in the first row: columns {places}"),
            name=file,
            n=len(places),
            places=listed([str(place) for place in places], 5),
        ),
        fixes=(
            say(N_("give every column a name; where the first row is a title, delete it")),
            say(N_("where the columns are empty, delete them")),
        ),
    )
