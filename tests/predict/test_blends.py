"""Temperatures and averages: what is fitted, and what must be clearly better to win over the average."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.predict.blends import Calibration, best_blend, calibration, even_blend, losses


def model(n: int, right: float, sure: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels of two classes, and a model that says `sure` of a class and is right in a share of rows."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 2, n).astype(np.int32)
    said = np.where(rng.random(n) < right, codes, 1 - codes)
    probabilities = np.where(np.arange(2) == said[:, None], sure, 1 - sure)
    return codes, probabilities


def test_a_model_that_is_surer_than_it_is_right_gets_the_temperature_that_makes_it_honest() -> None:
    """It says .99 and is right in .8 of 20,000 rows: log(.99/.01) / log(.8/.2) = 3.31."""
    codes, probabilities = model(20_000, 0.8, 0.99, 0)
    found = calibration(probabilities, codes)
    assert found.degrees == pytest.approx(np.log(99) / np.log(4), rel=0.03)
    assert found.of(probabilities).max() == pytest.approx(0.8, abs=0.02)


def test_an_honest_model_keeps_its_temperature() -> None:
    """It says .8 and is right in .8."""
    codes, probabilities = model(20_000, 0.8, 0.8, 1)
    assert calibration(probabilities, codes).degrees == pytest.approx(1, abs=0.05)


def test_two_models_that_err_apart_are_averaged() -> None:
    """Each is right in .8 of the rows on its own account: together they know more."""
    rng = np.random.default_rng(2)
    codes = rng.integers(0, 2, 4_000).astype(np.int32)
    outputs = []
    for _ in range(2):
        said = np.where(rng.random(4_000) < 0.8, codes, 1 - codes)
        outputs.append(np.where(np.arange(2) == said[:, None], 0.8, 0.2))
    blend = best_blend(outputs, codes)
    assert blend.members == (0, 1)
    together = losses(blend.of(outputs), codes).mean()
    assert together < min(losses(output, codes).mean() for output in outputs)


def test_a_model_that_knows_nothing_is_left_out() -> None:
    """One is right in .9 of the rows, the other says things at random."""
    codes, good = model(4_000, 0.9, 0.9, 3)
    _, bad = model(4_000, 0.5, 0.9, 4)
    assert best_blend([good, bad], codes).members == (0,)
    assert best_blend([bad, good], codes).members == (1,)


def test_a_model_that_knows_less_has_a_part_from_half_of_what_the_best_knows() -> None:
    """Bits of a label known at .9, .8 and .7 right: .53, .28 and .12; half of the first is .27."""
    rng = np.random.default_rng(6)
    codes = rng.integers(0, 2, 40_000).astype(np.int32)
    outputs = []
    for right in (0.9, 0.8, 0.7):
        said = np.where(rng.random(40_000) < right, codes, 1 - codes)
        outputs.append(np.where(np.arange(2) == said[:, None], right, 1 - right))
    assert best_blend(outputs, codes).members == (0, 1)


def test_where_no_model_knows_anything_all_are_averaged() -> None:
    """There is nothing to choose by."""
    codes, one = model(4_000, 0.5, 0.6, 7)
    _, other = model(4_000, 0.5, 0.9, 8)
    assert best_blend([one, other], codes).members


def test_without_rows_to_judge_by_all_are_averaged_as_they_are() -> None:
    """There is nothing to fit a temperature to."""
    assert best_blend([np.empty((0, 2))] * 2, np.empty(0, np.int32)) == even_blend(2)


def test_a_certainty_that_is_wrong_gives_a_finite_loss() -> None:
    """Probability 0 for the given class."""
    assert np.isfinite(losses(np.array([[1.0, 0.0]]), np.array([1], np.int32))).all()
    assert np.isfinite(Calibration(degrees=2.0).of(np.array([[1.0, 0.0]]))).all()


def test_a_model_that_names_a_class_too_rarely_is_shifted_to_its_share() -> None:
    """Honest odds, but those of the second class a fourth of what they are: the shift is log 4."""
    rng = np.random.default_rng(9)
    right = rng.uniform(0.05, 0.95, 40_000)
    codes = (rng.random(40_000) < right).astype(np.int32)
    odds = right / (1 - right) / 4
    said = np.stack([1 / (1 + odds), odds / (1 + odds)], axis=1)
    found = calibration(said, codes)
    assert found.degrees == pytest.approx(1, abs=0.05)
    assert found.shifts[1] - found.shifts[0] == pytest.approx(np.log(4), abs=0.05)
    assert found.of(said)[:, 1].mean() == pytest.approx(codes.mean(), abs=0.002)


def test_the_slopes_of_the_fit_are_those_of_its_loss() -> None:
    """Against differences of the loss (scipy)."""
    from scipy.optimize import check_grad

    from auditor.predict import blends

    rng = np.random.default_rng(10)
    logs = np.log(rng.dirichlet([1, 2, 3], 50))
    codes = rng.integers(0, 3, 50).astype(np.int32)
    start = rng.normal(size=4) / 2
    off = check_grad(
        lambda x: blends._loss(x, logs, codes)[0], lambda x: blends._loss(x, logs, codes)[1], start
    )
    assert off < 1e-3
