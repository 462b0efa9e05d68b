"""Predictions of auditor's own models: what `auditor predict` writes, and Python returns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.detect.model_quality import f1_per_class
from auditor.errors import InputError, Problem
from auditor.wording import N_, say

if TYPE_CHECKING:
    from auditor.data import ModelCard
    from auditor.inspection import Inspection
    from auditor.phases import Phases
    from auditor.read.choice import InputChoice


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Predictions:
    """Out-of-sample class probabilities of a dataset, row by row, and how they were made."""

    name: str
    """The name of the dataset."""
    ids: tuple[str, ...]
    """(n,) the item of each row."""
    has_ids: bool
    """Whether the ids are the user's own."""
    classes: tuple[str, ...]
    """(K,) the names of the columns."""
    probs: NDArray[np.float32]
    """(n, K) probabilities, rows sum to 1; zeros for rows that have none."""
    covered: NDArray[np.bool_]
    """(n,) False for labelled rows whose class no model could know."""
    folds: NDArray[np.int8]
    """(n,) the fold in which a row was predicted: by models fitted to the rows of the other folds."""
    model: ModelCard
    judged: int
    """Rows with a label and a prediction."""
    accuracy: float
    """Share of the given labels that are predicted, 0..1."""
    kappa: float
    """The same beyond chance (Cohen 1960)."""
    f1: dict[str, float]
    """Class -> F1 against the given labels, 0..1; without the classes that no row with a prediction has."""
    notes: tuple[Problem, ...] = ()

    def __repr__(self) -> str:
        return f"<Predictions: {len(self.ids)} rows, {len(self.classes)} classes, kappa {self.kappa:.2f}>"

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write `probs`, `ids`, `classes`, `folds` as one `.npz` file that `audit` reads; return its path.

        Rows without a prediction are left out.

        Raises:
            auditor.UsageError: `output-exists` for a file that auditor did not write, unless `force`;
                `output-not-writable`; `option-value` for another ending.
        """
        from auditor.store.predictions import write_predictions

        return write_predictions(self, Path(path), force=force)


def predict(
    data: Any, choice: InputChoice | None = None, phases: Phases | None = None
) -> tuple[Predictions, Inspection]:
    """Predict every row of a dataset by models that have learned neither from it nor from its copies.

    Args:
        data: a path or a DataFrame; probability columns of its own are not looked at.
        choice: what the user said of the input.
        phases: takes the time of each phase, and tells how far it is.

    Raises:
        UsageError: the call is wrong.
        InputError: the input cannot be judged, or there is nothing to learn from (`no-model`).
    """
    from auditor.inspection import inspect

    seen = inspect(data, (), choice, phases, predict="always")
    given, _ = seen.sound()
    found = given.probabilities
    if found is None or found.model is None or given.folds is None or seen.sums is None:
        raise InputError(tuple(_refused(note) for note in given.notes if note.level != "note" or _why(note)))
    dataset = given.dataset
    n = len(dataset)
    return Predictions(
        name=dataset.name,
        ids=tuple(dataset.ids.to_pylist()),
        has_ids=dataset.has_ids,
        classes=dataset.classes,
        probs=np.asarray(found.blocks.read(0, n), np.float32),
        covered=np.ones(n, bool) if found.covered is None else found.covered,
        folds=given.folds,
        model=found.model,
        judged=int(seen.sums.confusion.sum()),
        accuracy=seen.sums.accuracy,
        kappa=seen.sums.kappa,
        f1=_f1(dataset.classes, seen.sums.confusion),
        notes=seen.problems,
    ), seen


def _why(note: Problem) -> bool:
    return note.slug == "no-model"


def _refused(note: Problem) -> Problem:
    """What is a remark in an audit, which does without, is an error where predictions were asked for."""
    level = "error" if _why(note) else note.level
    return replace(note, level=level, fixes=note.fixes or (say(N_("auditor check DATA shows the columns")),))


def _f1(classes: tuple[str, ...], confusion: NDArray[np.int64]) -> dict[str, float]:
    found, given = f1_per_class(confusion), confusion.sum(axis=1)
    return {name: float(found[k]) for k, name in enumerate(classes) if given[k]}
