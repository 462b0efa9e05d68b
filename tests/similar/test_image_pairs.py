"""Near copies of images: planted ones are found, unlike ones, flat ones and crowds are not."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from auditor.similar.image_pairs import near_images
from auditor.similar.pairs import NEAR_IMAGES, NearSearch

N = 300


def photographs(n: int, seed: int = 0) -> list[Image.Image]:
    """Random images of 128 x 96 with as much of each size of detail as photographs have."""
    rng = np.random.default_rng(seed)
    waves = np.arange(20)
    down, across = (np.cos(np.pi * waves[:, None] * (np.arange(size) + 0.5) / size) for size in (96, 128))
    drawn = rng.normal(size=(n, 20, 20)) / (1 + np.hypot(waves[:, None], waves))
    drawn[:, 0, 0] = 0
    pixels = down.T @ drawn @ across
    pixels *= 45 / pixels.std(axis=(1, 2), keepdims=True)
    return [Image.fromarray(np.clip(128 + image, 0, 255).astype(np.uint8)) for image in pixels]


def greys(images: list[Image.Image]) -> np.ndarray:
    return np.stack([np.asarray(image.resize((32, 32), Image.Resampling.BOX)) for image in images])


def compressed(image: Image.Image) -> Image.Image:
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=30)
    return Image.open(stored).convert("L")


def pairs_of(search: NearSearch) -> dict[tuple[int, int], float]:
    pairs = search.pairs
    places = zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    return dict(zip(places, pairs.similarity.tolist(), strict=True))


CHANGES = {
    "compressed": compressed,
    "smaller": lambda image: image.resize((40, 30)),
    "larger": lambda image: image.resize((300, 225)),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "flatter": lambda image: ImageEnhance.Contrast(image).enhance(0.5),
    "cropped by 3 %": lambda image: image.crop((2, 1, 126, 95)),
    "turned by 2 degrees": lambda image: image.rotate(2, fillcolor=128),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_found(change: str) -> None:
    """Each of ten copies, and nothing else."""
    images = photographs(N)
    copies = [CHANGES[change](image) for image in images[:10]]
    assert set(pairs_of(near_images(greys(images + copies)))) == {(at, N + at) for at in range(10)}


@pytest.mark.parametrize("change", ["upside down", "negative"])
def test_another_image_is_none(change: str) -> None:
    """An image upside down, or its negative, is not the same shot."""
    images = photographs(N)
    other = greys(images[:10])
    other = other[:, ::-1] if change == "upside down" else 255 - other
    assert not pairs_of(near_images(np.concatenate([greys(images), other])))


def test_the_same_pixels_are_alike_by_one() -> None:
    """The search is given distinct contents; two that differ in what greys do not show are at 1."""
    grey = greys(photographs(20))
    found = pairs_of(near_images(np.concatenate([grey, grey[:1], grey[1:2, :, ::-1]])))
    assert found == {(0, 20): 1.0, (1, 21): 1.0}


def test_an_image_that_is_its_own_mirror_image_is_no_pair_with_itself() -> None:
    """A symmetric one meets itself among the mirror images."""
    grey = greys(photographs(21)).astype(int)
    symmetric = ((grey[20:] + grey[20:, :, ::-1]) // 2).astype(np.uint8)
    found = near_images(np.concatenate([grey[:20].astype(np.uint8), symmetric, symmetric]))
    assert pairs_of(found) == {(20, 21): 1.0}


def test_flat_and_unopened_images_are_compared_with_nothing() -> None:
    """Blank pages, in one shade or two, and what could not be opened."""
    grey = greys(photographs(20))
    blank = np.stack([np.full((32, 32), shade, np.uint8) for shade in (0, 0, 200, 255)])
    everything = np.concatenate([grey, blank, grey[:2]])
    opened = np.ones(26, bool)
    opened[25] = False
    search = near_images(everything, opened=opened)
    assert pairs_of(search) == {(0, 24): 1.0}
    assert search.compared == 21
    assert search.how == "images"
    assert search.threshold == NEAR_IMAGES


def test_a_crowd_of_like_images_is_no_crowd_of_copies() -> None:
    """Images of one pattern, each a little different: a correlation of .93 is the rule; a copy is nearer.

    The same correlation among images that are unlike is a copy.
    """
    rng = np.random.default_rng(3)
    unlike = greys(photographs(400)).astype(float) - 128
    pattern = greys(photographs(1, seed=1)).astype(float) - 128
    crowd = pattern + 0.28 * unlike
    copy = crowd[:1] + rng.normal(0, 2, (1, 32, 32))
    crowded = np.clip(128 + np.concatenate([crowd, copy]), 0, 255).astype(np.uint8)
    assert set(pairs_of(near_images(crowded))) == {(0, 400)}

    two = np.clip(128 + np.concatenate([unlike, crowd[:2]]), 0, 255).astype(np.uint8)
    assert (400, 401) in pairs_of(near_images(two))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    """The pairs of shuffled rows are the same, to the last bit of their similarity."""
    images = photographs(30)
    grey = greys(images + [compressed(image) for image in images[:12]])
    order = np.random.default_rng(seed).permutation(len(grey))
    place = np.argsort(order)
    found = pairs_of(near_images(grey[order]))
    expected = {
        (min(place[a], place[b]), max(place[a], place[b])): similarity
        for (a, b), similarity in pairs_of(near_images(grey)).items()
    }
    assert found == expected


def test_a_hub_keeps_its_pair_of_another_kind() -> None:
    """Of 60 copies of one image, 59 in train, each pair with the one in test is there."""
    image = greys(photographs(1)).astype(float)
    noise = np.random.default_rng(0).normal(0, 1.5, (60, 32, 32))
    copies = np.clip(image + noise, 0, 255).astype(np.uint8)
    grey = np.concatenate([copies, greys(photographs(200, seed=5))])
    kinds = np.zeros(len(grey), np.int64)
    kinds[59] = 1
    found = pairs_of(near_images(grey, kinds=kinds))
    assert any(second == 59 for _, second in found)
    assert all(second < 60 for _, second in found)


def test_a_lower_threshold_finds_more() -> None:
    """What the pairs just below tell."""
    images = photographs(N)
    copies = [image.rotate(1 + at, fillcolor=128) for at, image in enumerate(images[:20])]
    grey = greys(images + copies)
    usual, lower = near_images(grey), near_images(grey, 0.2)
    assert set(pairs_of(usual)) < set(pairs_of(lower))
    assert len(usual.below) > 0
    assert (usual.below.similarity < NEAR_IMAGES).all()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_images(n: int) -> None:
    """None, one, and two that are unlike have no pairs."""
    assert not pairs_of(near_images(greys(photographs(2))[:n]))
