"""Cross-validation: what a model may have seen of a row it predicts, and what is said where it may not."""

from __future__ import annotations

import numpy as np
import pytest
from known_models import Copycat, Even, Fixed

from auditor.predict.cross import Task, cross_validate
from auditor.predict.folds import folds_of
from auditor.predict.sampling import sampled


def task_of(codes: list[int], units: list[int] | None = None, most: int = 10_000, classes: int = 2) -> Task:
    """A task over five folds."""
    array = np.array(codes, np.int32)
    keys = np.random.default_rng(0).permutation(len(array)).astype(np.uint64)
    together = np.array(units) if units is not None else np.arange(len(array))
    return Task(codes=array, classes=classes, folds=folds_of(array, together, keys), keys=keys, most=(most,))


def silent(share: float) -> None:
    """A callback that says nothing."""


def test_no_model_learns_from_the_fold_it_predicts() -> None:
    """Of every fit, the rows are those of the other folds; of an inner fit, those outside of two folds."""
    task = task_of([0, 1] * 50)
    learner = Fixed(np.full((100, 2), 0.5))
    cross_validate(task, [learner], np.zeros((100, 2)), silent)
    folds = [set(np.unique(task.folds[rows]).tolist()) for rows in learner.learned]
    inner, outer = folds[:2], folds[2:]
    assert inner == [{2, 3, 4}, {0, 1, 4}]
    assert outer == [set(range(5)) - {fold} for fold in range(5)]


def test_a_copy_of_a_row_is_never_learned_from() -> None:
    """Every content stands in two rows: a model that learns by heart knows nothing of what it predicts."""
    content = np.repeat(np.arange(60), 2)
    codes = [int(row % 3 == 0) for row in range(120)]
    out = np.zeros((120, 2))
    task = task_of(codes, content.tolist())
    cross_validate(task, [Copycat(content)], out, silent)
    for fold in range(5):  # a share of the class, and nothing of the row
        assert np.ptp(out[task.folds == fold, 1]) < 1e-9
    apart = np.zeros((120, 2))
    cross_validate(task_of(codes), [Copycat(content)], apart, silent)
    assert np.ptp(apart[:, 1]) > 0.5  # with copies apart it repeats their labels


def test_what_a_model_says_comes_out_at_its_row() -> None:
    """A model that is right and honest is passed on as it is, but for the trace of smoothing."""
    rng = np.random.default_rng(1)
    p = rng.random(20_000)
    codes = (rng.random(20_000) < p).astype(int).tolist()
    out = np.zeros((20_000, 2))
    cross_validate(task_of(codes, most=20_000), [Fixed(np.stack([1 - p, p], axis=1))], out, silent)
    assert np.abs(out[:, 1] - p).max() < 0.04
    assert np.corrcoef(out[:, 1], p)[0, 1] > 0.999
    assert out.sum(axis=1) == pytest.approx(1)
    assert out.min() > 0


def test_a_class_of_one_row_is_not_judged_and_one_of_two_is() -> None:
    """No model can know the class of the one row: nothing is said of it."""
    codes = [0] * 20 + [1] * 20 + [2] + [3] * 2
    out = np.zeros((43, 4))
    found = cross_validate(task_of(codes, classes=4), [Even()], out, silent)
    assert np.flatnonzero(~found.covered).tolist() == [40]
    assert (out[40] == 0).all()
    assert np.delete(out, 40, axis=0).sum(axis=1) == pytest.approx(1)


def test_rows_without_a_label_teach_nothing_and_are_predicted() -> None:
    """Codes below zero."""
    task = task_of([0, 1] * 20 + [-1] * 5)
    learner = Fixed(np.full((45, 2), 0.5))
    out = np.zeros((45, 2))
    found = cross_validate(task, [learner], out, silent)
    assert found.covered.all()
    assert out.sum(axis=1) == pytest.approx(1)
    assert max(row for rows in learner.learned for row in rows) < 40


def test_a_model_learns_from_no_more_rows_than_it_may() -> None:
    """100 of 400 rows, nine of ten of one class: each class keeps its share."""
    task = task_of([0] * 360 + [1] * 40, most=100)
    learner = Fixed(np.full((400, 2), 0.5))
    found = cross_validate(task, [learner], np.zeros((400, 2)), silent)
    assert found.learned == (100,)
    assert all(sum(row >= 360 for row in rows) == 10 for rows in learner.learned)


def test_a_sample_keeps_a_row_of_every_class_and_the_order() -> None:
    """One row of a rare class stays."""
    codes = np.array([0] * 99 + [1], np.int32)
    rows = sampled(np.arange(100), codes, 10)
    assert rows.tolist() == [*range(10), 99]


def test_the_order_of_rows_does_not_matter() -> None:
    """The same rows in another order, with their keys: the same is learned in the same order."""
    task = task_of([0, 1, 1] * 30)
    order = np.random.default_rng(3).permutation(90)
    table = np.random.default_rng(4).dirichlet([1, 1], 90)
    one, other = Fixed(table), Fixed(table[order])
    out, moved = np.zeros((90, 2)), np.zeros((90, 2))
    cross_validate(task, [one], out, silent)
    again = Task(
        codes=task.codes[order], classes=2, folds=task.folds[order], keys=task.keys[order], most=(10_000,)
    )
    cross_validate(again, [other], moved, silent)
    assert [[int(order[row]) for row in rows] for rows in other.learned] == one.learned
    assert moved.tolist() == out[order].tolist()


def test_progress_ends_at_the_whole() -> None:
    """Shares rise to 1 where every model is used."""
    shares: list[float] = []
    cross_validate(task_of([0, 1] * 50), [Fixed(np.full((100, 2), 0.5))], np.zeros((100, 2)), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
