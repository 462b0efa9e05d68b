"""Dark, bright, blurred, empty, odd and grey images: measures by hand, flags on planted damage."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from examples_images import encoded, folder_of, scene
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from auditor.images.looking import look_at
from auditor.images.looks import Looks
from auditor.images.measuring import luma_counts, of_pixels, of_sizes, step_counts
from auditor.images.quality import BARS, QUESTIONS, STANDS_OUT, flags, judged, modified_z, scores
from auditor.wording import Text


def measures(values: np.ndarray) -> dict[str, float]:
    """The measures of one grey image of these values."""
    image = Image.fromarray(values.astype(np.uint8))
    stamp = np.asarray(image.convert("RGB"))[None]
    found = of_pixels(luma_counts(image)[None], step_counts(image)[None], stamp)
    return {name: float(each[0]) for name, each in found.items()}


def looked_at(path: Path, images: Iterable[Image.Image]) -> Looks:
    """What a look at these images finds, saved as PNG."""
    return look_at(folder_of(path, {f"{n}": encoded(image) for n, image in enumerate(images)}),
                   with_features=False)  # fmt: skip


def rows_of(looks: Looks) -> dict[str, list[int]]:
    """Question -> the rows it flags, without the questions that flag none."""
    return {name: np.flatnonzero(rows).tolist() for name, rows in flags(looks).items() if rows.any()}


def test_dark_and_bright_are_means_of_the_tails() -> None:
    """Of 100 pixels 1..100 the lightest five are 96..100, the darkest 1..5."""
    found = measures(np.arange(1, 101).reshape(10, 10))
    assert found["dark"] == pytest.approx(98 / 255)
    assert found["bright"] == pytest.approx(3 / 255)


def test_information_is_the_entropy_of_the_greys() -> None:
    """One grey carries nothing, two halves one bit, 256 greys eight."""
    assert measures(np.full((8, 8), 9))["low_information"] == 0
    assert measures(np.arange(64).reshape(8, 8) % 2 * 255)["low_information"] == pytest.approx(1)
    assert measures(np.arange(256).reshape(16, 16))["low_information"] == pytest.approx(8)


def test_sharpness_is_the_strongest_step_over_the_contrast() -> None:
    """A step of 100 has a Laplacian of 100 on both sides of it and a contrast of 100: 1; a ramp has none."""
    edge = np.repeat([[0] * 8 + [100] * 8], 16, axis=0)
    assert measures(edge)["blurry"] == pytest.approx(1)
    assert measures(edge * 2 + 20)["blurry"] == pytest.approx(1)
    assert measures(np.repeat([np.arange(0, 160, 10)], 16, axis=0))["blurry"] == 0
    ramp = np.repeat([[0] * 7 + [25, 75] + [100] * 7], 16, axis=0)
    assert measures(ramp)["blurry"] == pytest.approx(25 / 100)


def test_flat_and_tiny_images_are_neither_sharp_nor_blurred() -> None:
    """Without contrast, or without a pixel that has four neighbours, there is no answer."""
    assert np.isnan(measures(np.full((9, 9), 100))["blurry"])
    assert np.isnan(measures(np.array([[0, 255], [255, 0]]))["blurry"])
    assert np.isnan(measures(np.array([[0]]))["blurry"])


def test_a_thin_drawing_on_white_is_sharp_and_not_bright() -> None:
    """One line on a large white sheet: 1.6 % of it is ink, whose edges count and whose black counts."""
    sheet = np.full((64, 64), 255)
    sheet[20, :] = 0
    found = measures(sheet)
    assert found["blurry"] == pytest.approx(1)
    assert found["bright"] < BARS["bright"].value
    assert found["bright"] == pytest.approx(1 - (1 / 64) / 0.05)


def test_sizes_are_counted_in_doublings() -> None:
    """64 x 16 has 2^10 pixels and is 2^2 times as long as wide, lying or standing."""
    found = of_sizes(np.array([64, 16, 0], np.int32), np.array([16, 64, 0], np.int32))
    assert found["odd_size"][:2].tolist() == [10, 10]
    assert found["odd_aspect"][:2].tolist() == [2, 2]
    assert np.isnan(found["odd_size"][2])
    assert np.isnan(found["odd_aspect"][2])


def test_colour_is_the_distance_of_strongest_and_weakest() -> None:
    """(10, 60, 35) is 50 of 255; grey is 0."""
    counts = np.ones((2, 256), np.int32)
    stamps = np.zeros((2, 64, 64, 3), np.uint8)
    stamps[0] = 10, 60, 35
    assert of_pixels(counts, counts, stamps)["greyscale"].tolist() == pytest.approx([50 / 255, 0])


def test_undamaged_images_are_not_flagged(tmp_path: Path) -> None:
    """40 pictures with edges and colours: no question flags any, and no score is under .5."""
    looks = looked_at(tmp_path, (scene(seed) for seed in range(40)))
    assert rows_of(looks) == {}
    assert all((each >= 0.5).all() for each in scores(looks).values())


def test_planted_damage_is_flagged_by_its_name(tmp_path: Path) -> None:
    """Of 40 images seven are damaged, each in one way."""
    images = [scene(seed) for seed in range(40)]
    images[3] = images[3].point(lambda value: value // 5)
    images[8] = images[8].point(lambda value: 255 - (255 - value) // 5)
    images[11] = images[11].filter(ImageFilter.GaussianBlur(3))
    images[17] = Image.new("RGB", (64, 64), (90, 120, 100))
    images[20] = images[20].convert("L").convert("RGB")
    images[25] = scene(25, 400)
    images[31] = scene(31, 128).crop((0, 0, 128, 32))
    looks = looked_at(tmp_path, images)
    assert rows_of(looks) == {
        "dark": [3],
        "bright": [8],
        "blurry": [11],
        "low_information": [17],
        "greyscale": [20],
        "odd_size": [25],
        "odd_aspect": [31],
    }
    for name, values in scores(looks).items():
        assert values.argmin() == rows_of(looks)[name][0]
        assert ((values < 0.5) == flags(looks)[name]).all()
        assert values.min() >= 0
        assert values.max() <= 1


def test_what_the_dataset_is_like_is_no_fault(tmp_path: Path) -> None:
    """Where all are grey and nearly empty nothing is flagged, but the one that is emptier than all."""
    images = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        ink = np.zeros((28, 28), np.uint8)
        ink[4 : 20 + seed % 4, 10 : 13 + seed % 3] = rng.integers(100, 255)
        images.append(Image.fromarray(ink))
    assert rows_of(looked_at(tmp_path, images)) == {}
    answers = judged(looked_at(tmp_path, images))
    assert {name for name, answer in answers.items() if answer.usual} == {"low_information", "greyscale"}
    images[9] = Image.new("L", (28, 28), 120)
    assert rows_of(looked_at(tmp_path, images)) == {"low_information": [9]}


def test_few_images_have_no_odd_one(tmp_path: Path) -> None:
    """Of three sizes none is usual; bars that need no others hold all the same."""
    images = [scene(0, 20), scene(1, 80), scene(2, 300).point(lambda value: value // 6)]
    assert rows_of(looked_at(tmp_path, images)) == {"dark": [2]}
    assert rows_of(looked_at(tmp_path, [])) == {}


def test_images_that_are_not_opened_are_not_flagged(tmp_path: Path) -> None:
    """A broken file has no quality: its score is 1."""
    looks = look_at(folder_of(tmp_path, {"a": b"broken", "b": encoded(scene(0))}), with_features=False)
    assert rows_of(looks) == {}
    assert all(values[0] == 1 for values in scores(looks).values())


def test_every_question_says_what_it_found() -> None:
    """One sentence a question, in the order in which they are asked."""
    from auditor.images.quality import DISTANCES

    sentences = [(BARS | DISTANCES)[name].means for name in QUESTIONS]
    assert len(sentences) == len(set(sentences)) == 7
    assert all(Text(sentence, {}).to("en") for sentence in sentences)


def test_standing_out_by_hand() -> None:
    """Of 0..10 and 100: median 5.5, deviations' median 3, so 100 stands at .6745 * 94.5 / 3."""
    values = np.array([*range(11), 100.0])
    assert modified_z(values)[-1] == pytest.approx(0.6745 * 94.5 / 3)
    most = np.array([1.0] * 19 + [2.0])
    assert modified_z(most)[-1] == pytest.approx(1 / (1.253314 / 20))
    assert modified_z(np.ones(20)).tolist() == [0] * 20
    assert modified_z(np.array([1.0, 2.0, 90.0])).tolist() == [0, 0, 0]
    assert STANDS_OUT == 3.5


@given(
    values=st.lists(st.one_of(st.integers(-50, 50).map(float), st.just(float("nan"))), max_size=40),
    seed=st.integers(0, 99),
)
def test_standing_out_depends_on_neither_order_nor_unit(values: list[float], seed: int) -> None:
    """The same images in another order, or measured in another unit, stand out as much."""
    given_ones = np.array(values, np.float64)
    order = np.random.default_rng(seed).permutation(len(given_ones))
    expected = modified_z(given_ones)
    assert np.allclose(modified_z(given_ones[order]), expected[order], equal_nan=True)
    assert np.allclose(modified_z(given_ones * 3 + 7), expected, equal_nan=True)
    assert np.array_equal(np.isnan(expected), np.isnan(given_ones))


@given(
    width=st.integers(1, 9), height=st.integers(1, 9), seed=st.integers(0, 999), levels=st.integers(1, 256)
)
def test_measures_stay_in_their_ranges(width: int, height: int, seed: int, levels: int) -> None:
    """Whatever the pixels, shares are 0..1, entropy 0..8 and sharpness not negative."""
    found = measures(np.random.default_rng(seed).integers(0, levels, (height, width)))
    assert 0 <= found["bright"] <= found["dark"] + 1e-6 <= 1 + 1e-5
    assert 0 <= found["low_information"] <= 8
    assert found["greyscale"] == 0
    assert np.isnan(found["blurry"]) or found["blurry"] >= 0
