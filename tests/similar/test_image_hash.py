"""Soft hashes of images: against a transform and a filter written down another way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.fft import dctn
from scipy.ndimage import gaussian_filter

from auditor.similar.image_hash import BLUR, LENGTH, LIGHT, image_hashes, keys_of, mirrored


def scenes(n: int, seed: int = 0, detail: float = 2.0) -> np.ndarray:
    """(n, 32, 32) smooth random images, unlike one another."""
    noise = np.random.default_rng(seed).normal(size=(n, 32, 32))
    smooth = gaussian_filter(noise, (0, detail, detail), mode="reflect")
    smooth /= smooth.std(axis=(1, 2), keepdims=True)
    return np.clip(128 + 40 * smooth, 0, 255).astype(np.uint8)


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    a, b = one.astype(float), other.astype(float)
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_the_cosine_is_the_correlation_of_the_filtered_images() -> None:
    """The same two Gaussians applied to the pixels, each image continued as in a mirror, give it too."""
    grey = scenes(6, detail=3.0)
    hashes = image_hashes(grey)
    blurred = [
        gaussian_filter(grey.astype(float), (0, sigma, sigma), mode="reflect", truncate=6)
        for sigma in (BLUR, np.hypot(BLUR, LIGHT))
    ]
    band = (blurred[0] - blurred[1]).reshape(6, -1)

    for other in range(1, 6):
        expected = np.corrcoef(band[0], band[other])[0, 1]
        assert cosine(hashes[0], hashes[other]) == pytest.approx(expected, abs=0.01)


def test_the_numbers_are_weighted_low_frequencies_of_the_cosine_transform() -> None:
    """Two numbers of one weight, the same wave along x and along y, relate as in scipy's transform."""
    grey = scenes(1)
    waves = dctn(grey[0].astype(float), norm="ortho")[:8, :8]
    found = image_hashes(grey)[0].reshape(8, 8).astype(float)

    assert found[0, 0] == 0
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-3)
    for a, b in ((0, 1), (1, 3), (2, 5)):
        assert found[a, b] * waves[b, a] == pytest.approx(found[b, a] * waves[a, b], abs=0.6)


def test_a_mirrored_image_has_the_mirrored_hash() -> None:
    """To the last bit: the waves are symmetric."""
    grey = scenes(20)
    assert (mirrored(image_hashes(grey)) == image_hashes(grey[:, :, ::-1])).all()
    assert (mirrored(mirrored(image_hashes(grey))) == image_hashes(grey)).all()


def test_light_and_contrast_change_little() -> None:
    """Half the contrast, brighter, with a slow gradient of light over the image."""
    grey = scenes(1)
    light = np.linspace(0, 60, 32)[None, None, :]
    changed = np.clip(grey * 0.5 + 40 + light, 0, 255).astype(np.uint8)
    assert cosine(image_hashes(grey)[0], image_hashes(changed)[0]) > 0.97


@pytest.mark.parametrize("shade", [0, 7, 255])
def test_flat_images_have_no_hash(shade: int) -> None:
    """Blank ones, and blank ones with the noise of a compression."""
    noise = np.random.default_rng(1).integers(-1, 2, (1, 32, 32))
    blank = np.full((1, 32, 32), shade)
    assert not image_hashes(blank.astype(np.uint8)).any()
    assert not image_hashes(np.clip(blank + noise, 0, 255).astype(np.uint8)).any()


def test_what_was_not_opened_has_no_hash() -> None:
    """Whatever its greys are."""
    hashes = image_hashes(scenes(3), np.array([True, False, True]))
    assert hashes.any(axis=1).tolist() == [True, False, True]


def test_hashes_do_not_depend_on_the_other_rows() -> None:
    """The same bits alone, in another order, and across a block."""
    grey = scenes(1_100)
    hashes, keys = image_hashes(grey), keys_of(grey)
    order = np.random.default_rng(0).permutation(len(grey))
    assert (image_hashes(grey[order]) == hashes[order]).all()
    assert (keys_of(grey[order]) == keys[order]).all()
    assert (image_hashes(grey[1_050:1_051]) == hashes[1_050]).all()


def test_keys_tell_pixels_apart() -> None:
    """One pixel, one step; and two pixels exchanged."""
    grey = np.repeat(scenes(1), 3, axis=0)
    grey[1, 0, 0] ^= 1
    grey[2, 0, :2] = [3, 4]
    exchanged = grey[2:].copy()
    exchanged[0, 0, :2] = [4, 3]
    assert len({*keys_of(grey).tolist(), *keys_of(exchanged).tolist()}) == 4


def test_no_images() -> None:
    """None are hashed to none."""
    nothing = np.empty((0, 32, 32), np.uint8)
    assert image_hashes(nothing).shape == (0, LENGTH)
    assert keys_of(nothing).shape == (0,)
