"""Before a file is opened: missing, empty, a folder, a pickle."""

from __future__ import annotations

import errno
import os
import pickle
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import InputError
from auditor.read.choice import InputChoice
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


@pytest.mark.parametrize("suffix", [".docx", "", ".table"])
def test_an_ending_that_no_reader_owns_asks_for_the_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_text("id,label\n1,a\n")
    (problem,) = refusal(InputError, read_inputs, path)
    assert problem.slug == "format-unknown"
    assert str(problem.fixes[0]) == "--input-format csv"


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="this system has no such names")
@pytest.mark.parametrize("name", [b"\xff.csv", b"\xff/data.csv", b"\xff.npy"])
def test_a_name_that_is_not_utf_8_is_refused_before_it_is_opened(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text("text,label\na,x\nb,y\n")
    (problem,) = refusal(InputError, existing_file, path)
    assert problem.slug == "file-unreadable"
    assert "\\udcff" in str(problem.what)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }  '",
        "{'descr': '<f8', 'fortran_order': False, 'shape': ((2, 2), }",
        "{'descr': [('a', '<f8', 'x')], 'fortran_order': False, 'shape': (2, 2), }",
        "{'descr': 5, 'fortran_order': False, 'shape': (2, 2), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1" + "0" * 40 + ", 2), }",
        "(" * 3_000,
        "{'descr': '<f8', 'fortran_order': 1, 'shape': 4, }",
        "{[]: 1}",
    ],
)
@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_a_header_that_is_none_is_an_input_error(tmp_path: Path, header: str, suffix: str) -> None:
    written = header.encode() + b"\n"
    data = b"\x93NUMPY\x01\x00" + len(written).to_bytes(2, "little") + written + bytes(32)
    path = tmp_path / f"p.{suffix}"
    if suffix == "npy":
        path.write_bytes(data)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("probs.npy", data)
    assert slugs(refusal(InputError, read_predictions, path, Known())) == ["file-unreadable"]


def test_a_full_temporary_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**options: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    (tmp_path / "p.csv").write_text("prob_a,prob_b\n.1,.9\n.8,.2\n")
    (problem,) = refusal(InputError, read_predictions, tmp_path / "p.csv", Known(labels=frozenset("ab")))
    assert problem.slug == "no-room"
    assert "TMPDIR" in str(problem.fixes[0])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_temporary_file_that_fills_up_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def device(**options: Any) -> Any:
        return Path("/dev/full").open("wb", buffering=0)

    monkeypatch.setattr(tempfile, "TemporaryFile", device)
    (tmp_path / "p.csv").write_text("prob_a,prob_b\n.1,.9\n.8,.2\n")
    problems = refusal(InputError, read_predictions, tmp_path / "p.csv", Known(labels=frozenset("ab")))
    assert slugs(problems) == ["no-room"]


def test_names_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Half of a character in the class list, in the keys of JSON Lines."""
    frame = pd.DataFrame({"text": ["x", "y"], "label": ["a", "b"]})
    for choice in (InputChoice(classes="a,\udcff"), InputChoice(class_names=("a", "\ud800"))):
        assert slugs(refusal(InputError, lambda c=choice: read_inputs(frame, choice=c))) == [
            "class-names-not-text"
        ]
    (tmp_path / "a.jsonl").write_text('{"text": "x", "label": "a", "n\\ud800": 1}\n')
    assert slugs(refusal(InputError, read_inputs, tmp_path / "a.jsonl")) == ["file-unreadable"]
