"""JSON Lines and JSON tables again: every byte stays but those of named values and of the rows that go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from auditor.read.encodings import encoding_of
from auditor.read.formats.records import document_of
from auditor.read.json_text import holds_lines, parsed
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.family import Edits, rewriter
from auditor.review.rewrite.json_paths import paths_of, wanted_of
from auditor.review.rewrite.json_shapes import changes_of
from auditor.review.rewrite.json_values import Style, changed, first_value
from auditor.review.rewrite.splice import spliced
from auditor.review.rewrite.text_files import MARK, MARKED, exact_encoding


@rewriter("jsonl", "json")
def rewrite_json(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    r"""Write a JSON file with other values in some rows, and without the rows that go.

    A number stays a number where the new text is one, true and false stay such; null becomes a string. A
    character that the encoding lacks is written as \uXXXX, and so is all that is not ASCII in a file that
    holds ASCII alone.

    Raises:
        InputError: `format-not-written` where the labels are the names of rows.
    """
    named = encoding_of(source.path)
    encoding = exact_encoding(source.path, named)
    style = Style(encoding=encoding, ascii_only=named == "utf-8" and _is_ascii(source.path))
    lines = table.format == "jsonl" or holds_lines(source.head)
    with (
        source.path.open(encoding=encoding, newline="\n") as stream,
        target.open("w", encoding=encoding, newline="") as out,
    ):
        mark = stream.read(1) if named in MARKED else ""
        out.write(mark)
        if lines:
            out.writelines(_lines(source, stream, edits, style))
            return
        text = stream.read()
        found = document_of(source)
        out.write(spliced(text, changes_of(source.name, text, found, edits, style)))


def _is_ascii(path: Path) -> bool:
    with path.open("rb") as stream:
        return all(chunk.isascii() for chunk in iter(lambda: stream.read(1 << 20), b""))


def _lines(source: Source, stream: TextIO, edits: Edits, style: Style) -> Iterator[str]:
    """The lines of the new file."""
    paths = paths_of(edits.cells, _objects(source, style.encoding))
    touched = {row for rows in edits.cells.values() for row in rows}
    row = -1
    for line in stream:
        if not line.strip():
            yield line
            continue
        row += 1
        if row in edits.dropped:
            continue
        if row in touched or edits.added:
            wanted = wanted_of(edits, paths, row)
            yield spliced(line, changed(line, first_value(line), wanted, style))
        else:
            yield line


def _objects(source: Source, encoding: str) -> Iterator[dict[str, Any]]:
    """The objects of JSON Lines."""
    with source.path.open(encoding=encoding, newline="\n") as stream:
        for line in stream:
            text = line.removeprefix(MARK)
            if text.strip():
                yield parsed(text)
