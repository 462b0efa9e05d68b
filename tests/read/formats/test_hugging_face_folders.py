"""Folders as `save_to_disk` of Hugging Face `datasets` writes them."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from audit_inputs import refusal, slugs
from examples_folders import FEATURES, news, put, saved, stream
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import AuditorError, InputError
from auditor.read.dataset import read_inputs
from auditor.read.tables import read_table

ABC = [news(["a", "b"], [0, 1]), news(["c"], [1])]


def state(folder: Path, **changes: Any) -> Path:
    """Change `state.json`."""
    found = json.loads((folder / "state.json").read_text()) | changes
    return put(folder, {"state.json": json.dumps(found)})


def dictionary(folder: Path, **splits: Path) -> Path:
    """`dataset_dict.json` over datasets that were saved in the folder."""
    return put(folder, {"dataset_dict.json": json.dumps({"splits": list(splits)})})


def texts(folder: Path) -> list[str]:
    """The column of texts."""
    found: list[str] = read_table(folder).columns["text"].to_pylist()
    return found


def test_the_files_are_read_in_the_order_of_the_state_and_no_others(tmp_path: Path) -> None:
    """Not in the order of their names; a file that is not named is counted."""
    saved(tmp_path, ABC)
    names = [{"filename": f"data-0000{n}-of-00002.arrow"} for n in (1, 0)]
    state(tmp_path, _data_files=names)
    stream(tmp_path / "cache-123.arrow", news(["stale"], [0]))
    table = read_table(tmp_path)
    assert table.columns["text"].to_pylist() == ["c", "a", "b"]
    (note,) = [note for note in table.notes if note.slug == "files-left-out"]
    assert "cache-123.arrow" in str(note.what)


def test_a_file_that_is_named_and_not_there_is_refused(tmp_path: Path) -> None:
    (saved(tmp_path, ABC) / "data-00001-of-00002.arrow").unlink()
    (problem,) = refusal(InputError, read_table, tmp_path)
    assert problem.slug == "shards-missing"
    assert "data-00001-of-00002.arrow" in str(problem.what)


@pytest.mark.parametrize(
    ("indices", "expected"),
    [([2, 0, 1], ["c", "a", "b"]), ([1], ["b"]), ([1, 1, 0], ["b", "b", "a"])],
)
def test_a_mapping_of_rows_is_applied(tmp_path: Path, indices: list[int], expected: list[str]) -> None:
    """`select`, `shuffle` and `filter` before version 2: the data files hold more rows, or others."""
    assert texts(saved(tmp_path, ABC, indices=indices)) == expected


@pytest.mark.parametrize("indices", [[3], [2**63]])
def test_a_mapping_to_rows_that_are_not_there_is_refused(tmp_path: Path, indices: list[int]) -> None:
    assert slugs(refusal(InputError, read_table, saved(tmp_path, ABC, indices=indices))) == [
        "file-unreadable"
    ]


def test_a_mapping_that_fills_memory_is_refused(tmp_path: Path) -> None:
    """One long text, named a hundred thousand times."""
    saved(tmp_path, [news(["x" * 100_000], [0])], indices=[0] * 100_000)
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["archive-refused"]


@pytest.mark.parametrize(
    "entries",
    [
        [{"filename": "data-00000-of-00002.arrow", "skip": 1, "take": 1}],
        [{"filename": "../other/data.arrow"}],
        [{"filename": "/etc/passwd"}],
        [{"filename": ".."}],
        [{"filename": "data-00000-of-00002.arrow"}] * 2,
        [{"name": "data-00000-of-00002.arrow"}],
        ["data-00000-of-00002.arrow"],
        {"filename": "a"},
    ],
)
def test_a_state_that_names_anything_but_whole_files_beside_it_is_refused(
    tmp_path: Path, entries: Any
) -> None:
    state(saved(tmp_path, ABC), _data_files=entries)
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["file-unreadable"]


def test_class_names_come_from_the_info_and_minus_one_is_no_label(tmp_path: Path) -> None:
    """The Arrow schema of this file has no metadata at all."""
    labels = read_inputs(saved(tmp_path, [news(["a", "b", "c"], [1, -1, 0])])).dataset.labels
    assert labels.classes == ("world", "sports")
    assert [labels.text_of(row) for row in range(3)] == ["sports", "", "world"]


def test_splits_of_other_columns_or_classes_are_no_one_table(tmp_path: Path) -> None:
    other = {**FEATURES, "label": {"names": ["sports", "world"], "_type": "ClassLabel"}}
    saved(tmp_path / "a" / "train", ABC)
    saved(tmp_path / "a" / "test", ABC, features=other)
    saved(tmp_path / "b" / "train", ABC)
    saved(tmp_path / "b" / "test", [ABC[0].drop_columns(["label"])])
    for folder in ("a", "b"):
        dictionary(tmp_path / folder, train=tmp_path, test=tmp_path)
        (problem,) = refusal(InputError, read_table, tmp_path / folder)
        assert problem.slug == "parts-differ"
        assert "label" in str(problem.details[0])


def test_a_column_named_split_goes_before_the_folders(tmp_path: Path) -> None:
    table = ABC[0].append_column("split", pa.array(["x", "y"]))
    saved(tmp_path / "train", [table])
    table = read_table(dictionary(tmp_path, train=tmp_path))
    assert table.columns["split"].to_pylist() == ["x", "y"]
    assert "split-source" in slugs(table.notes)


def test_a_split_without_rows_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    """`datasets` writes no data file for it."""
    saved(tmp_path / "train", ABC)
    saved(tmp_path / "test", [])
    table = read_table(dictionary(tmp_path, train=tmp_path, test=tmp_path))
    assert len(table.columns) == 3
    assert any("test" in str(note.what) for note in table.notes if note.slug == "files-left-out")
    assert slugs(refusal(InputError, read_table, tmp_path / "test")) == ["no-rows"]


def test_images_are_shown_by_their_paths_and_their_bytes_never(tmp_path: Path) -> None:
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    cells = [{"bytes": b"SECRET", "path": "a.png"}, {"bytes": b"SECRET", "path": None}, None]
    table = news(["x", "y", "z"], [0, 1, 0]).append_column("image", pa.array(cells, kind))
    features = {**FEATURES, "image": {"_type": "Image"}}
    read = read_table(saved(tmp_path, [table], features=features, indices=[2, 1, 0]))
    assert read.columns["image"].to_pylist() == ["", "", "a.png"]
    assert "content-not-compared" in slugs(read.notes)


def test_a_folder_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    """A split that is a link, as in a cache: missing, and nothing outside is read."""
    saved(tmp_path / "elsewhere", ABC)
    here = put(tmp_path / "here", {"dataset_dict.json": json.dumps({"splits": ["train"]})})
    (here / "train").symlink_to(tmp_path / "elsewhere")
    assert slugs(refusal(InputError, read_table, here)) == ["shards-missing"]


@pytest.mark.parametrize("splits", [["train", "train"], ["../x"], [1], "train", None, {}])
def test_a_list_of_splits_that_is_none_is_refused(tmp_path: Path, splits: Any) -> None:
    put(tmp_path, {"dataset_dict.json": json.dumps({"splits": splits})})
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["file-unreadable"]


@pytest.mark.parametrize("content", ["", "[" * 100_000, "[]", "{", "\ud800".encode("utf-8", "surrogatepass")])
def test_json_that_is_none_is_refused(tmp_path: Path, content: str | bytes) -> None:
    put(saved(tmp_path, ABC), {"state.json": content})
    assert slugs(refusal(InputError, read_table, tmp_path)) == ["file-unreadable"]


CELLS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\n\r,가나\x00'), max_size=6)


@given(rows=st.lists(CELLS, min_size=1, max_size=12), cuts=st.sets(st.integers(0, 11)), data=st.data())
@settings(max_examples=40)
def test_any_shards_and_any_mapping_give_the_rows_they_name(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], cuts: set[int], data: st.DataObject
) -> None:
    """The same rows as one list, indexed."""
    at = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    tables = [news(rows[a:b], [0] * (b - a)) for a, b in itertools.pairwise(at)]
    indices = data.draw(st.none() | st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=15))
    folder = saved(tmp_path_factory.mktemp("any"), tables, indices=indices)
    assert texts(folder) == (rows if indices is None else [rows[i] for i in indices])


@given(data=st.data())
@settings(max_examples=150)
def test_changed_bytes_end_in_a_code_or_are_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Any file of the folder, cut or overwritten anywhere."""
    folder = saved(tmp_path_factory.mktemp("any"), ABC, indices=[2, 0])
    path = data.draw(st.sampled_from(sorted(folder.iterdir())))
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    for _ in range(data.draw(st.integers(0, 4)) if content else 0):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        table = read_table(folder)
    except AuditorError as error:
        assert all(problem.slug and str(problem.what) for problem in error.problems)
    else:
        assert table.columns.num_rows
