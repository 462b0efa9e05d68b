"""CSV and TSV again: every byte stays but those of the named cells and of the rows that go.

The text is cut into records and cells as the reader cuts it, and what is not named is written as it came.
The encodings that are read decode and encode one to one, so what was not touched has the bytes it had.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path

from auditor.errors import InputError
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.family import Edits, format_not_written, rewriter
from auditor.review.rewrite.records import Grammar, Record, Window
from auditor.review.rewrite.text_files import MARK, MARKED, exact_encoding, require_encodable
from auditor.wording import N_, Text, say

HEADER = -1
"""The number of the header among the rows."""


@rewriter("csv", "tsv")
def rewrite_separated(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write the records of a file of separated values, some with other cells, some left out.

    A cell that was quoted stays quoted; one that was not is quoted where its new text needs it. Memory does
    not grow with the file, but for a single cell of any length.

    Raises:
        InputError: `label-not-encodable`; `format-not-written` for a text that the file cannot hold because
            its quotes are text.
    """
    form = table.form
    if form is None:
        raise InputError(format_not_written(source.name, say(N_("it is no text table"))))
    require_encodable(source.name, edits, form.encoding)
    names = form.names()
    grammar = Grammar(form.separator, quoted=form.quoted, width=len(names))
    encoding = exact_encoding(source.path, form.encoding)
    with (
        source.path.open(encoding=encoding, newline="") as stream,
        target.open("w", encoding=encoding, newline="") as out,
    ):
        window = Window(stream, grammar)
        out.write(window.mark(MARK) if form.encoding in MARKED else "")
        for _ in range(form.blank):
            out.write(window.line())
        for stretch in _Editor(source.name, grammar, names, edits).edited(window):
            out.write(stretch)


class _Editor:
    """Changes the records that are named."""

    def __init__(self, name: str, grammar: Grammar, names: list[str], edits: Edits) -> None:
        self._name, self._grammar, self._edits = name, grammar, edits
        self._cells: dict[int, dict[int, str]] = {}
        for column, rows in edits.cells.items():
            at = names.index(column)
            for row, text in rows.items():
                self._cells.setdefault(row, {})[at] = text
        self._touched = sorted(self._cells.keys() | edits.dropped)

    def edited(self, window: Window) -> Iterator[str]:
        """The text of the new file from the header on, in stretches."""
        row = HEADER
        while (touched := self._next(row)) is not None:
            yield from window.records(touched - row)
            record = window.record()
            if record is None:
                break
            yield self._written(record, touched)
            row = touched + 1
        yield from window.rest()

    def _next(self, row: int) -> int | None:
        """The first row from `row` on that does not stay as it is."""
        if self._edits.added:
            return row
        at = bisect_left(self._touched, row)
        return self._touched[at] if at < len(self._touched) else None

    def _written(self, record: Record, row: int) -> str:
        """A record as it is to be; nothing but the empty lines before it where it goes."""
        if row in self._edits.dropped:
            return record.before
        body = record.body
        if row in self._cells:
            body = self._changed(body, self._cells[row])
        for column, texts in self._edits.added.items():
            text = column if row == HEADER else texts.get(row, "")
            body = body if record.end else self._closed(body)
            body += self._grammar.separator + self._cell("", text)
        return record.before + body + record.end

    def _changed(self, body: str, new: Mapping[int, str]) -> str:
        """A record with some cells replaced."""
        cells = self._grammar.cells(body)
        for at, text in new.items():
            alone = len(cells) == 1 and not self._edits.added
            cells[at] = self._cell(cells[at], text, alone=alone)
        return self._grammar.separator.join(cells)

    def _closed(self, body: str) -> str:
        """A record with the quote closed that the last row of a file may leave open."""
        return body + '"' if self._grammar.is_open(self._grammar.cells(body)[-1]) else body

    def _cell(self, old: str, new: str, *, alone: bool = False) -> str:
        """A new text, quoted as the old one was, or where it must be: so must nothing, alone in its row."""
        special = any(sign in new for sign in (self._grammar.separator, "\r", "\n"))
        if not self._grammar.quoted:
            if special or (alone and not new):
                raise InputError(format_not_written(self._name, _needs_quotes()))
            return new
        if old.startswith('"') or special or '"' in new or (alone and not new):
            return '"' + new.replace('"', '""') + '"'
        return new


def _needs_quotes() -> Text:
    return say(N_("a label holds the separator or a line end, and the file has no quotes"))
