"""Pieces of texts that a model learns from: runs of letters and signs, words, and words in a row, as hashes.

Unlike in the search for near duplicates signs count (`ㅜㅜ`, `!!!`, `:(` say much), and runs may span words,
because people set blanks in Korean as they like. Nothing is split by grammar, so no language needs a
tokeniser.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

END = 0x0A
"""Stands after each text; no normalised text holds one."""
BLANK = 0x20
WIDE_FROM = 0x1100
"""First code point of the scripts whose signs say as much as two letters: Hangul, kana, Chinese."""
HEAD, TAIL = 6_000, 2_000
"""Letters that are read of a longer text: of its beginning and of its end."""
FACTOR = np.uint32(0x9E3779B1)
ONE_WORD, TWO_WORDS = np.uint32(0x51ED270B), np.uint32(0xC2B2AE35)

Found = tuple[NDArray[np.int64], NDArray[np.uint32]]
"""Where pieces begin, and their hashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Which pieces are made."""

    letters: tuple[int, ...]
    """Lengths of runs of letters and signs."""
    syllables: tuple[int, ...]
    """Lengths of runs with a syllable or a Chinese sign among them."""
    pairs: bool = True
    """Whether two words in a row are a piece, as single words are."""

    @property
    def per_letter(self) -> int:
        """Pieces that begin at a letter, at most, about."""
        return max(len(self.letters), len(self.syllables)) + 1


SHORT = Kinds(letters=(3, 4), syllables=(1, 2, 3, 4))
"""For comments, headlines, questions; runs of two and of five letters double the time and find no more."""
LONG = Kinds(letters=(), syllables=(2, 3))
"""For texts of hundreds of letters: words say enough; in imdb runs of letters cost five times the time and
found hardly more label errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The pieces of m texts: of each text sorted by hash, each once, with how often it has them."""

    starts: NDArray[np.int64]
    """(m + 1,) where the pieces of each text begin."""
    hashes: NDArray[np.uint32]
    """(p,)"""
    times: NDArray[np.float32]
    """(p,) at least 1."""


def normal(text: str) -> str:
    """A text as it is cut: Unicode NFKC, lower case, one blank for several, the middle of a long one left
    out.

    >>> normal("  ＡＢ\\n C ")
    'ab c'
    """
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(text.lower().split())


def code_points(texts: Sequence[str]) -> NDArray[np.uint32]:
    """The code points of normal texts, `END` after each."""
    together = "\n".join([*texts, ""])
    return np.frombuffer(together.encode("utf-32-le", "surrogatepass"), np.uint32)


def counted(texts: Sequence[str], kinds: Kinds) -> Counted:
    """The pieces of normal texts: here a word of two letters twice, both as letters and as a word.

    >>> sorted(counted(["aa aa"], Kinds(letters=(2,), syllables=())).times.tolist())
    [1.0, 1.0, 1.0, 2.0, 2.0]
    """
    flat = code_points(texts)
    owner = np.cumsum(flat == END, dtype=np.uint64)[: len(flat)] << np.uint64(32)
    own = np.r_[np.uint64(0), owner[:-1]] if len(flat) else owner  # an END belongs to the text before it
    found = [own[at] | hashes for at, hashes in _found(flat, kinds)]
    keys = np.concatenate([np.empty(0, np.uint64), *found])
    keys.sort()
    first = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]][: len(keys)])
    times = np.diff(np.r_[first, len(keys)]).astype(np.float32)
    rows = (keys[first] >> np.uint64(32)).astype(np.int64)
    starts = np.r_[0, np.cumsum(np.bincount(rows, minlength=len(texts)))]
    return Counted(starts=starts, hashes=keys[first].astype(np.uint32), times=times)


def _found(flat: NDArray[np.uint32], kinds: Kinds) -> Iterator[Found]:
    if not len(flat):
        return
    codes = scattered(flat + np.uint32(1))
    yield from _runs(flat, codes, kinds)
    yield from _words(flat, codes, kinds.pairs)


def _runs(flat: NDArray[np.uint32], codes: NDArray[np.uint32], kinds: Kinds) -> Iterator[Found]:
    """Runs within a text, of all lengths asked for; a single blank is none."""
    outside, wide = flat == END, flat >= WIDE_FROM
    hashes, out, has_wide = codes, outside, wide
    for length in range(1, max(*kinds.letters, *kinds.syllables, 0, 0) + 1):
        if length > 1:
            count, last = len(flat) - length + 1, slice(length - 1, None)
            if count < 1:
                return
            hashes = hashes[:count] * FACTOR + codes[last]
            out, has_wide = out[:count] | outside[last], has_wide[:count] | wide[last]
        fits = ~out & ((has_wide & (length in kinds.syllables)) | (~has_wide & (length in kinds.letters)))
        at = np.flatnonzero(fits & (flat != BLANK) if length == 1 else fits)
        yield at, scattered(hashes[at] + np.uint32(length))


def _words(flat: NDArray[np.uint32], codes: NDArray[np.uint32], pairs: bool) -> Iterator[Found]:
    """Runs of letters and digits and runs of signs, alone and two in a row."""
    between = (flat == BLANK) | (flat == END)
    kind = np.where(between, np.int8(0), np.where(_is_letter(flat), np.int8(1), np.int8(2)))
    starts = np.flatnonzero(np.r_[True, kind[1:] != kind[:-1]] | between)
    place = np.arange(len(flat)) - np.repeat(starts, np.diff(np.r_[starts, len(flat)]))
    words = np.add.reduceat(scattered(codes + place.astype(np.uint32) * FACTOR), starts, dtype=np.uint32)
    kept = flat[starts] != BLANK
    starts, words = starts[kept], words[kept]
    inside = flat[starts] != END
    yield starts[inside], scattered(words[inside] ^ ONE_WORD)
    if pairs:
        two = np.flatnonzero(inside[:-1] & inside[1:])
        yield starts[two], scattered(words[two] * FACTOR + words[two + 1] + TWO_WORDS)


def _is_letter(flat: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """(m,) True for letters, the marks on them, and digits."""
    known, where = np.unique(flat, return_inverse=True)
    signs = [chr(code) for code in known.tolist()]
    letter = np.array([sign.isalnum() or unicodedata.category(sign).startswith("M") for sign in signs], bool)
    return letter[where]


def scattered(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """(m,) the finaliser of MurmurHash3 (Appleby 2011): every bit depends on every bit."""
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))
