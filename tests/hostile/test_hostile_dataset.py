"""One evil dataset through every command: nothing of it acts, everything of it can be read."""

from __future__ import annotations

import csv
import json
import unicodedata
from pathlib import Path

import pytest
from hostile_data import CLASSES, FILE, OTHER, TEXT, WRONG, hostile_frame, write_hostile

from auditor import load_audit
from auditor.cli.main import main

HIDDEN = {"\u202e", "\u200b", "\U000e0041", "\x9b", "\x07", "\x1b"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset and its audit."""
    base = tmp_path_factory.mktemp("evil")
    args = write_hostile(base)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(base)
        assert main([*args, "-o", "audit", "--lang", "en", "--quiet"]) == 0
    return base


def assert_inert(text: str) -> None:
    """No control or hidden character but line ends, no line that a CI runner would obey."""
    for line in text.split("\n"):
        assert not line.strip().startswith(("::", "##[")), line
        assert not [c for c in line if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cn"}], ascii(line)


# the terminal


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_nothing_hostile_reaches_the_terminal(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    """Ten lines stay ten lines; labels, file and column names are spelled out."""
    monkeypatch.chdir(folder)
    args = ["audit", FILE, "--predictions", str(next(folder.glob("##*"))), "--text", TEXT, "--text", OTHER]
    assert main([*args, "-o", "again", "--lang", lang]) == 0
    out, err = capsys.readouterr()
    assert_inert(out)
    assert_inert(err)
    assert len(out.splitlines()) <= 10
    assert max(map(len, out.splitlines())) < 500
    assert "[U+001B]" in out


@pytest.mark.parametrize("row", range(len(CLASSES)))
def test_an_item_is_shown_inert(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], row: int
) -> None:
    """Column names, texts, labels and ids of every kind; markup of a terminal library is only text."""
    monkeypatch.chdir(folder)
    item = hostile_frame()[0]["id"][row]
    assert main(["show", "audit", item]) == 0
    out, err = capsys.readouterr()
    assert_inert(out)
    assert err == ""
    assert "[/bold][link=http://evil.example/x]click[/link]" in out or row % 16 != 3


def test_a_message_about_hostile_values_is_inert(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Errors name columns, items and codes as they were typed."""
    monkeypatch.chdir(folder)
    for args in (
        ["audit", FILE, "--label", "\x1b[31m\n::error::x", "-o", "out"],
        ["show", "audit", "nobody\n::error::x\x1b[31m"],
        ["explain", "\x1b[31m\n::error::\u202e"],
        ["audit", "::error::\x1b[31mnowhere\u202e.csv", "-o", "out"],
        ["audit", FILE, "--classes", "\x1b[31mno such file", "-o", "out"],
        ["audit", FILE, "--predictions", FILE, "-o", "out"],
    ):
        assert main(args) in {2, 3}
        out, err = capsys.readouterr()
        assert out == ""
        assert_inert(err)


@pytest.mark.parametrize("args", [["audit", "--json"], ["show", "--json", "audit", "x"]])
def test_the_object_is_ascii(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], args: list[str]
) -> None:
    """Escapes of JSON keep every character and let none act."""
    monkeypatch.chdir(folder)
    if args[0] == "audit":
        assert main(["audit", FILE, "--text", TEXT, "--text", OTHER, "-o", "plain", "--json"]) == 0
        found = json.loads(out := capsys.readouterr().out)
        assert set(found["dataset"]["classes"]) == set(CLASSES)
    else:
        assert main(args) == 2
        out = capsys.readouterr().out
    assert out.isascii()
    assert not HIDDEN & set(out)


# the folder


def test_every_value_comes_back_unchanged(folder: Path) -> None:
    """Machine files are neither guarded nor cut nor spelled out."""
    audit, frame = load_audit(folder / "audit"), hostile_frame()[0]
    assert list(audit.scores["item"]) == list(frame["id"])
    assert list(audit.scores["given"]) == list(frame["label"])
    assert set(audit.queue["given_label"]) == set(CLASSES)
    content = audit.tables["items"].to_pandas().set_index("row").sort_index()
    assert list(content[f"content.{TEXT}"]) == list(frame[TEXT][content.index])
    assert audit.header["dataset"]["name"] == FILE
    suspects = audit.findings["row"][audit.findings["kind"] == "label_issue"]
    assert set() < set(suspects) <= set(WRONG)


def test_another_reader_reads_the_queue(folder: Path) -> None:
    """Line ends, quotes and commas in names break no row."""
    with (folder / "audit" / "queue.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 192
    assert {row["given_label"] for row in rows} == set(CLASSES)
    assert all(row.keys() == rows[0].keys() and None not in row for row in rows)


def test_no_name_of_the_data_becomes_a_file(folder: Path) -> None:
    """A class is called ../../../tmp/x; the audit is eleven files of fixed names."""
    assert len(list((folder / "audit").iterdir())) == 11
    assert all(path.name.replace(".", "").isalpha() for path in (folder / "audit").iterdir())


def test_the_keys_hold_one_line_per_finding(folder: Path) -> None:
    lines = (folder / "audit" / "findings.keys").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    assert all(len(line.split(" ")) == 5 and line.isascii() for line in lines)


# the page


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_holds_no_markup_of_the_data(folder: Path, tmp_path: Path, lang: str) -> None:
    """Escaped in text, in attributes and in JSON; hidden characters only inside JSON."""
    target = tmp_path / "r.html"
    assert main(["report", str(folder / "audit"), "--lang", lang, "-o", str(target)]) == 0
    html = target.read_text(encoding="utf-8")
    assert "<script>window" not in html
    assert "<img" not in html
    assert ' onmouseover="window' not in html
    assert "49" not in html.partition("<title>")[2].partition("</title>")[0]
    assert "{{7*7}}" in html
    assert not {"\x1b", "\x9b"} & set(
        html.partition("<main")[2].partition('<script type="application/json"')[0]
    )
