"""Which column is what: by the user's word, then by name, never by guessing between two."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from audit_inputs import refusal, slugs

from auditor.errors import UsageError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice, Roles, find_roles, looks_like_identifier
from auditor.read.dataset import read_inputs


def roles(names: str, **choice: object) -> Roles:
    return find_roles(names.split(","), ColumnChoice(**choice), "data.csv")  # type: ignore[arg-type]


def refused(names: str, **choice: object) -> list[str]:
    return slugs(
        refusal(UsageError, find_roles, names.split(","), ColumnChoice(**choice), "data.csv")  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("names", "id", "label", "text", "split"),
    [
        # known datasets
        ("ID,text,target", "ID", "target", ("text",), None),  # Boostcamp
        ("guid,title,label,url,date", "guid", "label", ("title",), None),  # KLUE-YNAT
        ("id,document,label", "id", "label", ("document",), None),  # NSMC
        ("text,label", None, "label", ("text",), None),  # Hugging Face
        ("Id,Review,Sentiment,Split", "Id", "Sentiment", ("Review",), "Split"),
        # spelling: case, blanks, underscores, dots, dashes
        (
            "example_id, Input Text,LABEL_TEXT ,sub-set",
            "example_id",
            "LABEL_TEXT ",
            (" Input Text",),
            "sub-set",
        ),
        ("doc.id,question,in tent", "doc.id", "in tent", ("question",), None),
        # Korean, also decomposed (as macOS writes it)
        ("번호,문장,라벨,구분", "번호", "라벨", ("문장",), "구분"),
        ("아이디,댓글,감정", "아이디", "감정", ("댓글",), None),
        (
            "\u1107\u1165\u11ab\u1112\u1169,\u1105\u1161\u1107\u1166\u11af,text",
            "\u1107\u1165\u11ab\u1112\u1169",
            "\u1105\u1161\u1107\u1166\u11af",
            ("text",),
            None,
        ),
    ],
)
def test_roles_are_found_by_name(
    names: str, id: str | None, label: str, text: tuple[str, ...], split: str | None
) -> None:
    found = roles(names)
    assert (found.id, found.label, found.text, found.split) == (id, label, text, split)


def test_without_a_text_column_every_column_without_a_role_is_a_feature() -> None:
    found = roles("id,height,width,class,annotator,fold")
    assert found.features == ("height", "width")
    assert (found.annotator, found.split) == ("annotator", "fold")


@pytest.mark.parametrize(
    ("names", "slug", "fix"),
    [
        ("id,text,target,label_text", "label-column", "--label target --label label_text"),
        ("idx,uuid,text,label", "column-ambiguous", "--id idx --id uuid"),
        ("id,title,body,label", "column-ambiguous", "--text title --text body"),
        ("id,text,label,split,fold", "column-ambiguous", "--split split --split fold"),
    ],
)
def test_several_candidates_are_listed_with_the_flag_to_add(names: str, slug: str, fix: str) -> None:
    (problem,) = refusal(UsageError, find_roles, names.split(","), ColumnChoice(), "data.csv")
    assert problem.slug == slug
    assert " ".join(str(line) for line in problem.fixes) == fix
    assert str(problem.details[1]) == f"columns: {', '.join(names.split(','))}"


def test_a_flag_settles_what_names_cannot() -> None:
    assert roles("id,text,target,label_text", label="target").label == "target"
    assert roles("idx,uuid,text,label", id="uuid").id == "uuid"
    assert roles("id,title,body,label", text=("title", "body")).text == ("title", "body")


def test_no_label_column_is_a_usage_error_that_offers_to_go_without() -> None:
    (problem,) = refusal(UsageError, find_roles, ["id", "text", "url"], ColumnChoice(), "data.csv")
    assert problem.slug == "label-column"
    assert [str(fix) for fix in problem.fixes] == ["--label COLUMN", "--label none audits without labels"]


def test_label_none_goes_without_labels() -> None:
    found = roles("id,text,url", label="none")
    assert (found.id, found.label, found.text) == ("id", None, ("text",))


@pytest.mark.parametrize("said", ["Target", "TARGET ", "tar_get"])
def test_a_flag_may_be_spelt_as_freely_as_a_name(said: str) -> None:
    assert roles("id,text,target,label", label=said).label == "target"


def test_all_columns_that_are_not_there_are_reported_at_once_with_guesses() -> None:
    """Two flags with misspelt names and, besides, no label column."""
    problems = refusal(
        UsageError,
        find_roles,
        ["ident", "sentence1", "premise"],
        ColumnChoice(id="idnet", text=("sentense1",)),
        "data.csv",
    )
    assert slugs(problems) == ["column-not-found", "label-column", "column-not-found"]
    assert [str(fix) for fix in problems[0].fixes + problems[2].fixes] == ["--id ident", "--text sentence1"]


# --features


@pytest.mark.parametrize(
    ("said", "features"),
    [
        (("f1",), ("f1",)),
        (("f*",), ("f1", "f2")),
        (("f1,g",), ("f1", "g")),
        (("f*", "g"), ("f1", "f2", "g")),
        (("f2", "f*"), ("f2", "f1")),
        (("a,b",), ("a,b",)),  # a name that holds a comma
        (("?1",), ("f1",)),
    ],
)
def test_features_are_names_globs_and_lists(said: tuple[str, ...], features: tuple[str, ...]) -> None:
    names = ["id", "f1", "f2", "g", "label", "a,b"]
    assert find_roles(names, ColumnChoice(features=said), "data.csv").features == features


def test_a_glob_never_takes_the_label_or_the_id_into_the_content() -> None:
    """With the label among the content no two rows with different labels could ever be copies."""
    assert roles("id,f1,f2,label,split", features=("*",)).features == ("f1", "f2")


def test_a_column_with_a_role_can_be_a_feature_when_it_is_named() -> None:
    assert roles("id,f1,label", features=("id", "f1")).features == ("id", "f1")


def test_a_glob_that_fits_nothing_is_reported() -> None:
    assert refused("id,f1,label", features=("g*",)) == ["column-not-found"]


def test_a_glob_reaches_columns_that_look_like_probabilities() -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "c0": ["1", "2"], "c1": ["3", "4"], "label": ["0", "1"]})
    content = read_inputs(frame, choice=InputChoice(columns=ColumnChoice(features=("c*",)))).dataset.content
    assert content.columns.column_names == ["c0", "c1"]


# identifiers


@pytest.mark.parametrize(
    "name", ["id", "row_id", "Image-URL", "user key", "file_path", "uuid", "상품번호", "", "Unnamed: 0"]
)
def test_names_of_identifiers_are_known(name: str) -> None:
    assert looks_like_identifier(name)


@pytest.mark.parametrize("name", ["height", "price", "identity", "keyword", "unnamed"])
def test_names_of_features_are_not_taken_for_identifiers(name: str) -> None:
    assert not looks_like_identifier(name)


def test_columns_that_are_used_for_nothing_are_remembered_in_file_order() -> None:
    """Roles, content, probabilities and the names of label numbers are used."""
    frame = pd.DataFrame(
        {
            **{"z": ["1", "2"], "id": ["a", "b"], "text": ["x", "y"], "label": [0, 1]},
            **{"label_text": ["cat", "dog"], "split": ["train", "test"], "worker": ["u", "v"]},
            **{"prob_cat": [0.9, 0.2], "prob_dog": [0.1, 0.8], "source": ["web", "app"]},
        }
    )
    assert read_inputs(frame).dataset.unused == ("z", "source")
    probs = frame[["prob_cat", "prob_dog"]].to_numpy()
    assert read_inputs(frame, [probs]).dataset.unused == ("z", "source", "prob_cat", "prob_dog")
    assert read_inputs(frame[["text", "label"]]).dataset.unused == ()
    assert read_inputs(frame.drop(columns="text")).dataset.unused == ()  # the others are features then


def test_columns_that_only_name_the_row_are_left_out_of_the_content_and_remembered() -> None:
    frame = pd.DataFrame(
        {
            "user_id": ["u1", "u2", "u3"],  # different everywhere: names the row
            "group_id": ["g1", "g1", "g2"],  # repeats: describes it
            "size": ["1", "2", "3"],
            "label": ["a", "b", "a"],
        }
    )
    dataset = read_inputs(frame).dataset
    assert dataset.content.columns.column_names == ["group_id", "size"]
    assert dataset.left_out == ("user_id",)


def test_the_row_numbers_that_pandas_writes_are_no_content(tmp_path: Path) -> None:
    """`to_csv` without index=False writes a first column without a name; with it no row has a copy."""
    frame = pd.DataFrame({"f1": [1, 1, 2], "f2": [5, 5, 6], "label": ["a", "b", "a"]}, index=[3, 9, 4])
    frame.to_csv(tmp_path / "a.csv")
    frame.to_parquet(tmp_path / "a.parquet")
    for name, left_out in (("a.csv", ""), ("a.parquet", "__index_level_0__")):
        dataset = read_inputs(tmp_path / name).dataset
        assert dataset.content.columns.column_names == ["f1", "f2"]
        assert dataset.left_out == (left_out,)


def test_a_named_identifier_stays_in_the_content() -> None:
    frame = pd.DataFrame({"user_id": ["u1", "u2"], "size": ["1", "2"], "label": ["a", "b"]})
    choice = InputChoice(columns=ColumnChoice(features=("user_id", "size")))
    dataset = read_inputs(frame, choice=choice).dataset
    assert dataset.content.columns.column_names == ["user_id", "size"]
    assert dataset.left_out == ()
