"""The flags for near copies, vectors and slices: from the command line, a file and Python alike."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted, planted_files

import auditor
from auditor.cli.main import main


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The planted dataset, its predictions and a vector per row, in the working folder."""
    planted_files(tmp_path)
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(240, 16)).astype(np.float32)
    vectors[9] = vectors[200] * 3  # a train and a test row of other classes: the same direction
    np.save(tmp_path / "vectors.npy", vectors)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def header(folder: Path) -> dict[str, object]:
    """audit.json."""
    read: dict[str, object] = json.loads((folder / "audit" / "audit.json").read_text(encoding="utf-8"))
    return read


AUDIT = ("audit", "data.csv", "--predictions", "oof.npz", "--quiet")


def test_the_threshold_and_the_vectors_of_the_command_line_are_used(data: Path) -> None:
    """By the cosine of the vectors one pair; the sentences, though nearly the same, are not compared."""
    assert main([*AUDIT, "--embeddings", "vectors.npy", "--near-threshold", "0.99"]) == 0
    near = header(data)["near"]
    rows = pd.read_csv(data / "audit" / "duplicates.csv")

    assert isinstance(near, dict)
    assert (near["how"], near["threshold"], near["default"], near["pairs"]) == ("vectors", 0.99, 0.95, 1)
    assert set(rows["item"][rows["kind"] == "near_duplicate"]) == {"item-009", "item-200"}
    assert header(data)["embeddings"]["file"] == "vectors.npy"  # type: ignore[index]
    assert "tmp" not in json.dumps(header(data)["settings"])


def test_the_configuration_says_the_same(data: Path) -> None:
    """Keys of [data]; the path is beside the file."""
    (data / "auditor.toml").write_text(
        '[data]\npath = "data.csv"\nembeddings = "vectors.npy"\nnear_threshold = 0.99\nslice = "split"\n'
        '[predictions]\npath = "oof.npz"\n',
        encoding="utf-8",
    )
    assert main(["audit", "--quiet", "-o", "by-config"]) == 0
    assert (
        main([*AUDIT, *("--embeddings", "vectors.npy", "--near-threshold", ".99", "--slice", "split")]) == 0
    )

    one, other = (data / "by-config" / "duplicates.csv", data / "audit" / "duplicates.csv")
    assert one.read_bytes() == other.read_bytes()


def test_python_takes_an_array(data: Path) -> None:
    """The same pairs, and the same audit id, as from the file."""
    frame, probs, _ = planted()
    vectors = np.load(data / "vectors.npy")
    by_array = auditor.audit(frame, predictions=probs, embeddings=vectors, near_threshold=0.99)
    by_file = auditor.audit(frame, predictions=probs, embeddings=data / "vectors.npy", near_threshold=0.99)

    assert by_array.duplicates.equals(by_file.duplicates)
    assert by_array.audit_id == by_file.audit_id


def test_other_vectors_or_another_threshold_are_another_audit() -> None:
    """So that two folders are never taken for one."""
    frame, probs, _ = planted()
    vectors = np.eye(240)
    ids = {
        auditor.audit(frame, predictions=probs, embeddings=said, near_threshold=limit).audit_id
        for said, limit in ((None, None), (vectors, None), (vectors[::-1], None), (vectors, 0.9))
    }

    assert len(ids) == 4


@pytest.mark.parametrize("value", ["0", "-1", "1.01", "nan", "much", "80%"])
def test_a_threshold_that_is_no_similarity_is_a_usage_error(
    value: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what it must be."""
    assert main([*AUDIT, "--near-threshold", value]) == 2
    said = capsys.readouterr().err

    assert "option-value" in said and f"--near-threshold {value}" in said
    assert not (data / "audit").exists()


def test_the_command_of_the_report_makes_the_same_audit_again(data: Path) -> None:
    """With vectors, threshold and slice."""
    flags = ("--embeddings", "vectors.npy", "--near-threshold", "0.9", "--slice", "split")
    assert main([*AUDIT, *flags]) == 0
    page = (data / "audit" / "report.html").read_text(encoding="utf-8")

    assert "--slice split" in page
    assert "--near-threshold 0.9" in page
    assert "--embeddings vectors.npy" in page
