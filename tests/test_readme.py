"""What the documentation says is what the program does."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from auditor.cli.main import COMMANDS, main
from auditor.config import load_config
from auditor.detect import detectors
from auditor.explanations import every_code, explanation
from auditor.read.dataset import read_inputs

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SET_UP = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)


def test_two_lines_do_all_the_set_up() -> None:
    """One line installs and audits, one installs and tests, each in a virtual environment of its own."""
    assert len(SET_UP) == 2
    audit, tests = SET_UP
    assert "auditor audit sample_data/" in audit and "pytest" not in audit
    assert "pytest" in tests
    folders = [line.split()[3] for line in SET_UP]
    assert len(set(folders)) == 2


def test_the_audit_line_of_the_readme_leaves_a_report(tmp_path: Path) -> None:
    """The last part of the first line, run with this interpreter, writes audit/report.html."""
    words = shlex.split(SET_UP[0].rpartition("&&")[2])
    assert words[0].endswith("bin/auditor")
    paths = [str(ROOT / word) if word.startswith("sample_data/") else word for word in words[1:]]
    subprocess.run([sys.executable, "-m", "auditor", *paths], cwd=tmp_path, check=True, capture_output=True)
    assert (
        (tmp_path / "audit" / "report.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    )


def test_the_output_shown_is_what_the_audit_prints(tmp_path: Path) -> None:
    """The ten lines in the README are printed by the line above them."""
    shown = re.search(r"```\n(dataset\.csv: .*?)```", README, re.DOTALL)
    assert shown is not None
    words = shlex.split(SET_UP[0].rpartition("&&")[2])[1:]
    paths = [str(ROOT / word) if word.startswith("sample_data/") else word for word in words]
    command = [sys.executable, "-m", "auditor", *paths, "--lang", "en"]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)

    def without_sizes(text: str) -> str:
        return re.sub(r"[\d.]+ [kM]B", "SIZE", text)

    assert without_sizes(run.stdout) == without_sizes(shown[1])


def test_generated_parts_of_the_documentation_are_current() -> None:
    """Help blocks, the detector table and docs/detectors.md are what the program says now."""
    run = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_detector_table_lists_every_detector() -> None:
    """A row per registered detector, with its kinds."""
    rows = re.findall(r"^\| `(\w+)` \|.*\|$", README, re.MULTILINE)
    assert [name for name in rows if name in detectors()] == list(detectors())


def test_every_command_occurs_in_the_readme() -> None:
    """A command that the program has is named in the README."""
    assert all(
        re.search(rf"`?auditor {name}\b|`{name}`|^  {name}  ", README, re.MULTILINE) for name in COMMANDS
    )


def test_the_configuration_shown_is_accepted(tmp_path: Path) -> None:
    """The TOML example of the README is a valid configuration."""
    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert example is not None
    assert tomllib.loads(example[1])["schema"] == 1
    (tmp_path / "auditor.toml").write_text(example[1], encoding="utf-8")
    config = load_config(tmp_path / "auditor.toml")
    assert config.get("data", "label") == "target"
    assert config.detect == {"class_balance": {"too_small": 20}}


def test_every_file_named_in_the_readme_exists() -> None:
    """Relative links lead somewhere."""
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("ids", [["007", "a b", "x"], [2137, 7148, 3]])
def test_the_predictions_that_the_readme_writes_are_read(tmp_path: Path, ids: list[Any]) -> None:
    """Also of the columns of a DataFrame, whose texts numpy would keep as Python objects."""
    frame = pd.DataFrame({"id": ids, "label": ["dog", "cat", "dog"], "text": ["a", "b", "c"]})
    line = re.search(r"^np\.savez\(.*\)$", README, re.MULTILINE)
    assert line is not None
    probs = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])
    path = tmp_path / "oof.npz"
    names = {"np": np, "probs": probs, "ids": frame["id"], "y": frame["label"]}
    exec(line[0].replace('"oof.npz"', repr(str(path))), names)
    found = read_inputs(frame, [path])
    assert found.probabilities is not None and found.classes.names == ("cat", "dog")
    assert [file.joined for file in found.probabilities.files] == ["id"]
    assert found.probabilities.blocks.read(0, 3).tolist() == probs.tolist()


def test_every_file_of_the_folder_is_in_the_readme(tmp_path: Path) -> None:
    """What an audit writes is listed, and what is listed is written."""
    assert main(["demo", "-o", str(tmp_path / "a"), "--quiet"]) == 0
    written = {path.name for path in (tmp_path / "a").iterdir()}
    table = README[README.index("## What it writes") : README.index("## Commands")]
    listed = set(re.findall(r"`([a-z]+\.(?:html|csv|parquet|keys|digests|json))`", table))
    assert listed == written | {"map.parquet"}  # which this audit, without vectors, does not have


def test_every_code_has_an_explanation() -> None:
    """`auditor explain` knows every problem, reason, kind and detector, and every problem raised is known."""
    raised = set()
    for path in (ROOT / "auditor").rglob("*.py"):
        raised |= set(re.findall(r'slug=(?:"([a-z-]+)"| )', path.read_text(encoding="utf-8"))) - {""}
        raised |= set(re.findall(r'slug="([a-z-]+)" if', path.read_text(encoding="utf-8")))
        raised |= set(re.findall(r'else "([a-z]+-[a-z-]+)",\n', path.read_text(encoding="utf-8")))
    from auditor.codes import CODES

    reasons = {code for found in detectors().values() for code in found.reasons}
    assert raised - (reasons - set(CODES)) == set(CODES)
    for code in every_code():
        for lang in ("en", "ko"):
            assert len(explanation(code, lang)) > 20
