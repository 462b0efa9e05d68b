"""What texts are made of, where the most similar are looked for.

Short texts: the runs of `grams.py`, one and two syllables or two and three letters of a word, so that no
particle, ending or typing error hides that two words are the same. Long texts have all of these by chance and
are about what their words say: their words, and of words in Hangul, kana and Chinese the runs of two
syllables, since particles make many words of one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.similar.candidates import Pieces
from auditor.similar.grams import FACTORS, WIDE_FROM, pieces_of
from auditor.similar.letters import END, Letters, letters_of
from auditor.similar.sketch import mixed, polynomials, spans

LETTERS = 2_000
"""Characters of a text that are looked at, over all its columns."""
LONG = 200
"""Characters of the median text from which texts are long."""
BYTES = 4 << 20
"""Of text that are made into pieces at a time."""
WORDS = 1 << 16
"""Letters whose words are hashed at a time."""


def beginnings(columns: Sequence[pa.Array]) -> pa.Array:
    """(n,) the cells of each text, joined and cut; an empty or null cell says nothing.

    Args:
        columns: (n,) strings each, normalised.
    """
    cells = [pc.fill_null(column, "") for column in columns]
    texts = cells[0] if len(cells) == 1 else pc.binary_join_element_wise(*cells, " ")
    return pc.utf8_slice_codeunits(texts, 0, LETTERS)


def are_long(texts: pa.Array) -> bool:
    """Whether the median of some texts is long."""
    return bool(len(texts)) and float(np.median(lengths_of(texts))) >= LONG


def lengths_of(texts: pa.Array) -> NDArray[np.int64]:
    """(n,) characters of each text."""
    return np.asarray(pc.utf8_length(texts).to_numpy(zero_copy_only=False), np.int64)


def text_pieces(texts: pa.Array, *, long: bool) -> Pieces:
    """The pieces of (n,) texts: rising within each, each once; words of long ones."""
    pieces = word_pieces if long else pieces_of
    step = max(1, BYTES * len(texts) // max(texts.nbytes, 1))
    parts = [pieces(letters_of(texts.slice(start, step))) for start in range(0, len(texts), step)]
    ends = np.cumsum([0, *(len(part.hashes) for part in parts)])
    offsets = [part.offsets[1:] + end for part, end in zip(parts, ends[:-1], strict=True)]
    return Pieces(
        offsets=np.concatenate([np.zeros(1, np.int64), *offsets]),
        hashes=np.concatenate([np.empty(0, np.uint32), *(part.hashes for part in parts)]),
    )


def word_pieces(letters: Letters) -> Pieces:
    """The words of each text, and the runs of two syllables in them: rising, each once."""
    found = [_block(letters.between(start, stop)) for start, stop in spans(letters.starts[:-1], WORDS)]
    counts = np.concatenate([np.empty(0, np.int64), *(counts for counts, _ in found)])
    hashes = np.concatenate([np.empty(0, np.uint32), *(hashes for _, hashes in found)])
    return Pieces(offsets=np.r_[0, np.cumsum(counts)], hashes=hashes)


def _block(letters: Letters) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """(b,) pieces per text of a block, and their hashes."""
    flat, n = letters.flat, len(letters)
    starts = letters.starts - letters.starts[0]
    owner = np.repeat(np.arange(n, dtype=np.uint64) << np.uint64(32), np.diff(starts))
    edge = (flat == ord(" ")) | (flat == ord(END))
    inside = np.flatnonzero(~edge)
    begins = np.flatnonzero(np.r_[True, edge[inside[1:] - 1]][: len(inside)])
    words = (polynomials(flat[inside], begins) >> np.uint64(32)) | owner[inside[begins]]
    wide = flat >= WIDE_FROM
    at = np.flatnonzero(wide[:-1] & wide[1:])
    runs = mixed(flat[at].astype(np.uint64) * np.uint64(FACTORS[0]) + flat[at + 1]) >> np.uint64(32)
    together = np.unique(np.concatenate([words, runs | owner[at]]))
    counts = np.bincount((together >> np.uint64(32)).astype(np.int64), minlength=n)
    return counts, together.astype(np.uint32)
