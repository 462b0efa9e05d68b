"""Texts that are nearly the same: likely pairs, each compared, the most similar of each text kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.similar.kept import hashes_of, near_search
from auditor.similar.likeness import Likeness
from auditor.similar.pairs import NEAR_TEXTS, NearSearch
from auditor.similar.text_pairs import likely_texts


def near_texts(
    columns: Sequence[pa.Array], threshold: float = NEAR_TEXTS, kinds: NDArray[np.int64] | None = None
) -> NearSearch:
    """Pairs of texts that are nearly the same.

    Args:
        columns: one (n,) string array per text column, normalised (`similar.content`); row i of all is one
            distinct content.
        threshold: similarity from which a pair counts, 0..1, absolute. Under `text_pairs.WIDE` the search is
            wider: what paraphrases share is looked at too.
        kinds: (n,) a code per content, such as which label and split it has: the most similar of another
            kind is kept even where many of the same kind are nearer.

    Returns:
        The pairs, as numbers of contents. Neither row order nor the number of threads changes them.
    """
    texts = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, " ")
    joined = Likeness(texts)
    order = hashes_of(columns)
    first, second = likely_texts(joined, order, threshold, kinds)
    similarity = joined.of(first, second)
    if len(columns) > 1:
        for column in columns:
            similarity = np.minimum(similarity, Likeness(column).of(first, second))
    return near_search("texts", threshold, order, kinds, (first, second), similarity)
