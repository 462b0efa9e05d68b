"""How many decimals probabilities were written with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from audit_inputs import random_model
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, Mapped, Reordered
from auditor.checks.digits import decimals_of, lowest
from auditor.read.conversion import clip_and_renormalise, percentages, softmax

PROBS = random_model(500, 4, seed=0)[1]


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize(("decimals", "found"), [(1, 1), (2, 2), (3, None), (4, None), (9, None)])
def test_one_decimal_and_two_are_told(dtype: str, decimals: int, found: int | None) -> None:
    assert decimals_of(ArrayBlocks(PROBS.round(decimals).astype(dtype))) == found


@pytest.mark.parametrize("k", [2, 4, 20])
@pytest.mark.parametrize("decimals", [1, 2])
def test_rounded_rows_that_were_divided_by_their_sum_are_told(k: int, decimals: int) -> None:
    rounded = random_model(2000, k, seed=1)[1].round(decimals)
    assert decimals_of(ArrayBlocks(rounded / rounded.sum(axis=1, keepdims=True))) == decimals


def test_decimals_are_those_of_the_file_and_not_of_what_became_of_it() -> None:
    """Renormalised, put in another order: the numbers behind it are looked at."""
    rounded = ArrayBlocks(PROBS.round(2))
    moved = Reordered(Mapped(rounded, clip_and_renormalise), np.arange(500)[::-1].copy())
    assert decimals_of(moved) == 2


@pytest.mark.parametrize(("decimals", "found"), [(0, 2), (1, None), (2, None)])
def test_percentages_have_two_decimals_more(decimals: int, found: int | None) -> None:
    assert decimals_of(Mapped(ArrayBlocks((100 * PROBS).round(decimals)), percentages)) == found


def test_rounded_logits_are_not_rounded_probabilities() -> None:
    assert decimals_of(Mapped(ArrayBlocks(np.log(PROBS).round(2)), softmax)) is None


@pytest.mark.parametrize(
    "probs",
    [
        np.eye(3)[np.arange(300) % 3],  # hard
        np.clip(np.eye(3)[np.arange(300) % 3], 1e-7, 1 - 2e-7),  # saturated, but not rounded
        np.full((19, 2), 0.5),  # too few rows
    ],
)
def test_certain_or_few_rows_do_not_tell(probs: NDArray[Any]) -> None:
    assert decimals_of(ArrayBlocks(probs)) is None


@pytest.mark.parametrize(("voters", "decimals"), [(7, 1), (10, 1), (20, 2), (100, 2), (500, None)])
def test_votes_of_few_trees_are_as_coarse_as_rounded_ones(voters: int, decimals: int | None) -> None:
    votes = np.random.default_rng(0).multinomial(voters, [0.2, 0.3, 0.5], 300) / voters
    assert decimals_of(ArrayBlocks(votes)) == decimals


@pytest.mark.parametrize(
    ("values", "found"), [([0.5, 0.1, 0.1], (0.1, 2, 3)), ([0.2], (0.2, 1, 1)), ([], (1.0, 0, 0))]
)
def test_the_lowest_and_how_many_have_it(values: list[float], found: tuple[float, int, int]) -> None:
    least = lowest(np.array(values))
    assert (least.p, least.tied, least.of) == found
