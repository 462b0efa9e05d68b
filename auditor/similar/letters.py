"""Texts as they are compared for being alike: their letters and digits, in words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

NOT_LETTERS = r"[^\p{L}\p{M}\p{N}]+"
RUN = 2
"""Equal letters in a row that are kept: `soooo` and `sooo` are one word, `good` stays; digits all count."""
END = "\n"
"""Stands after each text in `Letters.flat`; no normalised text holds one."""
BLOCK = 1 << 16
"""Texts that are worked on at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """The letters of n texts."""

    flat: NDArray[np.uint32]
    """(m,) code points: words with one blank between, `END` after each text."""
    starts: NDArray[np.int64]
    """(n + 1,) where each text begins in `flat`; the text ends one before the next begins."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    def part(self, rows: NDArray[np.int64]) -> Letters:
        """The letters of some texts, in that order."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        starts = np.r_[0, np.cumsum(lengths)]
        at = np.repeat(self.starts[rows] - starts[:-1], lengths) + np.arange(starts[-1])
        return Letters(flat=self.flat[at], starts=starts)

    def squeezed(self) -> Letters:
        """Without blanks; letters that only now stand in a row are shortened like others."""
        flat = self.flat[self.flat != ord(" ")]
        return _ended(flat[~_repeats(flat)])

    def texts(self) -> list[str]:
        """The n texts."""
        return self.flat.tobytes().decode("utf-32-le", "surrogatepass").split(END)[:-1]


def letters_of(texts: pa.Array) -> Letters:
    """The letters and digits of normalised texts; a text without any is taken as it is.

    Unicode NFKC, lower case; blanks and punctuation become one blank; of more than two equal letters in a
    row two stay; words of one letter in a row become one word.

    >>> letters_of(pa.array(["so,  COOOOL!", "ＡＢ 1000", "^^;", "a U.S. tank"])).texts()
    ['so cool', 'ab 1000', '^^;', 'aus tank']
    """
    parts = [_letters(texts.slice(start, BLOCK)) for start in range(0, max(len(texts), 1), BLOCK)]
    shifts = np.cumsum([0, *(len(part.flat) for part in parts)])
    starts = [part.starts[:-1] + shift for part, shift in zip(parts, shifts[:-1], strict=True)]
    return Letters(
        flat=np.concatenate([part.flat for part in parts]), starts=np.concatenate([*starts, shifts[-1:]])
    )


def _letters(texts: pa.Array) -> Letters:
    plain = pc.utf8_lower(pc.utf8_normalize(pc.fill_null(texts.cast(pa.large_string()), ""), form="NFKC"))
    words = pc.utf8_trim(pc.replace_substring_regex(plain, NOT_LETTERS, " "), " ")
    words = pc.if_else(pc.equal(words, ""), pc.replace_substring(plain, END, " "), words)
    ended = "".join(f"{text}{END}" for text in words.to_pylist())
    flat = np.frombuffer(ended.encode("utf-32-le"), np.uint32)
    flat = flat[~_spelled(flat)]
    flat = flat[~_repeats(flat)]
    return _ended(flat)


def _ended(flat: NDArray[np.uint32]) -> Letters:
    return Letters(flat=flat, starts=np.r_[0, np.flatnonzero(flat == ord(END)) + 1])


def _spelled(flat: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """(m,) True for a blank between two words of one letter each: `u s a` is one word spelled out."""
    edge = np.r_[True, True, (flat == ord(" ")) | (flat == ord(END)), True, True]
    return np.asarray((flat == ord(" ")) & edge[: len(flat)] & edge[4:], bool)


def _repeats(flat: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """(m,) True for a letter or sign that stands at least `RUN` times before itself."""
    repeats = np.zeros(len(flat), bool)
    repeats[RUN:] = (flat[RUN:] == flat[1:-1]) & (flat[RUN:] == flat[:-RUN])
    at = np.flatnonzero(repeats)
    kept = [
        ord(END),
        *(code for code in np.unique(flat[at]).tolist() if unicodedata.category(chr(code)) == "Nd"),
    ]
    repeats[at] = ~np.isin(flat[at], kept)
    return repeats
