"""Tables in several files into one, in order: only where they have the same columns and classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from auditor.errors import InputError, Problem
from auditor.read.columns import NAMES, normal_name
from auditor.read.tables import Skip, TextTable
from auditor.wording import N_, Text, listed, say

SPLIT = "split"
"""The column that tells the split of a part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file, or one folder of files, that holds some rows of the table."""

    place: str
    """Its path within the folder."""
    split: str | None
    """The split it is of: "" where its names say several, None where they say none."""
    read: Callable[[Skip], TextTable]
    schema: Callable[[], pa.Schema] | None = None
    """Reads the types of its columns, where it has types."""


def joined_parts(name: str, form: str, parts: Sequence[Part], skip: Skip) -> TextTable:
    """The rows of all parts, in their order, with a column for the split where their names say it.

    Args:
        name: what messages call the folder.
        form: what its format is called.
        parts: one or more.
        skip: column names -> those not to read; it is asked once.

    Raises:
        InputError: `parts-differ` where columns, types or class names differ, and whatever reading one
            part raises.
    """
    _refuse_other_types(name, parts)
    columns = _Columns(skip)
    tables = [part.read(columns.chosen) for part in parts]
    columns.refuse_other_names(name, parts)
    first = tables[0]
    for part, table in zip(parts[1:], tables[1:], strict=True):
        _refuse_other_table(name, parts[0], first, part, table)
    names = first.columns.column_names
    whole = pa.concat_tables([table.columns.select(names) for table in tables])
    notes = (*_read(name, parts), *_merged([note for table in tables for note in table.notes]))
    rows = [len(part.columns) for part in tables]
    of_parts = {part.place: n for part, n in zip(parts, rows, strict=True)} if len(parts) > 1 else {}
    table = replace(first, columns=whole, format=form, notes=notes, form=None, parts=of_parts)
    return _with_splits(name, table, parts, rows, columns.all)


class _Columns:
    """The columns of the first part, and of each part which of them are not read."""

    def __init__(self, skip: Skip) -> None:
        self._skip = skip
        self._left: frozenset[str] | None = None
        self.of_parts: list[list[str]] = []

    def chosen(self, names: Sequence[str]) -> frozenset[str]:
        """Those of a part's columns that are not read."""
        self.of_parts.append(list(names))
        if self._left is None:
            self._left = self._skip(names)
        return self._left & set(names)

    @property
    def all(self) -> list[str]:
        """The columns of the first part, the skipped ones too."""
        return self.of_parts[0]

    def refuse_other_names(self, folder: str, parts: Sequence[Part]) -> None:
        """Raise `parts-differ` where a part has other columns than the first."""
        if len(self.of_parts) != len(parts):  # a part of several files asks once for each
            return
        for part, names in zip(parts, self.of_parts, strict=True):
            missing, more = set(self.all) - set(names), set(names) - set(self.all)
            if missing or more:
                problem = _other_columns(folder, parts[0].place, part.place, sorted(missing), sorted(more))
                raise InputError(problem)


def _refuse_other_table(folder: str, first: Part, table: TextTable, part: Part, other: TextTable) -> None:
    missing = set(table.columns.column_names) - set(other.columns.column_names)
    more = set(other.columns.column_names) - set(table.columns.column_names)
    if missing or more:
        raise InputError(_other_columns(folder, first.place, part.place, sorted(missing), sorted(more)))
    for column in table.class_names.keys() | other.class_names.keys():
        one, two = table.class_names.get(column, ()), other.class_names.get(column, ())
        if one != two:
            detail = say(
                N_("classes of {column}: {one}; there: {two}"),
                column=column,
                one=listed(one) or "-",
                two=listed(two) or "-",
            )
            raise InputError(differ(folder, first.place, part.place, (detail,)))


def _refuse_other_types(folder: str, parts: Sequence[Part]) -> None:
    kinds: dict[str, tuple[str, str]] = {}
    for part in parts:
        for field in [] if part.schema is None else part.schema():
            kind = _family(field.type)
            if kind is None:
                continue
            where, known = kinds.setdefault(field.name, (part.place, kind))
            if known != kind:
                detail = say(
                    N_("column {column}: {one}; there: {two}"), column=field.name, one=known, two=kind
                )
                raise InputError(differ(folder, where, part.place, (detail,)))


def _family(kind: pa.DataType) -> str | None:
    """A name for types whose cells are written alike; None where all cells are empty."""
    types = pa.types
    if types.is_dictionary(kind):
        return _family(kind.value_type)
    if types.is_null(kind):
        return None
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "text"
    number = types.is_integer(kind) or types.is_floating(kind)  # pandas makes floats of integers with gaps
    return "number" if number else str(kind)


def _other_columns(
    folder: str, first: str, part: str, missing: Sequence[str], more: Sequence[str]
) -> Problem:
    details = []
    if missing:
        details.append(say(N_("columns that it lacks: {names}"), names=listed(missing)))
    if more:
        details.append(say(N_("columns that only it has: {names}"), names=listed(more)))
    return differ(folder, first, part, tuple(details))


def differ(folder: str, first: str, part: str, details: tuple[Text, ...]) -> Problem:
    """Two parts of a folder of which each says something else of the columns."""
    return Problem(
        slug="parts-differ",
        what=say(
            N_("{part} is no part of the same table as {first}: it has other columns, types or classes"),
            part=part,
            first=first,
        ),
        details=details,
        fixes=(
            say(N_("name one file or folder: {path}"), path=f"{folder}/{first}"),
            say(N_("write both alike")),
        ),
    )


def _read(name: str, parts: Sequence[Part]) -> tuple[Problem, ...]:
    if len(parts) == 1:
        return ()
    what = say(
        N_("{name}: {n:,} parts were read as one table: {names}"),
        name=name,
        n=len(parts),
        names=listed([part.place for part in parts], 6),
    )
    return (Problem(slug="parts-joined", what=what, level="note"),)


def _merged(notes: Sequence[Problem]) -> tuple[Problem, ...]:
    """One note of each code and level, with the number of the others."""
    first: dict[tuple[str, str], Problem] = {}
    count: Counter[tuple[str, str]] = Counter()
    for note in notes:
        first.setdefault((note.slug, note.level), note)
        count[note.slug, note.level] += 1
    return tuple(
        replace(note, details=(*note.details, say(N_("the same in other files: {n:,}"), n=count[key] - 1)))
        if count[key] > 1
        else note
        for key, note in first.items()
    )


def _with_splits(
    name: str, table: TextTable, parts: Sequence[Part], rows: Sequence[int], columns: Sequence[str]
) -> TextTable:
    """The table with a column of the parts' splits, where no column of its own tells them."""
    if not any(part.split is not None for part in parts):
        return table
    own = [column for column in columns if normal_name(column) in NAMES["split"]]
    if own:
        return replace(table, notes=(*table.notes, own_split(name, own[0])))
    cells = [pa.repeat(part.split or "", n) for part, n in zip(parts, rows, strict=True)]
    columns_and_split = table.columns.append_column(SPLIT, pa.chunked_array(cells, pa.string()))
    roles: Mapping[str, tuple[str, ...]] = {**table.roles, "split": (SPLIT,)}
    return replace(
        table, columns=columns_and_split, roles=roles, notes=(*table.notes, *_split_notes(name, parts))
    )


def own_split(name: str, column: str) -> Problem:
    """A column of the table tells the split, and names of files and folders do too."""
    what = say(
        N_("{name}: the split is taken from column {column}, not from the names of the files"),
        name=name,
        column=column,
    )
    return Problem(slug="split-source", what=what, level="note")


def _split_notes(name: str, parts: Sequence[Part]) -> tuple[Problem, ...]:
    said = sorted({part.split for part in parts if part.split})
    silent = [part.place for part in parts if not part.split]
    what = say(
        N_("{name}: the split of each row is taken from the names of files and folders: {splits}"),
        name=name,
        splits=listed(said) or "-",
    )
    if not silent:
        return (Problem(slug="split-source", what=what, level="note"),)
    detail = say(N_("names that say no split, or several: {names}"), names=listed(silent, 5))
    return (Problem(slug="split-source", what=what, details=(detail,), level="warning"),)
