"""Where the class order comes from: every source beats the next one, and one that disagrees is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import InputError
from auditor.read.choice import InputChoice
from auditor.read.dataset import Given, read_inputs

SORTED = ("cat", "dog", "eel")
ORDERS = {
    "stated": ("eel", "dog", "cat"),
    "columns": ("dog", "cat", "eel"),
    "npz": ("eel", "cat", "dog"),
    "config.json": ("dog", "eel", "cat"),
    "classes.txt": ("cat", "eel", "dog"),
    "label_encoder.json": ("eel", "dog", "cat"),
    "carried": ("dog", "cat", "eel"),
}
"""Source -> its order, the best source first; no two neighbours agree, and none is sorted."""
SAID = {
    "stated": "--classes",
    "columns": "names of the probability columns of p.csv",
    "npz": "classes in p.npz",
    "config.json": "id2label in config.json",
    "classes.txt": "classes.txt beside the data",
    "label_encoder.json": "label_encoder.json beside the data",
    "carried": "class names in the dataset file",
}
WRITE: dict[str, Callable[[tuple[str, ...]], str]] = {
    "config.json": lambda names: json.dumps({"id2label": {str(k): name for k, name in enumerate(names)}}),
    "classes.txt": "\n".join,
    "label_encoder.json": lambda names: json.dumps({"classes_": names}),
}
NEIGHBOURS = list(zip(ORDERS, list(ORDERS)[1:], strict=False))


def inputs(folder: Path, sources: set[str]) -> Given:
    """Three rows with the classes in sorted order, and predictions; with exactly these sources."""
    labels: Any = list(SORTED)
    if "carried" in sources:
        labels = [ORDERS["carried"].index(name) for name in SORTED]
    table = pa.table({"text": ["a", "b", "c"], "label": labels})
    if "carried" in sources:
        features = {"label": {"_type": "ClassLabel", "names": list(ORDERS["carried"])}}
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(table, folder / "data.parquet")
    for name in WRITE.keys() & sources:
        (folder / name).write_text(WRITE[name](ORDERS[name]), encoding="utf-8")
    given = []
    if "columns" in sources:
        pd.DataFrame(np.eye(3), columns=list(ORDERS["columns"])).to_csv(folder / "p.csv", index=False)
        given.append(folder / "p.csv")
    if "npz" in sources:
        np.savez(folder / "p.npz", probs=np.full((3, 3), 1 / 3), classes=ORDERS["npz"])
        given.append(folder / "p.npz")
    if not given:
        np.save(folder / "p.npy", np.eye(3))
        given.append(folder / "p.npy")
    choice = InputChoice(classes=",".join(ORDERS["stated"]) if "stated" in sources else None)
    return read_inputs(folder / "data.parquet", given[::-1], choice)


def warnings(found: Given) -> list[str]:
    return [str(note.what) for note in found.dataset.notes if note.slug == "class-order-sources-differ"]


@pytest.mark.parametrize("source", ORDERS)
def test_each_source_alone_is_taken_and_named(tmp_path: Path, source: str) -> None:
    found = inputs(tmp_path, {source})
    assert found.dataset.classes == ORDERS[source]
    assert str(found.classes.source) == SAID[source]
    assert warnings(found) == []


@pytest.mark.parametrize(("better", "worse"), NEIGHBOURS)
def test_of_two_neighbours_the_better_is_taken(tmp_path: Path, better: str, worse: str) -> None:
    found = inputs(tmp_path, {better, worse})
    assert found.dataset.classes == ORDERS[better]
    assert str(found.classes.source) == SAID[better]


@pytest.mark.parametrize(
    ("better", "worse"), [pair for pair in NEIGHBOURS if "columns" not in pair] + [("stated", "npz")]
)
def test_a_source_that_disagrees_is_named(tmp_path: Path, better: str, worse: str) -> None:
    """One of the two is out of date."""
    (warning,) = warnings(inputs(tmp_path, {better, worse}))
    assert SAID[better] in warning and SAID[worse] in warning


@pytest.mark.parametrize("other", ["stated", "npz", "classes.txt", "carried"])
def test_the_names_of_columns_contradict_no_order(tmp_path: Path, other: str) -> None:
    """A column that is named stands anywhere."""
    assert warnings(inputs(tmp_path, {"columns", other})) == []


def test_every_source_at_once_names_every_other(tmp_path: Path) -> None:
    """The rows are still those of the classes."""
    found = inputs(tmp_path, set(ORDERS) - {"columns"})
    (note,) = [note for note in found.dataset.notes if note.slug == "class-order-sources-differ"]
    told = " ".join(map(str, note.details))
    assert note.level == "warning"
    assert all(SAID[source] in told for source in ("npz", "config.json", "classes.txt", "carried"))
    assert SAID["label_encoder.json"] not in told  # it agrees with what was stated
    assert [found.dataset.labels.text_of(row) for row in range(3)] == list(SORTED)


def test_sources_that_agree_say_nothing(tmp_path: Path) -> None:
    """One has a class more: that is no other order."""
    frame = pd.DataFrame({"text": ["a", "b"], "label": ["cat", "dog"]})
    frame.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "classes.txt").write_text("dog\ncat\n")
    (tmp_path / "config.json").write_text(json.dumps({"label2id": {"cat": 1, "dog": 0}}))
    np.save(tmp_path / "p.npy", np.eye(2))
    found = read_inputs(tmp_path / "data.csv", [tmp_path / "p.npy"], InputChoice(classes="dog,cat"))
    assert warnings(found) == []


@pytest.mark.parametrize(
    "content",
    [
        '{"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}}',
        '{"0": "dog", "1": "cat", "2": "eel"}',  # a config.json of something else
        '{"model": "x", "classes": 3}',
        '{"id2label": {"0": "dog"}}',  # another number of classes
        '{"id2label": {"0": "u", "1": "v", "2": "w"}}',  # other classes
        '{"id2label": 3}',
        "[1, 2, 3]",
        "{",
        "\x00",
        "[" * 100_000,
    ],
)
def test_a_config_that_names_no_classes_of_this_data_is_passed_over(tmp_path: Path, content: str) -> None:
    (tmp_path / "config.json").write_text(content)
    assert inputs(tmp_path, set()).dataset.classes == SORTED


def test_placeholders_that_were_stated_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}')
    frame = pd.DataFrame({"text": ["a", "b"], "label": ["cat", "dog"]})
    choice = InputChoice(classes=str(tmp_path / "config.json"))
    assert slugs(refusal(InputError, read_inputs, frame, (), choice)) == ["class-names-placeholders"]


def test_the_keys_of_a_config_are_numbers(tmp_path: Path) -> None:
    """10 comes after 9; and a class without a row is kept."""
    names = [f"n{k:02d}" for k in (7, 3, 9, 1, 0, 2, 8, 5, 4, 6, 10)]
    table = {str(k): names[k] for k in (10, 2, 0, 1, 3, 4, 9, 8, 7, 6, 5)}
    (tmp_path / "config.json").write_text(json.dumps({"id2label": table}))
    np.save(tmp_path / "p.npy", np.full((3, 11), 1 / 11))
    frame = pd.DataFrame({"text": ["a", "b", "c"], "label": names[:3]})
    frame.to_csv(tmp_path / "data.csv", index=False)
    assert list(read_inputs(tmp_path / "data.csv", [tmp_path / "p.npy"]).dataset.classes) == names


def test_a_class_in_another_unicode_form_is_the_class(tmp_path: Path) -> None:
    """As macOS writes a name."""
    decomposed = "\u1107\u116e\u110c\u1165\u11bc"  # 부정
    (tmp_path / "classes.txt").write_text(f"{decomposed}\n긍정\n", encoding="utf-8")
    pd.DataFrame({"text": ["a", "b"], "label": ["긍정", "부정"]}).to_csv(tmp_path / "data.csv", index=False)
    np.save(tmp_path / "p.npy", np.eye(2))
    found = read_inputs(tmp_path / "data.csv", [tmp_path / "p.npy"])
    assert found.dataset.labels.codes.tolist() == [1, 0]
