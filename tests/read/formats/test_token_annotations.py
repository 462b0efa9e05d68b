"""doccano, CoNLL and fastText: classes and spans of texts, line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from audit_inputs import refusal, slugs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.read.dataset import read_inputs
from auditor.read.formats import spans
from auditor.read.tables import TextTable, read_table

of_files = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path, text: str, name: str = "data.txt", encoding: str = "utf-8") -> TextTable:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read_table(path)


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def said(table: TextTable, slug: str) -> str:
    (found,) = (note for note in table.notes if note.slug == slug)
    return " | ".join(map(str, (found.what, *found.details)))


# doccano


def test_a_list_of_one_class_is_the_label(tmp_path: Path) -> None:
    """Of several there is no single one; of none there is no label."""
    text = lines(
        {"id": 1, "text": "a", "label": ["긍정"], "Comments": []},
        {"id": 2, "text": "b", "label": ["긍정", "부정"], "Comments": ["unsure"]},
        {"id": 3, "text": "c", "label": [], "Comments": []},
    )
    table = read(tmp_path, text, "admin.jsonl")
    assert table.format == "doccano"
    assert table.columns.to_pydict() == {
        "id": ["1", "2", "3"],
        "text": ["a", "b", "c"],
        "label": ["긍정", "", ""],
        "Comments": ["[]", '["unsure"]', "[]"],
    }
    assert said(table, "several-classes").startswith(
        "admin.jsonl: 1 row has several classes at once in label"
    )
    assert table.roles == {"label": ("label",), "text": ("text",)}


def test_the_json_list_of_doccano_is_read_alike(tmp_path: Path) -> None:
    rows = [{"id": 1, "text": "a", "label": ["x"]}, {"id": 2, "text": "b", "label": ["y"]}]
    one, other = read(tmp_path, json.dumps(rows), "a.json"), read(tmp_path, lines(*rows), "a.jsonl")
    assert one.format == other.format == "doccano"
    assert one.columns.equals(other.columns)


def test_a_label_that_is_a_text_is_a_plain_table(tmp_path: Path) -> None:
    """Whatever other lists stand beside it."""
    row = {"text": "EU rejects", "label": "news", "entities": [[0, 2, "ORG"]]}
    assert read(tmp_path, lines(row, row), "a.jsonl").format == "jsonl"


def test_pictures_are_content_by_the_name_of_their_file(tmp_path: Path) -> None:
    table = read(tmp_path, lines({"id": 1, "filename": "a.png", "label": ["cat"]}), "a.jsonl")
    assert table.roles == {"label": ("label",), "features": ("filename",)}


@pytest.mark.parametrize(
    "row",
    [
        {"text": "EU rejects", "label": [[0, 2, "ORG"]]},
        {"text": "EU rejects", "labels": [[0, 2, "ORG"]]},
        {
            "text": "EU rejects",
            "Comments": [],
            "entities": [{"id": 1, "label": "ORG", "start_offset": 0, "end_offset": 2}],
            "relations": [],
        },
    ],
)
def test_spans_are_read_in_every_form_of_doccano(tmp_path: Path, row: dict[str, Any]) -> None:
    table = read(tmp_path, lines(row), "a.jsonl")
    assert table.columns.to_pydict() == {
        "example": ["row-0"],
        "before": [""],
        "span": ["EU"],
        "after": [" rejects"],
        "label": ["ORG"],
    }


def test_what_is_audited_of_spans_and_what_is_not_is_said(tmp_path: Path) -> None:
    """A text without a span has no row; keys that were not read are named."""
    text = lines(
        {"id": 1, "text": "EU rejects", "label": [[0, 2, "ORG"]], "meta": {}},
        {"id": 2, "text": "none here", "label": []},
    )
    assert said(read(tmp_path, text, "a.jsonl"), "format-partly") == (
        "a.jsonl: spans: their tags and copies are audited; missing spans and their borders are not"
        " | a row is a span; 1 text without a span gives no row | not read: meta"
    )


def test_copies_of_a_span_with_another_tag_are_a_conflict(tmp_path: Path) -> None:
    """The same words around it: a row is equal to another whatever its tag."""
    text = lines(
        {"id": 1, "text": "Washington signed the bill", "label": [[0, 10, "PER"]]},
        {"id": 2, "text": "Washington signed the bill", "label": [[0, 10, "LOC"]]},
    )
    path = tmp_path / "a.jsonl"
    path.write_text(text, encoding="utf-8")
    dataset = read_inputs(path).dataset
    first, second = dataset.content.columns.to_pylist()
    assert first == second
    assert dataset.classes == ("LOC", "PER")
    assert said(read_table(path), "spans-differ") == (
        "a.jsonl: 1 text stands in the file before with other spans | e.g. 1 and 2"
    )


def test_spans_outside_their_text_are_counted_and_left_out(tmp_path: Path) -> None:
    row = {"id": 7, "text": "short", "label": [[0, 5, "A"], [3, 9, "B"], [2, 2, "C"], [4, 1, "D"]]}
    table = read(tmp_path, lines(row), "a.jsonl")
    assert table.columns["label"].to_pylist() == ["A"]
    assert said(table, "spans-broken") == (
        "a.jsonl: 3 spans do not lie within their texts and were left out, e.g. in 7"
    )


def test_an_export_without_a_valid_span_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines({"text": "short", "label": [[3, 9, "B"]]}))
    assert slugs(refusal(InputError, read_table, path)) == ["no-annotations"]


def test_objects_that_are_no_examples_are_named_by_their_number(tmp_path: Path) -> None:
    """The first tell the format; a later one that does not fit is not guessed at."""
    path = tmp_path / "a.jsonl"
    path.write_text(lines(*[{"text": "a", "label": ["x"]}] * 300, {"text": "a", "label": {"x": 1}}))
    (problem,) = refusal(InputError, read_table, path)
    assert problem.slug == "not-this-format"
    assert "number 301" in str(problem.what)


def test_long_texts_are_cut_to_the_words_around_a_span(tmp_path: Path) -> None:
    """A text with many spans would otherwise be repeated with each of them."""
    text = "x" * 50_000 + "EU" + "y" * 50_000
    cells = read(tmp_path, lines({"text": text, "label": [[50_000, 50_002, "ORG"]]}), "a.jsonl").columns
    assert cells.select(["before", "span", "after"]).to_pylist() == [
        {"before": "x" * spans.CONTEXT, "span": "EU", "after": "y" * spans.CONTEXT}
    ]


@of_files
@given(data=st.data())
def test_any_span_is_the_part_of_its_text_that_was_marked(tmp_path: Path, data: st.DataObject) -> None:
    """Offsets count characters, as Python counts them."""
    text = data.draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    (row,) = read(
        tmp_path, lines({"text": text, "label": [[start, end, "T"]]}), "a.jsonl"
    ).columns.to_pylist()
    assert row["before"] + row["span"] + row["after"] == text
    assert (len(row["before"]), row["span"], row["label"]) == (start, text[start:end], "T")


# CoNLL


CONLL_2003 = (
    "-DOCSTART- -X- -X- O\n\n"
    "EU NNP B-NP B-ORG\nrejects VBZ B-VP O\nGerman JJ B-NP B-MISC\ncall NN I-NP O\n\n"
    "Peter NNP B-NP B-PER\nBlackburn NNP I-NP I-PER\n\n"
)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_token_files_are_read_as_their_entities(tmp_path: Path, ending: str) -> None:
    """CoNLL-2003 in a `.txt`: the tag is the last column."""
    table = read(tmp_path, CONLL_2003.replace("\n", ending), "train.txt")
    assert table.format == "conll"
    assert table.columns.to_pydict() == {
        "line": ["3", "3", "8"],
        "before": ["", "EU rejects ", ""],
        "span": ["EU", "German", "Peter Blackburn"],
        "after": [" rejects German call", " call", ""],
        "label": ["ORG", "MISC", "PER"],
    }


@pytest.mark.parametrize(
    ("tags", "entities"),
    [
        # IOB2
        ("B-PER I-PER O B-LOC", ["PER a b", "LOC d"]),
        ("B-PER B-PER O O", ["PER a", "PER b"]),
        # IOB1: I begins too
        ("I-PER I-PER O I-LOC", ["PER a b", "LOC d"]),
        ("I-PER B-PER I-LOC O", ["PER a", "PER b", "LOC c"]),
        # BIOES and BILOU
        ("S-PER B-LOC I-LOC E-LOC", ["PER a", "LOC b c d"]),
        ("U-PER B-LOC L-LOC I-LOC", ["PER a", "LOC b c", "LOC d"]),
        # a kind with a hyphen
        ("B-LOC-CITY I-LOC-CITY O O", ["LOC-CITY a b"]),
    ],
)
def test_entities_are_found_in_every_scheme(tmp_path: Path, tags: str, entities: list[str]) -> None:
    text = "".join(f"{token}\t{tag}\n" for token, tag in zip("abcd", tags.split(), strict=True))
    table = read(tmp_path, f"{text}\n", "a.conll")
    found = zip(table.columns["label"].to_pylist(), table.columns["span"].to_pylist(), strict=True)
    assert [f"{kind} {span}" for kind, span in found] == entities


def test_a_line_without_a_tag_is_named(tmp_path: Path) -> None:
    """Under its ending; a file without it is some other text."""
    path = tmp_path / "a.conll"
    path.write_text("EU\tB-ORG\nrejects\nGerman\tNN\n\n")
    (problem,) = refusal(InputError, read_table, path)
    assert problem.slug == "not-this-format"
    assert "line 2, 3" in str(problem.what)


def test_a_token_that_begins_with_a_number_sign_is_no_comment(tmp_path: Path) -> None:
    table = read(tmp_path, "# text = #1\n#\tB-X\n##막\tI-X\n\n", "a.bio")
    assert table.columns["span"].to_pylist() == ["# ##막"]


def test_a_table_of_texts_and_labels_is_no_token_file(tmp_path: Path) -> None:
    """NSMC: tabs, a header, and 0 and 1 as labels."""
    assert read(tmp_path, "id\tdocument\tlabel\n1\t좋다\t1\n\n2\t나쁘다\t0\n").format == "tsv"


# fastText


@pytest.mark.parametrize(
    ("line", "label", "text"),
    [
        ("__label__a text", "a", "text"),
        ("__label__a  two  blanks ", "a", " two  blanks "),
        ("__label__a\ttab", "a", "tab"),
        ("__label__매우-좋음 한국어", "매우-좋음", "한국어"),
        ("text behind __label__a", "a", "text behind"),
        ("__label__a", "a", ""),
        ("__label__ nothing", "", "nothing"),
        ("no label", "", "no label"),
        ("__label__a __label__a twice", "a", "twice"),
        # several
        ("__label__a __label__b text", "", "text"),
        ("__label__a text __label__b", "", "text"),
        ("__label__a in __label__b between", "", "in __label__b between"),
        # a blank that is none for fastText
        ("__label__a\u3000b text", "a\u3000b", "text"),
    ],
)
def test_labels_and_text_of_a_line(tmp_path: Path, line: str, label: str, text: str) -> None:
    table = read(tmp_path, f"__label__z first\n{line}\n__label__z last\n\n")
    assert table.format == "fasttext"
    assert table.columns.to_pylist()[1] == {"label": label, "text": text}


def test_lines_of_several_labels_are_counted(tmp_path: Path) -> None:
    table = read(tmp_path, "__label__a __label__b x\n__label__a y\n")
    assert said(table, "several-classes").startswith("data.txt: 1 row has several classes at once in label")
    assert table.columns["label"].to_pylist() == ["", "a"]


def test_a_long_line_of_blanks_takes_no_time(tmp_path: Path) -> None:
    """Reading it is linear: a pattern that tries again at every blank would never end."""
    table = read(tmp_path, "__label__a x" + " " * 1_000_000 + "y\n" + "__label__a " * 100_000 + "\n")
    assert table.columns.num_rows == 2


@of_files
@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=6),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=12),
        ),
        min_size=1,
        max_size=5,
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_any_labels_and_texts_come_back(
    tmp_path: Path, rows: list[tuple[str, str]], encoding: str, ending: str
) -> None:
    """Any text but line ends, with its blanks."""
    text = "".join(f"__label__{label} {shown}{ending}" for label, shown in rows)
    table = read(tmp_path, text, encoding=encoding)
    assert table.columns.to_pydict() == {
        "label": [label for label, _ in rows],
        "text": [shown for _, shown in rows],
    }
