"""Two texts side by side: which characters of each the other has not.

Short texts are compared character by character, long ones word by word and then inside the words
that differ. The work is bounded: where a stretch is too long and too repetitive to be matched
(difflib is cubic there), it counts as different, after its beginning, its end and the words that
occur once in both have been matched (Bram Cohen's "patience diff").
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from auditor.report.graphemes import graphemes

SHORT = 160
"""Characters up to which two texts are compared character by character from the start."""
BUDGET = 3_000_000
"""Steps that one comparison may take: about half a second at the worst, a millisecond as a rule."""
ALIKE = 0.35
"""Share of equal characters under which nothing is marked: marks everywhere show nothing."""
CRUMB = 3
"""Characters of a chance match between two long differences that are marked with them."""
NESTED = 6
"""How often a stretch between matched words may be cut again."""
Block = tuple[int, int, int]
"""Start in the first, start in the second, length of an equal stretch."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text."""

    text: str
    differs: bool = False
    """Whether the other text has something else here, or nothing."""
    left_out: int = 0
    """Characters that are not shown here; the text is empty then. Equal ones unless `differs`."""


Pieces = tuple[Piece, ...]


def marked(a: str, b: str) -> tuple[Pieces, Pieces]:
    """Both texts as runs; those that differ are marked.

    A syllable, a letter with its accents and an emoji are never cut. Where nearly everything
    differs nothing is marked: see `too_different`.

    >>> [piece.text for piece in marked("card not working", "card not workin")[0] if piece.differs]
    ['g']
    """
    first, second = graphemes(a), graphemes(b)
    matcher = _Matcher()
    if max(len(first), len(second)) <= SHORT:
        found = matcher.blocks(first, second)
    else:
        found = matcher.by_words(first, second)
    kept = _without_crumbs(found, len(first), len(second))
    equal = sum(size for _, _, size in kept)
    if 2 * equal < ALIKE * (len(first) + len(second)):
        return _plain(a), _plain(b)
    return (
        _pieces(first, [(at, size) for at, _, size in kept]),
        _pieces(second, [(at, size) for _, at, size in kept]),
    )


def too_different(pieces: tuple[Pieces, Pieces]) -> bool:
    """Whether the texts differ and `marked` marked nothing."""
    one, other = ("".join(piece.text for piece in side) for side in pieces)
    return one != other and not any(piece.differs for side in pieces for piece in side)


def excerpt(pieces: Pieces, length: int, context: int = 60) -> Pieces:
    """The runs in about `length` characters: `context` of long equal ones at each end, the beginning of all.

    >>> [piece.left_out for piece in excerpt((Piece("a" * 300), Piece("b", differs=True)), 200)]
    [0, 180, 0, 0]
    """
    if sum(len(piece.text) for piece in pieces) <= length:
        return pieces
    marks = any(piece.differs for piece in pieces)
    near = _around(pieces, context) if marks else pieces
    return _shortened(near, length)


def _around(pieces: Pieces, context: int) -> Pieces:
    """Equal runs cut to what stands beside a difference."""
    out: list[Piece] = []
    for at, piece in enumerate(pieces):
        if piece.differs or len(piece.text) <= 3 * context:
            out.append(piece)
            continue
        characters = graphemes(piece.text)
        head = characters[:context]
        tail = characters[-context:] if at + 1 < len(pieces) else []
        left = len(characters) - len(head) - len(tail)
        out += [Piece("".join(head)), Piece("", left_out=left), Piece("".join(tail))]
    return tuple(piece for piece in out if piece.text or piece.left_out > 0)


def _shortened(pieces: Pieces, length: int) -> Pieces:
    """The first `length` characters, and how many follow."""
    out: list[Piece] = []
    room = length
    for piece in pieces:
        if len(piece.text) > room:
            break
        room -= len(piece.text)
        out.append(piece)
    else:
        return pieces
    kept, rest = graphemes(piece.text)[:room], pieces[len(out) + 1 :]
    out.append(Piece("".join(kept), piece.differs))
    more = sum(len(one.text) + one.left_out for one in (piece, *rest)) - len(out[-1].text)
    out.append(Piece("", differs=True, left_out=more))
    return tuple(one for one in out if one.text or one.left_out)


def _plain(text: str) -> Pieces:
    return (Piece(text),) if text else ()


def _pieces(tokens: Sequence[str], equal: Sequence[tuple[int, int]]) -> Pieces:
    out, at = [], 0
    for start, size in (*equal, (len(tokens), 0)):
        out.append(Piece("".join(tokens[at:start]), differs=True))
        out.append(Piece("".join(tokens[start : start + size])))
        at = start + size
    return tuple(piece for piece in out if piece.text)


def _without_crumbs(found: Sequence[Block], n: int, m: int) -> list[Block]:
    """The equal stretches but those of a few characters between longer differences."""
    kept: list[Block] = []
    i = j = 0
    for at, (x, y, size) in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else (n, m, 0)
        before, after = max(x - i, y - j), max(following[0] - x, following[1] - y) - size
        if size > CRUMB or not before or not after or 2 * size >= before + after:
            kept.append((x, y, size))
            i, j = x + size, y + size
    return kept


class _Matcher:
    """Finds equal stretches until its budget is spent."""

    def __init__(self) -> None:
        self.left = BUDGET

    def by_words(self, a: Sequence[str], b: Sequence[str]) -> list[Block]:
        """Equal stretches of two long texts, in characters: equal words, then inside what is between."""
        starts_a, starts_b = _starts(a), _starts(b)
        words_a, words_b = _cut(a, starts_a), _cut(b, starts_b)
        found: list[Block] = []
        i = j = 0
        for x, y, size in (*self.blocks(words_a, words_b), (len(words_a), len(words_b), 0)):
            start, other = starts_a[x], starts_b[y]
            found += _moved(self.blocks(a[i:start], b[j:other]), i, j)
            i, j = starts_a[x + size], starts_b[y + size]
            found.append((start, other, i - start))
        return _joined(found)

    def blocks(self, a: Sequence[str], b: Sequence[str], nested: int = 0) -> list[Block]:
        """Equal stretches of two lists, in order."""
        head = _common(a, b)
        tail = _common(a[head:][::-1], b[head:][::-1])
        middle = self._between(a[head : len(a) - tail], b[head : len(b) - tail], nested)
        ends = (len(a) - tail, len(b) - tail, tail)
        return _joined([(0, 0, head), *_moved(middle, head, head), ends])

    def _between(self, a: Sequence[str], b: Sequence[str], nested: int) -> list[Block]:
        if not a or not b:
            return []
        cost = _cost(a, b)
        if cost <= self.left:
            self.left -= cost
            matcher = SequenceMatcher(None, a, b, autojunk=False)
            return [(x, y, size) for x, y, size in matcher.get_matching_blocks()]
        if nested == NESTED:
            return []
        found: list[Block] = []
        i = j = 0
        for x, y in (*_anchors(a, b), (len(a), len(b))):
            if (i, j) != (0, 0) or x < len(a):
                found += _moved(self.blocks(a[i:x], b[j:y], nested + 1), i, j)
            found.append((x, y, int(x < len(a))))
            i, j = x + 1, y + 1
        return found


def _cost(a: Sequence[str], b: Sequence[str]) -> int:
    """Steps that difflib may take: each cut looks at every pair of equal entries."""
    counts, others = Counter(a), Counter(b)
    pairs = sum(n * others[entry] for entry, n in counts.items())
    return (pairs + len(a)) * min(len(a), len(b)) // 4


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many entries are equal from the start."""
    size = min(len(a), len(b))
    return next((at for at in range(size) if a[at] != b[at]), size)


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Entries that occur once in both, the most of them that stand in the same order."""
    once, other = _single(a), _single(b)
    pairs = [(at, other[entry]) for entry, at in once.items() if entry in other]
    ends: list[int] = []
    chosen: list[int] = []
    before: list[int] = []
    for number, (_, y) in enumerate(pairs):
        place = bisect_left(ends, y)
        before.append(chosen[place - 1] if place else -1)
        ends[place : place + 1] = [y]
        chosen[place : place + 1] = [number]
    return [pairs[number] for number in _chain(chosen[-1] if chosen else -1, before)][::-1]


def _chain(last: int, before: Sequence[int]) -> Iterator[int]:
    while last >= 0:
        yield last
        last = before[last]


def _single(entries: Sequence[str]) -> dict[str, int]:
    """Entry -> its place, of those that occur once; in the order of the places."""
    counts = Counter(entries)
    return {entry: at for at, entry in enumerate(entries) if counts[entry] == 1}


def _starts(characters: Sequence[str]) -> list[int]:
    """Where words begin, and the end: runs of letters and digits are one, everything else stands alone."""
    inside = [character[0].isalnum() for character in characters]
    within = (now and before for before, now in pairwise(inside))
    return [0, *(at for at, joined in enumerate(within, start=1) if not joined), len(characters)]


def _cut(characters: Sequence[str], starts: Sequence[int]) -> list[str]:
    return ["".join(characters[start:end]) for start, end in pairwise(starts)]


def _moved(found: Sequence[Block], by_a: int, by_b: int) -> list[Block]:
    return [(x + by_a, y + by_b, size) for x, y, size in found]


def _joined(found: Sequence[Block]) -> list[Block]:
    """The blocks without empty ones, neighbours as one."""
    out: list[Block] = []
    for x, y, size in found:
        if out and out[-1][0] + out[-1][2] == x and out[-1][1] + out[-1][2] == y:
            out[-1] = (*out[-1][:2], out[-1][2] + size)
        elif size:
            out.append((x, y, size))
    return out
