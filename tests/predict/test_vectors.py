"""Models over vectors: what the nearest rows vote, what a line through the directions tells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.predict import vectors_linear, vectors_nearest
from auditor.predict.learners import Learner
from auditor.predict.vectors import vector_learners
from auditor.predict.vectors_linear import Discriminant, Logistic
from auditor.predict.vectors_nearest import NearestRows, votes
from auditor.predict.vectors_units import UnitVectors, point
from auditor.similar.neighbours import Neighbours, neighbours

KINDS = ("linear", "discriminant", "neighbours")
Codes = NDArray[np.int32]


def never() -> Neighbours:
    """A search that must not be asked for."""
    raise AssertionError("few rows are compared one by one")


def clouds(each: int = 40, classes: int = 4, width: int = 8) -> tuple[NDArray[np.float32], Codes]:
    """Classes around axes of their own, far apart for their spread; rows in no order."""
    rng = np.random.default_rng(5)
    codes = rng.permutation(np.repeat(np.arange(classes), each)).astype(np.int32)
    vectors = 3 * np.eye(classes, width)[codes] + 0.3 * rng.standard_normal((len(codes), width))
    return vectors.astype(np.float32), codes


def learner(name: str, vectors: NDArray[np.floating]) -> Learner:
    """One of the models, by its name."""
    return next(found for found in vector_learners(vectors) if found.name == name)


def test_there_are_two_linear_models_and_the_nearest_rows() -> None:
    """The names that a report shows."""
    assert tuple(found.name for found in vector_learners(np.ones((3, 2)))) == KINDS


def test_votes_are_weighted_by_their_distance() -> None:
    """Worked by hand: squared distances 0.5 and 1 weigh exp(-1) and exp(-2), the prior one vote."""
    near, far = np.exp(-1), np.exp(-2)
    share = np.array([0.2, 0.3, 0.5])
    found = votes(np.array([[2, 0]], np.int32), np.array([[0.75, 0.5]], np.float32), share)
    by_hand = np.array([far + 0.2, 0.3, near + 0.5]) / (near + far + 1)
    np.testing.assert_allclose(found, by_hand[None], rtol=1e-12)


def test_without_a_vote_the_classes_keep_their_shares() -> None:
    """Nobody near has a vote: NaN is no number to reckon with."""
    found = votes(np.full((1, 2), -1, np.int32), np.full((1, 2), np.nan, np.float32), np.array([0.25, 0.75]))
    assert found.tolist() == [[0.25, 0.75]]


@settings(max_examples=25)
@given(st.integers(0, 1000))
def test_votes_are_probabilities_whatever_is_near(seed: int) -> None:
    """They sum to one, none is negative, and another order of the voters changes nothing that counts."""
    rng = np.random.default_rng(seed)
    k, classes = int(rng.integers(1, 20)), int(rng.integers(2, 5))
    voices = rng.integers(-1, classes, (3, k)).astype(np.int32)
    cosine = rng.uniform(-1, 1, (3, k)).astype(np.float32)
    cosine[voices < 0] = np.nan
    share = rng.dirichlet(np.ones(classes))
    found = votes(voices, cosine, share)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found >= 0).all()
    order = rng.permutation(k)
    np.testing.assert_allclose(votes(voices[:, order], cosine[:, order], share), found, rtol=1e-12)


@pytest.mark.parametrize("name", KINDS)
def test_classes_that_lie_apart_are_told_out_of_sample(name: str) -> None:
    """A row that was not learned from goes to the cloud that it lies in."""
    vectors, codes = clouds()
    train, test = np.arange(0, 120), np.arange(120, 160)
    told = learner(name, vectors).fit(train, codes[train], 4).predict(test)
    assert told.shape == (40, 4) and told.dtype == np.float64
    np.testing.assert_allclose(told.sum(axis=1), 1)
    assert (told.argmax(axis=1) == codes[test]).all()


@pytest.mark.parametrize("name", KINDS)
def test_planted_errors_stand_first(name: str) -> None:
    """Each of 8 wrong labels among 160 has a smaller probability than every right one, in two folds."""
    vectors, codes = clouds()
    given = codes.copy()
    wrong = np.arange(0, 160, 20)
    given[wrong] = (given[wrong] + 1) % 4
    own = np.empty(160)
    for fold in range(2):
        train, test = (
            np.arange(160)[np.arange(160) % 4 // 2 != fold],
            np.arange(160)[np.arange(160) % 4 // 2 == fold],
        )
        told = learner(name, vectors).fit(train, given[train], 4).predict(test)
        own[test] = told[np.arange(len(test)), given[test]]
    assert set(np.argsort(own)[:8]) == set(wrong)


def brute_force(
    vectors: NDArray[np.floating], train: NDArray[np.int64], codes: Codes, row: int, classes: int
) -> NDArray[np.float64]:
    """The votes for one row, one pair at a time."""
    unit = [v / np.linalg.norm(v) for v in vectors.astype(float)]
    pairs = sorted(
        (2 - 2 * float(unit[row] @ unit[t]), c) for t, c in zip(train, codes, strict=True) if t != row
    )
    pairs = pairs[: vectors_nearest.VOTERS]
    share = np.bincount(codes, minlength=classes) / len(codes)
    out, total = share.copy(), 1.0
    for distance, code in pairs:
        weight = np.exp(-2 * distance / pairs[-1][0])
        out[code] += weight
        total += weight
    return out / total


@settings(max_examples=25)
@given(st.integers(0, 200))
def test_the_nearest_rows_are_those_of_brute_force(seed: int) -> None:
    """All rows are asked, those that were learned from too: none has a vote for itself."""
    rng = np.random.default_rng(seed)
    n, width, classes = int(rng.integers(6, 60)), int(rng.integers(2, 6)), 3
    vectors = rng.standard_normal((n, width))
    train = np.sort(rng.choice(n, max(n // 2, 4), replace=False))
    codes = np.r_[0, 1, 2, rng.integers(0, 3, len(train) - 3)].astype(np.int32)
    told = NearestRows(UnitVectors(vectors=vectors), never).fit(train, codes, classes).predict(np.arange(n))
    for row in range(n):
        np.testing.assert_allclose(told[row], brute_force(vectors, train, codes, row, classes), rtol=1e-3)


def test_a_row_never_votes_for_itself() -> None:
    """Its label is alone in the training rows: asked for that row, the model knows only the prior."""
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [0.1, 1.0], [0.0, 1.1]])
    model = NearestRows(UnitVectors(vectors=vectors), never)
    told = model.fit(np.arange(4), np.array([0, 1, 1, 1], np.int32), 2).predict(np.arange(1))
    assert told[0, 0] < 0.25


def test_many_rows_are_looked_up_in_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the bound the nearest of all rows vote where they were learned from, searched once."""
    vectors, codes = clouds()
    monkeypatch.setattr(vectors_nearest, "COMPARED", 0)
    found = neighbours(vectors)
    asked: list[int] = []

    def search() -> Neighbours:
        asked.append(1)
        return found

    train, test = np.arange(0, 120), np.arange(120, 160)
    model = next(part for part in vector_learners(vectors, nearest=search) if part.name == "neighbours")
    told = model.fit(train, codes[train], 4).predict(test)
    model.fit(test, codes[test], 4)
    assert len(asked) == 1 and (told.argmax(axis=1) == codes[test]).all()
    voters = [row for row in found.rows[120] if row < 120]
    distance = 2 - 2 * np.array(
        [s for row, s in zip(found.rows[120], found.similarity[120], strict=True) if row < 120]
    )
    weight = np.exp(-2 * distance / distance[-1])
    by_hand = np.bincount(codes[voters], weight, minlength=4) + np.bincount(codes[train], minlength=4) / 120
    np.testing.assert_allclose(told[0], by_hand / (weight.sum() + 1), rtol=1e-6)


def test_what_was_not_learned_from_has_no_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other labels of rows outside the training change nothing, on both ways."""
    vectors, codes = clouds()
    train, test = np.arange(0, 120), np.arange(120, 160)
    for most in (1 << 27, 0):
        monkeypatch.setattr(vectors_nearest, "COMPARED", most)
        model = learner("neighbours", vectors).fit(train, codes[train], 4)
        before = model.predict(test)
        assert (model.predict(test[::-1])[::-1] == before).all()
        assert (learner("neighbours", vectors).fit(train, codes[train], 4).predict(test) == before).all()


@pytest.mark.parametrize("name", [*KINDS, "looked up"])
def test_rows_that_point_nowhere_get_the_shares_of_the_classes(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vectors of zeros, and rows without a vector, whatever stands there: they have no vote either."""
    vectors, codes = clouds()
    vectors[3], covered = 0, np.ones(160, bool)
    covered[[7, 30]] = False
    vectors[[7, 30]] = vectors[11]
    if name == "looked up":
        monkeypatch.setattr(vectors_nearest, "COMPARED", 0)
        name = "neighbours"
    train = np.arange(20, 160)
    model = next(found for found in vector_learners(vectors, covered) if found.name == name)
    told = model.fit(train, codes[train], 4).predict(np.array([3, 7, 11]))
    share = np.bincount(codes[train]) / 140
    np.testing.assert_allclose(told[:2], [share, share])
    assert told[2].argmax() == codes[11]


@pytest.mark.parametrize("name", KINDS)
def test_rows_without_a_vector_teach_nothing(name: str) -> None:
    """A class that has no vector at all keeps its share and takes none from the others."""
    vectors, codes = clouds()
    vectors[codes == 2] = 0
    told = learner(name, vectors).fit(np.arange(160), codes, 4).predict(np.flatnonzero(codes == 1)[:1])
    assert told[0, 2] <= 0.25 + 1e-9
    np.testing.assert_allclose(told.sum(axis=1), 1)
    assert told[0].argmax() == 1


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("vectors", [np.zeros((4, 3)), np.ones((4, 3)), np.array([[1.0], [-1], [2], [-2]])])
def test_what_teaches_little_ends_in_probabilities(name: str, vectors: NDArray[np.floating]) -> None:
    """Only zeros, only equal vectors, one number a vector; two rows a class."""
    codes = np.array([0, 1, 0, 1], np.int32)
    told = learner(name, vectors).fit(np.arange(4), codes, 2).predict(np.arange(4))
    np.testing.assert_allclose(told.sum(axis=1), 1)
    assert (told >= 0).all()
    if vectors[0, 0] == vectors[1, 0] and name != "neighbours":
        np.testing.assert_allclose(told, 0.5, atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_one_number_a_vector_has_two_directions(name: str) -> None:
    """Of one axis only the sign is left, and that is enough for two classes on either side."""
    vectors = np.array([[1.0], [-1.0], [2.0], [-5.0], [3.0], [-3.0]])
    codes = np.array([0, 1, 0, 1], np.int32)
    told = learner(name, vectors).fit(np.arange(4), codes, 2).predict(np.array([4, 5]))
    assert told.argmax(axis=1).tolist() == [0, 1]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_lengths_do_not_count(name: str, scale: float) -> None:
    """Directions are compared, also where squares would overflow or vanish."""
    vectors, codes = clouds()
    train, test = np.arange(0, 120), np.arange(120, 160)
    told = learner(name, vectors.astype(np.float64)).fit(train, codes[train], 4).predict(test)
    scaled = learner(name, vectors.astype(np.float64) * scale).fit(train, codes[train], 4).predict(test)
    np.testing.assert_allclose(scaled, told, atol=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_a_memory_map_gives_what_an_array_gives(name: str, tmp_path: Path) -> None:
    """The same bits, also in half precision, and the file stays as it is."""
    vectors, codes = clouds()
    half = vectors.astype(np.float16)
    np.save(tmp_path / "v.npy", half)
    mapped = np.load(tmp_path / "v.npy", mmap_mode="r")
    train, test = np.arange(0, 120), np.arange(120, 160)
    here = learner(name, half).fit(train, codes[train], 4).predict(test)
    there = learner(name, mapped).fit(train, codes[train], 4).predict(test)
    assert (here == there).all()
    full = learner(name, vectors).fit(train, codes[train], 4).predict(test)
    np.testing.assert_allclose(here, full, atol=0.02)


def test_half_precision_is_not_added_up_in_half_precision() -> None:
    """40,000 squared is beyond the largest half."""
    found = UnitVectors(vectors=np.array([[40_000, 30_000]], np.float16)).of(np.array([0]))
    np.testing.assert_allclose(found, [[0.8, 0.6]], rtol=1e-3)


@pytest.mark.parametrize("name", KINDS)
def test_small_blocks_tell_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks bound the memory; they do not decide."""
    vectors, codes = clouds()
    train, test = np.arange(0, 120), np.arange(120, 160)
    model = learner(name, vectors).fit(train, codes[train], 4)
    whole = model.predict(test)
    monkeypatch.setattr("auditor.predict.vectors_units.BLOCK", 300)
    monkeypatch.setattr("auditor.predict.vectors_nearest.BLOCK", 300)
    np.testing.assert_allclose(model.predict(test), whole, rtol=1e-5, atol=1e-7)


def test_the_discriminant_is_the_one_of_scikit_learn() -> None:
    """With its shrinkage and our floor on the variance: the same logarithms of odds."""
    from sklearn.covariance import OAS
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    vectors, codes = clouds(width=5)
    vectors = (vectors + np.random.default_rng(1).standard_normal(vectors.shape)).astype(np.float32)
    units = UnitVectors(vectors=vectors)
    train, test = np.arange(0, 120), np.arange(120, 160)
    told = Discriminant(units).fit(train, codes[train], 4).predict(test)
    found = units.of(np.arange(160)).astype(np.float64)
    centre = found[train].mean(axis=0)
    found = (found - centre) / np.sqrt(np.mean((found[train] - centre) ** 2))

    class Shape(OAS):
        """The covariance of the definition, for the rows that are handed in (one class at a time)."""

        def fit(self, X: NDArray[np.float64], y: object = None) -> Shape:
            scatter = (X - X.mean(axis=0)).T @ (X - X.mean(axis=0)) / len(X)
            ball = (0.3 * np.trace(scatter) / X.shape[1] + 1e-3) * np.eye(X.shape[1])
            self.covariance_ = 0.7 * scatter + ball
            return self

    oracle = LinearDiscriminantAnalysis(solver="lsqr", covariance_estimator=Shape()).fit(
        found[train], codes[train]
    )
    np.testing.assert_allclose(told, oracle.predict_proba(found[test]), atol=1e-4)


def test_more_rows_than_fit_are_left_out_of_the_linear_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each class as many as its share: 40 of 120 still tell the clouds apart."""
    vectors, codes = clouds()
    monkeypatch.setattr(vectors_linear, "MOST_NUMBERS", 40 * 8)
    train, test = np.arange(0, 120), np.arange(120, 160)
    told = learner("linear", vectors).fit(train, codes[train], 4).predict(test)
    assert (told.argmax(axis=1) == codes[test]).all()


@given(st.integers(2, 10**6), st.integers(2, 1000))
def test_costs_rise_with_rows_and_classes(rows: int, classes: int) -> None:
    """Reckoned from sizes alone: no vector is read."""
    units = UnitVectors(vectors=np.broadcast_to(np.float32(1), (10**6, 256)))
    for model in (Logistic(units), Discriminant(units)):
        assert 0 < model.cost(rows, classes) <= model.cost(rows + 10, classes + 1)
    assert 0 < NearestRows(units, never).cost(rows, classes) < 100


def test_zeros_point_nowhere() -> None:
    """A vector of zeros is told from all others."""
    assert point(np.array([[0, 0], [0, 1]], np.float32)).tolist() == [False, True]
