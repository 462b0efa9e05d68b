"""Cross-validation: every row predicted by models that have learned neither from it nor from its copies.

Each fold is predicted by models fitted to the other folds. Which models are averaged, and how they
are calibrated, is chosen for each fold by the rows of the other folds, and by what models said of them that
had not learned from them: folds form pairs, and one more model is fitted to the rows outside of each pair.
So no row has a part in the choice of the models that predict it, and the choices of two folds share most of
their rows: probabilities of different folds can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.predict.blends import Blend, best_blend, even_blend
from auditor.predict.folds import Keys, learnable
from auditor.predict.learners import Codes, Fitted, Learner, Matrix, Rows
from auditor.predict.sampling import sampled

CELLS = 1 << 22
"""Probabilities that are made at a time: 32 MB."""
JUDGED = 2_000
"""Rows of a fold that decide on a blend at most: enough for a few numbers."""
JUDGED_CELLS = 1 << 19
"""Probabilities of a fold that decide on a blend at most."""
Tell = Callable[[float], None]
"""Called with the share that is done, 0..1."""
Blending = Callable[[Sequence[Matrix], Codes], Blend]
"""What makes a blend of the outputs of models for some rows, and their classes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be learned."""

    codes: Codes
    """(n,) the class of each row; negative for rows that teach nothing."""
    classes: int
    """K."""
    folds: NDArray[np.int8]
    """(n,) the fold of each row."""
    keys: Keys
    """(n,) the order in which rows are handed to a model, whatever their order in the file."""
    most: tuple[int, ...]
    """Rows that each kind of model learns from at most."""

    @property
    def number(self) -> int:
        """How many folds there are."""
        return int(self.folds.max(initial=0)) + 1

    def outside(self, *folds: int) -> Rows:
        """The rows that teach, outside of some folds, in the order of their keys."""
        return self._ordered(np.flatnonzero((self.codes >= 0) & ~np.isin(self.folds, folds)))

    def inside(self, fold: int) -> Rows:
        """All rows of a fold, in the order of their keys."""
        return self._ordered(np.flatnonzero(self.folds == fold))

    def _ordered(self, rows: Rows) -> Rows:
        return rows[np.argsort(self.keys[rows], kind="stable")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """What cross-validation gave."""

    covered: NDArray[np.bool_]
    """(n,) False for labelled rows whose class no model could know: nothing is said of them."""
    blends: tuple[Blend, ...]
    """Per fold the models that predicted it."""
    learned: tuple[int, ...]
    """Per kind of model the rows that one of it learned from at most."""


def cross_validate(
    task: Task, learners: Sequence[Learner], out: NDArray[np.floating], tell: Tell, part: float = 1.0
) -> Crossed:
    """Predict every row out of sample.

    Args:
        task: what is to be learned.
        learners: the models to choose from and to average.
        out: (n, K) the probabilities are added to it; rows that no model can judge stay as they are.
        tell: called as folds pass.
        part: what the probabilities are multiplied by, where several rounds are averaged.
    """
    covered = learnable(task.codes, task.folds, task.classes) | (task.codes < 0)
    fits = _Fits(task, learners, tell)
    blends = _chosen(task, fits)
    for fold, blend in enumerate(blends):
        rows = task.outside(fold)
        if not len(rows):
            continue
        models = [fits.fit(at, rows) for at in blend.members]
        here = task.inside(fold)
        for block in _blocks(here[covered[here]], task.classes):
            found = blend.of([model.predict(block) for model in models])
            out[block] += part * smoothed(found, task, rows)
    return Crossed(covered=covered, blends=blends, learned=tuple(fits.learned))


class _Fits:
    """Fits models, and tells how much of the work is done, by what each fit was said to cost."""

    def __init__(self, task: Task, learners: Sequence[Learner], tell: Tell) -> None:
        self.task, self.learners, self.tell = task, learners, tell
        self.learned = [0] * len(learners)
        sizes = [
            len(task.outside(*folds)) for folds in (*((f,) for f in range(task.number)), *_pairs(task.number))
        ]
        self.total = sum(self._cost(at, size) for at in range(len(learners)) for size in sizes) or 1.0
        self.done = 0.0

    def _cost(self, at: int, rows: int) -> float:
        return self.learners[at].cost(min(rows, self.task.most[at]), self.task.classes)

    def fit(self, at: int, outside: Rows) -> Fitted:
        """A model of a kind, fitted to these rows or to a sample of them."""
        rows = sampled(outside, self.task.codes[outside], self.task.most[at])
        self.learned[at] = max(self.learned[at], len(rows))
        fitted = fitted_to(self.learners[at], rows, self.task.codes[rows], self.task.classes)
        self.done += self._cost(at, len(outside))
        self.tell(min(self.done / self.total, 1.0))
        return fitted


def fitted_to(learner: Learner, rows: Rows, codes: Codes, classes: int) -> Fitted:
    """A model that gives probabilities of all classes, fitted to rows that perhaps have only some of them.

    Args:
        learner: the kind of model.
        rows: (m,) at least one.
        codes: (m,) their classes, 0..K-1; a class that none of them has is given 0.
        classes: K.
    """
    present, of = np.unique(codes, return_inverse=True)
    fitted: Fitted = _Only()
    if len(present) > 1:
        fitted = learner.fit(rows, of.reshape(-1).astype(np.int32), len(present))
    return _Known(fitted, present.astype(np.int64), classes)


@dataclass(frozen=True, slots=True)
class _Known:
    """A model of the classes that its rows have, as a model of all."""

    fitted: Fitted
    present: NDArray[np.int64]
    classes: int

    def predict(self, rows: Rows) -> Matrix:
        found = self.fitted.predict(rows)
        if len(self.present) == self.classes:
            return found
        out = np.zeros((len(rows), self.classes))
        out[:, self.present] = found
        return out


@dataclass(frozen=True, slots=True)
class _Only:
    """What is learned from rows of one class."""

    def predict(self, rows: Rows) -> Matrix:
        return np.ones((len(rows), 1))


def _pairs(folds: int) -> list[tuple[int, int]]:
    """Folds in pairs; the last of an odd number is in none."""
    return [(fold, fold + 1) for fold in range(0, folds - 1, 2)]


@dataclass(frozen=True, slots=True)
class _Judged:
    """Rows of a fold, and what models said of them that had not learned from it."""

    fold: int
    codes: Codes
    outputs: list[Matrix]


def _chosen(task: Task, fits: _Fits) -> tuple[Blend, ...]:
    """The blend for each fold, by the rows of the others.

    What is said of a row is said by models that have learned from neither its fold nor another.
    """
    judged = [part for pair in _pairs(task.number) for part in _judged(task, fits, pair)]
    return tuple(
        _blend([part for part in judged if part.fold != fold], len(fits.learners))
        for fold in range(task.number)
    )


def blend_for_all(task: Task, learners: Sequence[Learner], tell: Tell, blend: Blending = best_blend) -> Blend:
    """One blend for models that are fitted to all rows: by rows of every fold, each as models see it that
    have not learned from its fold.

    Args:
        task: what is to be learned.
        learners: the models to choose from.
        tell: called as fits pass.
        blend: `best_blend` chooses among the models, `blend_of_all` takes all and calibrates.
    """
    fits = _Fits(task, learners, tell)
    judged = [part for pair in _pairs(task.number) for part in _judged(task, fits, pair)]
    return _blend(judged, len(learners), blend)


def _judged(task: Task, fits: _Fits, pair: tuple[int, int]) -> Iterator[_Judged]:
    outside = task.outside(*pair)
    if not len(outside):
        return
    models = [fits.fit(at, outside) for at in range(len(fits.learners))]
    known = np.unique(task.codes[outside])
    for fold in pair:
        rows = task.inside(fold)
        rows = rows[np.isin(task.codes[rows], known)][: min(JUDGED, max(JUDGED_CELLS // task.classes, 1))]
        yield _Judged(fold, task.codes[rows], [model.predict(rows) for model in models])


def _blend(judged: Sequence[_Judged], kinds: int, blend: Blending = best_blend) -> Blend:
    if not judged:
        return even_blend(kinds)
    outputs = [np.concatenate([part.outputs[at] for part in judged]) for at in range(kinds)]
    return blend(outputs, np.concatenate([part.codes for part in judged]))


def _blocks(rows: Rows, classes: int) -> Iterator[Rows]:
    step = max(CELLS // classes, 1)
    for start in range(0, len(rows), step):
        yield rows[start : start + step]


def smoothed(probabilities: Matrix, task: Task, rows: Rows) -> Matrix:
    """Never zero: a share of 1 / (m + 1) for classes as common as they are among the m rows learned from.

    A class that these rows do not have counts as one row.
    """
    counts = np.maximum(np.bincount(task.codes[rows], minlength=task.classes), 1)
    share = 1 / (len(rows) + 1)
    out: Matrix = (1 - share) * probabilities + share * (counts / counts.sum())
    return out
