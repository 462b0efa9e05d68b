"""What is said of images that cannot be opened: how many, why, and which."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from examples_images import encoded, scene, unreadable

import auditor
from auditor.errors import InputError, Problem
from auditor.inspection import Inspection, inspect
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice

HEIC = b"\0\0\0\x18ftypheic" + bytes(64)


def images_in(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The folder, with these files in it."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def whole(n: int) -> dict[str, bytes]:
    """Images of two classes that can be opened."""
    return {f"{('cat', 'dog')[at % 2]}/{at}.png": encoded(scene(at, 32)) for at in range(n)}


def said(seen: Inspection) -> Problem | None:
    """The problem of the images, if there is one."""
    found = [problem for problem in seen.problems if problem.slug == "images-unreadable"]
    assert len(found) <= 1
    return found[0] if found else None


def answer(seen: Inspection) -> str:
    """The verdict of the check."""
    return next(one.verdict for one in seen.answers if one.check == "images_can_be_opened")


def test_images_that_can_be_opened_are_counted(tmp_path: Path) -> None:
    """Six of six: nothing is wrong."""
    seen = inspect(images_in(tmp_path, whole(6)))
    assert said(seen) is None
    (fine,) = next(one.said for one in seen.answers if one.check == "images_can_be_opened")
    assert not isinstance(fine, Problem)
    assert str(fine.words) == "all 6 images opened"


def test_each_reason_is_told_with_its_number_and_its_first_files(tmp_path: Path) -> None:
    """Two empty files and one that ends early, of nine; the audit is possible."""
    half = unreadable()["truncated"][1]
    bad = {"cat/a.png": b"", "cat/b.png": b"", "dog/c.png": half}
    seen = inspect(images_in(tmp_path, whole(6) | bad))
    problem = said(seen)
    assert problem is not None
    assert (problem.level, seen.ok) == ("warning", True)
    assert str(problem.what) == "3 of 9 images cannot be opened"
    assert [str(detail) for detail in problem.details] == [
        "the file ends before the image does: 1, e.g. dog/c.png",
        "the file is empty: 2, e.g. cat/a.png, cat/b.png",
    ]


def test_more_files_than_a_message_names_are_counted(tmp_path: Path) -> None:
    """Five of the seven are named."""
    seen = inspect(images_in(tmp_path, whole(4) | {f"cat/x{at}.png": b"" for at in range(7)}))
    problem = said(seen)
    assert problem is not None
    (detail,) = map(str, problem.details)
    assert detail.startswith("the file is empty: 7, e.g. cat/x0.png")
    assert detail.endswith("cat/x4.png, ...")


def test_where_none_can_be_opened_there_is_no_audit(tmp_path: Path) -> None:
    """An error with its code, in `check` and in `audit`."""
    folder = images_in(tmp_path, dict.fromkeys(whole(6), b"these are words"))
    seen = inspect(folder)
    problem = said(seen)
    assert problem is not None
    assert (problem.level, seen.ok, int(seen.exit_code)) == ("error", False, 3)
    assert "JPEG, PNG" in str(problem.fixes[0])
    with pytest.raises(InputError, match="6 of 6 images cannot be opened"):
        auditor.audit(folder)


def test_images_of_a_kind_that_is_not_opened_can_still_be_audited(tmp_path: Path) -> None:
    """Whoever brings predictions of HEIC photos has their labels audited: it is a warning."""
    seen = inspect(images_in(tmp_path, {name.replace("png", "heic"): HEIC for name in whole(6)}))
    problem = said(seen)
    assert problem is not None
    assert (problem.level, seen.ok) == ("warning", True)


def test_texts_whose_images_cannot_be_opened_can_still_be_audited(tmp_path: Path) -> None:
    """The text is the content; the images are only missing."""
    images_in(tmp_path, {"a.png": b"", "b.png": b""})
    table = tmp_path / "data.csv"
    table.write_text(
        "text,label,image\n"
        + "".join(f"a sentence about subject {at},{'ab'[at % 2]},{'ab'[at % 2]}.png\n" for at in range(8)),
        encoding="utf-8",
    )
    seen = inspect(table, (), InputChoice(columns=ColumnChoice(image="image", text=("text",))))
    problem = said(seen)
    assert problem is not None
    assert (problem.level, seen.ok) == ("warning", True)


def test_hostile_names_are_told_as_they_are(tmp_path: Path) -> None:
    """A path that leads out is named and never opened; a row without one only counts."""
    images_in(tmp_path, {name.replace("/", "-"): data for name, data in whole(6).items()})
    rows = [f"{name.replace('/', '-')},{name[:3]}" for name in whole(6)]
    rows += ["../../etc/passwd,cat", ",dog", "{n}%s<b>.png,dog"]
    table = tmp_path / "data.csv"
    table.write_text("image,label\n" + "\n".join(rows) + "\n", encoding="utf-8")
    problem = said(inspect(table))
    assert problem is not None
    assert [str(detail) for detail in problem.details] == [
        "the file is not there: 2, e.g. {n}%s<b>.png",
        "the path is an address or leads out of the folder of the images, so it was not opened: 1, "
        "e.g. ../../etc/passwd",
    ]


def test_a_dataset_without_images_is_asked_nothing(tmp_path: Path) -> None:
    table = tmp_path / "data.csv"
    table.write_text("text,label\n" + "some text,a\nanother text,b\n" * 4, encoding="utf-8")
    assert answer(inspect(table)) == "not-applicable"
