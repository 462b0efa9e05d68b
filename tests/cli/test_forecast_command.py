"""`auditor forecast` and `review --estimate` from the command line."""

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
from auditor.prioritise.round import Plan
from auditor.rounds import drawn_for_estimate, round_of
from auditor.store.loading import load_audit


@pytest.fixture
def audited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an audit, and `said.json`: its spot checks and the rows of an estimate, judged."""
    frame, probs, faults = planted()
    frame.to_csv(tmp_path / "data.csv", index=False)
    np.save(tmp_path / "oof.npy", probs)
    monkeypatch.chdir(tmp_path)
    assert main(["audit", "data.csv", "--predictions", "oof.npy", "--out-of-sample", "yes", "--quiet"]) == 0
    audit = load_audit("audit")
    scores = audit.scores
    said = []
    for one in round_of(audit.tables, Plan(estimate=60)).asked:
        if one.sample in {"spot", "rate"}:
            item, given = scores["item"][one.row], scores["given"][one.row]
            wrong = item in faults["label_issue"]
            said.append(
                record(
                    item,
                    "relabel" if wrong else "keep",
                    scores["suggested"][one.row] if wrong else None,
                    row=one.row,
                    given=given,
                    sample=one.sample,
                    position=one.position,
                    shown_suggestion=False,
                )
            )
    write_decisions(tmp_path / "said.json", said)
    write_decisions(tmp_path / "few.json", said[:3])
    return tmp_path


def run(*args: str, lang: str = "en") -> tuple[int, str]:
    """Exit code and output of a real process; cp949 on a Korean console."""
    import os

    coded = "cp949" if lang == "ko" else "utf-8"
    env = {**os.environ, "AUDITOR_LANG": lang, "PYTHONIOENCODING": coded}
    done = subprocess.run([sys.executable, "-m", "auditor", *args], capture_output=True, check=False, env=env)
    return done.returncode, (done.stdout + done.stderr).decode(coded)


def test_the_forecast_as_text_and_as_json(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same numbers; the measured coverage stands beside the promise."""
    args = ["forecast", "audit", "said.json", "--first", "20", "--first", "100", "--width", "5%"]
    assert main([*args, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main(args) == 0
    text = capsys.readouterr().out

    assert found["schema"] == "auditor.forecast/1"
    assert [one["n"] for one in found["first"]] == [20, 100]
    first = found["first"][0]
    expected = (
        f"errors in the first 20 rows: {round(first['errors'])} expected "
        f"(90%: {first['low']}-{first['high']})"
    )
    assert expected in text
    assert f"{found['measured_coverage']['mean']:.0%}" in text
    assert found["rate"]["errors"]["judged"] == 60
    assert "Error rate of the whole dataset" in text and "rows are to be judged in all" in text


def test_too_few_verdicts_give_no_number_and_say_why(audited: Path) -> None:
    """Exit 0: nothing is wrong, there is only nothing to say yet."""
    code, text = run("forecast", "audit", "few.json")

    assert code == 0
    assert "3 of the 10 verdicts" in text and "expected" not in text
    code, text = run("forecast", "audit")
    assert code == 0 and "0 of the 10" in text


def test_what_is_not_drawn_from_is_counted_as_text_and_as_json(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two unsure, two that contradict each other, one of no such item."""
    rows = [
        (one, load_audit("audit").scores["given"][one.row])
        for one in round_of(load_audit("audit").tables, Plan(estimate=60)).asked
        if one.sample == "queue"
    ][:4]
    scores = load_audit("audit").scores
    said = [record(scores["item"][one.row], "unsure", given=given) for one, given in rows[:2]]
    for name in ("kim", "lee"):
        both = [
            record(scores["item"][one.row], action, given=given)
            for one, given in rows[2:]
            for action in ["keep" if name == "kim" else "exclude"]
        ]
        write_decisions(Path(f"{name}.json"), both, reviewer=name)
    write_decisions(Path("more.json"), [*said, record("no such item")])
    args = ["forecast", "audit", "said.json", "more.json", "kim.json", "lee.json"]
    assert main([*args, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main(args) == 0
    text = capsys.readouterr().out

    assert {name: found["left_out"][name] for name in ("unsure", "conflict", "unknown")} == {
        "unsure": 2, "conflict": 2, "unknown": 1
    }  # fmt: skip
    assert "Decisions left out: could not tell: 2, reviewers disagree: 2, no such item: 1" in text
    assert (found["ordered"], found["timed"], found["why_not"], found["needed"]) == (True, True, None, 10)


def test_why_nothing_is_forecast_stands_in_json(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Too few verdicts: so many of so many."""
    assert main(["forecast", "audit", "few.json", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert (found["enough"], found["why_not"], found["needed"]) == (False, "too_few", 10)
    assert found["deepest"] == 0 and found["earlier"] == 0


def test_a_small_limit_is_said_as_it_was_given(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half a percent is no "less than <1%"."""
    assert main(["forecast", "audit", "said.json", "--limit", "0.5%"]) == 0
    text = capsys.readouterr().out

    assert "<1%" not in text and ("less than 0.5%" in text or "nothing was checked" in text)


def test_a_width_without_an_error_rate_says_how_to_get_one(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rows of no estimate were judged."""
    assert main(["forecast", "audit", "--width", "2%"]) == 0

    assert "`auditor review AUDIT --estimate N` asks about rows drawn for it" in capsys.readouterr().out


def test_an_estimate_from_too_few_rows_says_that_more_are_asked(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At least four of each stretch of the queue, as far as it has them."""
    assert main(["review", "audit", "--estimate", "1"]) == 0
    text = capsys.readouterr().out
    assert main(["review", "audit", "--estimate", "60", "--force"]) == 0

    least = len(drawn_for_estimate(load_audit("audit").tables, 1))
    assert least > 10
    assert f"--estimate 1: {least} rows are drawn, a few of every stretch of the queue" in text
    assert "stretch of the queue" not in capsys.readouterr().out


def test_the_loop_says_that_applied_corrections_leave_nothing_to_learn_from(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Audit, decide, apply, audit again with the decisions: on the terminal, in JSON and in the report."""
    assert main(["apply", "data.csv", "said.json", "-o", "fixed.csv"]) == 0
    args = ["audit", "fixed.csv", "--predictions", "oof.npy", "--decisions", "said.json", "-o", "again"]
    capsys.readouterr()
    assert main(args) == 0
    text = capsys.readouterr().out
    assert main(["forecast", "again", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    n = found["earlier"]

    assert n > 20 and found["verdicts"] == 0
    assert f"has not learned from {n} verdicts of earlier rounds" in text
    report = (audited / "again/report.html").read_text(encoding="utf-8")
    assert f"{n} verdicts of earlier rounds say nothing of rows that nobody has judged" in report


def test_the_forecast_in_korean_on_a_cp949_console(audited: Path) -> None:
    """Every line is Korean and can be shown."""
    code, text = run("forecast", "audit", "said.json", lang="ko")

    assert code == 0
    assert all(any("가" <= letter <= "힣" for letter in line) for line in text.splitlines())


@pytest.mark.parametrize(
    ("args", "code", "slug"),
    [
        (("forecast", "audit", "said.json", "--limit", "200%"), 2, "option-value"),
        (("forecast", "audit", "said.json", "--first", "0"), 2, "option-value"),
        (("forecast", "audit", "said.json", "--width", "0"), 2, "option-value"),
        (
            (
                "audit",
                "data.csv",
                "--predictions",
                "oof.npy",
                "--split-weight",
                "test=1",
                "--split-weight",
                "test=3",
            ),
            2,
            "option-value",
        ),
        (("forecast", "nowhere", "said.json"), 3, ""),
        (("review", "audit", "--estimate", "100000"), 2, "option-value"),
        (("audit", "data.csv", "--predictions", "oof.npy", "--split-weight", "tset=2"), 2, "option-value"),
        (("audit", "data.csv", "--predictions", "oof.npy", "--rarity", "2"), 2, "option-value"),
    ],
)
def test_what_cannot_be_done_is_said(audited: Path, args: tuple[str, ...], code: int, slug: str) -> None:
    """A coded problem, no traceback."""
    found, text = run(*args)

    assert "Traceback" not in text
    assert found == code or (not slug and found in {2, 3})
    assert slug in text


def test_weights_are_told_and_recorded(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the terminal, in audit.json, and in the command that the report names."""
    args = ["audit", "data.csv", "--predictions", "oof.npy", "--split-weight", "test=3", "--rarity", "0.25"]
    assert main([*args, "-o", "weighed"]) == 0
    text = capsys.readouterr().out
    header = load_audit("weighed").header

    assert "rows of splits weigh in the order: test 3" in text and "rare classes" in text
    assert header["settings"]["weights"] == {"splits": {"test": 3.0}, "rarity": 0.25}
    assert "--split-weight test=3" in (audited / "weighed/report.html").read_text(encoding="utf-8")
    assert header["audit_id"] != load_audit("audit").header["audit_id"]


def test_the_page_asks_the_rows_of_the_estimate(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many is said; the list is as long as without them."""
    assert main(["review", "audit", "--items", "50", "--estimate", "60"]) == 0
    text = capsys.readouterr().out

    assert "50 rows of the queue" in text or "49 rows of the queue" in text
    assert "asked for the error rate" in text
