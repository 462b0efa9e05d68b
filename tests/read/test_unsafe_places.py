"""What stands where a file should: devices, pipes, links, folders, names that are no names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import AuditorError, InputError
from auditor.read.choice import InputChoice
from auditor.read.dataset import read_inputs
from auditor.read.tables import read_table

TABLE = "id,text,label\n1,one,x\n2,two,y\n3,three,x\n"
FRAME = pd.DataFrame({"id": ["1", "2", "3"], "text": ["one", "two", "three"], "label": ["x", "y", "x"]})
CALLS: dict[str, Callable[[Path], Any]] = {
    "the data": lambda path: read_inputs(path),
    "the predictions": lambda path: read_inputs(FRAME, [path]),
    "the class list": lambda path: read_inputs(FRAME, choice=InputChoice(classes=str(path))),
}
every_place = pytest.mark.parametrize("where", CALLS)
posix = pytest.mark.skipif(sys.platform == "win32", reason="this system has no devices in its folders")


@posix
@every_place
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/stdin", "/dev/null", "/dev/full", "/dev/random"])
def test_a_device_is_never_read(where: str, device: str) -> None:
    """It may have no end, or wait for somebody to type."""
    if not Path(device).exists():
        pytest.skip(f"there is no {device} here")
    if Path(device).is_file():  # where the tests' own input is a file
        pytest.skip(f"{device} is a file here")
    assert slugs(refusal(InputError, CALLS[where], Path(device))) == ["not-a-file"]


@posix
@every_place
def test_a_pipe_is_never_waited_for(tmp_path: Path, where: str) -> None:
    """Nobody writes into it; opening it would wait for ever."""
    os.mkfifo(tmp_path / "pipe.csv")
    assert slugs(refusal(InputError, CALLS[where], tmp_path / "pipe.csv")) == ["not-a-file"]


@posix
@every_place
@pytest.mark.parametrize("target", ["/dev/zero", "loop.csv", "nowhere.csv", "b/../loop.csv"])
def test_a_link_to_no_file_is_refused(tmp_path: Path, where: str, target: str) -> None:
    """To a device, to itself, to nothing; and it is not offered as its own correction."""
    path = tmp_path / "loop.csv"
    path.symlink_to(target)
    (problem,) = refusal(AuditorError, CALLS[where], path)
    assert problem.slug in {"not-a-file", "file-not-found", "option-value"}
    assert problem.fixes == ()


@posix
def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    """Links are how people keep data elsewhere; the user named it."""
    (tmp_path / "real.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    assert read_inputs(tmp_path / "link.csv").dataset.ids.to_pylist() == ["1", "2", "3"]


@posix
def test_links_inside_a_folder_are_not_followed(tmp_path: Path) -> None:
    """Who made the folder chose them, not who audits it: neither a file outside nor a circle."""
    (tmp_path / "secret.parquet").write_bytes(parquet(tmp_path))
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "train-00000-of-00001.parquet").symlink_to("../secret.parquet")
    (folder / "again").symlink_to(".")
    problems = refusal(InputError, read_table, folder)
    assert all(problem.slug for problem in problems)


def parquet(folder: Path) -> bytes:
    """The table as Parquet."""
    FRAME.to_parquet(folder / "a.parquet")
    return (folder / "a.parquet").read_bytes()


@pytest.mark.parametrize("where", ["the predictions", "the class list"])
def test_a_folder_is_no_file(tmp_path: Path, where: str) -> None:
    """A folder can be a dataset; it is neither predictions nor a class list."""
    (tmp_path / "folder.csv").mkdir()
    assert slugs(refusal(InputError, CALLS[where], tmp_path / "folder.csv")) == ["not-a-file"]


def test_an_empty_folder_is_no_dataset(tmp_path: Path) -> None:
    assert slugs(refusal(InputError, read_inputs, tmp_path)) == ["format-unknown"]


@posix
@pytest.mark.parametrize(
    "name", ["two\nlines.csv", "\x1b[31m.csv", "-rf.csv", "a'b\".csv", "\u202egpj.csv", "글.csv"]
)
def test_any_name_of_a_file_can_be_read(tmp_path: Path, name: str) -> None:
    """The name is shown inert elsewhere; here it opens the file."""
    (tmp_path / name).write_text(TABLE, encoding="utf-8")
    given = read_inputs(tmp_path / name)
    assert (given.dataset.name, len(given.dataset)) == (name, 3)


@every_place
def test_a_name_with_a_zero_byte_is_refused(where: str) -> None:
    """The operating system has no such name; a class list of that name is a list of one name."""
    (problem,) = refusal(AuditorError, CALLS[where], Path("a\0b.csv"))
    assert problem.slug == ("option-value" if where == "the class list" else "file-not-found")


def test_the_same_predictions_through_a_link_are_the_same(tmp_path: Path) -> None:
    """Averaging a file with itself would say nothing new, whatever it is called."""
    np.save(tmp_path / "p.npy", np.full((3, 2), 0.5))
    (tmp_path / "q.npy").symlink_to("p.npy")
    both = [tmp_path / "p.npy", tmp_path / "q.npy"]
    assert slugs(refusal(AuditorError, read_inputs, FRAME, both)) == ["same-predictions-twice"]


@posix
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "closed.csv"
    path.write_text(TABLE, encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert slugs(refusal(InputError, read_inputs, path)) == ["file-unreadable"]
