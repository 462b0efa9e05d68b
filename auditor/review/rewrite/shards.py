"""A folder of tables again: each file in its own format, under the same names, in a new folder."""

from __future__ import annotations

from pathlib import Path

from auditor.errors import InputError
from auditor.read.sources import Source, located
from auditor.read.tables import TextTable, read_table
from auditor.review.rewrite.family import REWRITERS, Edits, format_not_written, rewriter
from auditor.wording import N_, say


@rewriter("shards", binary=True)
def rewrite_shards(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write every file of the table; other files of the folder are not copied.

    Raises:
        InputError: `format-not-written` for compressed files; or as the format of the files is refused.
    """
    target.mkdir()
    first = 0
    for place, rows in table.parts.items():
        part = located(source.path / place)
        if part.path != source.path / place:
            raise InputError(format_not_written(source.name, say(N_("its files are compressed"))))
        read = read_table(part)
        new = target / place
        new.parent.mkdir(parents=True, exist_ok=True)
        REWRITERS[read.format].rewrite(part, read, edits_of(edits, first, rows), new)
        first += rows


def edits_of(edits: Edits, first: int, rows: int) -> Edits:
    """The edits that fall into a part, numbered from its own first row."""

    def here(texts: dict[int, str]) -> dict[int, str]:
        return {row - first: text for row, text in texts.items() if first <= row < first + rows}

    return Edits(
        cells={name: found for name, texts in edits.cells.items() if (found := here(dict(texts)))},
        dropped=frozenset(row - first for row in edits.dropped if first <= row < first + rows),
        added={name: here(dict(texts)) for name, texts in edits.added.items()},
    )
