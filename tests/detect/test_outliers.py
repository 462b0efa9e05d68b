"""Outliers: the documented score, a fence that clean clouds stay within, and what is planted far away."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import inputs_of
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from auditor.detect.outliers import Settings, average_distance, fence, find, medcouple, suspicion
from auditor.findings import Ran
from auditor.similar.neighbours import neighbours


def found_in(vectors: NDArray[Any], **settings: Any) -> Ran:
    """What the detector says of a dataset of rows that have nothing but a number and these vectors."""
    frame = pd.DataFrame(
        {
            "text": [f"row number {row}" for row in range(len(vectors))],
            "label": ["a", "b"] * (len(vectors) // 2),
        }
    )
    return find(inputs_of(frame, embeddings=vectors), Settings(**settings))


def flagged(outcome: Ran) -> set[int]:
    return set(outcome.findings[0]["row"].to_pylist())


def clouds(n: int, d: int, far: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Five clouds around centres of their own, and rows in directions that no cloud has."""
    rng = np.random.default_rng(seed)
    vectors = 4 * rng.normal(size=(5, d))[rng.integers(0, 5, n)] + rng.normal(size=(n, d))
    is_far = np.zeros(n, bool)
    is_far[rng.choice(n, far, replace=False)] = True
    vectors[is_far] = 4 * rng.normal(size=(far, d))
    return vectors, is_far


def test_the_score_is_that_of_cleanlab() -> None:
    """Without copies, exp(-average cosine distance to ten neighbours) as scikit-learn finds them."""
    from cleanlab.internal.outlier import transform_distances_to_scores
    from sklearn.neighbors import NearestNeighbors

    vectors, _ = clouds(300, 12, 6)
    index = NearestNeighbors(n_neighbors=10, metric="cosine").fit(vectors)
    expected = index.kneighbors()[0].mean(axis=1)
    distance = average_distance(neighbours(vectors), 10)
    assert distance == pytest.approx(expected, abs=1e-6)
    assert 1 - suspicion(distance) == pytest.approx(transform_distances_to_scores(expected, 1, 1.0), abs=1e-6)


def test_planted_rows_are_ranked_as_well_as_by_cleanlab() -> None:
    """The area under the curve on planted far rows is that of cleanlab's own detector."""
    from cleanlab.outlier import OutOfDistribution

    vectors, is_far = clouds(1_000, 32, 20, seed=1)
    theirs = OutOfDistribution().fit_score(features=vectors, verbose=False)
    ours = suspicion(average_distance(neighbours(vectors), 10))
    assert roc_auc_score(is_far, ours) >= roc_auc_score(is_far, 1 - theirs) - 0.001
    assert roc_auc_score(is_far, ours) > 0.99


@pytest.mark.parametrize("d", [8, 64, 768])
def test_all_that_is_planted_far_away_is_flagged_and_nearly_nothing_else(d: int) -> None:
    vectors, is_far = clouds(800, d, 8, seed=d)
    outcome = found_in(vectors)
    planted = set(np.flatnonzero(is_far).tolist())
    assert planted <= flagged(outcome)
    assert len(flagged(outcome) - planted) <= 4
    scores = outcome.findings[0]["suspicion"].to_pylist()
    assert all(0 <= score <= 1 for score in scores)
    assert outcome.measures[0].value == len(scores)
    assert not outcome.measures[0].exact


CLOUDS = {
    "gaussian": lambda rng, n, d: rng.normal(size=(n, d)),
    "gaussian off centre": lambda rng, n, d: rng.normal(size=(n, d)) + 2,
    "uniform": lambda rng, n, d: rng.uniform(-1, 1, (n, d)),
    "uniform, positive": lambda rng, n, d: rng.random((n, d)),
}


@pytest.mark.parametrize(
    ("cloud", "d"),
    # seen from the origin a few rows of a flat cloud off centre point the other way: they are far
    [
        (cloud, d)
        for cloud in CLOUDS
        for d in (2, 3, 16, 128, 768)
        if (cloud, d) != ("gaussian off centre", 2)
    ],
)
def test_a_clean_cloud_has_next_to_no_outlier_in_any_dimension(cloud: str, d: int) -> None:
    """At most one row in a thousand, whatever the dimension."""
    for seed in range(2):
        vectors = CLOUDS[cloud](np.random.default_rng(seed), 1_000, d)
        distance = average_distance(neighbours(vectors), 10)
        assert (distance > fence(distance, 3.0)).sum() <= 1


@pytest.mark.parametrize(("rows", "found"), [(2, True), (10, True), (11, False), (300, False)])
def test_copies_of_a_far_row_hide_it_where_they_are_as_many_as_its_neighbours(rows: int, found: bool) -> None:
    """Ten rows with one vector are not each other's neighbours: all are flagged; of eleven, none."""
    vectors, _ = clouds(600, 16, 0)
    vectors[:rows] = -vectors[590] * 3

    assert flagged(found_in(vectors)) & set(range(rows)) == (set(range(rows)) if found else set())


def test_how_many_copies_hide_a_row_follows_the_neighbours() -> None:
    """With five neighbours six rows with one vector are none of them an outlier."""
    vectors, _ = clouds(600, 16, 0)
    vectors[:6] = -vectors[590] * 3

    assert set(range(6)) <= flagged(found_in(vectors))
    assert not set(range(6)) & flagged(found_in(vectors, neighbours=5))


def test_rows_without_a_direction_and_small_datasets_have_no_outliers() -> None:
    """Zeros are not compared; of twenty rows quartiles say too little."""
    vectors, _ = clouds(600, 16, 0)
    vectors[7] = 0
    outcome = found_in(vectors)
    assert 7 not in flagged(outcome)
    assert outcome.measures[0].n == 599
    few = np.vstack([np.random.default_rng(0).normal(size=(19, 4)) * 0.01 + 1, [[-1.0, -1.0, -1.0, -1.0]]])
    assert flagged(found_in(few)) == set()


def test_the_order_of_rows_changes_nothing() -> None:
    vectors, _ = clouds(500, 16, 5)
    order = np.random.default_rng(0).permutation(500)
    plain, mixed = found_in(vectors), found_in(vectors[order])
    assert flagged(plain) == {int(order[row]) for row in flagged(mixed)}


def test_the_medcouple_by_hand() -> None:
    """Of 1, 2, 3, 10 (median 2.5) the kernels are 0, .74, -.5 and .67 by pairs: their median is 1/3."""
    pairs = [((3 - 2.5) - (2.5 - 2)) / 1, ((10 - 2.5) - (2.5 - 2)) / 8]
    pairs += [((3 - 2.5) - (2.5 - 1)) / 2, ((10 - 2.5) - (2.5 - 1)) / 9]
    assert medcouple(np.array([1.0, 2.0, 3.0, 10.0])) == pytest.approx(np.median(pairs))
    assert medcouple(np.full(5, 2.0)) == 0
    skewed = np.random.default_rng(0).exponential(size=20_000)
    assert medcouple(skewed) == pytest.approx(medcouple(skewed[:900]), abs=0.06)
    assert medcouple(-skewed) == pytest.approx(-medcouple(skewed))


def test_the_fence_is_tukeys_outer_one_where_the_logarithms_are_symmetric() -> None:
    """Quartiles of exp(-2..2) are exp(-1) and exp(1): the fence is exp(1 + 3 * 2)."""
    distance = np.exp(np.linspace(-2, 2, 41))
    assert fence(distance, 3.0) == pytest.approx(np.exp(7))


@pytest.mark.parametrize("options", [{"neighbours": 0}, {"neighbours": 17}, {"fence": 0.0}])
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        Settings(**options)
