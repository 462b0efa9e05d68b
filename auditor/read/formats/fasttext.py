"""fastText: `__label__x` before a text, one text a line."""

from __future__ import annotations

import re

from auditor.read.encodings import head_text
from auditor.read.formats.answers import several_classes
from auditor.read.formats.cells import table_of, text_of
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_

PREFIX = "__label__"
WORD = re.compile(r"[^ \t\v\f\r\0]+")
"""What fastText takes for a word: other blanks than these belong to it."""


def is_fasttext(source: Source) -> bool:
    """Whether a file begins with a label, and most of its first lines do."""
    lines = [line for line in (head_text(source.head) or "").split("\n") if line.strip()]
    labelled = sum(line.startswith(PREFIX) for line in lines)
    return bool(lines) and lines[0].startswith(PREFIX) and 2 * labelled > len(lines)


@table_reader("fasttext", N_("fastText lines"), looks_like=is_fasttext)
def read_fasttext(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row per line that is not empty; the prefix is no part of the class, blanks of the text are kept.

    fastText takes a label anywhere in a line for one; those inside the text stay in it.
    """
    text, notes = text_of(source)
    rows = [_row(line) for line in _lines(text) if line]
    several = sum(len(names) > 1 for names, _ in rows)
    columns = {
        "label": [names[0] if len(names) == 1 else "" for names, _ in rows],
        "text": [shown for _, shown in rows],
    }
    said = (several_classes(source.name, "label", several),) if several else ()
    roles = {"label": ("label",), "text": ("text",)}
    return table_of(source, "fasttext", columns, skip, notes=(*notes, *said), roles=roles)


def _lines(text: str) -> list[str]:
    """The lines of a file, without the CR before the LF where every line has one."""
    lines = text.split("\n")
    if len(lines) > 1 and all(line.endswith("\r") for line in lines[:-1]):
        return [line.removesuffix("\r") for line in lines]
    return lines


def _row(line: str) -> tuple[list[str], str]:
    """The classes of a line, and its text: what stands between the labels at its beginning and its end.

    >>> _row("__label__a __label__b  two blanks"), _row("good __label__a"), _row("__label__a")
    ((['a', 'b'], ' two blanks'), (['a'], 'good'), (['a'], ''))
    """
    words = list(WORD.finditer(line))
    is_label = [word.group().startswith(PREFIX) for word in words]
    labels = [word.group()[len(PREFIX) :] for word, is_one in zip(words, is_label, strict=True) if is_one]
    classes = [name for name in dict.fromkeys(labels) if name]
    if all(is_label):
        return classes, line[words[-1].end() + 1 :] if words else line
    first, last = is_label.index(False), len(words) - 1 - is_label[::-1].index(False)
    start = words[first - 1].end() + 1 if first else 0
    return classes, line[start : words[last].end() if last < len(words) - 1 else len(line)]
