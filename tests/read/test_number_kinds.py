"""Probabilities, logits, percentages, or nothing that can be used: told from the numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.special
from audit_inputs import refusal, slugs
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks
from auditor.errors import InputError
from auditor.read import conversion
from auditor.read.conversion import as_probabilities
from auditor.read.dataset import read_inputs
from auditor.read.numbers import NumberFacts, kind_of, number_facts

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(scale=3, size=(200, 4))
PROBS = scipy.special.softmax(LOGITS, axis=1)


def facts(matrix: NDArray[Any]) -> NumberFacts:
    return number_facts(ArrayBlocks(matrix))


def read(matrix: NDArray[Any], **kind: bool) -> tuple[NDArray[np.float64], list[str]]:
    source = ArrayBlocks(matrix)
    found, notes = as_probabilities(source, number_facts(source), "p.npy", **kind)
    return np.asarray(found.read(0, len(matrix)), np.float64), slugs(notes)


def refused(matrix: NDArray[Any]) -> list[str]:
    return slugs(refusal(InputError, read, matrix))


# which kind


@pytest.mark.parametrize(
    ("matrix", "kind"),
    [
        (PROBS, "probabilities"),
        (PROBS.round(4), "probabilities"),  # four digits: off by at most 2e-4
        (PROBS * 1.0009, "probabilities"),
        (PROBS * 1.0011, "unclear"),  # just outside 1e-3, and values above 1 do not make logits of it
        (PROBS.round(3), "probabilities"),  # four columns, each off by at most 5e-4
        (PROBS.round(2), "probabilities"),
        (np.vstack([PROBS.round(2), [[0.26, 0.25, 0.25, 0.26]]]), "probabilities"),  # sums to 1.02
        (np.vstack([PROBS.round(2), [[0.26, 0.26, 0.25, 0.26]]]), "unclear"),  # no rounding gives 1.03
        (np.vstack([PROBS, [[0.26, 0.25, 0.25, 0.26]]]), "probabilities"),  # the row that is off is rounded
        (np.vstack([PROBS.round(2), PROBS[:1] * 1.005]), "unclear"),  # a row that is off is not
        (PROBS.round(1), "unclear"),  # rows of tenths might be anything
        (np.eye(4), "probabilities"),
        (np.array([[-0.0, 1.0], [0.5, 0.5]]), "probabilities"),
        (100 * PROBS, "percentages"),
        (np.array([[33, 33, 33], [50, 49, 1], [100, 0, 0]]), "percentages"),  # rounded to whole percents
        (np.log(PROBS), "log-probabilities"),
        (np.log(PROBS).round(4), "log-probabilities"),
        (LOGITS, "logits"),
        (LOGITS - 100, "logits"),  # all negative, and no logarithms of probabilities
        (LOGITS + 100, "logits"),
        (scipy.special.expit(LOGITS), "unclear"),  # a sigmoid of each class
        (np.full((5, 3), 0.5), "unclear"),
        (np.zeros((5, 3)), "unclear"),
    ],
)
def test_numbers_are_told_by_range_and_row_sums(matrix: NDArray[Any], kind: str) -> None:
    assert kind_of(facts(matrix)) == kind


@pytest.mark.parametrize(
    "matrix",
    [
        np.vstack([PROBS, [[1.2, -0.2, 0, 0]]]),  # sums to one and is none
        np.vstack([PROBS, [[0.5, 0.5, 0.5, 0.5]], [[3, 0, 0, 0]]]),
        np.vstack([100 * PROBS, [[60, 60, 0, 0]]]),
    ],
    ids=["negative", "large", "percent"],
)
def test_a_few_broken_rows_do_not_make_logits_of_probabilities(matrix: NDArray[Any]) -> None:
    """A softmax over all rows would flatten the good ones without a word; so the file is refused."""
    assert kind_of(facts(matrix)) == "unclear"
    (problem,) = refusal(InputError, read, matrix)
    assert problem.slug == "probabilities-rows-do-not-sum"


@pytest.mark.parametrize("k", [2, 3, 10, 20, 77, 1000])
@pytest.mark.parametrize("decimals", [3, 4, 5])
def test_rounded_probabilities_of_many_classes_are_probabilities(k: int, decimals: int) -> None:
    """Every value may be off by half a step, and the sum by that much for each class: up to a tenth."""
    matrix = np.random.default_rng(k).dirichlet(np.full(k, 0.3), 400).round(decimals)
    worst = np.abs(matrix.sum(axis=1) - 1).max()
    assert kind_of(facts(matrix)) == ("probabilities" if worst <= 0.1 else "unclear")
    assert worst <= k / 2 * 10**-decimals


@pytest.mark.parametrize("decimals", [1, 2, 3])
def test_rounded_sigmoid_scores_are_still_no_probabilities(decimals: int) -> None:
    assert kind_of(facts(scipy.special.expit(LOGITS).round(decimals))) == "unclear"


def test_the_row_that_is_farthest_off_is_named() -> None:
    matrix = PROBS.copy()
    matrix[150] *= 1.5
    matrix[17] = [0.1, 0.1, 0.1, 0.1]
    (problem,) = refusal(InputError, read, matrix)
    assert "row 17 " in str(problem.details[0])  # off by 0.6, the other by 0.5


# into probabilities


def test_logits_become_their_softmax() -> None:
    found, notes = read(LOGITS)
    assert found == pytest.approx(scipy.special.softmax(LOGITS, axis=1), abs=1e-15)
    assert notes == ["predictions-converted"]


@settings(max_examples=60)
@given(st.floats(-1e4, 1e4), st.floats(1, 1e3))
def test_softmax_does_not_overflow(shift: float, scale: float) -> None:
    block = LOGITS[:5] * scale + shift
    assert conversion.softmax(block) == pytest.approx(scipy.special.softmax(block, axis=1), abs=1e-9)


def test_logarithms_become_their_exponentials() -> None:
    found, notes = read(np.log(PROBS))
    assert found == pytest.approx(PROBS)
    assert notes == ["predictions-converted"]


def test_percentages_become_shares_that_sum_to_one() -> None:
    found, notes = read(np.array([[33, 33, 33], [50, 49, 1]]))
    assert found == pytest.approx(np.array([[1 / 3, 1 / 3, 1 / 3], [0.5, 0.49, 0.01]]))
    assert notes == ["predictions-converted"]


def test_what_was_read_is_said() -> None:
    source = ArrayBlocks(np.array([[2.0, -1.0], [0.0, 3.0]]))
    _, (note,) = as_probabilities(source, number_facts(source), "p.npy")
    assert str(note.what) == (
        "p.npy was read as logits, turned into probabilities by softmax (values -1 to 3)"
    )


def test_exact_probabilities_are_left_as_they_are() -> None:
    source = ArrayBlocks(PROBS)
    found, notes = as_probabilities(source, number_facts(source), "p.npy")
    assert found is source
    assert notes == ()


def test_rows_that_are_nearly_probabilities_are_renormalised_and_it_is_said() -> None:
    matrix = np.array([[1.00001, 0.00001], [-0.0005, 1.0], [0.3, 0.7]])
    found, notes = read(matrix)
    assert notes == ["probabilities-renormalised"]
    expected = np.array([[1 / 1.00001, 0.00001 / 1.00001], [0, 1], [0.3, 0.7]])
    assert found == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("k", [2, 10, 200])
def test_probabilities_in_any_precision_are_probabilities(dtype: str, k: int) -> None:
    """float16 sums are off by up to 5e-3; float32 ones are so little off that nothing is said."""
    probs = scipy.special.softmax(RNG.normal(size=(300, k)), axis=1).astype(dtype)
    found, notes = read(probs, half=dtype == "float16", single=dtype == "float32")
    assert found.sum(axis=1) == pytest.approx(np.ones(300), abs=1e-6)
    assert found == pytest.approx(probs.astype(np.float64), abs=5e-3)
    if dtype != "float16":
        assert notes == []


# hard, NaN


def test_zeros_and_ones_are_read_with_a_warning() -> None:
    source = ArrayBlocks(np.eye(3)[[0, 1, 2, 1]])
    _, (note,) = as_probabilities(source, number_facts(source), "p.npy")
    assert (note.slug, note.level) == ("hard-predictions", "warning")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_rows_that_are_not_finite_are_counted_and_five_are_listed(value: float) -> None:
    matrix = PROBS.copy()
    rows = [3, 17, 18, 60, 61, 199]
    matrix[rows, 2] = value
    (problem,) = refusal(InputError, read, matrix)
    assert problem.slug == "probabilities-not-finite"
    assert problem.what.values["n"] == 6
    assert str(problem.details[0]) == "rows counted from 0: 3, 17, 18, 60, 61"


def test_a_file_of_nan_alone_is_refused() -> None:
    assert refused(np.full((3, 2), np.nan)) == ["probabilities-not-finite"]


@pytest.mark.parametrize("k", [2, 4])
def test_predictions_without_rows_are_no_probabilities(k: int) -> None:
    assert refused(np.empty((0, k))) == ["probabilities-rows-do-not-sum"]


# facts


@settings(max_examples=60)
@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_facts_do_not_depend_on_the_block_size(size: int, seed: int) -> None:
    """One row off, one not finite: found with the same numbers wherever the blocks are cut."""
    rng = np.random.default_rng(seed)
    matrix = rng.dirichlet(np.ones(3), size=60)
    matrix[rng.integers(60)] *= 1.01
    matrix[rng.integers(60), 1] = np.nan
    blocks = ArrayBlocks(matrix)
    with pytest.MonkeyPatch.context() as patch:
        whole = number_facts(blocks)
        patch.setattr("auditor.blocks.BLOCK_CELLS", 3 * size)
        cut = number_facts(blocks)
    fine = matrix[np.isfinite(matrix).all(axis=1)]
    for found in (whole, cut):
        assert (found.low, found.high) == (fine.min(), fine.max())
        assert found.sum_high == pytest.approx(fine.sum(axis=1).max(), abs=1e-15)
        assert found.not_finite_count == 1
        assert found.odd_row == np.nanargmax(np.abs(matrix.sum(axis=1) - 1))
        assert (found.rows, found.hard) == (len(fine), False)


def test_other_numbers_have_another_digest() -> None:
    changed = PROBS.copy()
    changed[7, 2] += 1e-12
    assert facts(PROBS).digest == facts(PROBS.copy()).digest
    assert facts(PROBS).digest != facts(changed).digest
    assert facts(PROBS).digest != facts(PROBS.reshape(-1, 2)).digest


@pytest.mark.parametrize("dtype", ["uint8", "int8"])
@pytest.mark.parametrize("form", ["array", "parquet"])
def test_integers_of_8_bits_are_no_logits(tmp_path: Path, dtype: str, form: str) -> None:
    """Their scale is lost, so a softmax over them would be over arbitrary numbers."""
    numbers = np.array([[120, 3], [5, 90], [100, 20]], dtype)
    predictions: Any = numbers
    if form == "parquet":
        predictions = tmp_path / "p.parquet"
        pd.DataFrame(numbers, columns=["prob_a", "prob_b"]).to_parquet(predictions)
    frame = pd.DataFrame({"text": list("xyz"), "label": list("aba")})
    (problem,) = refusal(InputError, read_inputs, frame, [predictions])
    assert problem.slug == "predictions-quantised"
    assert "from 3 to 120" in str(problem.what)


def test_whole_percentages_in_8_bits_are_percentages() -> None:
    frame = pd.DataFrame({"text": list("xy"), "label": list("ab")})
    found = read_inputs(frame, [np.array([[90, 10], [20, 80]], np.uint8)])
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 2).tolist() == [[0.9, 0.1], [0.2, 0.8]]
