"""`save_to_disk` folders rewritten: the same files, schema and batches, and a fingerprint of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from audit_inputs import refusal, slugs
from examples_folders import FEATURES, news, put, saved, stream
from rewriting import edited_rows, rows_of
from test_shards import files, rewritten_folder

from auditor.errors import InputError
from auditor.read.tables import read_table
from auditor.review.rewrite.family import Edits


def two_splits(folder: Path) -> Path:
    """Five rows: a, b, c in two files of train, then d, e of test."""
    saved(folder / "train", [news(["a", "b"], [0, 1]), news(["c"], [1])])
    saved(folder / "test", [news(["d", "e"], [1, 0])])
    return put(folder, {"dataset_dict.json": '{"splits": ["train", "test"]}'})


def load(path: Path) -> pa.Table:
    with pa.OSFile(str(path)) as opened, pa.ipc.open_stream(opened) as reader:
        return reader.read_all()


def test_without_edits_every_file_is_the_same(tmp_path: Path) -> None:
    """The JSON byte for byte, the data in values, schema and batches."""
    folder = two_splits(tmp_path / "data")
    new = rewritten_folder(folder, Edits())
    assert files(new).keys() == files(folder).keys()
    for name, content in files(folder).items():
        if name.endswith(".json"):
            assert files(new)[name] == content
        else:
            one, other = load(folder / name), load(new / name)
            assert one.schema.equals(other.schema, check_metadata=True)
            assert one.equals(other)


def test_rows_are_numbered_through_files_and_splits(tmp_path: Path) -> None:
    """The number of a class stays a number."""
    folder = two_splits(tmp_path / "data")
    edits = Edits(cells={"label": {2: "0", 4: "1"}}, dropped=frozenset({0, 3}))
    expected = edited_rows(rows_of(read_table(folder)), edits)
    new = rewritten_folder(folder, edits)
    assert rows_of(read_table(new)) == expected
    assert load(new / "train/data-00001-of-00002.arrow").to_pydict() == {"text": ["c"], "label": [0]}
    assert load(new / "test/data-00000-of-00001.arrow").to_pydict() == {"text": ["e"], "label": [1]}


def test_only_a_split_that_is_changed_gets_another_fingerprint(tmp_path: Path) -> None:
    """`datasets` would take what it computed from the old labels; the rest of the file stays as it is."""
    folder = two_splits(tmp_path / "data")
    new = rewritten_folder(folder, Edits(cells={"label": {4: "1"}}))
    old_state, new_state = files(folder)["test/state.json"], files(new)["test/state.json"]
    assert files(new)["train/state.json"] == files(folder)["train/state.json"]
    fingerprint = json.loads(new_state)["_fingerprint"]
    assert (len(fingerprint), fingerprint != "69d6df0508831de5") == (16, True)
    assert new_state.replace(fingerprint.encode(), b"69d6df0508831de5") == old_state


def test_an_added_column_is_named_among_the_features(tmp_path: Path) -> None:
    """`load_from_disk` refuses data of which the features say something else."""
    folder = two_splits(tmp_path / "data")
    new = rewritten_folder(folder, Edits(added={"excluded": {1: "exclude"}}))
    assert rows_of(read_table(new))["excluded"] == ["", "exclude", "", "", ""]
    for split in ("train", "test"):
        features = json.loads(files(new)[f"{split}/dataset_info.json"])["features"]
        assert features == {**FEATURES, "excluded": {"dtype": "string", "_type": "Value"}}


def test_batches_keep_their_sizes(tmp_path: Path) -> None:
    """`datasets` finds a row by the sizes of the batches."""
    folder = saved(tmp_path / "data", [news(list("abcde"), [0] * 5)])
    name = "data-00000-of-00001.arrow"
    stream(folder / name, news(list("abcde"), [0] * 5), rows=2)
    new = rewritten_folder(folder, Edits(cells={"label": {4: "1"}}))
    assert [len(chunk) for chunk in load(new / name)["label"].chunks] == [2, 2, 1]


def test_a_split_without_a_file_stays(tmp_path: Path) -> None:
    """It has a state and features, and no rows."""
    folder = two_splits(tmp_path / "data")
    saved(folder / "empty", [])
    put(folder, {"dataset_dict.json": '{"splits": ["empty", "train", "test"]}'})
    new = rewritten_folder(folder, Edits(cells={"label": {0: "1"}}))
    assert files(new).keys() == files(folder).keys()
    assert rows_of(read_table(new))["label"][0] == "1"


def test_rows_that_a_mapping_selects_are_refused(tmp_path: Path) -> None:
    """A row of the file may stand several times in the table."""
    folder = saved(tmp_path / "data", [news(["a", "b"], [0, 1])], indices=[1, 1, 0])
    found = refusal(InputError, rewritten_folder, folder, Edits(cells={"label": {0: "0"}}))
    assert slugs(found) == ["format-not-written"]


def test_a_class_that_has_no_number_is_refused(tmp_path: Path) -> None:
    """The column holds numbers."""
    folder = two_splits(tmp_path / "data")
    with pytest.raises(InputError, match="format-not-written"):
        rewritten_folder(folder, Edits(cells={"label": {0: "culture"}}))
