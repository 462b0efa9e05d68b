"""Features of images made by hand: what each part says of images drawn here."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.images.colours import grid_colours, histogram
from auditor.images.features import COARSE, FINE, GRID, LENGTH, SIDE, WEIGHTS, WIDTHS, features, mirrored
from auditor.images.gradients import brightness, shapes

Stamps = NDArray[np.uint8]


def flat(red: int, green: int, blue: int) -> Stamps:
    """(1, 64, 64, 3) of one colour."""
    return np.full((1, SIDE, SIDE, 3), (red, green, blue), np.uint8)


def noise(m: int, seed: int = 1) -> Stamps:
    """(m, 64, 64, 3) with coarse and fine structure in all colours."""
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.integers(0, 200, (m, 8, 8, 3)), np.ones((1, 8, 8, 1), np.int64))
    return (coarse + rng.integers(0, 56, (m, SIDE, SIDE, 3))).astype(np.uint8)


def part(name: str, stamps: Stamps) -> NDArray[np.float32]:
    """(m, width) one part of the features, as it was before it was weighted."""
    names = list(WIDTHS)
    start = sum(WIDTHS[before] for before in names[: names.index(name)])
    out: NDArray[np.float32] = features(stamps)[:, start : start + WIDTHS[name]] / np.float32(WEIGHTS[name])
    return out


def by_direction(stamps: Stamps) -> NDArray[np.float32]:
    """(FINE,) how much of the fine shapes each direction has, of one image."""
    out: NDArray[np.float32] = part("fine", stamps).reshape(FINE, GRID, GRID).sum(axis=(1, 2))
    return out


@pytest.mark.parametrize(
    ("axis", "backwards", "direction"),
    [(2, False, 0), (1, False, FINE // 4), (2, True, FINE // 2), (1, True, 3 * FINE // 4)],
    ids=["to the right", "downwards", "to the left", "upwards"],
)
def test_an_edge_counts_for_the_direction_in_which_it_grows_bright(
    axis: int, backwards: bool, direction: int
) -> None:
    """Black on one half, white on the other: all that changes has one of sixteen directions."""
    stamps = flat(0, 0, 0).copy()
    half = slice(None, SIDE // 2) if backwards else slice(SIDE // 2, None)
    stamps[(slice(None), half) if axis == 1 else (slice(None), slice(None), half)] = 255
    found = by_direction(stamps)
    assert found[direction] > 0
    assert found.sum() == pytest.approx(found[direction], rel=1e-6)


def test_a_slope_between_two_directions_is_shared_between_them() -> None:
    """Brightness grows by 2 to the right where it grows by 1 downwards: 26.57 degrees, 1.181 of 22.5."""
    down, right = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    light = ((2 * right + down) / 256)[None]
    found = shapes(light, FINE, 1)[0]
    # the border has no change across it: only cells away from it have the slope alone
    assert found.argsort()[::-1][:2].tolist() == [1, 2]
    inner = shapes(light[:, :, :], FINE, 4).reshape(FINE, 4, 4)[:, 1:3, 1:3].sum(axis=(1, 2))
    assert inner[2] / inner.sum() == pytest.approx(0.181, abs=0.02)
    assert inner[1] + inner[2] == pytest.approx(inner.sum(), rel=1e-5)


def test_an_edge_stands_where_it_is() -> None:
    """An edge in the upper left quarter says nothing of the lower right one."""
    stamps = flat(0, 0, 0).copy()
    stamps[:, :16, 8:12] = 255
    found = part("fine", stamps).reshape(FINE, GRID, GRID).sum(axis=0)
    assert found[0, 0] > 0
    assert not found[2:].any()
    assert not found[:, 2:].any()


@pytest.mark.parametrize("level", [0, 1, 77, 255])
def test_a_flat_image_has_no_shape(level: int) -> None:
    """Nothing changes: both scales are zeros, whatever the brightness."""
    stamps = flat(level, level, level)
    assert not part("fine", stamps).any()
    assert not part("coarse", stamps).any()
    assert not part("deviations", stamps).any()


def test_shapes_are_the_same_in_light_four_times_as_strong() -> None:
    """Pixels times four: the root doubles all differences, and every cell is divided by its surroundings."""
    rng = np.random.default_rng(2)
    dim = np.repeat(np.kron(rng.integers(4, 60, (3, 16, 16, 1)), np.ones((1, 4, 4, 1))), 3, axis=3)
    dim = dim.astype(np.uint8)
    one, other = part("coarse", dim), part("coarse", 4 * dim)
    assert np.abs(one - other).max() < 0.1
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.995
    assert np.abs(part("means", dim) - part("means", 4 * dim)).max() > 0.2


def test_shapes_know_nothing_of_a_colour_of_equal_luma() -> None:
    """Luma weighs red with 77 and green with 150 of 256: red at 150 is as bright as green at 77."""
    red, green = flat(150, 0, 0), flat(0, 77, 0)
    assert (brightness(red) == brightness(green)).all()
    assert (part("means", red) != part("means", green)).any()


def test_means_of_a_colour_by_hand() -> None:
    """R 200, G 100, B 40: (200 + 200 + 40) / 4 = 110, 200 - 100 = 100, 40 - 150 = -110, all of 255."""
    means, deviations = grid_colours(flat(200, 100, 40), 1)
    np.testing.assert_allclose(means[0], np.array([110 / 255 - 0.5, 100 / 255, -110 / 255]), rtol=1e-6)
    assert not deviations.any()


def test_deviations_by_hand() -> None:
    """Half black, half white in every part: the deviation of 0 and 255 is 127.5, one half; grey has no
    contrast of colours."""
    stamps = flat(0, 0, 0).copy()
    stamps[:, ::2] = 255
    means, deviations = grid_colours(stamps, 2)
    np.testing.assert_allclose(means.reshape(3, 4), 0, atol=1e-7)
    np.testing.assert_allclose(deviations.reshape(3, 4), [[0.5] * 4, [0] * 4, [0] * 4], atol=1e-6)


def test_the_histogram_shares_a_colour_between_its_levels() -> None:
    """Levels are 0, 85, 170, 255: red 34 is 40 % of the way to the second, so shares .6 and .4."""
    found = histogram(flat(34, 0, 255))[0] ** 2
    by_hand = np.zeros(64)
    by_hand[3], by_hand[16 + 3] = 0.6, 0.4
    np.testing.assert_allclose(found, by_hand, atol=1e-6)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_shares_of_colours_sum_to_one(seed: int) -> None:
    """Every pixel that is looked at is counted once."""
    np.testing.assert_allclose((histogram(noise(3, seed)) ** 2).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_an_image_has_the_same_bits_in_every_block(size: int) -> None:
    """Seven images at once, or a few at a time, or in another order."""
    stamps = noise(7)
    whole = features(stamps)
    parts = np.concatenate([features(stamps[start : start + size]) for start in range(0, 7, size)])
    assert (parts == whole).all()
    assert (features(stamps[::-1])[::-1] == whole).all()


def test_features_of_a_mirror_image_are_the_same_in_another_order() -> None:
    """All but the histogram, which counts every other pixel; turning twice changes nothing."""
    stamps, order = noise(4), mirrored()
    turned = features(np.ascontiguousarray(stamps[:, :, ::-1]))
    found = features(stamps)[:, order]
    kept = LENGTH - WIDTHS["colours"]
    np.testing.assert_allclose(turned[:, :kept], found[:, :kept], atol=1e-5)
    np.testing.assert_allclose(turned[:, kept:], found[:, kept:], atol=0.1)
    assert (order[order] == np.arange(LENGTH)).all()


def test_extremes_are_finite_and_fit_half_precision() -> None:
    """All black, all white, stripes of one pixel, pure colours, grey noise: they are kept as float16."""
    stripes = flat(0, 0, 0).copy()
    stripes[:, :, ::2] = 255
    grey = np.repeat(noise(1)[..., :1], 3, axis=3)
    colours = [flat(0, 0, 0), flat(255, 255, 255), flat(255, 0, 0), flat(0, 0, 255), stripes, grey]
    found = features(np.concatenate(colours))
    assert found.dtype == np.float32
    assert found.shape == (6, LENGTH)
    assert LENGTH <= 600
    assert np.isfinite(found.astype(np.float16)).all()
    assert np.abs(found).max() <= 4
    assert (np.linalg.norm(found, axis=1) > 0.5).all()  # none points nowhere


def test_grey_images_have_no_contrast_of_colours() -> None:
    """Two of the three axes are zero in means and deviations."""
    grey = np.repeat(noise(2)[..., :1], 3, axis=3)
    for name in ("means", "deviations"):
        assert not part(name, grey).reshape(2, 3, -1)[:, 1:].any()


def test_no_images_have_no_features() -> None:
    """An empty block keeps its shape."""
    assert features(np.zeros((0, SIDE, SIDE, 3), np.uint8)).shape == (0, LENGTH)


def test_two_scales_are_told_apart() -> None:
    """Stripes of two pixels are averaged away at a quarter of the size; a large edge is seen at both."""
    stripes = flat(0, 0, 0).copy()
    stripes[:, :, ::4] = stripes[:, :, 1::4] = 255
    assert part("fine", stripes).any()
    assert not part("coarse", stripes).any()
    assert COARSE < FINE
