"""The ten lines and the one object: aligned, inert, no longer than they need be."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from audit_inputs import modelled_audit, planted, planted_audit

import auditor
from auditor.report.marks import inert_line
from auditor.report.terminal import summary_json, summary_lines
from auditor.store.folder import write


def lines_of(audit: auditor.Audit, folder: Path, lang: str = "en") -> list[str]:
    return summary_lines(audit, write(audit, folder, {"report.html": "x" * 1_234_567}), lang)


def width(text: str) -> int:
    """Columns of a terminal: wide and full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("predictions", [True, False])
def test_there_are_at_most_ten_lines(tmp_path: Path, lang: str, predictions: bool) -> None:
    assert len(lines_of(planted_audit(predictions), tmp_path / "a", lang)) <= 10


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_built_in_model_takes_at_most_two_lines_more(tmp_path: Path, lang: str) -> None:
    """How good it is and what follows, and the classes it has hardly learned."""
    audit = modelled_audit(lang)
    lines = lines_of(audit, tmp_path / "a", lang)
    assert len(lines) <= 12
    assert f"{audit.measure('model.kappa').value:.2f}" in lines[1]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_numbers_stand_under_each_other(tmp_path: Path, lang: str) -> None:
    """Hangul counted as two columns: the last digit of 4, 5, 3 and 78 is in one column."""
    lines = lines_of(planted_audit(), tmp_path / "a", lang)[1:5]
    ends = [
        width(line[: line.index(f" {number} ") + 1 + len(number)])
        for line, number in zip(lines, ("4", "5", "3", "78"), strict=True)
    ]
    assert len(set(ends)) == 1


def test_sizes_are_told_in_units_a_person_reads(tmp_path: Path) -> None:
    """1,234,567 bytes are 1.2 MB."""
    last = lines_of(planted_audit(), tmp_path / "a")[-1]
    assert last.startswith(f"wrote {tmp_path / 'a'}: report.html 1.2 MB, queue.csv ")
    assert last.endswith(" kB and 8 more files")


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_line_encodes_in_cp949(tmp_path: Path, lang: str) -> None:
    assert "\n".join(lines_of(planted_audit(), tmp_path / "a", lang)).encode("cp949")


def test_names_from_the_data_cannot_move_the_cursor_or_start_a_command(tmp_path: Path) -> None:
    """An escape sequence is spelled, a line that begins like a runner's command does not."""
    frame, probs, _ = planted()
    evil = "\x1b[2Jdog\n::error::x"
    frame["label"] = frame["label"].replace("dog", evil)
    audit = auditor.audit(frame, predictions=probs, classes=["cat", evil, "eel"])
    header = {**audit.header, "dataset": {**audit.header["dataset"], "name": "::add-mask::x.csv"}}
    named = auditor.Audit(header=header, measures=audit.measures, tables=audit.tables)
    lines = lines_of(named, tmp_path / "a")
    assert len(lines) == 10
    assert not any(unicodedata.category(character) == "Cc" for line in lines for character in line)
    assert not any(line.strip().startswith("::") for line in lines)
    assert "[U+001B][2Jdog[U+000A]::error::x" in lines[4]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  ordinary line", "  ordinary line"),
        ("::error::x", "[U+003A]:error::x"),
        ("   ::error::x", "   [U+003A]:error::x"),
        ("##[error]x", "[U+0023]#[error]x"),
        ("a::b ##[x]", "a::b [U+0023]#[x]"),
        ("label ##vso[task.complete] ##VSO[x]", "label [U+0023]#vso[task.complete] [U+0023]#VSO[x]"),
        ("## heading, #[x], # #[x]", "## heading, #[x], # #[x]"),
        ("\t::error::x", "[U+0009]::error::x"),
        ("", ""),
        ("[/bold]", "[/bold]"),
    ],
)
def test_a_line_is_made_inert(line: str, shown: str) -> None:
    assert inert_line(line) == shown


def test_the_object_holds_only_plain_values(tmp_path: Path) -> None:
    """It goes through JSON without a change."""
    found: dict[str, Any] = summary_json(planted_audit(), tmp_path, {"read": 0.12345, "total": 1.0})
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["cpu_seconds"] == {"read": 0.123, "total": 1.0}
    assert found["folder"] == str(tmp_path)
    assert len(found["actions"]) == 5
