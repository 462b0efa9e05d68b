"""A part of the rows to learn from, the same for every order of the rows."""

from __future__ import annotations

import numpy as np

from auditor.predict.learners import Codes, Rows


def sampled(rows: Rows, codes: Codes, most: int) -> Rows:
    """The first rows of each class, as many of each as its share of `most`, at least one; in their order.

    Args:
        rows: (m,) rows in an order by chance.
        codes: (m,) their classes.
        most: how many to take, about; all where there are no more.
    """
    if len(rows) <= most:
        return rows
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes)
    place = np.empty(len(rows), np.int64)
    place[order] = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    taken = place < np.maximum(np.round(sizes * (most / len(rows))), 1)[codes]
    return rows[taken]
