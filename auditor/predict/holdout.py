"""One model, fixed once, fitted to the same rows with other labels, and asked about rows it never learns
from.

**Fixed**, from the first labels: which features there are (they are made once, without labels, over all
rows), which columns of a table are left out, which kinds of model are averaged, which rows each kind learns
from where time is short, which fold a row is in, every setting and every seed. **Learned** anew from other
labels, by the same recipe: the weights of each kind, what it reckons from the rows at hand while it is fitted
(how strongly a kernel is smoothed, how many nearest rows vote), and the calibration: a temperature and a
shift per class, fitted to rows of other folds.

The calibration is learned because it is nothing but a few more weights: one that was fitted to labels of
which 15 % were turned over knows how often they are wrong, and kept for labels that are right it took two
points of accuracy away, nearly all that relabelling had bought (nsmc, benchmarks/gain.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.errors import Problem
from auditor.predict.blends import Blend, blend_of_all
from auditor.predict.budget import SECONDS, rows_within
from auditor.predict.cross import Task, Tell, blend_for_all, fitted_to
from auditor.predict.folds import FOLDS, Keys, folds_of, learnable
from auditor.predict.learners import Codes, Fitted, Learner, Rows
from auditor.predict.models import models_for
from auditor.predict.sampling import sampled
from auditor.predict.units import units_of
from auditor.similar.content import ContentIndex

BLOCK = 1 << 22
"""Probabilities that are made at a time: 32 MB."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedModel:
    """What stays the same whatever labels are learned from."""

    learners: tuple[Learner, ...]
    """The kinds of model that are averaged."""
    most: tuple[int, ...]
    """Per kind the rows that one fit learns from at most."""
    teach: tuple[Mask, ...]
    """Per kind (n,) the rows that it may learn from."""
    folds: NDArray[np.int8]
    """(n,) the fold of each row, for the calibration."""
    keys: Keys
    """(n,) the order in which rows are handed to a model."""
    classes: int
    """K."""
    looked_at: tuple[str, ...] = ()
    """What it learns from: `texts`, `table`, `vectors`, `images`."""
    notes: tuple[Problem, ...] = ()

    def learned(self, codes: Codes) -> int:
        """Rows that the kind which learns from the fewest learns from, of these labels."""
        return min(int((mask & (codes >= 0)).sum()) for mask in self.teach)

    def predict(self, codes: Codes, rows: Rows) -> NDArray[np.int64]:
        """(m,) the class that the model names for some rows after learning from these labels.

        Args:
            codes: (n,) the class of each row of the dataset; negative for rows that teach nothing.
            rows: (m,) rows to name a class for; none of them may have one among `codes`.
        """
        from threadpoolctl import threadpool_limits  # of scikit-learn

        found = np.empty(len(rows), np.int64)
        known = np.bincount(codes[codes >= 0], minlength=self.classes) > 0
        with threadpool_limits(limits=1):
            blend = self._calibrated(codes)
            models = [self._fitted(at, codes) for at in range(len(self.learners))]
            for start in range(0, len(rows), step := max(BLOCK // self.classes, 1)):
                block = rows[start : start + step]
                likely = blend.of([model.predict(block) for model in models])
                found[start : start + step] = np.where(known, likely, -1).argmax(axis=1)
        return found

    def _calibrated(self, codes: Codes) -> Blend:
        task = Task(codes=codes, classes=self.classes, folds=self.folds, keys=self.keys, most=self.most)
        return blend_for_all(task, self.learners, lambda share: None, blend_of_all)

    def _fitted(self, at: int, codes: Codes) -> Fitted:
        rows = in_order(self.teach[at] & (codes >= 0), self.keys)
        return fitted_to(self.learners[at], rows, codes[rows], self.classes)


def fix_model(
    index: ContentIndex,
    first: Codes,
    others: Codes,
    keys: Keys,
    *,
    seconds: float | None = None,
    tell: Tell | None = None,
    named: Sequence[str] = (),
) -> FixedModel | None:
    """Choose, from the first labels alone, everything about the built-in model that is not learned.

    Args:
        index: all rows: those to learn from and those to predict.
        first: (n,) the labels that choose, 0..K-1; negative for rows that teach nothing.
        others: (n,) other labels: of the rows that only these have, as large a part may teach as of the rest.
        keys: (n,) a number per row that does not depend on where it stands.
        seconds: CPU seconds for all fits together, about: above, models learn from fewer rows.
        tell: called with the share of the choosing that is done, 0..1.
        named: columns of a table that the user named one by one: a leak among them stays.

    Returns:
        None where there is nothing that a model could learn from, or fewer than two classes to tell apart.
    """
    from threadpoolctl import threadpool_limits

    classes = len(index.dataset.classes)
    folds = folds_of(first, units_of(index, FOLDS).of_row, keys)
    models = models_for(index, named)
    if not models.learners or len(np.unique(first[learnable(first, folds, classes)])) < 2:
        return None
    most = rows_within(models.learners, int((first >= 0).sum()), classes, seconds or SECONDS)
    kept = [at for at, rows in enumerate(most) if rows]
    learners, most = tuple(models.learners[at] for at in kept), tuple(most[at] for at in kept)
    task = Task(codes=first, classes=classes, folds=folds, keys=keys, most=most)
    with threadpool_limits(limits=1):
        members = blend_for_all(task, learners, tell or (lambda share: None)).members
    return FixedModel(
        learners=tuple(learners[at] for at in members),
        most=tuple(most[at] for at in members),
        teach=tuple(_teaching(first, others, keys, most[at]) for at in members),
        folds=folds,
        keys=keys,
        classes=classes,
        looked_at=models.looked_at,
        notes=models.notes,
    )


def _teaching(first: Codes, others: Codes, keys: Keys, most: int) -> Mask:
    """(n,) the rows that a kind may learn from: of those that have a first label `most`, of the rows that are
    added the same part."""
    found = np.zeros(len(first), bool)
    there, added = in_order(first >= 0, keys), in_order((first < 0) & (others >= 0), keys)
    found[sampled(there, first[there], most)] = True
    part = most * len(added) / max(len(there), 1)
    if len(added):
        found[sampled(added, others[added], max(round(part), 1))] = True
    return found


def in_order(mask: Mask, keys: Keys) -> Rows:
    """The rows of a mask in the order of their keys."""
    rows = np.flatnonzero(mask)
    found: Rows = rows[np.argsort(keys[rows], kind="stable")]
    return found
