"""Where rows lie on the map of the report: the suspects, and a sample of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.flags import FLAGS, SUSPECTED
from auditor.prioritise.draws import draw_keys

if TYPE_CHECKING:
    from auditor.detect import Inputs

PLACES = pa.schema([("row", pa.int64()), ("x", pa.float32()), ("y", pa.float32())])
"""The columns of map.parquet."""
MOST_SUSPECTS = 2_500
"""Suspects on the map at most, so that they do not hide what they are suspected against."""


def places_table(inputs: Inputs, places: NDArray[np.int64], flags: NDArray[np.int32], seed: int) -> pa.Table:
    """A table of the `PLACES` schema, by row; empty for a dataset without vectors or images.

    Args:
        inputs: the dataset and what its rows are compared by.
        places: (n,) place of each row in the queue, -1 for none: the first suspects are taken.
        flags: (n,) what was found in each row (`auditor.flags`).
        seed: draws other rows.
    """
    vectors = inputs.index.vectors
    if vectors is None or not len(vectors):
        return PLACES.empty_table()
    from auditor.similar.map import MOST, map_of

    usable = _usable(inputs)
    suspected = usable & (flags & sum(FLAGS[kind] for kind in SUSPECTED) != 0)
    keys = draw_keys(inputs.dataset, inputs.index, seed)
    last = np.where(places < 0, np.iinfo(np.int64).max, places)
    first = np.lexsort((keys, last))
    suspects = first[suspected[first]][:MOST_SUSPECTS]
    usable[suspects] = False
    by_key = np.lexsort((keys, suspected))
    others = by_key[usable[by_key]][: MOST - len(suspects)]
    rows = np.sort(np.concatenate([suspects, others]))
    found = map_of(vectors, rows)
    return pa.table({"row": rows, "x": found[:, 0], "y": found[:, 1]}).cast(PLACES)


def _usable(inputs: Inputs) -> NDArray[np.bool_]:
    """(n,) rows that have a vector."""
    embeddings, looks = inputs.index.embeddings, inputs.index.looks
    if embeddings is not None:
        covered = embeddings.covered
        return np.ones(len(inputs.dataset), bool) if covered is None else covered.copy()
    return np.zeros(len(inputs.dataset), bool) if looks is None else looks.opened
