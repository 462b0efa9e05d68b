"""What holds of every registered prediction reader; a new one needs a line in `WRITERS`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import refusal, slugs
from numpy.typing import NDArray

from auditor.errors import InputError
from auditor.read.choice import InputChoice
from auditor.read.dataset import Given, read_inputs
from auditor.read.predictions import read_predictions
from auditor.read.probability_columns import Known
from auditor.read.raw_predictions import READERS, prediction_reader

CLASSES = ("cat", "dog", "eel")
IDS = tuple(f"item-{row}" for row in range(6))
PROBS = np.array(
    [[0.75, 0.125, 0.125], [0.25, 0.5, 0.25], [0, 0.25, 0.75], [0.5, 0.5, 0], [0, 1, 0], [0.125, 0.125, 0.75]]
)
LABELS = ["cat", "dog", "eel", "cat", "dog", "eel"]
KNOWN = Known(labels=frozenset(CLASSES), id="id")


def frame(matrix: NDArray[Any]) -> pd.DataFrame:
    """One column per class, named by it, and the ids in front."""
    return pd.DataFrame({"id": IDS} | {name: matrix[:, k] for k, name in enumerate(CLASSES)})


def separated(separator: str) -> Callable[[NDArray[Any], Path], None]:
    """A writer of separated values."""
    return lambda matrix, path: frame(matrix).to_csv(path, index=False, sep=separator)


def with_names(matrix: NDArray[Any], path: Path) -> None:
    """`.npz` as the README says to write it."""
    np.savez(path, probs=matrix, ids=np.array(IDS), classes=np.array(CLASSES))


def json_lines(table: pd.DataFrame, path: Path) -> None:
    """As `json` writes numbers, to the last digit."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


WRITERS: dict[str, Callable[[NDArray[Any], Path], None]] = {
    ".npy": lambda matrix, path: np.save(path, matrix),
    ".npz": with_names,
    ".csv": separated(","),
    ".tsv": separated("\t"),
    ".txt": separated("\t"),
    ".parquet": lambda matrix, path: frame(matrix).to_parquet(path, index=False),
    ".pq": lambda matrix, path: frame(matrix).to_parquet(path, index=False),
    ".feather": lambda matrix, path: frame(matrix).to_feather(path),
    ".arrow": lambda matrix, path: frame(matrix).to_feather(path),
    ".json": lambda matrix, path: path.write_text(json.dumps(frame(matrix).to_dict("records"))),
    ".jsonl": lambda matrix, path: json_lines(frame(matrix), path),
    ".ndjson": lambda matrix, path: json_lines(frame(matrix), path),
}
"""How somebody else writes each format: not one of these functions is ours."""
JUNK = [b"\xff\xfe\x00", b"\x00" * 64, b"PAR1PAR1", b"PK\x03\x04", b"\x93NUMPY", b"a\n"]
"""Files of no format, or of the first bytes of one."""
BARE = {".npy"}
"""Formats that hold neither ids nor class names."""
every_reader = pytest.mark.parametrize("suffix", READERS)


def written(suffix: str, folder: Path, matrix: NDArray[Any] = PROBS) -> Path:
    """Predictions in a file of this ending."""
    WRITERS[suffix](matrix, folder / f"예측{suffix}")
    return folder / f"예측{suffix}"


def inputs(path: Path, order: Any = slice(None), **choice: Any) -> Given:
    """A dataset of six rows joined with a prediction file, its rows in another order if asked."""
    data = pd.DataFrame({"id": IDS, "text": [f"text {item}" for item in IDS], "label": LABELS})
    return read_inputs(data.iloc[order], [path], InputChoice(**choice))


def numbers(found: Given) -> NDArray[np.float64]:
    """All probabilities, row by row of the dataset."""
    assert found.probabilities is not None
    return np.asarray(found.probabilities.blocks.read(0, len(found.dataset)), np.float64)


def test_every_reader_is_tested() -> None:
    """A reader without a writer here is a reader without tests."""
    assert READERS.keys() == WRITERS.keys()


@every_reader
def test_numbers_ids_and_classes_come_back(tmp_path: Path, suffix: str) -> None:
    """To the last bit; a bare array has neither ids nor names."""
    raw = read_predictions(written(suffix, tmp_path), KNOWN)
    assert raw.blocks.shape == PROBS.shape
    assert np.asarray(raw.blocks.read(0, 6)).tolist() == PROBS.tolist()
    assert raw.ids == (None if suffix in BARE else IDS)
    assert raw.classes == (None if suffix in BARE else CLASSES)
    assert raw.notes == ()


@every_reader
def test_blocks_and_single_rows_are_the_rows_of_the_whole(tmp_path: Path, suffix: str) -> None:
    """Any span, any order of rows, a row more than once."""
    blocks = read_predictions(written(suffix, tmp_path), KNOWN).blocks
    assert np.asarray(blocks.read(1, 4)).tolist() == PROBS[1:4].tolist()
    assert np.asarray(blocks.rows(np.array([5, 0, 0]))).tolist() == PROBS[[5, 0, 0]].tolist()


@every_reader
def test_predictions_are_joined_to_the_rows_of_the_dataset(tmp_path: Path, suffix: str) -> None:
    """By id where the file has them, whatever the order of the dataset; else row by row."""
    path = written(suffix, tmp_path)
    order = [3, 0, 5, 1, 4, 2]
    assert numbers(inputs(path)).tolist() == PROBS.tolist()
    assert numbers(inputs(path, order)).tolist() == (PROBS if suffix in BARE else PROBS[order]).tolist()


@every_reader
def test_every_format_of_the_same_numbers_is_the_same_predictions(tmp_path: Path, suffix: str) -> None:
    """One digest, so that an audit has one id whatever its predictions were written in."""
    found = inputs(written(suffix, tmp_path)).probabilities
    expected = inputs(written(".npy", tmp_path)).probabilities
    assert found is not None and expected is not None
    assert found.digest == expected.digest


@every_reader
def test_a_missing_number_is_told_with_its_row(tmp_path: Path, suffix: str) -> None:
    """NaN, or the empty cell of a table."""
    matrix = PROBS.copy()
    matrix[4, 1] = np.nan
    (problem,) = refusal(InputError, inputs, written(suffix, tmp_path, matrix))
    assert problem.slug == "probabilities-not-finite"
    assert "4" in str(problem.details[0])


@every_reader
def test_logits_are_softmaxed_whatever_they_are_written_in(tmp_path: Path, suffix: str) -> None:
    """And it is said."""
    logits = np.log(PROBS + 0.125) * 3 + 1
    found = inputs(written(suffix, tmp_path, logits))
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert numbers(found) == pytest.approx(expected, abs=1e-12)
    assert found.probabilities is not None
    assert "predictions-converted" in slugs(found.probabilities.notes)


@every_reader
@pytest.mark.parametrize("content", JUNK)
def test_bytes_that_are_no_predictions_are_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    """A coded error in either language, never a traceback."""
    path = tmp_path / f"p{suffix}"
    path.write_bytes(content)
    problems = refusal(InputError, read_predictions, path, KNOWN)
    assert all(problem.slug and problem.what.to("ko") for problem in problems)


@every_reader
def test_predicted_labels_are_no_probabilities(tmp_path: Path, suffix: str) -> None:
    """One column of class names, as each format would hold it."""
    path = tmp_path / f"p{suffix}"
    names = pd.DataFrame({"id": IDS, "pred": LABELS})
    if suffix == ".npy":
        np.save(path, np.array(LABELS))
    elif suffix == ".npz":
        np.savez(path, probs=np.array(LABELS))
    elif suffix in {".parquet", ".pq"}:
        names.to_parquet(path)
    elif suffix in {".feather", ".arrow"}:
        names.to_feather(path)
    elif "json" in suffix:
        names.to_json(path, orient="records", lines=suffix != ".json")
    else:
        names.to_csv(path, index=False, sep="," if suffix == ".csv" else "\t")
    assert slugs(refusal(InputError, read_predictions, path, KNOWN)) == ["hard-labels"]


@every_reader
def test_a_file_is_left_as_it_is(tmp_path: Path, suffix: str) -> None:
    """Read through to the end; no byte is changed."""
    path = written(suffix, tmp_path)
    before = path.read_bytes()
    numbers(inputs(path))
    assert path.read_bytes() == before


def test_an_ending_can_be_taken_once() -> None:
    """Two readers of one format would depend on the order of imports."""
    with pytest.raises(ValueError, match="registered already"):
        prediction_reader(".npy")(READERS[".npy"])
    assert READERS.keys() == WRITERS.keys()
