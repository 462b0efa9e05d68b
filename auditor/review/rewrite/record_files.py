"""JSON lists and JSON Lines of objects again: single values within some objects, and objects that go."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from auditor.read.encodings import encoding_of
from auditor.read.json_text import starts_with
from auditor.read.sources import Source
from auditor.review.rewrite.json_values import Style, entries, first_value, inserted, members, replaced
from auditor.review.rewrite.splice import Span, Splice, spliced, without
from auditor.review.rewrite.text_files import MARKED, exact_encoding

Way = tuple[str | int, ...]
"""What leads to a value from the outside in: keys of objects, and places in lists from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEdits:
    """What to change in the objects of a file, which are numbered from 0."""

    values: Mapping[int, Mapping[Way, str]] = field(default_factory=dict)
    """Object -> way -> the new text of a cell."""
    entries: Mapping[int, Mapping[Way, frozenset[int]]] = field(default_factory=dict)
    """Object -> way to a list -> the places of its entries that go."""
    members: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Object -> key of a new member behind the others -> its text."""
    dropped: frozenset[int] = frozenset()
    """Objects that go."""

    @property
    def touched(self) -> set[int]:
        """The objects that stay, and not as they are."""
        return (self.values.keys() | self.entries.keys() | self.members.keys()) - self.dropped


def rewrite_records(source: Source, edits: RecordEdits, target: Path) -> None:
    """Write a JSON list of objects, or JSON Lines, with every other byte as it is.

    Args:
        source: the file.
        edits: what to change; each way leads to a value that is there.
        target: the file to write.
    """
    named = encoding_of(source.path)
    encoding = exact_encoding(source.path, named)
    with (
        source.path.open(encoding=encoding, newline="\n") as stream,
        target.open("w", encoding=encoding, newline="") as out,
    ):
        if named in MARKED:
            out.write(stream.read(1))
        style = Style(encoding=encoding, ascii_only=named == "utf-8" and _is_ascii(source.path))
        if starts_with(source.head, "{"):
            out.writelines(_lines(stream, edits, style))
            return
        text = stream.read()
        spans = entries(text, first_value(text))
        changes = [
            change for at in edits.touched for change in _changes(text, spans[at][0], at, edits, style)
        ]
        out.write(spliced(text, [*changes, *without(spans, edits.dropped)]))


def _is_ascii(path: Path) -> bool:
    with path.open("rb") as stream:
        return all(chunk.isascii() for chunk in iter(lambda: stream.read(1 << 20), b""))


def _lines(stream: Iterable[str], edits: RecordEdits, style: Style) -> Iterator[str]:
    """The lines of the new file."""
    touched = edits.touched
    at = -1
    for line in stream:
        blank = not line.strip()
        at += not blank
        if blank or (at not in edits.dropped and at not in touched):
            yield line
        elif at in touched:
            yield spliced(line, _changes(line, first_value(line), at, edits, style))


def _changes(text: str, start: int, at: int, edits: RecordEdits, style: Style) -> Iterator[Splice]:
    """The changes of one object."""
    for way, new in edits.values.get(at, {}).items():
        yield from replaced(text, span_of(text, start, way), new, style)
    for way, gone in edits.entries.get(at, {}).items():
        yield from without(entries(text, span_of(text, start, way)[0]), gone)
    if more := edits.members.get(at):
        made = {key: json.dumps(new, ensure_ascii=False) for key, new in more.items()}
        yield inserted(text, start, members(text, start), made, style)


def span_of(text: str, start: int, way: Sequence[str | int]) -> Span:
    """Where the value stands that a way leads to.

    >>> text = '{"a": [{"b": 1}, {"b": "xy"}]}'
    >>> span = span_of(text, 0, ("a", 1, "b"))
    >>> text[slice(*span)]
    '"xy"'

    Args:
        text: holds valid JSON at `start`.
        start: where the outermost value begins.
        way: one step at least.
    """
    span = (start, start)
    for step in way:
        if isinstance(step, int):
            span = entries(text, span[0])[step]
        else:
            found = next(one for one in members(text, span[0]) if one.key == step)
            span = (found.start, found.end)
    return span
