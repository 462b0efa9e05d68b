"""The same 300 reviews in every rendering: one dataset, and one queue to the last byte."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audit_inputs import refusal, slugs

from auditor import audit
from auditor.errors import InputError
from auditor.read.dataset import read_inputs


def frame(samples: Path) -> pd.DataFrame:
    """The reviews as texts, read by pandas."""
    return pd.read_csv(samples / "reviews_ko.csv", dtype=str, keep_default_na=False)


def zipped(samples: Path, path: Path) -> None:
    path.write_bytes(gzip.compress((samples / "reviews_ko.csv").read_bytes()))


MADE: dict[str, Callable[[Path, Path], None]] = {
    "reviews_ko.csv.gz": zipped,
    "reviews_ko.xlsx": lambda samples, path: frame(samples).to_excel(path, index=False),
    "reviews_ko.json": lambda samples, path: frame(samples).to_json(
        path, orient="records", force_ascii=False
    ),
    "reviews_ko.feather": lambda samples, path: frame(samples).to_feather(path),
    "reviews_ko_utf16.csv": lambda samples, path: frame(samples).to_csv(path, index=False, encoding="utf-16"),
    "reviews_ko_unmarked.csv": lambda samples, path: frame(samples).to_csv(
        path, index=False, encoding="utf-16-le"
    ),
    "reviews_ko.tsv.zip": lambda samples, path: frame(samples).to_csv(
        path, index=False, sep="\t", compression={"method": "zip", "archive_name": "reviews.tsv"}
    ),
}
GIVEN = (
    "reviews_ko.csv",
    "reviews_ko.jsonl",
    "reviews_ko.parquet",
    "reviews_ko_bom_semicolon.csv",
    "reviews_ko_cp949.csv",
)
PREDICTIONS = ("reviews_ko_pred_probs.npy", "reviews_ko_predictions_wide.csv")
every_rendering = pytest.mark.parametrize("name", [*GIVEN, *MADE])


@pytest.fixture
def samples(shared_data: Path) -> Path:
    """The folder of the samples."""
    return shared_data / "samples"


def rendering(samples: Path, folder: Path, name: str) -> Path:
    """The reviews in one rendering, as it lies there or as pandas writes it."""
    if name in GIVEN:
        return samples / name
    MADE[name](samples, folder / name)
    return folder / name


def align(predictions: str) -> str:
    """A bare array has no ids."""
    return "position" if predictions.endswith(".npy") else "auto"


@every_rendering
@pytest.mark.parametrize("predictions", PREDICTIONS)
def test_every_rendering_is_one_dataset_with_one_queue(
    samples: Path, tmp_path: Path, name: str, predictions: str
) -> None:
    """queue.csv, byte by byte."""
    path = rendering(samples, tmp_path, name)
    made = audit(path, predictions=samples / predictions, align=align(predictions), top=None)
    plain = audit(
        samples / "reviews_ko.csv", predictions=samples / predictions, align=align(predictions), top=None
    )
    assert made.header["dataset"]["fingerprint"] == plain.header["dataset"]["fingerprint"]
    assert made.header["dataset"]["rows"] == 300
    made.save(tmp_path / "made")
    plain.save(tmp_path / "plain")
    queue = (tmp_path / "made" / "queue.csv").read_bytes()
    assert len(queue.splitlines()) > 20
    assert queue == (tmp_path / "plain" / "queue.csv").read_bytes()


def test_shuffled_predictions_with_ids_give_the_same_queue(samples: Path, tmp_path: Path) -> None:
    """Joined by id; the order of the file is nothing."""
    wide = pd.read_csv(samples / PREDICTIONS[1], dtype=str)
    wide.sample(frac=1, random_state=0).to_csv(tmp_path / "shuffled.csv", index=False)
    for name in ("plain", "shuffled"):
        given = samples / PREDICTIONS[1] if name == "plain" else tmp_path / "shuffled.csv"
        audit(samples / "reviews_ko.csv", predictions=given).save(tmp_path / name)
    plain, shuffled = ((tmp_path / name / "queue.csv").read_bytes() for name in ("plain", "shuffled"))
    assert plain == shuffled


@pytest.mark.parametrize("name", ["reviews_ko_predictions_hard.csv", "reviews_ko_predictions_shuffled.csv"])
@pytest.mark.parametrize("dataset", ["reviews_ko.csv", "reviews_ko_cp949.csv"])
def test_predicted_labels_are_refused(samples: Path, name: str, dataset: str) -> None:
    """They tell who disagrees and not how surely; a confidence of the predicted label alone is the same."""
    assert slugs(refusal(InputError, read_inputs, samples / dataset, [samples / name])) == ["hard-labels"]


@pytest.mark.parametrize("ending", [".gz", ".xz", ".bz2", ".zst"])
def test_compressed_predictions_are_the_same_predictions(samples: Path, tmp_path: Path, ending: str) -> None:
    """As pandas compresses them; the digest is that of the plain file."""
    if ending == ".zst":
        pytest.importorskip("zstandard", reason="pandas writes zstd by that package")
    path = tmp_path / f"wide.csv{ending}"
    pd.read_csv(samples / PREDICTIONS[1], dtype=str).to_csv(path, index=False)
    found = [
        read_inputs(samples / "reviews_ko.csv", [p]).probabilities for p in (path, samples / PREDICTIONS[1])
    ]
    assert found[0] is not None and found[1] is not None
    assert found[0].digest == found[1].digest
    assert np.array_equal(found[0].blocks.read(0, 300), found[1].blocks.read(0, 300))
