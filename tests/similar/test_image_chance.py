"""What is chance: against points whose distances are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from auditor.similar.image_chance import FALSE_ALARMS, FEW, LEAST, MOST, USUAL, chances


def around(n: int, dimension: int, seed: int = 0) -> np.ndarray:
    """(n, 64) points on a sphere, drawn evenly over one of the given dimension."""
    points = np.random.default_rng(seed).normal(size=(n, dimension + 1))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return np.pad(points, ((0, 0), (0, 63 - dimension))).astype(np.float16)


def keys(n: int) -> np.ndarray:
    return np.random.default_rng(9).permutation(n).astype(np.uint64) + np.uint64(1)


def test_chance_is_where_one_in_a_hundred_has_another() -> None:
    """On a sphere the share of points within a small distance is the volume of a ball over the sphere's.

    The share grows more slowly far away, where it is measured, so that what is extrapolated is a little less.
    """
    d = 7
    ball = np.pi ** (d / 2) / math.gamma(d / 2 + 1)
    sphere = 2 * np.pi ** ((d + 1) / 2) / math.gamma((d + 1) / 2)
    expected = (FALSE_ALARMS / 2_000 * sphere / ball) ** (2 / d) / 2
    found = chances(around(2_000, d), keys(2_000), np.arange(200))
    assert 0.6 < np.median(found) / expected < 1.05


def test_more_images_make_chance_smaller() -> None:
    """Of more images the nearest is nearer."""
    points = around(8_000, 8)
    few = chances(points[:500], keys(500), np.arange(20))
    many = chances(points, keys(8_000), np.arange(20))
    assert np.median(many / few) == pytest.approx((500 / 8_000) ** (2 / 8), rel=0.3)


def test_crowded_images_need_more() -> None:
    """Images in a dense place (a cluster of half of all) have a smaller chance than the others."""
    points = around(2_000, 20).astype(float)
    points[:1_000] = points[0] + 0.4 * points[:1_000]
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    found = chances(points.astype(np.float16), keys(2_000), np.arange(2_000))
    assert np.median(found[:1_000]) < np.median(found[1_000:]) / 2


def test_copies_do_not_raise_the_bar_for_themselves() -> None:
    """Five copies of one image among a thousand leave its chance nearly where it was."""
    points = around(1_000, 20)
    before = chances(points, keys(1_000), np.arange(1))
    points[1:6] = points[0]
    assert chances(points, keys(1_000), np.arange(1)) == pytest.approx(before, rel=0.15)


def test_few_images_take_what_is_usual() -> None:
    """Two are enough to be compared, and nothing is learned from them."""
    points = around(FEW, 3)
    near, far = np.log(USUAL)
    slope = (far - near) / np.log(0.25 / 0.02)
    expected = np.exp(near + slope * np.log(FALSE_ALARMS / FEW / 0.02))
    assert chances(points, keys(FEW), np.arange(FEW)) == pytest.approx(np.full(FEW, expected))


def test_chance_stays_within_bounds() -> None:
    """Also where all images are one, or nothing is there."""
    one = np.tile(around(1, 5), (600, 1))
    assert chances(one, keys(600), np.arange(3)).tolist() == [LEAST] * 3
    assert chances(np.zeros((2, 64), np.float16), keys(2), np.arange(0)).shape == (0,)
    assert (chances(around(600, 60), keys(600), np.arange(600)) <= MOST).all()
