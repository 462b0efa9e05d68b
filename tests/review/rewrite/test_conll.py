"""Token files rewritten: the tags of an entity change, and every other byte stays."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from audit_inputs import refusal, slugs
from examples_json import KLUE
from hypothesis import given
from hypothesis import strategies as st
from rewriting import edited_rows, rewritten, rows_of

from auditor.errors import InputError
from auditor.read.tables import read_table
from auditor.review.rewrite.family import Edits

CONLL = (
    "-DOCSTART- -X- O\r\n\r\nEU NNP B-ORG \r\nrejects VBZ O\r\nGerman JJ B-MISC\r\ncall NN I-MISC\r\n\r\n"
    "Peter NNP B-PER\r\nB-PER NNP I-PER\r\n"
)
"""A token that looks like a tag, a blank behind a tag, no empty line at the end."""


def put(folder: Path, text: str) -> Path:
    path = folder / "train.conll"
    path.write_bytes(text.encode())
    return path


def of(row: int, label: str) -> Edits:
    return Edits(cells={"label": {row: label}})


@pytest.mark.parametrize(
    ("row", "old", "new"),
    [
        (0, "EU NNP B-ORG ", "EU NNP B-새 "),
        (1, "German JJ B-MISC\r\ncall NN I-MISC", "German JJ B-새\r\ncall NN I-새"),
        (2, "Peter NNP B-PER\r\nB-PER NNP I-PER", "Peter NNP B-새\r\nB-PER NNP I-새"),
    ],
)
def test_each_line_of_an_entity_takes_the_tag(tmp_path: Path, row: int, old: str, new: str) -> None:
    """The letters before it stay: begin, inside."""
    assert rewritten(put(tmp_path, CONLL), of(row, "새")).read_bytes() == CONLL.replace(old, new).encode()


def test_an_entity_that_goes_leaves_its_tokens(tmp_path: Path) -> None:
    """A row is an entity, and the text stays."""
    new = rewritten(put(tmp_path, KLUE), Edits(dropped=frozenset({0})))
    expected = KLUE.replace("한\tB-QT\n군\tI-QT\n데\tI-QT", "한\tO\n군\tO\n데\tO")
    assert new.read_text() == expected


def test_entities_that_would_become_one_are_refused(tmp_path: Path) -> None:
    """Without a begin between them, two of one kind are one."""
    path = put(tmp_path, "a I-PER\nb I-LOC\n\n")
    assert slugs(refusal(InputError, rewritten, path, of(1, "PER"))) == ["format-not-written"]
    assert rewritten(path, of(1, "ORG")).read_text() == "a I-PER\nb I-ORG\n\n"


@pytest.mark.parametrize("label", ["two words", "", "a\nb"])
def test_a_tag_with_a_blank_is_refused(tmp_path: Path, label: str) -> None:
    """A tag is the last word of a line."""
    assert slugs(refusal(InputError, rewritten, put(tmp_path, CONLL), of(0, label))) == ["format-not-written"]


TAGS = st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B", "S-A", "E-B"])


@given(data=st.data())
def test_any_edits_give_the_table_that_they_say_or_are_refused(data: st.DataObject) -> None:
    """In every scheme of tags; only entities without a border between them are refused."""
    texts = data.draw(st.lists(st.lists(TAGS, min_size=1, max_size=5), min_size=1, max_size=3))
    texts[0][0] = "B-A"
    separator = data.draw(st.sampled_from(["\t", " "]))
    text = "".join(
        "".join(f"t{at}{separator}{tag}\n" for at, tag in enumerate(tags)) + "\n" for tags in texts
    )
    with TemporaryDirectory() as folder:
        path = put(Path(folder), text)
        before = rows_of(read_table(path))
        n = len(before["label"])
        rows = st.integers(0, n - 1)
        edits = Edits(
            cells={"label": data.draw(st.dictionaries(rows, st.sampled_from(["A", "B", "C"])))},
            dropped=data.draw(st.frozensets(rows, max_size=n - 1)),
        )
        try:
            new = rewritten(path, edits)
        except InputError as error:
            assert slugs(error.problems) == ["format-not-written"]
            assert any(tag[0] in "IE" for tags in texts for tag in tags)  # B and S begin an entity anyway
            return
        assert rows_of(read_table(new)) == edited_rows(before, edits)
