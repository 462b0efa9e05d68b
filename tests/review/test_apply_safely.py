"""What `apply` must never do: delete what it did not write, or write what nobody meant."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from review_files import record, write_decisions

import auditor
from auditor.cli.main import main
from auditor.errors import InputError, UsageError

CLASSES = ("cat", "dog", "eel")


def table(rows: int = 12) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [f"i{at}" for at in range(rows)],
            "text": [f"a long enough text of number {at}" for at in range(rows)],
            "label": [CLASSES[at % 3] for at in range(rows)],
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two tables in a project that holds something else, and decisions beside it."""
    data = tmp_path / "project/data"
    data.mkdir(parents=True)
    table()[:6].to_csv(data / "test.csv", index=False)
    table()[6:].to_csv(data / "train.csv", index=False)
    (tmp_path / "project/notes.txt").write_text("mine")
    write_decisions(tmp_path / "said.json", [record("i1", "relabel", "cat", given="dog")])
    return tmp_path


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("output", ["project", "project/data", "project/data/sub", "link", ".", "other"])
def test_no_folder_is_deleted_that_holds_anything_else(folder: Path, output: str) -> None:
    """Not the data, not what is around it, not a folder of somebody else: not with --force either."""
    (folder / "link").symlink_to(folder / "project/data")
    (folder / "other").mkdir()
    (folder / "other/thesis.txt").write_text("mine")
    before = files_in(folder)
    with pytest.raises(UsageError) as error:
        auditor.apply_decisions(
            folder / "project/data", folder / "said.json", output=folder / output, force=True
        )
    slug = error.value.problems[0].slug
    assert slug == ("output-exists" if output == "other" else "output-in-place")
    assert files_in(folder) == before


def test_a_folder_with_the_same_files_gives_way_with_force(folder: Path) -> None:
    """An earlier output; without --force it stays."""
    arguments = (folder / "project/data", folder / "said.json")
    auditor.apply_decisions(*arguments, output=folder / "fixed")
    (folder / "fixed/train.csv").write_text("old")
    with pytest.raises(UsageError):
        auditor.apply_decisions(*arguments, output=folder / "fixed")
    auditor.apply_decisions(*arguments, output=folder / "fixed", force=True)
    assert (folder / "fixed/train.csv").read_bytes() == (folder / "project/data/train.csv").read_bytes()
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("name", ["fixed.csv", "fixed.changes.csv", "fixed.excluded.csv"])
def test_no_file_takes_the_place_of_a_folder(folder: Path, name: str) -> None:
    table().to_csv(folder / "d.csv", index=False)
    (folder / name).mkdir()
    (folder / name / "thesis.txt").write_text("mine")
    before = files_in(folder)
    with pytest.raises(UsageError) as error:
        auditor.apply_decisions(
            folder / "d.csv", folder / "said.json", output=folder / "fixed.csv", force=True
        )
    assert error.value.problems[0].slug == "output-not-writable"
    assert files_in(folder) == before


def test_a_decisions_file_is_not_written_over_by_the_table_of_changes(folder: Path) -> None:
    table().to_csv(folder / "d.csv", index=False)
    said = folder / "fixed.changes.csv"
    said.write_text("item,label\ni1,cat\n")
    with pytest.raises(UsageError) as error:
        auditor.apply_decisions(folder / "d.csv", said, output=folder / "fixed.csv", force=True)
    assert error.value.problems[0].slug == "output-in-place"


def test_a_place_where_nothing_can_be_written_is_said(folder: Path) -> None:
    table().to_csv(folder / "d.csv", index=False)
    with pytest.raises(UsageError) as error:
        auditor.apply_decisions(folder / "d.csv", folder / "said.json", output="/proc/fixed.csv")
    assert error.value.problems[0].slug == "output-not-writable"


@pytest.mark.parametrize(
    ("slip", "where"),
    [(b"i1,X", "row 1 of column text differs"), (b"i1,a,b,c,", "the rows or columns are others")],
)
def test_what_was_written_wrong_is_not_left_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch, slip: bytes, where: str
) -> None:
    """A rewriter that changes another cell, or spoils the file: it is said where, and nothing stays."""
    from auditor.review.rewrite import family, register_all

    register_all()
    table().to_csv(folder / "d.csv", index=False)

    def wrong(source: Any, table: Any, edits: Any, target: Path) -> None:
        target.write_bytes(
            source.path.read_bytes().replace(b"i1,", slip).replace(b"number 1,dog", b"number 1,cat")
        )

    monkeypatch.setitem(family.REWRITERS, "csv", family.Rewriter(reader="csv", rewrite=wrong))
    before = files_in(folder)
    with pytest.raises(InputError) as error:
        auditor.apply_decisions(folder / "d.csv", folder / "said.json", output=folder / "fixed.csv")
    assert error.value.problems[0].slug == "apply-not-verified" and where in str(error.value)
    assert files_in(folder) == before


def test_a_class_that_nobody_offered_is_not_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the pen in a table is listed; a page's own class, or one that --classes names, is written."""
    table().to_csv(folder / "d.csv", index=False)
    (folder / "slip.csv").write_text("item,label\ni0,dgo\ni1,cat\n")
    command = ["apply", str(folder / "d.csv"), str(folder / "slip.csv"), "--dry-run", "--strict"]
    assert main(command) == 1
    said = capsys.readouterr().out
    assert "1 labels changed" in said and "1 item left alone, no such class: i0" in said
    assert main([*command, "--classes", "cat,dgo,dog,eel"]) == 0
    page = write_decisions(
        folder / "page.json", [record("i0", "relabel", "bee", given="cat")], classes=[*CLASSES, "bee"]
    )
    assert list(auditor.apply_decisions(folder / "d.csv", page)[1]["to"]) == ["bee"]


def test_classes_are_written_as_the_dataset_writes_them(tmp_path: Path) -> None:
    """A spreadsheet composed the letters of a name and left a blank: it is the same class."""
    apart = unicodedata.normalize("NFD", "고양이")
    frame = table()
    frame["label"] = [apart if name == "cat" else name for name in frame["label"]]
    frame.to_csv(tmp_path / "d.csv", index=False)
    (tmp_path / "said.csv").write_text("item,label\ni1,고양이 \n", encoding="utf-8")
    fixed, changes = auditor.apply_decisions(tmp_path / "d.csv", tmp_path / "said.csv")
    assert fixed["label"][1] == apart and len(changes) == 1


def test_two_decisions_on_one_row_that_disagree_are_a_conflict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A spreadsheet has made 7 of 007, and the page says something else; where they agree all is well."""
    frame = table()
    frame["id"] = [f"{at:03}" for at in range(12)]
    frame.to_csv(tmp_path / "d.csv", index=False)
    said = [record("007", "relabel", "cat", given="dog"), record("008", "relabel", "cat", given="eel")]
    page = write_decisions(tmp_path / "page.json", said)
    (tmp_path / "said.csv").write_text("key,item,action,label\ni7,7,exclude,\ni8,8,relabel,cat\n")
    files = [str(tmp_path / "said.csv"), str(page)]
    _, changes = auditor.apply_decisions(tmp_path / "d.csv", files)
    assert changes[["item", "to"]].to_numpy().tolist() == [["008", "cat"]]
    assert main(["apply", str(tmp_path / "d.csv"), *files, "--dry-run"]) == 0
    assert "2 items left alone, reviewers disagree: 007, 7" in capsys.readouterr().out


def test_a_key_counts_only_where_the_id_fits(tmp_path: Path) -> None:
    """After a row has gone, key i7 is another row: the one that was meant is not there."""
    frame = table()
    frame["id"] = [f"{at:03}" for at in range(12)]
    (tmp_path / "said.csv").write_text("key,item,action,label\ni7,7,relabel,cat\ni2,2,keep,\n")
    frame.drop(index=7).to_csv(tmp_path / "d.csv", index=False)
    assert len(auditor.apply_decisions(tmp_path / "d.csv", tmp_path / "said.csv")[1]) == 0
    frame.to_csv(tmp_path / "d.csv", index=False)
    assert list(auditor.apply_decisions(tmp_path / "d.csv", tmp_path / "said.csv")[1]["item"]) == ["007"]


FRAMES = [
    # labels of the rows, the new label, the value that is to stand there
    (pd.Series(["cat", "dog"] * 6, dtype="category"), "bee", "bee"),
    (pd.Series([0, 1] * 6, dtype=object), "0", 0),
    (pd.Series([0, 1] * 6, dtype="int8"), "0", 0),
    (pd.Series([0, 1] * 6, dtype="Int64"), "2", 2),
    (pd.Series([True, False] * 6), "True", True),
    (pd.Series(["cat", "dog"] * 6, dtype="string"), "bee", "bee"),
]


@pytest.mark.parametrize(("labels", "label", "value"), FRAMES)
def test_a_dataframe_keeps_the_type_of_its_labels(
    tmp_path: Path, labels: pd.Series[Any], label: str, value: object
) -> None:
    frame = table().assign(label=labels)
    classes = sorted({*map(str, labels), label})
    said = [record("i1", "relabel", label, given=str(labels[1]))]
    file = write_decisions(tmp_path / "said.json", said, classes=classes)
    fixed, changes = auditor.apply_decisions(frame, file)
    assert len(changes) == 1
    assert fixed["label"][1] == value and type(fixed["label"][1]) is type(labels[0] if label != "bee" else "")
    if not isinstance(labels.dtype, pd.CategoricalDtype):
        pd.testing.assert_frame_equal(fixed.drop(index=1), frame.drop(index=1))
    assert str(fixed["label"].dtype) == str(labels.dtype)
    pd.testing.assert_series_equal(frame["label"], labels, check_names=False)


def test_rows_of_a_dataframe_can_be_marked(tmp_path: Path) -> None:
    """And a DataFrame has no format to be written in."""
    file = write_decisions(tmp_path / "said.json", [record("i7", "exclude", given="dog")])
    fixed, _ = auditor.apply_decisions(table(), file, excluded="flag")
    assert list(fixed["excluded"]) == [""] * 7 + ["exclude"] + [""] * 4
    with pytest.raises(TypeError, match="output"):
        auditor.apply_decisions(table(), file, output=tmp_path / "fixed.csv")
    with pytest.raises(UsageError):
        auditor.apply_decisions(table(), file, min_votes=0)


def test_a_table_of_item_and_label_has_excluded_rows_aside_or_marked(tmp_path: Path) -> None:
    table(4).to_parquet(tmp_path / "d.parquet")
    said = [record("i1", "exclude", given="dog"), record("i2", "relabel", "cat", given="eel")]
    file = write_decisions(tmp_path / "said.json", said)
    auditor.apply_decisions(tmp_path / "d.parquet", file, output=tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "item,label\ni0,cat\ni2,cat\ni3,cat\n"
    assert (tmp_path / "a.excluded.csv").read_text() == "item,label\ni1,dog\n"
    auditor.apply_decisions(tmp_path / "d.parquet", file, output=tmp_path / "b.csv", excluded="flag")
    marked = "item,label,excluded\ni0,cat,\ni1,dog,exclude\ni2,cat,\ni3,cat,\n"
    assert (tmp_path / "b.csv").read_text() == marked
