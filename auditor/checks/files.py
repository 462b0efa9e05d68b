"""What each prediction file says of the labels on its own: every file is read once, for all checks.

In an average one file in a wrong class order or a wrong row order is drowned by the others, and only
makes the result worse; so files are looked at one by one. Of each only what was measured is kept, so
memory is O(n) for one file at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import Averaged, BlockSource, blocks_of
from auditor.checks.digits import Lowest, decimals_of, lowest
from auditor.checks.matching import better_order
from auditor.checks.measures import Agreement, Change, Codes, Lag, agreement_of, change, lags, sortedness
from auditor.data import PredictionFile
from auditor.engine.local import ordered_map
from auditor.wording import N_, Text, say

if TYPE_CHECKING:
    from auditor.checks import Subject

MADE_HERE = N_("the built-in model")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLook:
    """What was measured of one prediction file."""

    file: PredictionFile
    read: Agreement
    """Agreement with the labels, columns as read."""
    order: NDArray[np.int64] | None
    """(K,) the column that fits each class, where the order as read is clearly wrong."""
    fitted: Agreement
    """Agreement in that order; where there is none, as read."""
    read_lags: tuple[Lag, ...]
    """Agreement with the rows moved, best first, columns as read."""
    lags: tuple[Lag, ...]
    """The same in the better class order; so are the changes."""
    change: Change | None
    lags_after: tuple[Lag, ...]
    """Lags on the side of the change that agrees less."""
    sortedness: float
    """How far the labels stand class by class: 0 mixed, 1 sorted."""
    lowest: Lowest
    decimals: int | None
    """Decimals the probabilities were written with; None where they have many, or it cannot be told."""

    @property
    def name(self) -> str | Text:
        """The name of the file, or what the predictions are called that auditor made itself."""
        return say(MADE_HERE) if self.file.joined == "made here" else self.file.name

    @property
    def fitted_name(self) -> str | Text:
        """The name, and that the class columns were taken in another order than they stand, if they were."""
        if self.order is None:
            return self.name
        return say(N_("{name} in the better class order"), name=self.name)

    @property
    def made_here(self) -> bool:
        """Whether auditor made it, and its rows and columns stand where they belong."""
        return self.file.joined == "made here" or (self.file.by_auditor and self.by_id)

    @property
    def by_id(self) -> bool:
        """Whether its rows were joined by id, or by the index of a DataFrame."""
        return self.file.joined in {"id", "index"}


def looks(subject: Subject) -> tuple[FileLook, ...]:
    """A look at every prediction file with labels to compare; () without a scan."""
    return tuple(_looks(subject))


def _looks(subject: Subject) -> Iterator[FileLook]:
    found, rows = subject.probabilities, subject.rows
    if found is None or rows is None or subject.sums is None or not rows.scored.any():
        return
    given = np.where(rows.scored, subject.dataset.labels.codes, -1).astype(np.int32)
    if not isinstance(found.blocks, Averaged):
        yield _look(found.files[0], found.blocks, given, rows.predicted, rows.p_given)
        return
    for file, source in zip(found.files, found.blocks.sources, strict=True):
        yield _look(file, source, given, *_read(source, given))


def _look(
    file: PredictionFile,
    source: BlockSource,
    given: Codes,
    predicted: Codes,
    p_given: NDArray[np.floating],
) -> FileLook:
    k = source.shape[1]
    read = agreement_of(given, predicted, k)
    order = better_order(read.counts)
    as_class = predicted if order is None else _renamed(predicted, order)
    moved = change(given, as_class, k)
    return FileLook(
        file=file,
        read=read,
        order=order,
        fitted=read if order is None else read.in_order(order),
        read_lags=lags(given, predicted),
        lags=lags(given, as_class),
        change=moved,
        lags_after=() if moved is None else _lags_of_worse(given, as_class, moved),
        sortedness=sortedness(given),
        lowest=lowest(p_given[given >= 0]),
        decimals=decimals_of(source),
    )


def _renamed(predicted: Codes, order: NDArray[np.int64]) -> Codes:
    """Predicted columns as the classes they stand for."""
    class_of = np.full(len(order) + 1, -1, np.int32)  # the last one is for rows without a prediction
    class_of[order] = np.arange(len(order), dtype=np.int32)
    renamed: Codes = class_of[predicted]
    return renamed


def _lags_of_worse(given: Codes, predicted: Codes, moved: Change) -> tuple[Lag, ...]:
    part = slice(0, moved.row) if moved.worse is moved.before else slice(moved.row, None)
    return lags(given[part], predicted[part])


def _read(source: BlockSource, given: Codes) -> tuple[Codes, NDArray[np.float32]]:
    """(n,) predicted class and p(given) of one file."""
    n = len(given)
    predicted, p_given = np.full(n, -1, np.int32), np.full(n, np.nan, np.float32)

    def part(span: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
        block, codes = source.read(*span), np.maximum(given[slice(*span)], 0)
        return block.argmax(axis=1), block[np.arange(len(block)), codes]

    spans = list(blocks_of(source))
    for span, (best, own) in zip(spans, ordered_map(part, spans), strict=True):
        predicted[slice(*span)], p_given[slice(*span)] = best, own
    predicted[given < 0] = -1
    return predicted, p_given
