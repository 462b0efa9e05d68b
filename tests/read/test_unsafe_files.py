"""Before a file is opened: missing, empty, a folder, a pickle."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import InputError
from auditor.read.dataset import read_inputs
from auditor.read.files import PICKLE_SUFFIXES, existing_file
from auditor.read.predictions import read_predictions
from auditor.read.probability_columns import Known
from auditor.read.tables import read_table


def refused(path: Path | str) -> list[str]:
    return slugs(refusal(InputError, existing_file, Path(path)))


def test_a_missing_file_is_named_and_the_nearest_name_is_offered(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("id,label\n1,a\n")
    (problem,) = refusal(InputError, existing_file, tmp_path / "trian.csv")
    assert problem.slug == "file-not-found"
    assert "trian.csv" in str(problem.what)
    assert [str(fix) for fix in problem.fixes] == [f"did you mean {tmp_path / 'train.csv'}?"]


def test_a_missing_file_in_a_missing_folder_has_no_guess(tmp_path: Path) -> None:
    (problem,) = refusal(InputError, existing_file, tmp_path / "nowhere" / "train.csv")
    assert (problem.slug, problem.fixes) == ("file-not-found", ())


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert refused(tmp_path) == ["not-a-file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert refused(tmp_path / "pipe.csv") == ["not-a-file"]


def test_a_file_of_no_bytes_is_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    assert refused(tmp_path / "empty.csv") == ["file-empty"]


def test_a_name_that_is_too_long_is_an_input_error_and_no_crash() -> None:
    assert refused("a" * 5000) == ["file-unreadable"]


@pytest.mark.parametrize("suffix", sorted(PICKLE_SUFFIXES))
def test_pickles_are_refused_by_their_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"preds{suffix.upper()}"
    path.write_text("anything")
    (problem,) = refusal(InputError, existing_file, path)
    assert problem.slug == "pickle-refused"
    assert "np.savez" in str(problem.fixes[0])


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("name", ["data.csv", "preds.npy", "preds.npz", "data.parquet"])
def test_pickles_are_refused_by_their_first_bytes_whatever_the_suffix(
    tmp_path: Path, name: str, protocol: int
) -> None:
    path = tmp_path / name
    path.write_bytes(pickle.dumps({"a": 1}, protocol=protocol))
    assert refused(path) == ["pickle-refused"]


def test_a_torch_archive_is_refused_under_any_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "preds.npz", "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02.")
    assert refused(tmp_path / "preds.npz") == ["pickle-refused"]


class Planted:
    """Unpickling one makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self.path),))


@pytest.mark.parametrize("where", ["npy", "npz", "npz-compressed", "ids", "classes", "csv"])
def test_a_planted_pickle_never_runs(tmp_path: Path, where: str) -> None:
    """Neither the matrix, nor ids, nor class names, nor a file under a false name are unpickled."""
    mark = tmp_path / "it-ran"
    evil = np.array([Planted(mark)], dtype=object)
    probs = np.full((2, 2), 0.5)
    path = tmp_path / ("p.npy" if where == "npy" else "p.csv" if where == "csv" else "p.npz")
    if where == "npy":
        np.save(path, evil, allow_pickle=True)
    elif where == "csv":
        path.write_bytes(pickle.dumps(Planted(mark)))
    elif where == "npz-compressed":
        np.savez_compressed(path, probs=evil)
    else:
        arrays = {"probs": probs, where: evil} if where in {"ids", "classes"} else {"probs": evil}
        np.savez(path, **arrays)

    call = read_table if where == "csv" else lambda p: read_predictions(p, Known())
    problems = refusal(InputError, call, path)

    assert slugs(problems) == ["pickle-refused"]
    assert not mark.exists()
    if where == "npy":  # the plant works: it runs where numpy is asked to unpickle
        np.load(path, allow_pickle=True)
        assert mark.exists()


@pytest.mark.parametrize("suffix", [".docx", "", ".json", ".csv.gz"])
def test_an_ending_that_no_reader_owns_asks_for_the_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_text("id,label\n1,a\n")
    (problem,) = refusal(InputError, read_inputs, path)
    assert problem.slug == "format-unknown"
    assert str(problem.fixes[0]) == "--input-format csv|feather|jsonl|parquet|tsv"
