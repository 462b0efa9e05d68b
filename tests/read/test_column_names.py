"""Every column name of the specification, and the tables that people really have."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import pandas as pd
import pytest

from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice, find_roles, names_files
from auditor.read.dataset import Given, read_inputs

NAMES = {  # as the specification lists them
    "id": """id idx index guid uid uuid key example_id Sample-ID doc.id image_id filename no
        번호 일련번호 아이디 식별자 파일명""",
    "label": """label labels target y class category gold ground_truth gt answer tag intent sentiment topic
        label_text 라벨 레이블 정답 클래스 분류 카테고리 감정 주제 의도""",
    "text": """text sentence document content title body review comment question query utterance input_text
        headline 문장 본문 내용 제목 텍스트 리뷰 댓글 질문 발화""",
    "split": "split subset partition set fold 구분",
    "annotator": "annotator worker labeler labeller reviewer completed_by 작업자 라벨러 검수자",
}
OTHERS = {"id": "id", "label": "label", "text": "text"}
IMAGES = ["image", "img", "image_path", "img_path", "path", "file", "file_path", "이미지", "파일", "경로"]
every_name = pytest.mark.parametrize(
    ("role", "name"), [(role, name) for role, names in NAMES.items() for name in names.split()]
)


@every_name
@pytest.mark.parametrize("change", [str, str.upper, lambda name: unicodedata.normalize("NFD", name)])
def test_a_name_says_the_role(role: str, name: str, change: Any) -> None:
    """In any case, and in the form in which macOS writes it."""
    written = change(name)
    table = [*(other for of, other in OTHERS.items() if of != role), written, "x1"]
    found = getattr(find_roles(table, ColumnChoice(), "f.csv"), role)
    assert found == ((written,) if role == "text" else written)


@pytest.mark.parametrize("role", ["id", "label", "text", "features", "split"])
def test_a_flag_finds_a_column_in_another_unicode_form(role: str) -> None:
    """The flag is typed, the file was made on a Mac."""
    decomposed = unicodedata.normalize("NFD", "특별한 이름")
    value: Any = ("특별한 이름",) if role in {"text", "features"} else "특별한 이름"
    choice = ColumnChoice(**{"label": "label", role: value})
    found = getattr(find_roles(["label", decomposed, "other"], choice, "f.csv"), role)
    assert found == ((decomposed,) if role in {"text", "features"} else decomposed)


def test_a_glob_finds_columns_in_another_unicode_form() -> None:
    names = [unicodedata.normalize("NFD", name) for name in ("특성1", "특성2", "라벨")]
    assert find_roles(names, ColumnChoice(features=("특성*",)), "f.csv").features == tuple(names[:2])


def read(columns: dict[str, list[Any]], predictions: Any = None) -> Given:
    return read_inputs(pd.DataFrame(columns), [] if predictions is None else [predictions], InputChoice())


TEXTS, LABELS = ["one text", "another", "a third"], ["a", "b", "a"]


@pytest.mark.parametrize(
    ("columns", "roles"),
    [
        ("ID,text,target", {"id": "ID", "text": "text", "label": "target"}),  # Boostcamp
        ("guid,title,label,url,date", {"id": "guid", "text": "title", "label": "label"}),  # KLUE-YNAT
        ("id,document,label", {"id": "id", "text": "document", "label": "label"}),  # NSMC
        ("id,target", {"id": "id", "label": "target"}),  # Kaggle
        ("text,label", {"text": "text", "label": "label"}),  # Hugging Face
        ("번호,본문,라벨", {"id": "번호", "text": "본문", "label": "라벨"}),
    ],
)
def test_tables_that_people_have_need_no_flag(columns: str, roles: dict[str, str]) -> None:
    cells = {
        name: LABELS if name == roles["label"] else ["1", "2", "3"] if name == roles.get("id") else TEXTS
        for name in columns.split(",")
    }
    found = read(cells).dataset
    assert {role: found.roles[role][0] for role in roles} == roles
    assert found.content.kind == ("text" if "text" in roles else "none")


@pytest.mark.parametrize("name", IMAGES)
def test_a_column_of_image_files_is_no_text(name: str) -> None:
    """Cleanlab Studio's id,path,label: the names are shown and not compared."""
    found = read({"id": ["1", "2", "3"], name: ["a/1.jpg", "a/1.jpg", "b/2.PNG"], "label": LABELS}).dataset
    assert found.content.kind == "files"
    assert found.content.columns.column_names == [name]


@pytest.mark.parametrize("name", ["text", "content", "document"])
def test_a_column_that_is_called_text_and_names_files_is_no_text(name: str) -> None:
    """Unless a flag says so."""
    cells = {"id": ["1", "2", "3"], name: ["a/1.jpg", "a/1.jpg", "b/2.PNG"], "label": LABELS}
    assert read(cells).dataset.content.kind == "files"
    said = InputChoice(columns=ColumnChoice(text=(name,)))
    assert read_inputs(pd.DataFrame(cells), (), said).dataset.content.kind == "text"
    assert names_files(["1.jpg"])


def test_the_columns_of_a_kaggle_submission_are_classes() -> None:
    """image,c0...c9 beside a dataset of image,label."""
    images, labels = [f"{n}.jpg" for n in range(10)], list(range(10))
    classes = {f"c{k}": np.eye(10)[:, k] for k in range(10)}
    found = read({"image": images, "label": labels}, pd.DataFrame({"image": images, **classes}))
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 10).tolist() == np.eye(10).tolist()


def test_predictions_are_joined_by_an_id_in_another_unicode_form() -> None:
    """The same column, written on two machines."""
    data = {"고유값": ["x", "y"], "text": ["a", "b"], "label": ["a", "b"]}
    other = {unicodedata.normalize("NFD", "고유값"): ["y", "x"], "a": [0.1, 0.9], "b": [0.9, 0.1]}
    choice = InputChoice(columns=ColumnChoice(id="고유값"))
    found = read_inputs(pd.DataFrame(data), [pd.DataFrame(other)], choice)
    assert found.probabilities is not None
    assert found.probabilities.blocks.read(0, 2).tolist() == [[0.9, 0.1], [0.1, 0.9]]
