"""The content as it is compared: normalised texts, their hashes, groups, and whether they say enough."""

from __future__ import annotations

import hashlib
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from audit_inputs import inputs_of
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.data import Content, ContentKind
from auditor.similar.content import ContentIndex
from auditor.similar.normal import CELL_JOINT, joined, normal_columns, says_enough, units_in

CELLS = st.text(st.sampled_from("aAbBée\u0301한ㅎ .,!?:()\"'\u201c\t\n\x0b\x1f\x85\u00a0\u3000"), max_size=6)


def index_of(texts: list[str], **columns: list[str]) -> ContentIndex:
    """The index of a dataset of texts."""
    labels = ["a", "b"] * len(texts)
    frame = pd.DataFrame({"text": texts, "label": labels[: len(texts)], **columns}, dtype=str)
    return inputs_of(frame).index


def content(kind: ContentKind = "columns", **columns: list[str]) -> Content:
    """Feature columns, or texts."""
    return Content(kind=kind, columns=pa.table(columns))


def normalised(written: Content) -> list[str] | None:
    """The rows as they are compared."""
    rows = joined(normal_columns(written))
    return None if rows is None else rows.to_pylist()


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("  A  text\n", "a text"),
        ("Cafe\u0301", "café"),
        ("\u1112\u1161\u11ab글", "한글"),
        ("a\u00a0b\u3000c", "a b c"),
        ("\u212b", "å"),  # the sign for angstrom
        ("", ""),
        ("Hello, World!!", "hello world"),
        ("\u201c정말\u201d 재밌다 ...", "정말 재밌다"),
        ("(a) [b], \u00abc\u00bb.", "a b c"),
        ("what?!", "what?!"),  # a question is not a statement
        ("great :)", "great :)"),
        ("C# 5% -1 .5 1,000.5", "c# 5% -1 .5 1,000.5"),
        ("well-known, can't", "well-known can't"),
        ("...", "..."),
    ],
)
def test_a_text_is_compared_by_form_case_and_blanks_evened_out(written: str, compared: str) -> None:
    """NFC, lower case, runs of blanks as one, no punctuation that only begins or ends words."""
    texts = index_of([written, "another"]).texts

    assert texts is not None
    assert texts[0].as_py() == compared


@settings(max_examples=300)
@given(st.sampled_from(["text", "columns"]), st.lists(CELLS, min_size=1, max_size=5))
def test_normalising_twice_changes_nothing_more(kind: ContentKind, cells: list[str]) -> None:
    """A normalised text is its own normal form."""
    once = normalised(content(kind, x=cells))
    assert once is not None

    assert normalised(content(kind, x=once)) == once


WHITESPACE = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isspace()]


@pytest.mark.parametrize("around", ["{}", "a{}b", "a {}b", "a{} b", "a{}{}b", " {} {}b {}"])
def test_all_that_python_calls_whitespace_is_one_blank(around: str) -> None:
    """Each of it, alone, doubled and beside a blank."""
    cells = [around.replace("{}", blank) for blank in WHITESPACE]
    assert normalised(content(x=cells)) == [" ".join(cell.split()) for cell in cells]


@given(cells=st.lists(st.text(st.sampled_from([*WHITESPACE, " ", " ", "x", "가"])), min_size=1))
def test_runs_of_whitespace_are_one_blank(cells: list[str]) -> None:
    """As splitting and joining in Python has it."""
    assert normalised(content(x=cells)) == [" ".join(cell.split()) for cell in cells]


def test_punctuation_counts_in_the_cells_of_a_table() -> None:
    """A code is its characters: only form, case and blanks are evened out."""
    assert normalised(content(x=["A-1.", "(B)"])) == ["a-1.", "(b)"]


@settings(max_examples=100)
@given(st.tuples(CELLS, CELLS), st.tuples(CELLS, CELLS))
def test_rows_of_a_table_are_equal_when_all_their_cells_are(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    """No cell reaches over into the next."""
    rows = normalised(content(x=[one[0], other[0]], y=[one[1], other[1]]))
    alone = [normalised(content(x=[one[at], other[at]])) for at in (0, 1)]

    assert rows is not None
    assert (rows[0] == rows[1]) == all(cells[0] == cells[1] for cells in alone if cells is not None)


def test_without_content_there_are_no_texts_and_no_groups() -> None:
    """A dataset of ids and labels alone."""
    index = inputs_of(pd.DataFrame({"id": list("xyz"), "label": list("aab")})).index

    assert index.texts is None
    assert index.groups.members == ()
    assert index.groups.of_row.tolist() == [-1, -1, -1]
    assert index.hashes_of(np.array([0, 2])) == ["", ""]
    assert (index.conflicts, index.leaks) == ({}, {})


def test_groups_stand_in_the_order_of_their_first_rows() -> None:
    """Rows ascending; rows that stand alone, or say nothing, are in none."""
    groups = index_of(["two", "one", "alone", "", "ONE", " two", "", "one"]).groups

    assert [rows.tolist() for rows in groups.members] == [[0, 5], [1, 4, 7]]
    assert groups.of_row.tolist() == [0, 1, -1, -1, 1, 0, -1, 1]
    assert groups.rows.tolist() == [0, 5, 1, 4, 7]


def test_a_group_is_named_by_its_members() -> None:
    """sha256 over the sorted ids: the same in any order of rows, another when a member joins."""
    ids = ["b", "a", "c"]
    texts = ["the same text", "The same text", "another"]
    expected = hashlib.sha256(b"a\nb").hexdigest()[:16]

    assert index_of(texts, id=ids).groups.names == (expected,)
    assert index_of(texts[::-1], id=ids[::-1]).groups.names == (expected,)
    assert index_of(["the same text"] * 3, id=ids).groups.names != (expected,)


def test_a_hash_is_of_the_normalised_content() -> None:
    """First 16 hex digits of sha256, in the order of the rows asked for."""
    index = index_of(["A  text", "a text", "한글"])
    expected = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in ("한글", "a text", "a text")]

    assert index.hashes_of(np.array([2, 0, 1])) == expected


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", 0),
        ("good", 3),  # g, o, d
        ("goooood", 3),
        ("ㅋㅋㅋㅋㅋ", 1),
        ("굿", 2),
        ("재미없다", 8),
        ("很好看", 6),
        ("10/10 ok", 6),
        ("a1 1b", 3),  # repeats are collapsed across blanks
        ("!?...", 0),
    ],
)
def test_units_are_letters_after_repeats_are_collapsed(text: str, units: int) -> None:
    """Hangul syllables and Chinese characters count two."""
    assert units_in(text) == units


@pytest.mark.parametrize(
    ("text", "kind", "enough"),
    [
        ("abcde", "text", False),
        ("abcdef", "text", True),
        ("." * 500 + "abcdef", "text", True),
        ("." * 500, "text", False),
        ("abc" + CELL_JOINT + "def", "text", True),
        (CELL_JOINT.join(["1", "", "2"]), "columns", False),
        (CELL_JOINT.join(["1", "0", "2"]), "columns", True),
    ],
)
def test_content_says_enough_from_six_letters_or_three_cells_on(text: str, kind: str, enough: bool) -> None:
    """Wherever in the text the letters stand."""
    assert says_enough(text, kind) is enough  # type: ignore[arg-type]
