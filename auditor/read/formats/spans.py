"""Marked spans of texts (entities), from doccano and from token files: one row per span.

Why a row per span: its tag is the label, so the balance of the tags is that of the annotations, and two
spans that stand in the same words with different tags are a conflict. A row per text would need a label
that is a set of tags, nearly as many classes as texts. What a row per span cannot show, a text that
stands twice with other spans, is counted here and warned of.

The content of a row is the span with the words around it, cut to `CONTEXT` characters on each side: a
long text with many spans would otherwise be repeated with each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.errors import InputError, Problem
from auditor.read.formats.annotation_notes import no_annotations, not_read, partly
from auditor.read.formats.cells import Columns, table_of
from auditor.read.json_text import plain
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable
from auditor.wording import N_, say

CONTEXT = 100
"""Characters before and after a span that belong to its content."""
Span = tuple[int, int, str]
"""(start, end, tag): characters of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text with its spans."""

    place: str
    """Its id, or its line in the file."""
    text: str
    spans: Sequence[Span]


def span_table(
    source: Source,
    form: str,
    passages: Sequence[Passage],
    skip: Skip,
    *,
    place: str,
    notes: Iterable[Problem] = (),
    left: Iterable[str] = (),
) -> TextTable:
    """A row per span: where its text stands, the words before it, itself, the words after it, its tag.

    Args:
        source: where they come from.
        form: the name of the format.
        passages: the texts and their spans.
        skip: which columns are not wanted.
        place: the name of the column that says where a text stands.
        notes: what was said while reading.
        left: keys of the data that were not read.

    Raises:
        InputError: `no-annotations`, `file-unreadable`.
    """
    columns: Columns = {name: [] for name in (place, "before", "span", "after", "label")}
    broken: list[str] = []
    for passage in passages:
        for start, end, tag in passage.spans:
            if not 0 <= start < end <= len(passage.text):
                broken.append(passage.place)
                continue
            text = passage.text
            cells = text[max(start - CONTEXT, 0) : start], text[start:end], text[end : end + CONTEXT]
            for name, value in zip(columns, (passage.place, *cells, tag), strict=True):
                columns[name].append(value)
    if not columns["label"]:
        raise InputError(no_annotations(source.name))
    said = [
        _what_is_audited(source.name, passages, left),
        *_broken(source.name, broken),
        *_differing(source.name, passages),
    ]
    roles = {"label": ("label",), "text": ("before", "span", "after")}
    return table_of(source, form, columns, skip, notes=(*notes, *said), roles=roles)


def _what_is_audited(file: str, passages: Sequence[Passage], left: Iterable[str]) -> Problem:
    without = sum(1 for passage in passages if not passage.spans)
    what = say(N_("spans: their tags and copies are audited; missing spans and their borders are not"))
    rows = say(
        N_("a row is a span; {n:,} text without a span gives no row"),
        N_("a row is a span; {n:,} texts without a span give no row"),
        n=without,
    )
    return partly(file, what, *((rows,) if without else ()), *not_read(left))


def _broken(file: str, places: Sequence[str]) -> list[Problem]:
    if not places:
        return []
    return [
        Problem(
            slug="spans-broken",
            what=say(
                N_("{file}: {n:,} span does not lie within its text and was left out, e.g. in {place}"),
                N_("{file}: {n:,} spans do not lie within their texts and were left out, e.g. in {place}"),
                file=file,
                n=len(places),
                place=plain(places[0]),
            ),
            level="warning",
        )
    ]


def _differing(file: str, passages: Sequence[Passage]) -> list[Problem]:
    """Texts that stand several times, with other spans."""
    first: dict[str, tuple[str, frozenset[Span]]] = {}
    differing: list[tuple[str, str]] = []
    for passage in passages:
        spans = frozenset(passage.spans)
        place, known = first.setdefault(passage.text, (passage.place, spans))
        if known != spans:
            differing.append((place, passage.place))
    if not differing:
        return []
    one, other = differing[0]
    return [
        Problem(
            slug="spans-differ",
            what=say(
                N_("{file}: {n:,} text stands in the file before with other spans"),
                N_("{file}: {n:,} texts stand in the file before with other spans"),
                file=file,
                n=len(differing),
            ),
            details=(say(N_("e.g. {one} and {other}"), one=plain(one), other=plain(other)),),
            level="warning",
        )
    ]
