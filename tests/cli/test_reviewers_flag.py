"""`auditor review --reviewers A,B,C --overlap 15%` as a user types it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from audit_inputs import planted

from auditor.cli.main import main


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that an audit stands in."""
    folder = tmp_path_factory.mktemp("reviewers")
    frame, probs, _ = planted()
    frame.to_csv(folder / "data.csv", index=False)
    np.save(folder / "oof.npy", probs)
    flags = ["--out-of-sample", "yes", "--quiet", "-o", str(folder / "audit")]
    assert main(["audit", str(folder / "data.csv"), "--predictions", str(folder / "oof.npy"), *flags]) == 0
    return folder / "audit"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> list[str]:
    """What stands in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_each_gets_a_file_and_a_line(kept: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lines add up to the round: common rows once, the others once each."""
    assert main(["review", str(kept), "--reviewers", "kim,lee,박", "--overlap", "15%", "-o", "pages/"]) == 0
    said = capsys.readouterr().out
    assert names(here / "pages") == ["review-kim.html", "review-lee.html", "review-박.html"]
    shares = re.findall(r"^(kim|lee|박): (\d+) rows, (\d+) of them common$", said, re.MULTILINE)
    queue, controls = map(int, re.findall(r"(\d+) rows of the queue.* (\d+) controls", said)[0])
    (common,) = {int(n) for _, _, n in shares}
    assert [who for who, _, _ in shares] == ["kim", "lee", "박"]
    assert sum(int(rows) - common for _, rows, _ in shares) + common == queue + controls
    assert all(len(line) <= 80 for line in said.splitlines() if not line.startswith("round"))


def test_a_file_name_is_what_the_names_begin_with(kept: Path, here: Path) -> None:
    assert main(["review", str(kept), "--reviewers", "kim,lee", "-o", "round2.html", "--quiet"]) == 0
    assert names(here) == ["round2-kim.html", "round2-lee.html"]


def test_the_configuration_says_who(kept: Path, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list or a text; flags win; an overlap there alone waits for reviewers."""
    (here / "auditor.toml").write_text(
        "[review]\nreviewers = ['kim', 'lee']\noverlap = '100%'\n", encoding="utf-8"
    )
    assert main(["review", str(kept), "--items", "20"]) == 0
    assert names(here) == ["auditor.toml", "review-kim.html", "review-lee.html"]
    assert "kim: 22 rows, 22 of them common" in capsys.readouterr().out
    (here / "auditor.toml").write_text("[review]\noverlap = 0.5\n", encoding="utf-8")
    assert main(["review", str(kept), "-o", "one.html", "--quiet"]) == 0
    assert (
        main(["review", str(kept), "-o", "r.html", "--reviewers", "a,b", "--overlap", "0", "--items", "20"])
        == 0
    )
    assert "a: " in (said := capsys.readouterr().out) and said.count(" 0 of them common") == 2


@pytest.mark.parametrize(
    "flags",
    [
        *(
            ["--reviewers", bad]
            for bad in ("", "kim,,lee", "kim,kim", "kim,Kim", "../kim", "김 철수", "x" * 99)
        ),
        *(["--reviewers", "kim", "--overlap", bad] for bad in ("-1", "101%", "some", "nan")),
        ["--overlap", "15%"],
    ],
)
def test_what_makes_no_sense_ends_in_two(
    kept: Path, here: Path, flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With a code, before anything is written."""
    assert main(["review", str(kept), *flags]) == 2
    assert capsys.readouterr().err.startswith("auditor: option-value: ")
    assert names(here) == []


def test_nothing_is_written_where_one_page_is_there(
    kept: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "review-lee.html").write_text("mine", encoding="utf-8")
    assert main(["review", str(kept), "--reviewers", "kim,lee"]) == 2
    assert "output-exists: review-lee.html is there already" in capsys.readouterr().err
    assert names(here) == ["review-lee.html"]
    assert main(["review", str(kept), "--reviewers", "kim,lee", "--force", "--quiet"]) == 0


def test_the_folder_of_an_audit_takes_no_other_pages(
    kept: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", str(kept), "--reviewers", "kim,lee", "-o", str(kept)]) == 2
    assert "output-exists" in capsys.readouterr().err


def test_korean_output_can_be_printed(kept: Path, here: Path) -> None:
    """In a real process on a Korean console; a handle that it lacks the signs for does not crash it."""
    env = {**os.environ, "AUDITOR_LANG": "ko", "PYTHONIOENCODING": "cp949"}
    command = [
        sys.executable,
        "-m",
        "auditor",
        "review",
        str(kept),
        "--reviewers",
        "박서연,þór",
        "-o",
        "k.html",
    ]
    done = subprocess.run(command, capture_output=True, check=False, env=env)
    assert done.returncode == 0, done.stderr
    assert "박서연" in done.stdout.decode("cp949")
    assert names(here) == ["k-þór.html", "k-박서연.html"]
