"""CSV and TSV again: every byte stays but those of the named cells.

The text is cut into records and cells as the reader cuts it (pyarrow: a quote counts only as the first
character of a cell), and each record that is not named is written as it came. The encodings that are read
decode and encode one to one, so what was not touched has the bytes it had.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from auditor.errors import InputError
from auditor.read.separated import SeparatedForm
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.family import Edits, format_not_written, not_encodable, rewriter
from auditor.wording import N_, say

CHUNK = 1 << 20
"""Characters read at once."""
LINE = re.compile(r"[^\r\n]*+(?:\r\n|\n|\r)")
EXACT = {"utf-8-sig": "utf-8"}
"""Encoding -> the one in which a mark at the beginning is a character like others."""
MARKED = {
    "utf-16": ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")),
    "utf-32": ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")),
}


@rewriter("csv", "tsv")
def rewrite_separated(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write the records of a file of separated values, some with other cells, some left out.

    Raises:
        InputError: `label-not-encodable`; `format-not-written` for a cell that no quotes can hold.
    """
    form = table.form
    if form is None:
        raise InputError(format_not_written(source.name, say(N_("it is no text table"))))
    encoding = exact_encoding(source.path, form.encoding)
    editor = _Editor(source.name, form, form.names(), edits)
    with (
        source.path.open(encoding=encoding, newline="") as stream,
        target.open("w", encoding=encoding, newline="") as out,
    ):
        for record in editor.edited(stream):
            try:
                out.write(record)
            except UnicodeEncodeError as error:
                raise not_encodable(source.name, record[error.start : error.end], form.encoding) from error


def exact_encoding(path: Path, encoding: str) -> str:
    """The encoding in which a byte order mark stays a character, so that it is written again."""
    if encoding in MARKED:
        with path.open("rb") as stream:
            head = stream.read(4)
        return next(name for mark, name in MARKED[encoding] if head.startswith(mark))
    return EXACT.get(encoding, encoding)


class _Editor:
    """Cuts a text into records and changes those that are named."""

    def __init__(self, name: str, form: SeparatedForm, names: list[str], edits: Edits) -> None:
        self.name, self.form, self.edits = name, form, edits
        self.width = len(names)
        self.cells: dict[int, dict[int, str]] = {}
        for column, rows in edits.cells.items():
            for row, text in rows.items():
                self.cells.setdefault(row, {})[names.index(column)] = text
        cell = rf"[^{re.escape(form.separator)}\r\n]*+"
        self.cell = re.compile(rf'"(?:[^"]++|"")*+"{cell}|{cell}' if form.quoted else cell)
        one = f"(?:{self.cell.pattern})"
        self.record = re.compile(rf"{one}(?:{re.escape(form.separator)}{one})*+(?:\r\n|\n|\r)")

    def edited(self, stream: TextIO) -> Iterator[str]:
        """The text of the new file, record by record."""
        row = -1  # the header
        for record, is_table in self._records(stream):
            body = record.rstrip("\r\n")
            if not is_table or (not body and self.width > 1):
                yield record
                continue
            if row in self.edits.dropped:
                row += 1
                continue
            changed = self._changed(body, self.cells[row]) if row in self.cells else body
            yield self._with_added(changed, row) + record[len(body) :]
            row += 1

    def _records(self, stream: TextIO) -> Iterator[tuple[str, bool]]:
        """(record with its line end, whether it belongs to the table)."""
        before = self.form.blank
        buffer, start, ended = "", 0, False
        while not ended:
            chunk = stream.read(CHUNK)
            ended = not chunk
            buffer, start = buffer[start:] + chunk, 0
            while start < len(buffer):
                pattern = LINE if before else self.record
                found = pattern.match(buffer, start)
                if found is None or (found.end() == len(buffer) and not ended):
                    break  # it may go on in the next chunk
                yield found[0], not before
                before = max(before - 1, 0)
                start = found.end()
        if start < len(buffer):
            yield buffer[start:], not before

    def _changed(self, body: str, cells: Mapping[int, str]) -> str:
        """A record with some cells replaced."""
        out, at = [], 0
        for number in range(self.width):
            found = self.cell.match(body, at)
            end = at if found is None else found.end()
            out.append(self._cell(body[at:end], cells[number]) if number in cells else body[at:end])
            at = end + 1
        return self.form.separator.join(out)

    def _cell(self, old: str, new: str) -> str:
        """A new text, quoted as the old one was, or where it must be."""
        special = any(sign in new for sign in (self.form.separator, "\r", "\n"))
        if not self.form.quoted:
            if special:
                why = say(N_("a label holds the separator or a line end, and the file has no quotes"))
                raise InputError(format_not_written(self.name, why))
            return new
        if old.startswith('"') or special or '"' in new or (not new and self.width == 1):
            return '"' + new.replace('"', '""') + '"'
        return new

    def _with_added(self, body: str, row: int) -> str:
        """A record with the new columns behind it; the header with their names."""
        for name, texts in self.edits.added.items():
            text = name if row < 0 else texts.get(row, "")
            body += self.form.separator + self._cell("", text)
        return body
