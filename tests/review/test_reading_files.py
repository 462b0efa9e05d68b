"""Decisions files of every kind: what is read, and what is refused in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from review_files import document, record, write_decisions

from auditor.errors import AuditorError, InputError
from auditor.review.decisions import DecisionFile
from auditor.review.reading import checksum, read_decisions


def slug(path: Path) -> str:
    """The code with which a file is refused."""
    with pytest.raises(InputError) as error:
        read_decisions(path)
    return error.value.problems[0].slug


def test_a_file_says_who_decided_what(tmp_path: Path) -> None:
    """Every member of a decision is there, in Korean too."""
    said = record(
        "기사-7",
        "relabel",
        "dog",
        row=7,
        content="sha256:00ff",
        given="cat",
        suggested="dog",
        reasons=["guideline_unclear"],
        comment="본문은 😀",
        shown_suggestion=False,
        blind={"action": "keep", "label": None},
        sample="spot",
        position=41,
        round=2,
        revision=3,
    )
    found = read_decisions(write_decisions(tmp_path / "d.json", [said], reviewer="김검수"))
    (one,) = found.decisions
    assert (found.reviewer, found.report, found.classes) == (
        "김검수",
        "r-0123456789abcdef",
        ("cat", "dog", "eel"),
    )
    assert (one.item, one.row, one.content, one.given, one.label) == (
        "기사-7",
        7,
        "sha256:00ff",
        "cat",
        "dog",
    )
    assert (one.reasons, one.comment, one.blind) == (("guideline_unclear",), "본문은 😀", ("keep", None))
    assert (one.sample, one.position, one.round, one.revision, one.reviewer) == ("spot", 41, 2, 3, "김검수")
    assert one.is_error is True


CHANGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda file: file.update(schema="auditor.decisions/2"), "decisions-version"),
    (lambda file: file.update(schema="something else"), "not-decisions"),
    (lambda file: file.update(count=7), "decisions-damaged"),
    (lambda file: file["decisions"][0].update(comment="changed later"), "decisions-damaged"),
    (lambda file: file["decisions"].pop(), "decisions-damaged"),
    (lambda file: file.update(decisions="none"), "not-decisions"),
]


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_a_damaged_file_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], code: str
) -> None:
    """Another schema, another number of decisions, a checksum that does not fit."""
    file = document([record("a"), record("b")])
    change(file)
    path = tmp_path / "d.json"
    path.write_text(json.dumps(file), encoding="utf-8")
    assert slug(path) == code


@pytest.mark.parametrize(
    "more",
    [
        {"action": "delete"},
        {"action": "relabel", "label": None},
        {"action": "relabel", "label": "fox"},
        {"reasons": ["because"]},
        {"reasons": "other"},
        {"row": -1},
        {"row": "7"},
        {"row": True},
        {"sample": "lottery"},
        {"comment": 7},
        {"item": ""},
        {"item": None},
        {"given": ["cat"]},
        {"blind": {"action": "?"}},
        {"comment": "x" * 30_000},
        {"item": "a\0b"},
    ],
)
def test_what_does_not_fit_is_refused_with_the_entry(tmp_path: Path, more: dict[str, Any]) -> None:
    """The second of two decisions is named, with what is wrong; nothing of the file is used."""
    path = write_decisions(tmp_path / "d.json", [record("a"), record("b") | more])
    with pytest.raises(InputError) as error:
        read_decisions(path)
    assert error.value.problems[0].slug == "decisions-invalid"
    assert "decision 2" in str(error.value)


def test_what_is_not_known_is_passed_over(tmp_path: Path) -> None:
    """A later minor version may say more."""
    path = write_decisions(
        tmp_path / "d.json", [record("a") | {"mood": "fine"}], schema="auditor.decisions/1.4", extra=[1]
    )
    assert read_decisions(path).decisions[0].item == "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_plain_tables_are_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    """Item and label, whatever the case of their names; empty rows are counted."""
    path = tmp_path / "said.csv"
    path.write_bytes("Item;LABEL\r\n007;고양이\r\nb;\r\n".encode(encoding))
    found = read_decisions(path)
    assert [(one.item, one.action, one.label, one.given) for one in found.decisions] == [
        ("007", "relabel", "고양이", None)
    ]
    assert found.undecided == 1 and found.reviewer == ""


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "item,text\na,b\n", "item,action\na,remove\n", "item,label\n,x\n"]
)
def test_tables_without_decisions_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "said.csv"
    path.write_text(text)
    assert slug(path) in {"not-decisions", "decisions-invalid"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(list(record("a")))


@given(st.dictionaries(FIELDS, JSON, max_size=4), JSON)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_file_ends_in_decisions_or_a_code(
    tmp_path: Path, more: dict[str, Any], other: Any
) -> None:
    """Members of any kind, and any JSON in their place: never a traceback."""
    path = tmp_path / "d.json"
    for file in (document([]) | {"decisions": [record("a") | more], "count": 1, "checksum": None}, other):
        path.write_text(json.dumps(file), encoding="utf-8", errors="backslashreplace")
        with suppress(AuditorError):
            assert isinstance(read_decisions(path), DecisionFile)


@given(st.binary(max_size=300))
@example(b"{" + b"[" * 100_000)
@example(b'{"schema": "auditor.decisions/1", "decisions": [' + b"[" * 60 + b"]" * 60 + b"]}")
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_end_in_a_code(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "d.json"
    path.write_bytes(raw)
    with pytest.raises(AuditorError):
        read_decisions(path)


def test_the_checksum_is_over_canonical_json() -> None:
    """sha256 of sorted members without blanks, in UTF-8: `printf '[{"a":"가"}]' | sha256sum`."""
    assert checksum([{"a": "가"}]) == "sha256:" + hashlib.sha256('[{"a":"가"}]'.encode()).hexdigest()
