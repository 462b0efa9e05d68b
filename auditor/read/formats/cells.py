"""Columns of cells into a table: what readers of exports, folders and plain lines have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from auditor.errors import Problem
from auditor.read.columns import NONE
from auditor.read.encodings import encoding_notes, encoding_of
from auditor.read.json_text import told
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, read_and_skipped
from auditor.wording import N_, Text, say

Columns = dict[str, list[str]]
"""Column -> its cells, as many in each."""


def table_of(
    source: Source,
    form: str,
    columns: Mapping[str, Sequence[str]],
    skip: Skip,
    *,
    notes: Iterable[Problem] = (),
    roles: Mapping[str, Sequence[str]] | None = None,
    class_names: Mapping[str, tuple[str, ...]] | None = None,
    compared: bool = True,
) -> TextTable:
    """Columns of texts as a table.

    Args:
        source: where they come from.
        form: the name of the format.
        columns: column -> cells.
        skip: which columns are not wanted.
        notes: what was said while reading.
        roles: role -> columns, where the format says so; without those that are skipped.
        class_names: label column -> all classes in their order, where the source lists them.
        compared: False where the content only names files.

    Raises:
        InputError: `column-names-repeat`; `file-unreadable` for text that is no Unicode.
    """
    import pyarrow as pa

    wanted, skipped = read_and_skipped(source.name, list(columns), skip)
    with told(source.name):
        table = pa.table({name: pa.array(columns[name], pa.string()) for name in wanted})
    there = {*wanted, NONE}
    kept = {role: tuple(name for name in names if name in there) for role, names in (roles or {}).items()}
    return TextTable(
        columns=table,
        format=form,
        notes=tuple(notes),
        class_names=class_names or {},
        skipped=skipped,
        roles={role: names for role, names in kept.items() if names},
        compared=compared,
    )


def free_name(name: str, taken: Iterable[str]) -> str:
    """A name that is not taken: itself, or with `_data_` before it, as Label Studio writes it.

    >>> free_name("id", ["text"]), free_name("id", ["id", "_data_id"])
    ('id', '_data__data_id')
    """
    known = set(taken)
    while name in known:
        name = f"_data_{name}"
    return name


def text_of(source: Source) -> tuple[str, tuple[Problem, ...]]:
    """The text of a file with its line ends as they are, and a note where it is not in UTF-8.

    Raises:
        InputError: `encoding-unknown`.
    """
    encoding = encoding_of(source.path)
    with source.path.open(encoding=encoding, newline="") as stream:
        return stream.read(), encoding_notes(source.name, encoding)


def another_format(file: str, why: Text) -> Problem:
    """A file that is not of the format it was to be read as; `why` is a sentence."""
    return Problem(
        slug="not-this-format",
        what=say(N_("{name}: {why}"), name=file, why=why),
        fixes=(say(N_("leave out --input-format, or name the format that it has")),),
    )
