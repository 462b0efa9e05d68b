"""Which classes there are and in which order: the sources, and which of them goes first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import InputError, UsageError
from auditor.read.choice import InputChoice
from auditor.read.classes import as_indexes, class_list, sorted_labels
from auditor.read.dataset import read_inputs

LABELS = ["cat", "dog", "eel"]


# sorting


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        ([str(n) for n in (10, 9, 2, 1, 0)], ["0", "1", "2", "9", "10"]),  # as numbers, not as texts
        (["1.5", "-3", "1e2"], ["-3", "1.5", "1e2"]),
        (["01", "1"], ["01", "1"]),
        (["b", "a", "10", "9"], ["10", "9", "a", "b"]),
        (["2", "nan", "10"], ["10", "2", "nan"]),  # not a number has no place among numbers
        (["나", "가"], ["가", "나"]),
        ([], []),
    ],
)
def test_labels_are_sorted_as_numbers_if_all_are(labels: list[str], order: list[str]) -> None:
    assert list(sorted_labels(labels)) == order
    assert list(sorted_labels(labels[::-1])) == order


@pytest.mark.parametrize(
    ("labels", "k", "are"),
    [
        (["0", "1"], 2, True),
        (["0", "2"], 3, True),
        (["1", "2"], 2, False),  # 1-based: the 2 has no column
        (["-1", "0"], 2, False),
        (["a"], 2, False),
        ([], 2, False),
        (["²"], 3, False),
    ],
)
def test_indexes_are_numbers_below_the_number_of_classes(labels: list[str], k: int, are: bool) -> None:
    assert as_indexes(labels, k) is are


# files


@pytest.mark.parametrize(
    ("name", "content", "names"),
    [
        ("a.txt", "dog\ncat\n\n eel \n", ["dog", "cat", "eel"]),
        ("a.json", '["dog", "cat", "eel"]', ["dog", "cat", "eel"]),
        ("a.json", '{"0": "dog", "1": "cat"}', ["dog", "cat"]),
        (  # a real model card has an order of its own
            "config.json",
            '{"x": 1, "id2label": {"0": "A", "1": "C", "2": "D", "3": "B"}}',
            ["A", "C", "D", "B"],
        ),
        (
            "config.json",
            json.dumps({"id2label": {str(n): f"n{n}" for n in (10, 2, 0, 1, 9)}}),
            ["n0", "n1", "n2", "n9", "n10"],  # keys as numbers
        ),
        ("config.json", '{"label2id": {"dog": 0, "eel": 2, "cat": 1}}', ["dog", "cat", "eel"]),
        ("encoder.json", '{"dog": 1, "cat": 0}', ["cat", "dog"]),
    ],
)
def test_a_class_file_gives_names_in_its_order(
    tmp_path: Path, name: str, content: str, names: list[str]
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert list(class_list(LABELS, stated=str(tmp_path / name)).names) == names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_a_class_file_may_be_in_any_encoding_that_a_table_may_be_in(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "classes.txt").write_text("부정\n긍정\n", encoding=encoding)
    assert class_list(["긍정"], stated=str(tmp_path / "classes.txt")).names == ("부정", "긍정")


@pytest.mark.parametrize("content", ["{", "3", "[]", "{}", '{"id2label": 3}', '{"a": "b"}', "[" * 100_000])
def test_a_json_file_without_a_class_list_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    assert slugs(refusal(InputError, class_list, LABELS, stated=str(tmp_path / "a.json"))) == [
        "file-unreadable"
    ]


def test_a_class_file_that_is_a_pickle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x80\x04.")
    assert slugs(refusal(InputError, class_list, LABELS, stated=str(tmp_path / "a.txt"))) == [
        "pickle-refused"
    ]


@pytest.mark.parametrize("stated", ["cat", "cat,dog,", "cat,,dog", "nowhere/classes.txt", ","])
def test_classes_that_are_neither_a_file_nor_names_are_a_usage_error(stated: str) -> None:
    assert slugs(refusal(UsageError, class_list, LABELS, stated=stated)) == ["option-value"]


def test_a_list_of_many_names_is_longer_than_a_file_name_may_be() -> None:
    names = [f"a long name of class {number}" for number in range(400)]
    assert class_list(names, stated=",".join(names)).names == tuple(names)


@pytest.mark.parametrize("stated", ["cat,dog,cat", "cat, cat"])
def test_a_class_named_twice_is_refused(stated: str) -> None:
    assert slugs(refusal(InputError, class_list, LABELS, stated=stated)) == ["class-names-repeat"]


# which source goes first

STATED, COLUMNS, BESIDE, CARRIED, SORTED = (
    ("eel", "dog", "cat"),
    ("dog", "cat", "eel"),
    ("eel", "cat", "dog"),
    ("dog", "eel", "cat"),
    ("cat", "dog", "eel"),
)


@pytest.mark.parametrize(
    ("given", "order"),
    [
        ({"stated", "columns", "beside", "carried"}, STATED),
        ({"columns", "beside", "carried"}, COLUMNS),
        ({"npz", "beside", "carried"}, COLUMNS),
        ({"beside", "carried"}, BESIDE),
        ({"carried"}, CARRIED),
        (set(), SORTED),
    ],
    ids=["stated", "columns", "npz", "beside", "carried", "sorted"],
)
def test_the_best_source_of_the_class_order_wins(
    tmp_path: Path, given: set[str], order: tuple[str, ...]
) -> None:
    """Stated > names of the columns or in the .npz > classes.txt > the dataset file > sorted labels.

    The model is sure of `cat` in the row of the cat and so on; so the order shows in the blocks.
    """
    codes = [CARRIED.index(name) for name in SORTED]
    table = pa.table({"label": codes if "carried" in given else list(SORTED), "text": ["a", "b", "c"]})
    if "carried" in given:
        features = {"label": {"_type": "ClassLabel", "names": list(CARRIED)}}
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(table, tmp_path / "data.parquet")
    if "beside" in given:
        (tmp_path / "classes.txt").write_text("\n".join(BESIDE))
    path, columns = tmp_path / "p.npy", order
    if "columns" in given:
        path, columns = tmp_path / "p.csv", COLUMNS
        pd.DataFrame(np.eye(3), columns=[f"prob_{name}" for name in COLUMNS]).to_csv(path, index=False)
    elif "npz" in given:
        path = tmp_path / "p.npz"
        np.savez(path, probs=np.eye(3), classes=COLUMNS)
    else:
        np.save(path, np.eye(3))

    choice = InputChoice(classes=",".join(STATED) if "stated" in given else None)
    found = read_inputs(tmp_path / "data.parquet", [path], choice)

    assert found.dataset.classes == order
    assert found.probabilities is not None
    of_row = [found.dataset.classes[at] for at in found.probabilities.blocks.read(0, 3).argmax(axis=1)]
    assert of_row == list(columns)
    assert [found.dataset.labels.text_of(row) for row in range(3)] == list(SORTED)


def test_a_class_list_from_python_goes_before_all(tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": ["a", "b"], "label": ["cat", "dog"]})
    choice = InputChoice(class_names=("dog", "eel", "cat"), classes="x,y")
    assert read_inputs(frame, choice=choice).dataset.classes == ("dog", "eel", "cat")


@pytest.mark.parametrize(
    ("lines", "taken"),
    [
        (["dog", "cat", "eel"], True),
        (["dog", "cat", "eel", "fox"], False),  # another number than columns
        (["x", "y", "z"], False),  # of other classes
        (["eel", "dog", "gnu"], True),  # one label is misspelt: it is reported, the order stands
    ],
)
def test_a_class_list_beside_the_data_is_taken_if_it_fits(
    tmp_path: Path, lines: list[str], taken: bool
) -> None:
    (tmp_path / "classes.txt").write_text("\n".join(lines))
    found = class_list(LABELS, beside=[tmp_path], width=3)
    assert found.names == (tuple(lines) if taken else ("cat", "dog", "eel"))


def test_the_class_order_and_its_source_are_noted(tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": ["a", "b"], "label": ["cat", "dog"]})
    note = read_inputs(frame).dataset.notes[-1]
    assert (note.slug, note.level) == ("class-order-source", "note")
    assert str(note.what) == "class order: sorted labels (no class list was found)"


def two_classes(folder: Path) -> None:
    pd.DataFrame({"text": ["a", "b"], "label": ["cat", "dog"]}).to_csv(folder / "d.csv", index=False)
    np.save(folder / "p.npy", np.eye(2))


def test_a_list_of_another_length_is_named_and_not_called_missing(tmp_path: Path) -> None:
    two_classes(tmp_path)
    (tmp_path / "classes.txt").write_text("ant\ncat\ndog\n")
    found = read_inputs(tmp_path / "d.csv", [tmp_path / "p.npy"])
    said = "classes.txt beside the data names 3 classes, the predictions have 2 columns: not used"
    assert str(found.classes.source) == f"sorted labels ({said})"
    (warning,) = [note for note in found.dataset.notes if note.level == "warning"]
    assert (warning.slug, str(warning.what)) == ("class-list-unused", said)


def test_a_list_in_capitals_is_offered_with_the_labels_as_they_are_written(tmp_path: Path) -> None:
    two_classes(tmp_path)
    (tmp_path / "config.json").write_text('{"id2label": {"0": "DOG", "1": "CAT"}}')
    found = read_inputs(tmp_path / "d.csv", [tmp_path / "p.npy"])
    (warning,) = [note for note in found.dataset.notes if note.level == "warning"]
    assert warning.slug == "class-list-unused"
    assert [str(fix) for fix in warning.fixes] == ["--classes dog,cat"]
    assert found.dataset.classes == ("cat", "dog")


# labels and classes


def coded(labels: list[Any], **choice: Any) -> Any:
    frame = pd.DataFrame({"text": [f"t{row}" for row in range(len(labels))], "label": labels})
    return read_inputs(frame, choice=InputChoice(**choice)).dataset.labels


def test_integer_labels_are_indexes_of_named_classes() -> None:
    labels = coded([1, 0, 2, 1], classes="dog,cat,eel")
    assert [labels.text_of(row) for row in range(4)] == ["cat", "dog", "eel", "cat"]


def test_integer_labels_are_names_where_the_classes_are_those_numbers() -> None:
    labels = coded([1, 0, 2, 1], classes="2,1,0")
    assert labels.codes.tolist() == [1, 2, 0, 1]


def test_eleven_integer_labels_stand_in_the_order_of_the_numbers() -> None:
    """Sorted as texts class 10 would stand third, and every column from the third on be another's."""
    labels = coded(list(range(11)))
    assert labels.classes == tuple(str(number) for number in range(11))
    assert labels.codes.tolist() == list(range(11))


def test_labels_outside_the_list_are_kept_as_foreign_and_empty_ones_as_missing() -> None:
    labels = coded(["cat", "", "cow", None, "dog"], classes="cat,dog")
    assert labels.codes.tolist() == [0, -1, -2, -1, 1]
    assert dict(labels.foreign) == {2: "cow"}


def test_a_class_without_a_row_is_kept() -> None:
    assert coded(["cat", "dog"], classes="cat,dog,eel").classes == ("cat", "dog", "eel")


@pytest.mark.parametrize("label", ["cat ", " cat", "cat\u00a0"])
def test_blanks_around_every_label_do_not_hide_its_class(label: str) -> None:
    assert coded([label, "dog"], classes="cat,dog").codes.tolist() == [0, 1]


def test_labels_in_another_unicode_form_are_the_class() -> None:
    decomposed = "\u1100\u1173\u11bc\u110c\u1165\u11bc"  # 긍정 as macOS writes it
    assert coded([decomposed, "부정"], classes="긍정,부정").codes.tolist() == [0, 1]


def test_a_label_written_in_two_ways_is_not_merged_in_silence() -> None:
    """`cat ` beside `cat` stays a label of its own: a check reports it."""
    assert coded(["cat", "cat ", "dog"], classes="cat,dog").codes.tolist() == [0, -2, 1]
    assert coded(["cat", "cat ", "dog"]).classes == ("cat", "cat ", "dog")


@pytest.mark.parametrize("ways", [("cat", "cat "), ("\uae0d", "\u1100\u1173\u11bc")])
@pytest.mark.parametrize("used", [0, 1])
def test_of_two_classes_that_look_alike_the_one_written_exactly_has_the_rows(
    ways: tuple[str, str], used: int
) -> None:
    labels = coded([ways[used], "dog", ways[used]], class_names=(*ways, "dog"))
    assert labels.codes.tolist() == [used, 2, used]


def test_columns_that_look_alike_are_told_by_their_exact_names() -> None:
    frame = pd.DataFrame({"text": ["x", "y", "z"], "label": ["cat", "cat ", "dog"]})
    columns = pd.DataFrame({"dog": [0.1, 0.1, 0.7], "cat ": [0.2, 0.7, 0.2], "cat": [0.7, 0.2, 0.1]})
    found = read_inputs(frame, [columns], InputChoice(class_names=("cat", "cat ", "dog")))
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 3).argmax(axis=1).tolist() == [0, 1, 2]


class Compared(str):
    """A name that counts how often it is compared with another."""

    times = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Compared.times += 1
        return str.__eq__(self, other)


def test_the_work_grows_with_the_names_and_not_with_their_pairs() -> None:
    """An id taken for the label gives as many names as rows."""
    names = [Compared(f"label {number}") for number in range(2_000)]
    assert class_list(names).names == tuple(sorted(names))
    assert Compared.times < 20 * len(names)
