"""The smooth model of images: what it learns, when it takes the mirror, what it does without images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from auditor.images.features import LENGTH, features, mirrored
from auditor.predict.images import ImageKernel, image_learners, least_error
from auditor.predict.vectors_units import UnitVectors

Codes = NDArray[np.int32]


def bars(each: int, classes: int = 2) -> tuple[NDArray[np.float32], Codes]:
    """Features of images with a bright bar, lying or standing, with noise; and which it is."""
    rng = np.random.default_rng(4)
    codes = rng.permutation(np.repeat(np.arange(classes), each)).astype(np.int32)
    stamps = rng.integers(0, 60, (len(codes), 64, 64, 3)).astype(np.uint8)
    for row, code in enumerate(codes):
        at = int(rng.integers(8, 48))
        stamps[row, at : at + 8] = stamps[row, at : at + 8] if code else 200
        stamps[row, :, at : at + 8] = 200 if code else stamps[row, :, at : at + 8]
    return features(stamps), codes


def two_sided(n: int) -> tuple[NDArray[np.float32], Codes]:
    """Numbers of which the class follows from one and its mirror image alike, whatever the side."""
    rng = np.random.default_rng(6)
    codes = (np.arange(n) % 2).astype(np.int32)
    found = rng.standard_normal((n, 8)).astype(np.float32)
    found[np.arange(n), np.where(rng.random(n) < 0.5, 0, 1)] += np.where(codes == 1, 6, -6)
    return found, codes


def test_bars_that_lie_are_told_from_bars_that_stand() -> None:
    """Rows that were not learned from, by both models."""
    vectors, codes = bars(40)
    for learner in image_learners(vectors):
        fitted = learner.fit(np.arange(60), codes[:60], 2)
        told = fitted.predict(np.arange(60, 80))
        np.testing.assert_allclose(told.sum(axis=1), 1)
        assert (told > 0).all()
        assert (told.argmax(axis=1) == codes[60:]).mean() >= 0.95


def test_a_row_without_an_image_is_given_the_shares() -> None:
    """It teaches nothing either: the others are told as if it were not there."""
    vectors, codes = bars(20)
    covered = np.ones(40, bool)
    covered[[3, 35]] = False
    broken = vectors.copy()
    broken[3] = 0
    kernel = ImageKernel(UnitVectors(vectors=broken, covered=covered), mirrored())
    told = kernel.fit(np.arange(30), codes[:30], 2).predict(np.array([35, 36]))
    shares = np.bincount(codes[:30], minlength=2) / 30
    np.testing.assert_allclose(told[0], shares)
    assert told[1].argmax() == codes[36]


def test_without_images_all_are_given_the_shares() -> None:
    """Nothing points anywhere."""
    units = UnitVectors(vectors=np.zeros((6, LENGTH), np.float16))
    told = ImageKernel(units, mirrored()).fit(np.arange(6), np.array([0, 0, 0, 0, 1, 1], np.int32), 2)
    np.testing.assert_allclose(told.predict(np.array([0, 5])), [[4 / 6, 2 / 6]] * 2)


def test_the_mirror_is_taken_where_it_tells_more_and_left_where_it_hides_the_class() -> None:
    """What turns left and right alike is one class in the first, the side is the class in the second."""
    mirror = np.array([1, 0, 2, 3, 4, 5, 6, 7])
    found, codes = two_sided(200)
    units = UnitVectors(vectors=found)
    taken = ImageKernel(units, mirror).fit(np.arange(200), codes, 2)
    assert taken.place is not None and taken.place.mirror is not None
    sides = np.zeros((200, 8), np.float32)
    sides[np.arange(200), codes] = 1
    sides += 0.1 * np.random.default_rng(1).standard_normal(sides.shape).astype(np.float32)
    left = ImageKernel(UnitVectors(vectors=sides), mirror).fit(np.arange(200), codes, 2)
    assert left.place is not None and left.place.mirror is None


def test_copies_of_one_image_do_not_break_the_model() -> None:
    """A thousand equal rows: the kernel between them has rank one."""
    vectors = np.repeat(bars(2)[0][:2], 500, axis=0)
    codes = np.repeat([0, 1], 500).astype(np.int32)
    told = ImageKernel(UnitVectors(vectors=vectors), mirrored()).fit(np.arange(1000), codes, 2)
    assert (told.predict(np.array([0, 999])).argmax(axis=1) == [0, 1]).all()


def test_the_error_of_rows_left_out_is_that_of_models_fitted_without_them() -> None:
    """Ridge regression by hand, once for each row left out, at the noise that was the best."""
    rng = np.random.default_rng(0)
    places = rng.standard_normal((30, 4)).astype(np.float32)
    targets = (places @ rng.standard_normal((4, 2)) + rng.standard_normal((30, 2))).astype(np.float32)
    errors = []
    for noise in (0.1, 0.3, 1.0, 3.0, 10.0):
        wrong = []
        for row in range(30):
            rest = np.arange(30) != row
            gram = places[rest].T @ places[rest] + noise * np.eye(4)
            weights = np.linalg.solve(gram, places[rest].T @ targets[rest])
            wrong.append(targets[row] - places[row] @ weights)
        errors.append(np.mean(np.square(wrong)))
    np.testing.assert_allclose(least_error(places, targets)[0], min(errors), rtol=1e-4)


def test_more_rows_cost_more() -> None:
    """What the budget reckons with."""
    kernel = ImageKernel(UnitVectors(vectors=np.zeros((1, LENGTH), np.float16)), None)
    costs = [kernel.cost(rows, 10) for rows in (100, 1_000, 10_000, 100_000)]
    assert costs == sorted(costs)
