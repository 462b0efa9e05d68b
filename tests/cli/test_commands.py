"""The smaller commands: show, report, demo, detectors, explain."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit_inputs import sentence

from auditor import load_audit
from auditor.cli.main import main
from auditor.detect import detectors
from auditor.explanations import every_code

AUDIT = ["audit", "data.csv", "--predictions", "oof.npz", "--quiet"]


@pytest.fixture
def audited(here: Path) -> Path:
    """The planted audit in `audit`."""
    assert main(AUDIT) == 0
    return here / "audit"


def out(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> str:
    """What a command prints; on stderr when it ends in an error."""
    assert main(list(args)) == code
    said = capsys.readouterr()
    return said.err if code else said.out


# show


def test_show_prints_all_that_is_known_of_an_item(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Row 101 is an eel (101 mod 3 = 2) that was given the label cat."""
    said = out(capsys, "show", "audit", "item-101")
    assert "item: item-101 (row 101)\n" in said
    assert f"text: {sentence(101)}\n" in said
    assert "given label: cat\n" in said
    assert "suggested label: eel (p 0." in said
    assert "label_issue (model-contradicts;" in said


def test_show_names_the_nearest_item(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ids are texts: 007 is not 7."""
    said = out(capsys, "show", "audit", "itm-101", code=2)
    assert said.startswith("auditor: no-such-item: the audit has no item itm-101\n")
    assert "did you mean item-101?" in said
    assert "no-such-item" in out(capsys, "show", "audit", "101", code=2)


def test_show_survives_an_argument_that_is_no_text(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A shell passes any bytes."""
    assert "no-such-item" in out(capsys, "show", "audit", "\udcff", code=2)


def test_show_speaks_korean(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = out(capsys, "show", "audit", "item-101", "--lang", "ko")
    assert "item-101" in said
    assert any("가" <= character <= "힣" for character in said)


# report


def test_report_writes_the_same_page_again(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the folder alone: DATA may be gone."""
    for name in ("data.csv", "oof.npz"):
        (audited.parent / name).unlink()
    said = out(capsys, "report", "audit")
    assert said.startswith("wrote report.html (")
    assert Path("report.html").read_bytes() == (audited / "report.html").read_bytes()


def test_report_writes_another_language_to_another_file(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The audit itself is not touched."""
    before = (audited / "report.html").read_bytes()
    out(capsys, "report", "audit", "--lang", "ko", "-o", "보고서.html")
    assert '<html lang="ko">' in Path("보고서.html").read_text(encoding="utf-8")
    assert (audited / "report.html").read_bytes() == before


@pytest.mark.parametrize("place", ["nowhere/x.html", "audit", "data.csv/x.html", "x" * 300])
def test_a_report_that_cannot_be_written_is_a_coded_error(
    audited: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    assert out(capsys, "report", "audit", "-o", place, code=2).startswith("auditor: output-not-writable: ")


def test_another_report_has_no_place_in_the_folder_of_the_audit(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next audit would refuse to replace a folder with a file it does not know."""
    said = out(capsys, "report", "audit", "--lang", "ko", "-o", "audit/report_ko.html", code=2)
    assert said.startswith("auditor: output-exists: ")
    assert ": -o report_ko.html\n" in said
    assert not (audited / "report_ko.html").exists()
    out(capsys, "report", "audit", "--lang", "ko", "-o", "audit/report.html")
    assert '<html lang="ko">' in (audited / "report.html").read_text(encoding="utf-8")
    out(capsys, "audit", "data.csv")


# demo


@pytest.mark.parametrize(("lang", "rows", "classes"), [("en", 1785, 16), ("ko", 3000, 2)])
def test_demo_audits_the_sample_of_the_language(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lang: str,
    rows: int,
    classes: int,
) -> None:
    """The README tells their sizes; the folder is demo-audit unless said."""
    monkeypatch.chdir(tmp_path)
    said = out(capsys, "demo", "--lang", lang)
    assert f"{rows:,}" in said.splitlines()[0]
    audit = load_audit("demo-audit")
    assert audit.header["dataset"]["rows"] == rows
    assert len(audit.header["dataset"]["classes"]) == classes
    assert f'<html lang="{lang}">' in Path("demo-audit/report.html").read_text(encoding="utf-8")


def test_demo_audits_images_where_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The digits of the packaged archive, each opened, in the language that was asked for."""
    monkeypatch.chdir(tmp_path)
    said = out(capsys, "demo", "--kind", "images", "--lang", "ko")
    assert "297" in said.splitlines()[0]
    audit = load_audit("demo-audit")
    assert audit.header["dataset"]["content"] == ["image"]
    assert audit.header["images"]["opened"] == 297 and audit.header["images"]["faults"] == {}
    assert len(audit.queue) and len(audit.header["dataset"]["classes"]) == 10
    assert '<html lang="ko">' in Path("demo-audit/report.html").read_text(encoding="utf-8")


# detectors, explain


def test_detectors_lists_each_with_what_it_needs_and_finds(capsys: pytest.CaptureFixture[str]) -> None:
    said = out(capsys, "detectors")
    for name, found in detectors().items():
        assert f"\n{name}\n" in f"\n{said}"
        assert f"needs: {', '.join(found.needs)}" in said
        assert all(kind in said for kind in found.kinds)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_code_kind_reason_and_detector_is_explained(
    capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    """What a message or a report carries can be asked for."""
    codes = every_code()
    assert {"class-order", "label_issue", "model-contradicts", "exact_duplicates", "bug"} <= set(codes)
    assert len(codes) == len(set(codes))
    for code in codes:
        said = out(capsys, "explain", code, "--lang", lang)
        assert len(said.strip()) > 20, code
        assert code in said or code in detectors(), code


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_explain_without_a_code_lists_them_all(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    """A line each: the code and one sentence."""
    lines = out(capsys, "explain", "--lang", lang).splitlines()
    assert [line.partition(": ")[0] for line in lines] == every_code()
    assert all(line.endswith((".", "?")) and len(line) < 300 for line in lines)


def test_a_kind_is_explained_by_its_detector(capsys: pytest.CaptureFixture[str]) -> None:
    said = out(capsys, "explain", "leak")
    assert "exact_duplicates" in said
    assert "earlier" in said


def test_a_reason_is_explained_by_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """The template with its gaps."""
    said = out(capsys, "explain", "model-agrees")
    assert "label_issues" in said
    assert "{given}" in said
