"""What the documentation says is what the program does."""

from __future__ import annotations

import importlib
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
from PIL import Image
from review_files import record, write_decisions

from auditor.cli.main import COMMANDS, main
from auditor.config import load_config
from auditor.detect import detectors
from auditor.explanations import every_code, explanation
from auditor.read.dataset import read_inputs

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SET_UP = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
IMAGES = dict(re.findall(r'<img src="([^"]+)" width="\d+%" alt="([^"]+)">', README))
PICTURES = sorted((ROOT / "docs" / "pictures").iterdir())

sys.path.insert(0, str(ROOT / "docs"))
readme_steps, pictures = importlib.import_module("readme_steps"), importlib.import_module("pictures")


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


def test_the_commands_of_the_readme_print_what_it_shows(tmp_path: Path) -> None:
    """The story from the audit to the gate, every command in its order, each line of output in its order."""
    here = tmp_path
    told = list(readme_steps.steps(README))
    assert len(told) > 10 and sum(len(step.shown) for step in told) > 15
    for step in told:
        here, printed = readme_steps.run(step.command, here)
        assert readme_steps.missing(step, printed) == [], f"{step.command}\n{printed}"


def test_the_story_is_told_in_two_screens() -> None:
    """Of a hundred lines, pictures included; the whole page stays short."""
    story = README[: README.index("## What it finds")]
    assert story.count("\n") <= 105
    assert README.count("\n") <= 230
    steps = [int(number) for number in re.findall(r"^\*\*(\d)\. ", story, re.MULTILINE)]
    assert steps == list(range(1, 8))
    assert set(IMAGES) <= set(re.findall(r'src="([^"]+)"', story))


def test_every_picture_is_shown_small_and_described() -> None:
    """In words that somebody who cannot see it learns from; what nobody shows is not in the repository."""
    shown = {ROOT / name for name in IMAGES}
    assert set(PICTURES) <= shown
    assert {path.stem for path in PICTURES} == {shot.name for shot in pictures.SHOTS}
    assert all(path.is_file() for path in shown)
    sizes = [path.stat().st_size for path in shown]
    assert max(sizes) < 150_000 and sum(sizes) < 800_000
    assert all(len(words.split()) >= 15 for words in IMAGES.values())
    for path in shown:
        with Image.open(path) as image:
            image.load()
            assert image.width >= 800


def test_generated_parts_of_the_documentation_are_current() -> None:
    """The table of detectors and the pages that are generated are what the program says now."""
    run = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_detector_table_lists_every_detector() -> None:
    """A row per registered detector, with its kinds."""
    rows = re.findall(r"^\| `(\w+)` \|.*\|$", README, re.MULTILINE)
    assert [name for name in rows if name in detectors()] == list(detectors())


def test_every_command_is_in_the_reference() -> None:
    """In the order of the program, each with its help (which is compared above)."""
    headings = re.findall(r"^## `(.+)`$", REFERENCE, re.MULTILINE)
    assert headings == ["auditor", *(f"auditor {name}" for name in COMMANDS)]


def test_the_configuration_shown_is_accepted(tmp_path: Path) -> None:
    """The TOML example of the reference is a valid configuration."""
    example = re.search(r"```toml\n(.*?)```", REFERENCE, re.DOTALL)
    assert example is not None
    assert tomllib.loads(example[1])["schema"] == 1
    (tmp_path / "auditor.toml").write_text(example[1], encoding="utf-8")
    config = load_config(tmp_path / "auditor.toml")
    assert config.get("data", "label") == "target"
    assert config.detect == {"class_balance": {"too_small": 20}}


def test_the_python_shown_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line by line, on files of the names that it uses: cats and dogs, one cat called a dog."""
    monkeypatch.chdir(tmp_path)
    right = [(f"t{n}", pet, f"the {pet} number {n} is here") for n in range(40) for pet in ("cat", "dog")]
    rows = [(f"{name}-{pet}", pet, text) for name, pet, text in right]
    frame = pd.DataFrame(rows, columns=["id", "label", "text"])
    frame.assign(text="again " + frame["text"]).to_csv("test.csv", index=False)
    probs = np.array([[0.9, 0.1] if pet == "cat" else [0.1, 0.9] for _, pet, _ in rows])
    np.savez("oof.npz", probs=probs, ids=frame["id"].to_numpy(str), classes=np.array(["cat", "dog"]))
    frame.loc[0, "label"] = "dog"
    frame.to_csv("train.csv", index=False)
    said = [record("t0-cat", "relabel", "cat", row=0, given="dog")]
    write_decisions(Path("kim.json"), said, classes=["cat", "dog"])
    Path("guide.md").write_text("A cat is a cat.\n")
    Path("auditor.toml").write_text("schema = 1\n")
    names: dict[str, Any] = {}
    exec(re.findall(r"```python\n(import auditor\n.*?)```", README, re.DOTALL)[0], names)
    assert list(names["changes"]["item"]) == ["t0-cat"] and not names["seen"].errors
    assert {path.name for path in tmp_path.iterdir()} >= {"audit", "report_ko.html", "review.html"}


@pytest.mark.parametrize(("text", "folder"), [(README, ROOT), (REFERENCE, ROOT / "docs")])
def test_every_file_named_exists(text: str, folder: Path) -> None:
    """Relative links and pictures lead somewhere, and so do those into a page."""
    links = re.findall(r"\]\((?!https?://)([^)]+)\)|src=\"([^\"]+)\"", text)
    assert links
    for link, picture in links:
        name, _, part = (link or picture).partition("#")
        page = folder / name if name else None
        assert page is None or page.exists(), link or picture
        if part:
            assert part in anchors(page.read_text(encoding="utf-8") if page else text), link


def anchors(text: str) -> set[str]:
    """The names that GitHub gives the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


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


def test_every_file_of_the_folder_is_in_the_reference(tmp_path: Path) -> None:
    """What an audit writes is listed, and what is listed is written."""
    assert main(["demo", "-o", str(tmp_path / "a"), "--quiet"]) == 0
    written = {path.name for path in (tmp_path / "a").iterdir()}
    table = REFERENCE[REFERENCE.index("## The audit folder") : REFERENCE.index("## `auditor`")]
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
