"""What each prediction file says of the labels on its own.

In an average one file in a wrong class order or a wrong row order is drowned by the others, and only
makes the result worse; so files are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import Averaged, BlockSource, blocks_of
from auditor.checks import Subject
from auditor.engine.local import ordered_map
from auditor.scan.kernel import ClassSums, add_counts


def by_file(subject: Subject) -> Iterator[tuple[str, ClassSums]]:
    """(file name, sums with the confusion of that file alone) of every prediction file."""
    sums, probabilities = subject.sums, subject.probabilities
    if sums is None or probabilities is None:
        return
    if not isinstance(probabilities.blocks, Averaged):
        yield ", ".join(probabilities.names), sums
        return
    here = np.ones(len(subject.dataset), bool) if probabilities.covered is None else probabilities.covered
    codes = np.where(here, subject.dataset.labels.codes, -1)
    for name, source in zip(probabilities.names, probabilities.blocks.sources, strict=True):
        yield name, replace(sums, confusion=_confusion(source, codes))


def _confusion(source: BlockSource, codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """(K, K) rows with a label by given and predicted class."""
    k = source.shape[1]

    def cells(span: tuple[int, int]) -> NDArray[np.int64]:
        given = codes[slice(*span)].astype(np.int64)
        found: NDArray[np.int64] = (given * k + source.read(*span).argmax(axis=1))[given >= 0]
        return found

    counts = np.zeros(k * k, np.int64)
    for part in ordered_map(cells, blocks_of(source)):
        add_counts(counts, part)
    return counts.reshape(k, k)
