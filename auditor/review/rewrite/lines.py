"""fastText lines again: another word behind `__label__`, and every other byte as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from auditor.errors import InputError
from auditor.read.encodings import encoding_of
from auditor.read.formats.fasttext import PREFIX, WORD
from auditor.read.sources import Source
from auditor.read.tables import TextTable
from auditor.review.rewrite.family import Edits, format_not_written, rewriter
from auditor.review.rewrite.splice import spliced
from auditor.review.rewrite.text_files import MARK, MARKED, exact_encoding, require_encodable
from auditor.wording import N_, Text, say


@rewriter("fasttext")
def rewrite_fasttext(source: Source, table: TextTable, edits: Edits, target: Path) -> None:
    """Write lines with other labels, and without those that go.

    Raises:
        InputError: `label-not-encodable`; `format-not-written` for a label with a blank, a line without a
            single label, another column, or a new one.
    """
    if edits.added:
        raise _refused(source, say(N_("it has no place for a new column")))
    if edits.cells.keys() - {"label"}:
        raise _refused(source, say(N_("only labels can be changed in it")))
    named = encoding_of(source.path)
    encoding = exact_encoding(source.path, named)
    require_encodable(source.name, edits, encoding)
    with (
        source.path.open(encoding=encoding, newline="") as stream,
        target.open("w", encoding=encoding, newline="") as out,
    ):
        text = stream.read()
        mark = MARK if named in MARKED else ""
        out.write(mark)
        out.writelines(_lines(source, text.removeprefix(mark), edits))


def _lines(source: Source, text: str, edits: Edits) -> Iterator[str]:
    """The lines of the new file, with their ends."""
    lines = text.split("\n")
    cr = len(lines) > 1 and all(line.endswith("\r") for line in lines[:-1])  # as the reader tells it
    row = -1
    for at, line in enumerate(lines):
        end = "\n" if at < len(lines) - 1 else ""
        filled = line.removesuffix("\r") if cr else line
        row += bool(filled)
        if not filled:
            yield line + end
        elif row not in edits.dropped:
            new = edits.cells.get("label", {}).get(row)
            yield (line if new is None else _labelled(source, line, new)) + end


def _labelled(source: Source, line: str, new: str) -> str:
    """A line with another label."""
    labels = [word for word in WORD.finditer(line) if word[0].startswith(PREFIX) and word[0] != PREFIX]
    if len({word[0] for word in labels}) != 1:
        raise _refused(source, say(N_("a line to change has not one label: {line}"), line=line[:80]))
    if "\n" in new or WORD.fullmatch(new) is None:
        raise _refused(source, say(N_("a label is a word without blanks: {label}"), label=new[:80]))
    return spliced(line, [(*word.span(), PREFIX + new) for word in labels])


def _refused(source: Source, why: Text) -> InputError:
    return InputError(format_not_written(source.name, why))
