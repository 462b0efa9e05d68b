"""The loop from the command line: audit, review, apply, report, audit again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from audit_inputs import planted
from review_files import record, write_decisions

from auditor.cli.main import main
from auditor.store.loading import load_audit


@pytest.fixture
def audited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an audit, beside its dataset and some decisions."""
    frame, probs, _ = planted()
    frame.to_csv(tmp_path / "data.csv", index=False)
    np.save(tmp_path / "oof.npy", probs)
    monkeypatch.chdir(tmp_path)
    assert main(["audit", "data.csv", "--predictions", "oof.npy", "--out-of-sample", "yes", "--quiet"]) == 0
    suspects = load_audit("audit").findings.query("kind == 'label_issue'").reset_index()
    said = [
        record(
            suspects["item"][0],
            "relabel",
            suspects["suggested"][0],
            given=suspects["given"][0],
            sample="spot",
        ),
        record(suspects["item"][1], "keep", given=suspects["given"][1], sample="spot"),
        record(suspects["item"][2], "exclude", given=suspects["given"][2]),
        record(suspects["item"][3], "unsure", given=suspects["given"][3]),
    ]
    write_decisions(tmp_path / "said.json", said)
    return tmp_path


def run(*args: str, lang: str = "en") -> tuple[int, str]:
    """Exit code and all output of a real process."""
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *args], capture_output=True, check=False, env=_env(lang)
    )
    return done.returncode, (done.stdout + done.stderr).decode(_env(lang)["PYTHONIOENCODING"])


def _env(lang: str) -> dict[str, str]:
    import os

    return {**os.environ, "AUDITOR_LANG": lang, "PYTHONIOENCODING": "cp949" if lang == "ko" else "utf-8"}


def test_the_loop(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was kept is not asked again, what was changed is confirmed, the next round follows the last."""
    assert main(["apply", "data.csv", "said.json", "-o", "fixed.csv"]) == 0
    said = capsys.readouterr().out
    assert "1 labels changed, 1 rows taken out, 1 kept, 0 done before" in said
    assert "1 item left alone, could not tell" in said
    assert (
        main(
            [
                "audit",
                "fixed.csv",
                "--predictions",
                "oof.npy",
                "--align",
                "position",
                "--decisions",
                "said.json",
            ]
        )
        == 3
    )
    capsys.readouterr()  # 239 rows and 240 predictions do not fit by position
    assert main(["audit", "fixed.csv", "--decisions", "said.json", "-o", "again", "--quiet"]) == 0
    again = load_audit("again")
    decided = dict(zip(again.decisions["item"], again.decisions["state"], strict=True))
    assert sorted(decided.values()) == ["done", "done", "kept", "unsure"]
    settled = {item for item, state in decided.items() if state in {"done", "kept"}}
    assert not settled & set(again.queue["item"])
    assert again.header["sampling"]["round"] == 2
    assert main(["report", "again", "-o", "again.html"]) == 0
    assert main(["review", "again", "-o", "next.html", "--items", "20", "--spot", "5"]) == 0
    assert "round 2: 20 rows of the queue, 5 spot checks among them, 2 controls" in capsys.readouterr().out


def test_the_report_shows_what_was_decided_since(audited: Path) -> None:
    """From the saved audit and the file alone."""
    assert main(["report", "audit", "--decisions", "said.json", "-o", "since.html"]) == 0
    html = Path("since.html").read_text(encoding="utf-8")
    assert "Review so far" in html and "4 items decided" in html and "spot checks, blind" in html
    assert (
        "Apply 2 decided corrections" in html and "auditor apply data.csv DECISIONS -o data.fixed.csv" in html
    )


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["apply", "data.csv", "said.json", "-o", "fixed.csv"], 0),
        (["apply", "data.csv", "said.json", "--dry-run"], 0),
        (["apply", "data.csv", "said.json", "stale.json", "-o", "fixed.csv", "--strict"], 1),
        (["apply", "data.csv", "said.json"], 2),
        (["apply", "data.csv", "-o", "fixed.csv"], 2),
        (["apply", "data.csv", "said.json", "-o", "data.csv", "--force"], 2),
        (["apply", "data.csv", "said.json", "-o", "fixed.csv", "--predictions", "oof.npy"], 2),
        (["apply", "data.csv", "oof.npy", "-o", "fixed.csv"], 3),
        (["apply", "data.csv", "missing.json", "-o", "fixed.csv"], 3),
        (["review", "audit", "--items", "0"], 2),
        (["review", "audit", "--controls", "many"], 2),
        (["review", "audit", "--only", "leek"], 2),
        (["review", "audit", "-o", "audit/other.html"], 2),
        (["review", "data.csv"], 3),
    ],
)
def test_exit_codes(audited: Path, args: list[str], code: int) -> None:
    """In a real process, with a message that cp949 can print, in Korean too."""
    write_decisions(
        audited / "stale.json", [record("item-7", "keep", given="no such label", round=2)], reviewer="lee"
    )
    found, said = run(*args, lang="ko")
    assert (found, bool(said.strip())) == (code, True), said
    assert "Traceback" not in said


def test_a_dry_run_writes_nothing(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(path.name for path in audited.iterdir())
    assert main(["apply", "data.csv", "said.json", "--dry-run", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["changed"], said["removed"], said["files"]) == (1, 1, [])
    assert sorted(path.name for path in audited.iterdir()) == before


def test_a_page_that_is_there_is_not_written_over(audited: Path) -> None:
    Path("review.html").write_text("mine")
    assert main(["review", "audit", "--quiet"]) == 2
    assert Path("review.html").read_text() == "mine"
    assert main(["review", "audit", "--quiet", "--force"]) == 0


def test_settings_of_the_page_may_stand_in_the_configuration(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Flags win."""
    Path("guide.md").write_text("eel: long and wet", encoding="utf-8")
    Path("auditor.toml").write_text(
        "[review]\nitems = 30\nspot = 3\ncontrols = '20%'\nguidelines = 'guide.md'\n"
    )
    assert main(["review", "audit", "--items", "10"]) == 0
    assert "10 rows of the queue, 3 spot checks among them, 2 controls" in capsys.readouterr().out
    assert "eel: long and wet" in Path("review.html").read_text(encoding="utf-8")


def test_a_small_limit_writes_parts_into_the_folder(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their sizes are printed, and an audit in their place takes them away again."""
    command = ["audit", "data.csv", "--predictions", "oof.npy"]
    assert main([*command, "--max-size", "150kB"]) == 0
    parts = sorted(path.name for path in Path("audit").glob("review-*.html"))
    assert len(parts) > 1 and all(name in capsys.readouterr().out for name in parts[:1])
    assert main([*command, "--quiet"]) == 0
    assert [path.name for path in Path("audit").glob("review*")] == ["review.html"]
