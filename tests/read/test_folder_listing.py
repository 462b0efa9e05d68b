"""What lies in a folder: links are named and not followed, special files are not opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from audit_inputs import refusal, slugs
from examples_folders import put

from auditor.errors import InputError
from auditor.read import listing
from auditor.read.listing import listing_of
from auditor.read.sources import located
from auditor.read.tables import read_table


def test_files_and_folders_are_listed_in_order_with_slashes(tmp_path: Path) -> None:
    put(tmp_path, {"b/2": b"", "b/10": b"", "a": b"", ".hidden/x": b"", "b/.x": b""})
    (tmp_path / "empty").mkdir()
    found = listing_of(tmp_path)
    assert found.files == ("a", "b/10", "b/2")
    assert found.folders == ("b", "empty")
    assert found.hidden == 2


def test_no_link_is_followed(tmp_path: Path) -> None:
    """To a file inside, to a folder outside, in a circle, to nothing: each is named, three lead away."""
    put(tmp_path / "data", {"a.csv": "text,label\nx,y\n"})
    put(tmp_path / "outside", {"b.csv": "text,label\nsecret,y\n"})
    for name, target in {"in": "a.csv", "out": "../outside", "circle": "circle", "gone": "nothing"}.items():
        (tmp_path / "data" / name).symlink_to(target)
    found = listing_of(tmp_path / "data")
    assert (found.files, found.folders) == (("a.csv",), ())
    assert (found.links, found.outside) == (("circle", "gone", "in", "out"), 3)
    table = read_table(tmp_path / "data")
    assert table.columns["text"].to_pylist() == ["x"]
    (warning,) = [note for note in table.notes if note.slug == "links-left-out"]
    assert warning.level == "warning"


def test_a_folder_of_links_alone_says_so(tmp_path: Path) -> None:
    """A snapshot in the cache of the Hub."""
    put(tmp_path, {"blobs/ab12": "text,label\nx,y\n"})
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "train.csv").symlink_to("../blobs/ab12")
    (problem,) = refusal(InputError, read_table, tmp_path / "snapshot")
    assert problem.slug == "format-unknown"
    assert "train.csv" in str(problem.details[0])


def test_special_files_are_counted_and_not_opened(tmp_path: Path) -> None:
    """Reading a pipe would wait for ever."""
    put(tmp_path, {"a.csv": "text,label\nx,y\n"})
    os.mkfifo(tmp_path / "b.csv")
    assert listing_of(tmp_path).special == 1
    assert "files-left-out" in slugs(read_table(tmp_path).notes)


def test_a_name_that_is_no_unicode_is_left_out_and_told(tmp_path: Path) -> None:
    """No table could name it; the other files are read, and what is in such a folder is not counted."""
    put(tmp_path, {"a.csv": "text,label\nx,y\n"})
    (tmp_path / os.fsdecode(b"caf\xe9.csv")).touch()
    (tmp_path / os.fsdecode(b"\xff")).mkdir()
    (tmp_path / os.fsdecode(b"\xff") / "b.csv").touch()
    assert located(tmp_path, folders=True).files == ("a.csv",)
    (note,) = [note for note in read_table(tmp_path).notes if note.slug == "files-left-out"]
    assert note.level == "warning"
    assert "2 files or folders" in str(note.what) and "caf" in str(note.what)


def test_links_that_lead_out_are_not_copied_unseen(tmp_path: Path) -> None:
    """Who makes a dataset may point at private files: the advice is to look first."""
    put(tmp_path / "data", {"a.csv": "text,label\nx,y\n"})
    (tmp_path / "data" / "out.csv").symlink_to("/etc/passwd")
    (warning,) = [note for note in read_table(tmp_path / "data").notes if note.slug == "links-left-out"]
    assert "find" in str(warning.fixes[0]) and "before" in str(warning.fixes[0])


def test_a_folder_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_FILES", 3)
    put(tmp_path, {str(n): b"" for n in range(4)})
    assert slugs(refusal(InputError, listing_of, tmp_path)) == ["folder-too-large"]


def test_a_folder_is_refused_where_a_file_is_read_and_the_other_way_round(tmp_path: Path) -> None:
    put(tmp_path, {"a.csv": "text,label\nx,y\n"})
    assert slugs(refusal(InputError, read_table, tmp_path, input_format="csv")) == ["not-a-file"]
    assert slugs(refusal(InputError, read_table, tmp_path / "a.csv", input_format="yolo")) == ["not-a-folder"]
    (tmp_path / "empty").mkdir()
    assert slugs(refusal(InputError, read_table, tmp_path / "empty")) == ["format-unknown"]
