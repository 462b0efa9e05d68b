"""A folder of tables again: each file in its own format, under the same name, in a new folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from auditor.errors import InputError
from auditor.read.compressed import ENDINGS
from auditor.read.formats.folder_kinds import table_parts
from auditor.read.sources import Source, located
from auditor.read.tables import READERS, TextTable, skip_nothing
from auditor.review.rewrite.family import REWRITERS, Edits, format_not_written, rewriter
from auditor.wording import N_, say

PLAIN = ".plain"
"""The folder for files before they are compressed; it is gone in the end."""


@rewriter("shards", binary=True)
def rewrite_shards(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write every file of the table; other files of the folder are not copied.

    A file that was compressed is compressed again, as its ending says.

    Raises:
        InputError: `format-not-written` for files that cannot be read one by one; or as the format of the
            files is refused.
    """
    ((family, places),) = table_parts(source).items()
    parts = table.parts or {places[0]: len(table.columns)}
    target.mkdir()
    first = 0
    for place, rows in parts.items():
        new = target / place
        new.parent.mkdir(parents=True, exist_ok=True)
        part = located(source.path / place)
        read = READERS[family].read(part, None, skip_nothing)
        if len(read.columns) != rows or not set(read.columns.column_names) <= set(table.columns.column_names):
            raise InputError(
                format_not_written(source.name, say(N_("{part} is read only with --sep"), part=place))
            )
        _write(part, read, edits_of(edits, first, rows), new, packed=part.path != source.path / place)
        first += rows


def _write(part: Source, read: TextTable, edits: Edits, new: Path, *, packed: bool) -> None:
    """One file, compressed where it was."""
    from auditor.review.places import compressed

    rewrite = REWRITERS[read.format].rewrite
    if not packed:
        rewrite(part, read, edits, new)
        return
    if new.suffix.lower() not in ENDINGS:
        why = say(N_("{part} is compressed, and its ending does not say how"), part=new.name)
        raise InputError(format_not_written(part.name, why))
    folder = new.parent / PLAIN
    folder.mkdir()
    plain = folder / part.path.name
    rewrite(part, read, edits, plain)
    compressed(plain, new).replace(new)
    shutil.rmtree(folder)


def edits_of(edits: Edits, first: int, rows: int) -> Edits:
    """The edits that fall into a part, numbered from its own first row.

    >>> edits_of(Edits(cells={"a": {0: "x", 3: "y"}}, dropped=frozenset({2, 9})), 2, 4)
    Edits(cells={'a': {1: 'y'}}, dropped=frozenset({0}), added={})
    """

    def here(texts: dict[int, str]) -> dict[int, str]:
        return {row - first: text for row, text in texts.items() if first <= row < first + rows}

    return Edits(
        cells={name: found for name, texts in edits.cells.items() if (found := here(dict(texts)))},
        dropped=frozenset(row - first for row in edits.dropped if first <= row < first + rows),
        added={name: here(dict(texts)) for name, texts in edits.added.items()},
    )
