"""What a verdict does not tell to everyone: places, keys of addresses, and the words of errors."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from gate_readers import read_gate
from hypothesis import given
from hypothesis import strategies as st
from judged_examples import FAILING, VERDICTS, hostile, known, whole

from auditor.gating.discreet import discreet, place
from auditor.gating.formats import written
from auditor.gating.inert import json_text, name, plain


@pytest.mark.parametrize(
    ("given_path", "told"),
    [
        ("data/train.csv", "data/train.csv"),
        ("../data/train.csv", "../data/train.csv"),
        ("/home/kim/data/train.csv", "train.csv"),
        ("/home/kim/audit/", "audit"),
        (r"C:\\Users\\kim\\train.csv", "train.csv"),
        (r"\\\\server\\share\\train.csv", "train.csv"),
        ("/neutral", "/neutral"),
        ("https://store.example/a.csv?sig=secret#x", "https://store.example/a.csv"),
        ("s3://key:word@store/a.csv", "s3://store/a.csv"),
        ("http://[broken/a.csv?sig=secret", "http"),
        ("", ""),
    ],
)
def test_places_are_told_without_what_is_private(given_path: str, told: str) -> None:
    """An absolute path keeps its last part, an address neither its query nor who signs in."""
    assert place(given_path) == told


def test_a_place_below_the_working_folder_is_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CI systems pass absolute paths of the checkout, and their readers want those of the repository."""
    monkeypatch.chdir(tmp_path)
    assert place(str(Path.cwd() / "data" / "train.csv")) == "data/train.csv"
    assert place(f"{Path.cwd()}/../x/train.csv") == "train.csv"


def test_a_discreet_verdict_is_the_same_verdict() -> None:
    """Nothing that is judged changes."""
    for judged in VERDICTS.values():
        told = discreet(judged)
        assert (told.verdict, told.exit_code, len(told.rulings)) == (
            judged.verdict,
            judged.exit_code,
            len(judged.rulings),
        )
        assert written("json", told) == written("json", judged)


def test_findings_are_not_read_unless_a_format_asks() -> None:
    """A pass is told without the file of keys."""

    def refuse() -> tuple[()]:
        raise AssertionError("the findings were read")

    judged = whole((), read_keys=refuse)
    for one in ("json", "junit", "gitlab", "sarif", "markdown", "github"):
        written(one, judged)


def test_commands_to_type_next_keep_a_relative_folder() -> None:
    """What the user typed, unless it says where the machine keeps it."""
    document = read_gate(written("json", VERDICTS["no verdict"]))
    assert document["rules"][0]["fixes"][0] == "auditor review audit --estimate 100 -o review.html"
    judged = whole((FAILING,), folder="/home/kim/audit", baseline=known())
    told = written("markdown", replace(judged, named_baseline="/home/kim/b.json"))
    assert "b.json" in told
    assert "kim" not in told


@given(st.text())
def test_json_reads_back_exactly(text: str) -> None:
    """Every character, also those that are escaped."""
    assert json.loads(json_text({"a": [text]})) == {"a": [text]}


@given(st.text(alphabet=st.characters(codec=None, categories=("Cs", "Cc", "Cf", "Lo")), max_size=20))
def test_names_for_people_are_printable(text: str) -> None:
    """No control, no lone surrogate; on one line, and never nothing."""
    shown = name(text)
    shown.encode()
    assert shown
    assert not any(ord(sign) < 0x20 for sign in shown)


def test_long_names_are_cut_after_they_are_spelled() -> None:
    """A character that is spelled takes eight."""
    assert len(name("\u202e\u200b" * 1_000)) == 120
    assert len(plain("\u202e\u200b" * 1_000)) == 600
    assert len(written("markdown", hostile("\u202e\u200b" * 1_000))) < 10_000
