"""Texts as they are compared for being alike: their letters and digits, in words."""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

NOT_LETTER = r"[^\p{L}\p{M}\p{N}]"
SIGN = np.uint32(1 << 31)
"""Marks a code point that is no letter."""
RUN = 2
"""Equal letters in a row that are kept: `soooo` and `sooo` are one word, `good` stays; digits all count."""
END = "\n"
"""Stands after each text in `Letters.flat`; no normalised text holds one."""
BLOCK = 1 << 18
"""Bytes that are worked on at a time."""


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

    def between(self, start: int, stop: int) -> Letters:
        """The letters of some texts in a row."""
        starts = self.starts[start : stop + 1]
        return Letters(flat=self.flat[starts[0] : starts[-1]], starts=starts - starts[0])

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
    step = max(1, BLOCK * len(texts) // max(texts.nbytes, 1))
    table = np.zeros(sys.maxunicode + 1, np.uint32)
    parts = [_letters(texts.slice(start, step), table) for start in range(0, max(len(texts), 1), step)]
    shifts = np.cumsum([0, *(len(part.flat) for part in parts)])
    starts = [part.starts[:-1] + shift for part, shift in zip(parts, shifts[:-1], strict=True)]
    return Letters(
        flat=np.concatenate([part.flat for part in parts]), starts=np.concatenate([*starts, shifts[-1:]])
    )


def _letters(texts: pa.Array, table: NDArray[np.uint32]) -> Letters:
    """Of some texts; what was found out about code points is noted in the table."""
    flat = _code_points(texts)
    found = np.take(table, flat, mode="clip")
    if not found.all():
        codes = np.unique(flat[found == 0])
        table[codes] = _folded(codes)
        found = np.take(table, flat, mode="clip")
    flat = _words(found)
    flat = flat[~_spelled(flat)]
    return _ended(flat[~_repeats(flat)])


def _code_points(texts: pa.Array) -> NDArray[np.uint32]:
    """The code points of texts in NFKC, `END` after each."""
    cells = [text if text.isascii() else unicodedata.normalize("NFKC", text)
             for text in pc.fill_null(texts, "").to_pylist()]  # fmt: skip
    together = END.join([*cells, ""])
    if together.count(END) > len(cells):
        together = END.join([*(cell.replace(END, " ") for cell in cells), ""])
    return np.frombuffer(together.encode("utf-32-le"), np.uint32)


def _folded(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """(m,) code points in lower case, those that are no letter or digit with `SIGN` added."""
    chars = pc.utf8_lower(pa.array([chr(code) for code in codes.tolist()], pa.string()))
    lower = np.array([ord(char) for char in chars.to_pylist()], np.uint32)
    sign = pc.match_substring_regex(chars, NOT_LETTER).to_numpy(zero_copy_only=False)
    lower[sign & (lower != ord(END))] |= SIGN
    return lower


def _words(folded: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Code points of words and one blank between them, of `END`, and of texts that are signs alone."""
    sign, end = folded >= SIGN, folded == ord(END)
    stops = np.flatnonzero(end)
    starts = np.r_[0, stops + 1][: len(stops)]
    bare = np.logical_and.reduceat(sign | end, starts) if len(starts) else np.empty(0, bool)
    flat: NDArray[np.uint32] = np.where(sign, np.uint32(ord(" ")), folded)
    before = np.r_[True, (sign | end)[:-1]]
    kept: NDArray[np.bool_] = ~(sign & before[: len(sign)])
    for start, stop in zip(starts[bare].tolist(), stops[bare].tolist(), strict=True):
        kept[start:stop] = True
        flat[start:stop] = folded[start:stop] ^ SIGN
    return flat[kept]


def _ended(flat: NDArray[np.uint32]) -> Letters:
    return Letters(flat=flat, starts=np.r_[0, np.flatnonzero(flat == ord(END)) + 1])


def _spelled(flat: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """(m,) True for a blank between two words of one letter each (`u s a` is one word spelled out) and for
    one that ends a text."""
    blank, end = flat == ord(" "), flat == ord(END)
    edge = np.r_[True, True, blank | end, True, True]
    return np.asarray(blank & (edge[: len(flat)] & edge[4:] | np.r_[end[1:], True][: len(flat)]), bool)


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
