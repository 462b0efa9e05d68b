"""Files and folders of no known format: what was seen, and a fix that works when it is typed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from audit_inputs import refusal
from examples_folders import put

from auditor.errors import InputError, Problem
from auditor.read.tables import read_table

posix = pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a Unix shell")


def problem_of(path: Path) -> Problem:
    (problem,) = refusal(InputError, read_table, path)
    assert problem.slug == "format-unknown"
    assert all("|" not in str(fix) or "--input-format" not in str(fix) for fix in problem.fixes)
    return problem


def typed(problem: Problem, folder: Path) -> None:
    """Run the command of the first fix in a folder."""
    command = str(problem.fixes[0]).split(": ", 1)[1].partition(" && auditor")[0]
    command = command.replace("python -c", f"{sys.executable} -c")
    subprocess.run(["sh", "-c", command], cwd=folder, check=True)


@posix
def test_a_folder_of_texts_can_be_written_as_a_table(tmp_path: Path) -> None:
    """IMDB: a file for each review, in folders of their classes."""
    names = [f"train/{kind}/{at}.txt" for kind in ("neg", "pos") for at in range(2)]
    problem = problem_of(put(tmp_path / "acl imdb", {name: f"text, {name}" for name in names}))
    assert str(problem.details[0]) == "files in it: 4 .txt"
    typed(problem, tmp_path)
    table = read_table(tmp_path / "texts.csv")
    assert table.columns["id"].to_pylist() == names
    assert table.columns["label"].to_pylist() == ["neg", "neg", "pos", "pos"]
    assert table.columns["text"].to_pylist() == [f"text, {name}" for name in names]


@posix
@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_a_folder_of_objects_can_be_written_as_lines(tmp_path: Path) -> None:
    problem = problem_of(put(tmp_path / "hub", {f"{at}.json": f'{{"text":\n"{at}"}}' for at in range(3)}))
    typed(problem, tmp_path)
    assert sorted(read_table(tmp_path / "data.jsonl").columns["text"].to_pylist()) == ["0", "1", "2"]


@posix
def test_a_snapshot_of_links_is_copied_by_its_own_path(tmp_path: Path) -> None:
    put(tmp_path / "blobs", {"ab": "text,label\nx,y\n"})
    (tmp_path / "snapshots" / "abc").mkdir(parents=True)
    (tmp_path / "snapshots" / "abc" / "train.csv").symlink_to("../../blobs/ab")
    typed(problem_of(tmp_path / "snapshots" / "abc"), tmp_path)
    assert read_table(tmp_path / "abc-copy").columns["label"].to_pylist() == ["y"]


def test_an_empty_folder_and_a_pdf_are_called_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no file" in str(problem_of(tmp_path / "empty").details[0])
    put(tmp_path, {"a.pdf": b"%PDF-1.4\n"})
    assert "PDF" in str(problem_of(tmp_path / "a.pdf").details[0])


@pytest.mark.parametrize(
    ("content", "form"),
    [("id,label\n1,a\n", "csv"), ("id\tlabel\n", "tsv"), ('{"a": 1}\n', "jsonl"), ("[\n{}]", "json")],
)
def test_a_text_of_another_ending_is_told_by_its_first_line(tmp_path: Path, content: str, form: str) -> None:
    problem = problem_of(put(tmp_path, {"a.table": content}) / "a.table")
    assert [str(fix) for fix in problem.fixes] == [f"--input-format {form}"]


def test_an_array_is_called_predictions_and_a_program_is_no_table(tmp_path: Path) -> None:
    """The two files were given the wrong way round; commas in one line make no table."""
    put(tmp_path, {"p.npy": b"\x93NUMPY\x01", "a.py": "import a, b\n\nx = 1\n"})
    assert "--predictions p.npy" in str(problem_of(tmp_path / "p.npy").fixes[0])
    assert "--input-format" not in str(problem_of(tmp_path / "a.py").fixes[0])
