"""A table into a dataset: roles, content, splits, fingerprint, and its own probability columns."""

from __future__ import annotations

import io
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import InputError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import Given, read_inputs

FRAME = pd.DataFrame(
    {
        "id": ["007", "1e5", "NA", "x"],
        "text": ["None", "안녕, 하세요", 'say "hi"', ""],
        "label": ["긍정", "null", "긍정", ""],
    }
)


def write(frame: pd.DataFrame, path: Path, form: str) -> Path:
    """A table in one of the forms in which the same rows can come."""
    if form == "parquet":
        frame.to_parquet(path := path.with_suffix(".parquet"), index=False)
    elif form == "feather":
        feather.write_feather(frame, path := path.with_suffix(".feather"))
    elif form == "jsonl":
        frame.to_json(path := path.with_suffix(".jsonl"), orient="records", lines=True, force_ascii=False)
    else:
        separator, encoding = form.split()
        text = io.StringIO()
        frame.to_csv(text, index=False, sep={"tab": "\t"}.get(separator, separator))
        path.with_suffix(".csv").write_text(text.getvalue(), encoding=encoding)
        path = path.with_suffix(".csv")
    return path


FORMS = [", utf-8", "; utf-8-sig", "tab utf-16", "| cp949", "jsonl", "parquet", "feather"]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_rows_are_the_same_dataset_in_every_form(tmp_path: Path, form: str) -> None:
    expected = read_inputs(FRAME).dataset
    found = read_inputs(write(FRAME, tmp_path / "data", form)).dataset
    assert found.fingerprint == expected.fingerprint
    assert found.ids.to_pylist() == ["007", "1e5", "NA", "x"]
    assert found.content.columns["text"].to_pylist() == ["None", "안녕, 하세요", 'say "hi"', ""]
    assert [found.labels.text_of(row) for row in range(4)] == ["긍정", "null", "긍정", ""]
    assert found.labels.codes.tolist() == [1, 0, 1, -1]


@pytest.mark.parametrize("column", ["id", "text", "label"])
def test_any_other_cell_is_another_fingerprint(column: str) -> None:
    changed = FRAME.copy()
    changed.loc[2, column] = "changed"
    assert read_inputs(changed).dataset.fingerprint != read_inputs(FRAME).dataset.fingerprint


def test_a_fingerprint_tells_where_one_cell_ends_and_the_next_begins() -> None:
    one = pd.DataFrame({"text": ["ab", "c"], "label": ["x", "y"]})
    two = pd.DataFrame({"text": ["a", "bc"], "label": ["x", "y"]})
    assert read_inputs(one).dataset.fingerprint != read_inputs(two).dataset.fingerprint


@pytest.mark.parametrize("shared", ["reviews_ko.csv", "reviews_ko.jsonl", "reviews_ko.parquet"])
def test_real_reviews_are_the_same_in_every_rendering(shared_data: Path, shared: str) -> None:
    samples = shared_data / "samples"
    reference = read_inputs(samples / "reviews_ko_bom_semicolon.csv").dataset
    assert read_inputs(samples / shared).dataset.fingerprint == reference.fingerprint


def test_real_reviews_in_cp949_are_those_of_the_utf_8_file(shared_data: Path, tmp_path: Path) -> None:
    """The cp949 file holds rows of its own; Python's own decoder makes the UTF-8 twin."""
    path = shared_data / "samples" / "reviews_ko_cp949.csv"
    (tmp_path / "twin.csv").write_bytes(path.read_bytes().decode("cp949").encode())
    found = read_inputs(path).dataset
    assert slugs(found.notes)[0] == "encoding-converted"
    assert found.fingerprint == read_inputs(tmp_path / "twin.csv").dataset.fingerprint


def test_splits_stand_in_the_order_of_the_datas_way() -> None:
    frame = pd.DataFrame(
        {
            "text": list("abcdef"),
            "label": list("xyxyxy"),
            "split": ["test", "dev", "train", "", "extra", "검증"],
        }
    )
    splits = read_inputs(frame).dataset.splits
    assert splits is not None
    assert splits.names == ("train", "dev", "검증", "test", "extra")
    assert splits.codes.tolist() == [3, 1, 0, -1, 4, 2]


FILES = ["a/1.JPG", "a/2.png", "b/3.webp"]


def test_names_of_files_are_no_content_to_compare() -> None:
    """Three names that differ say nothing of three images; there is nothing else to look at, so they stay."""
    dataset = read_inputs(pd.DataFrame({"image": FILES, "label": list("xyx")})).dataset
    assert (dataset.content.kind, dataset.content.columns.column_names) == ("files", ["image"])


def test_names_of_files_are_left_out_beside_features() -> None:
    """With them no row of the table would be a copy of another."""
    dataset = read_inputs(pd.DataFrame({"image": FILES, "size": [1, 2, 1], "label": list("xyx")})).dataset
    assert (dataset.content.kind, dataset.content.columns.column_names) == ("columns", ["size"])
    assert dataset.left_out == ("image",)


def test_names_of_files_that_the_user_chose_stay_content() -> None:
    choice = InputChoice(columns=ColumnChoice(features=("image",)))
    dataset = read_inputs(pd.DataFrame({"image": FILES, "label": list("xyx")}), choice=choice).dataset
    assert (dataset.content.kind, dataset.left_out) == ("columns", ())


def test_roles_are_remembered() -> None:
    frame = FRAME.assign(split="train", annotator="kim")
    assert read_inputs(frame).dataset.roles == {
        "id": ("id",),
        "label": ("label",),
        "text": ("text",),
        "split": ("split",),
        "annotator": ("annotator",),
    }


def test_label_none_is_a_dataset_without_labels() -> None:
    choice = InputChoice(columns=ColumnChoice(label="none"))
    dataset = read_inputs(FRAME, choice=choice).dataset
    assert dataset.labels.codes.tolist() == [-1] * 4
    assert "label" not in dataset.roles


def test_a_table_with_nothing_but_labels_has_no_content() -> None:
    assert read_inputs(pd.DataFrame({"label": ["a", "b"]})).dataset.content.kind == "none"


# probability columns of the dataset itself


OBJECTS = ["dataframe", "arrow"]


def given(frame: pd.DataFrame, folder: Path, form: str) -> Any:
    """A table as a file or as an object."""
    if form in OBJECTS:
        return frame if form == "dataframe" else pa.Table.from_pandas(frame)
    return write(frame, folder / "data", form)


def own(folder: Path, form: str, **columns: list[Any]) -> Given:
    frame = pd.DataFrame({"id": ["a", "b", "c"], "text": ["x", "y", "z"], **columns})
    return read_inputs(given(frame, folder, form))


CAT, DOG = [0.9, 0.2, 0.6], [0.1, 0.8, 0.4]


@pytest.mark.parametrize("form", [*FORMS, *OBJECTS])
def test_probability_columns_of_the_dataset_are_its_predictions(tmp_path: Path, form: str) -> None:
    found = own(tmp_path, form, label=["cat", "dog", "cat"], prob_dog=DOG, prob_cat=CAT)
    assert found.dataset.classes == ("dog", "cat")
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 3).tolist() == np.array([DOG, CAT]).T.tolist()
    assert found.dataset.content.columns.column_names == ["text"]


@pytest.mark.parametrize("form", [*FORMS, *OBJECTS])
def test_numbered_columns_are_predictions_where_the_rows_sum_to_one(tmp_path: Path, form: str) -> None:
    found = own(tmp_path, form, label=[0, 1, 0], c0=CAT, c1=DOG)
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 3)[:, 0].tolist() == CAT


@pytest.mark.parametrize("form", [*FORMS, *OBJECTS])
@pytest.mark.parametrize(
    "columns",
    [
        {"c0": [1.5, 2.0, 0.5], "c1": [0.1, 0.2, 9.0]},
        {"score_math": [60, 70, 80], "score_reading": [50, 40, 30]},
        {"p_value": [0.1, 0.2, 0.3], "p_norm": [0.4, 0.4, 0.4]},
        {"c0": ["red", "blue", "red"], "c1": ["s", "m", "l"]},
    ],
    ids=lambda columns: "+".join(columns),
)
def test_features_that_are_called_like_probabilities_stay_features(
    tmp_path: Path, form: str, columns: dict[str, list[Any]]
) -> None:
    """With labels 0 and 1 two numeric columns could be read as the logits of two classes."""
    found = read_inputs(
        given(pd.DataFrame({"id": list("abc"), **columns, "label": [0, 1, 0]}), tmp_path, form)
    )
    assert found.probabilities is None
    assert found.dataset.classes == ("0", "1")
    assert found.dataset.content.columns.column_names == list(columns)
    wanted = [[str(value) for value in column] for column in columns.values()]
    if form in FORMS[:4]:
        assert [found.dataset.content.columns[name].to_pylist() for name in columns] == wanted


def test_other_wide_columns_beside_the_probabilities_are_content(tmp_path: Path) -> None:
    found = read_inputs(
        write(
            pd.DataFrame(
                {"c0": [1, 1, 2], "c1": [3, 3, 4], "label": list("aba"), "prob_a": CAT, "prob_b": DOG}
            ),
            tmp_path / "data",
            ", utf-8",
        )
    )
    assert found.probabilities is not None
    assert found.dataset.content.columns.column_names == ["c0", "c1"]


@pytest.mark.parametrize("form", [", utf-8", "jsonl", "parquet", *OBJECTS])
def test_a_missing_probability_of_the_dataset_is_told_with_its_row(tmp_path: Path, form: str) -> None:
    columns: dict[str, list[Any]] = {"prob_cat": [0.9, None, 0.6], "prob_dog": DOG}
    problems = refusal(InputError, own, tmp_path, form, label=["cat", "dog", "cat"], **columns)
    assert slugs(problems) == ["probabilities-not-finite"]
    assert str(problems[0].details[0]) == "rows counted from 0: 1"


@pytest.mark.parametrize("form", [", utf-8", "jsonl", "parquet", *OBJECTS])
def test_a_probability_of_the_dataset_that_is_no_number_is_refused(tmp_path: Path, form: str) -> None:
    columns: dict[str, list[Any]] = {"prob_cat": ["x", "y", "z"], "prob_dog": DOG}
    problems = refusal(InputError, own, tmp_path, form, label=["cat", "dog", "cat"], **columns)
    assert slugs(problems) == ["predictions-not-numbers"]


def test_a_table_in_memory_is_the_dataset_that_its_csv_file_is(tmp_path: Path) -> None:
    """Booleans, whole numbers and probability columns too."""
    frame = pd.DataFrame(
        {
            "text": list("xyz"),
            "label": [True, False, True],
            "n": [1, 2, 3],
            "prob_True": CAT,
            "prob_False": DOG,
        }
    )
    prints = {}
    for form in [", utf-8", "jsonl", "parquet", "feather", *OBJECTS]:
        found = read_inputs(given(frame, tmp_path, form))
        assert found.dataset.classes == ("True", "False")
        assert found.probabilities is not None
        prints[form] = found.dataset.fingerprint
    assert len(set(prints.values())) == 1, prints


def test_predictions_that_are_given_win_over_columns_of_the_dataset(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": list("abc"), "text": list("xyz"), "label": list("uvu")})
    path = write(frame.assign(prob_u=CAT, prob_v=DOG), tmp_path / "data", ", utf-8")
    predictions = pd.DataFrame({"id": list("abc"), "u": DOG, "v": CAT})
    found = read_inputs(path, [predictions])
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 3)[:, 0].tolist() == DOG
    assert found.dataset.content.columns.column_names == ["text"]


@pytest.mark.parametrize("name", ["data.dat", "data"])
def test_an_input_format_holds_for_the_probability_columns_too(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("id,text,label,prob_a,prob_b\n1,x,a,.1,.9\n2,y,b,.9,.1\n")
    found = read_inputs(tmp_path / name, choice=InputChoice(input_format="csv"))
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 2).tolist() == [[0.1, 0.9], [0.9, 0.1]]


def test_text_and_numbers_of_a_tsv_with_literal_quotes_stay_row_by_row(tmp_path: Path) -> None:
    """Read with quotes the numbers would have one row less, and each item its neighbour's."""
    lines = ["id\ttext\tlabel\tprob_a\tprob_b", '1\t"x\ta\t.1\t.9', '2\t"y\tb\t.9\t.1', "3\tz\tb\t.8\t.2"]
    (tmp_path / "data.tsv").write_text("\n".join(lines) + "\n")
    found = read_inputs(tmp_path / "data.tsv")
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 3)[:, 0].tolist() == [0.1, 0.9, 0.8]


def test_rows_without_an_id_are_said_by_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,label\n1,x\n,y\n3,x\n,y\n")
    (problem,) = refusal(InputError, read_inputs, tmp_path / "a.csv")
    assert problem.slug == "ids-empty"
    assert str(problem.details[0]).endswith(": 2, 4")


def test_ids_that_start_again_offer_the_training_file_as_it_is_typed(tmp_path: Path) -> None:
    """The folder and the file as they have to be typed, not the name of the folder alone."""
    (tmp_path / "my data").mkdir()
    for split in ("test", "train"):
        (tmp_path / "my data" / f"{split}.csv").write_text("id,label\n0,x\n1,y\n")
    (problem,) = refusal(InputError, read_inputs, tmp_path / "my data")
    assert problem.slug == "ids-repeat"
    (path,) = shlex.split(str(problem.fixes[1]).split(": ", 1)[1])
    assert path == str(tmp_path / "my data" / "train.csv")
