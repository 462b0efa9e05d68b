"""Stretches of a text replaced, all others left as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

Splice = tuple[int, int, str]
"""Start and end of a stretch, and the text that takes its place."""
Span = tuple[int, int]
"""Start and end of a stretch."""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with some stretches replaced.

    >>> spliced("abcd", [(3, 3, "!"), (0, 1, "X")])
    'Xbc!d'

    Args:
        text: the text.
        splices: in any order.

    Raises:
        ValueError: two of them overlap, or are inserted at one place.
    """
    out, at, last = [], 0, -1
    for start, end, new in sorted(splices):
        if start < at or start == last:
            raise ValueError(f"two changes at {start}")
        out += [text[at:start], new]
        at, last = end, start
    return "".join([*out, text[at:]])


def without(spans: Sequence[Span], dropped: Collection[int]) -> Iterator[Splice]:
    """The cuts that take entries out of a list, with one comma each.

    >>> text = "[a, b, c]"
    >>> spans = [(1, 2), (4, 5), (7, 8)]
    >>> [spliced(text, without(spans, gone)) for gone in ({0}, {1}, {1, 2}, {0, 1, 2})]
    ['[b, c]', '[a, c]', '[a]', '[]']

    Args:
        spans: of the entries, in their order.
        dropped: the numbers of those that go, from 0.
    """
    first = next((at for at in range(len(spans)) if at not in dropped), None)
    if first is None:
        if spans:
            yield spans[0][0], spans[-1][1], ""
        return
    if first:  # the comma behind each
        yield spans[0][0], spans[first][0], ""
    for at in sorted(dropped):
        if at > first:  # the comma before it
            yield spans[at - 1][1], spans[at][1], ""
