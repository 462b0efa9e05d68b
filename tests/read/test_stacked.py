"""Rows of several datasets as one: contents, vectors and images stay with their rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from examples_images import encoded, picture

from auditor.data import Dataset, Embeddings
from auditor.images.files import Unreadable
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs
from auditor.read.stacked import Part, stacked
from auditor.similar.content import ContentIndex


def texts(names: list[str]) -> Dataset:
    """A text a row; ids r0, r1, ...; every label is `a`."""
    frame = pd.DataFrame({"id": [f"r{row}" for row in range(len(names))], "text": names, "label": "a"})
    return read_inputs(frame, (), InputChoice()).dataset


def rows(*numbers: int) -> np.ndarray:
    """Numbers of rows."""
    return np.array(numbers, np.int64)


def codes(n: int) -> np.ndarray:
    """n labels, all of the first class."""
    return np.zeros(n, np.int32)


def test_the_chosen_rows_of_each_part_follow_one_another() -> None:
    """Rows 2 and 0 of one, row 1 of the other; ids that both have stay apart; what is the same is."""
    one, other = texts(["red fox", "blue jay", "old owl"]), texts(["grey cat", "old owl"])
    parts = [Part(dataset=one, rows=rows(2, 0)), Part(dataset=other, rows=rows(1))]
    found, vectors = stacked(parts, np.array([0, -1, 1], np.int32), ("a", "b"))
    assert found.content.columns.column("text").to_pylist() == ["old owl", "red fox", "old owl"]
    assert found.ids.to_pylist() == ["0:r2", "0:r0", "1:r1"]
    assert (found.labels.codes.tolist(), found.classes) == ([0, -1, 1], ("a", "b"))
    assert ContentIndex(found).codes.tolist() == [0, 1, 0]
    assert vectors is None


def test_a_part_of_no_rows_adds_none() -> None:
    """AFTER that has no row of its own."""
    one = texts(["red fox", "blue jay"])
    found, _ = stacked([Part(dataset=one, rows=rows(0, 1)), Part(dataset=one, rows=rows())], codes(2), ("a",))
    assert found.ids.to_pylist() == ["0:r0", "0:r1"]


def test_vectors_stay_with_their_rows_and_know_which_have_none() -> None:
    """Row 1 of the first part has no vector; of the second all have one."""
    one, other = texts(["red fox", "blue jay"]), texts(["grey cat", "old owl"])
    first = Embeddings(
        name="v", vectors=np.array([[1.0, 2], [3, 4]], np.float32), covered=np.array([True, False])
    )
    second = Embeddings(name="v", vectors=np.array([[5.0, 6], [7, 8]], np.float32))
    parts = [
        Part(dataset=one, rows=rows(1, 0), embeddings=first),
        Part(dataset=other, rows=rows(1), embeddings=second),
    ]
    _, found = stacked(parts, codes(3), ("a",))
    assert found is not None
    assert found.vectors[1:].tolist() == [[1, 2], [7, 8]]
    assert found.covered is not None
    assert found.covered.tolist() == [False, True, True]


def test_vectors_of_some_parts_only_are_none() -> None:
    """A distance between a vector and nothing is none."""
    one = texts(["red fox"])
    vectors = Embeddings(name="v", vectors=np.ones((1, 2), np.float32))
    parts = [Part(dataset=one, rows=rows(0), embeddings=vectors), Part(dataset=one, rows=rows(0))]
    assert stacked(parts, codes(2), ("a",))[1] is None


def pictures(folder: Path, seeds: list[int]) -> Dataset:
    """A table of images x0.png, x1.png, ... beside it; seed -1 for a file that is not there."""
    folder.mkdir()
    names = [f"x{row}.png" for row in range(len(seeds))]
    for name, seed in zip(names, seeds, strict=True):
        if seed >= 0:
            (folder / name).write_bytes(encoded(picture(seed=seed)))
    frame = pd.DataFrame({"id": names, "image": names, "label": "a"})
    frame.to_csv(folder / "data.csv", index=False)
    return read_inputs(folder / "data.csv", (), InputChoice()).dataset


def test_images_of_several_folders_are_opened_where_they_lie(tmp_path: Path) -> None:
    """Both folders have an x0.png: each row gets that of its own; same pixels are the same content."""
    one, other = pictures(tmp_path / "a", [1, 2, -1]), pictures(tmp_path / "b", [2, 3])
    parts = [Part(dataset=one, rows=rows(1, 2, 0)), Part(dataset=other, rows=rows(0, 1))]
    found, _ = stacked(parts, codes(5), ("a",))
    assert found.images is not None
    files = [found.images.bytes_of(row) for row in (0, 2, 3, 4)]
    assert files == [encoded(picture(seed=seed)) for seed in (2, 1, 2, 3)]
    with pytest.raises(Unreadable):
        found.images.bytes_of(1)
    index = ContentIndex(found)
    index.look()
    assert index.codes[0] == index.codes[3]
    assert len(set(index.codes[[0, 2, 4]].tolist())) == 3
    assert index.filled.tolist() == [True, False, True, True, True]
