"""docs/gate.md: every block of code in it is run, or read by what it is written for."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from audit_inputs import planted_files
from check_jsonschema.builtin_schemas import get_builtin_schema
from github_runner import action
from jsonschema import Draft7Validator
from plugged_data import told

from auditor.config import load_config
from auditor.errors import ExitCode
from auditor.gate_options import gate_options
from auditor.gating.formats import MODULES
from auditor.gating.rules import KEYS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SHELL = [text for kind, text in BLOCKS if kind == "sh"]


def yaml_blocks(name: str) -> list[Any]:
    """The YAML blocks that begin with the name of their file."""
    found = [yaml.safe_load(text) for kind, text in BLOCKS if kind == "yaml" and text.startswith(f"# {name}")]
    assert found
    return found


def problems(document: Any, schema: str) -> list[str]:
    """What a published schema says against a document."""
    document = {"on" if key is True else key: value for key, value in document.items()}  # YAML 1.1: on is yes
    return [error.message for error in Draft7Validator(get_builtin_schema(schema)).iter_errors(document)]


@dataclass
class Folder:
    """A project: a dataset, its predictions, what a reviewer decided."""

    path: Path
    environment: dict[str, str]

    def run(self, script: str, *, code: int = 0) -> str:
        """Run lines of shell, which must end with `code`; what they print."""
        ended = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.path,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == code, told(ended)
        return told(ended)


@pytest.fixture
def folder(tmp_path: Path, plain_environment: dict[str, str]) -> Folder:
    """`train.csv` and `oof.npz`, and a file in which one wrong label is kept."""
    place = tmp_path / "project"
    (place / "reviews").mkdir(parents=True)
    data, _ = planted_files(place)
    data.rename(place / "train.csv")
    (place / "reviews" / "kim.csv").write_text("item,label,action\nitem-010,eel,keep\n", encoding="utf-8")
    return Folder(path=place, environment=plain_environment)


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    """A block of another kind, or one more file of YAML, needs a test of its own."""
    assert {kind for kind, _ in BLOCKS} == {"sh", "toml", "yaml", "python"}
    names = [text.partition("\n")[0] for kind, text in BLOCKS if kind == "yaml"]
    assert set(names) == {
        *("# .github/workflows/data.yml", "# .gitlab-ci.yml", "# dvc.yaml", "# .pre-commit-config.yaml"),
    }


def test_the_shell_lines_do_what_the_page_says(folder: Folder) -> None:
    """In their order, in one folder; each of the lines succeeds, and the last tells the answers apart."""
    start, errors, baseline, cron = SHELL
    said = folder.run(start)
    assert "GATE PASSED" in said and (folder.path / "auditor.toml").exists()

    said = folder.run(errors)
    assert "1 suspect is none any more" in said

    said = folder.run(baseline)
    assert "0 new" in said and "nothing is new" in said and "ratchet-" in said

    assert folder.run(cron) == "train\n"
    (hook,) = yaml_blocks(".pre-commit-config.yaml")[0]["repos"][0]["hooks"]
    assert "is reused" in folder.run(hook["entry"])
    rules = folder.path / "auditor.toml"
    leaks = 'measure = "duplicates.leaked_rows"\nerror_if = "> {}"'
    text = rules.read_text(encoding="utf-8")
    assert leaks.format(1) in text
    rules.write_text(text.replace(leaks.format(1), leaks.format(0)), encoding="utf-8")
    assert "the data got worse" in folder.run(cron, code=1)
    (folder.path / "train.csv").rename(folder.path / "data.csv")
    assert "nobody has looked" in folder.run(cron, code=3)


def test_the_lines_of_the_recipes_run(folder: Folder) -> None:
    """GitHub's plain steps, GitLab's script, DVC's stages: with the rules of the page."""
    (rules,) = [text for kind, text in BLOCKS if kind == "toml"]
    (folder.path / "auditor.toml").write_text(rules, encoding="utf-8")
    (gitlab,) = yaml_blocks(".gitlab-ci.yml")
    folder.run("\n".join(gitlab["data-gate"]["script"]))
    for name in (*gitlab["data-gate"]["artifacts"]["paths"], "gate.xml", "gl.json", ".auditor/cache"):
        assert (folder.path / name).exists(), name

    _, plain = yaml_blocks(".github/workflows/data.yml")
    steps = [step["run"] for step in plain["jobs"]["data"]["steps"] if "run" in step]
    (gate,) = [line for line in steps if line.startswith("auditor ")]
    (dvc,) = yaml_blocks("dvc.yaml")
    stages = dvc["stages"]
    folder.environment["AUDITOR_CACHE"] = ".auditor/cache"
    folder.run("\n".join([gate, stages["audit"]["cmd"], stages["gate"]["cmd"]]))
    upload = plain["jobs"]["data"]["steps"][-1]["with"]["path"]
    assert all((folder.path / name).exists() for name in (*upload.split(), *stages["audit"]["outs"]))
    (metrics,) = stages["gate"]["metrics"]
    assert json.loads((folder.path / next(iter(metrics))).read_text(encoding="utf-8"))["exit_code"] == 0


def test_the_rules_shown_are_rules(tmp_path: Path) -> None:
    """The file is accepted, and every key of a rule is in the table."""
    (text,) = [text for kind, text in BLOCKS if kind == "toml"]
    (tmp_path / "auditor.toml").write_text(text, encoding="utf-8")
    options = gate_options(load_config(tmp_path / "auditor.toml"))
    assert [rule.id for rule in options.rules] == [
        *("duplicates.leaked_rows", "new-suspects", "suspects", "worst-annotator"),
    ]
    table = PAGE[PAGE.index("| key | |") : PAGE.index("Flags do the same")]
    assert set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| ([^|]*)\|", table, re.MULTILINE)))) == set(
        KEYS
    )


def test_the_workflows_are_valid_by_githubs_schema() -> None:
    """And the action is given only inputs that it has, and asked only for outputs that it has."""
    ours, plain = yaml_blocks(".github/workflows/data.yml")
    assert problems(ours, "vendor.github-workflows") == []
    assert problems(plain, "vendor.github-workflows") == []
    (gate,) = [step for step in ours["jobs"]["data"]["steps"] if step.get("id") == "gate"]
    inputs, outputs = set(action()["inputs"]), set(action()["outputs"])
    assert set(gate["with"]) <= inputs
    assert set(re.findall(r"steps\.gate\.outputs\.([\w-]+)", json.dumps(ours))) <= outputs
    others = PAGE[PAGE.index("Other inputs:") : PAGE.index("**GitHub: plain steps.**")]
    assert inputs | outputs <= set(gate["with"]) | set(re.findall(r"`([a-z-]+)`", others))


def test_the_pipeline_is_valid_by_gitlabs_schema() -> None:
    assert problems(yaml_blocks(".gitlab-ci.yml")[0], "vendor.gitlab-ci") == []


def test_the_configurations_are_valid_by_pre_commit(tmp_path: Path) -> None:
    """By its own validator; and the hook that is asked for is in our manifest."""
    texts = [text for kind, text in BLOCKS if text.startswith("# .pre-commit-config")]
    for at, text in enumerate(texts):
        (tmp_path / f"{at}.yaml").write_text(text, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", *map(str, tmp_path.glob("*.yaml"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, told(ended)
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    asked = yaml_blocks(".pre-commit-config.yaml")[1]["repos"][0]["hooks"]
    assert {one["id"] for one in asked} <= {one["id"] for one in manifest}


def test_the_python_test_is_a_test(folder: Folder) -> None:
    """It passes by rules that the data keep, and fails by rules that they do not, without a crash."""
    (test,) = [text for kind, text in BLOCKS if kind == "python"]
    (folder.path / "test_kept.py").write_text(test, encoding="utf-8")
    (folder.path / "test_strict.py").write_text(test.replace("auditor.toml", "strict.toml"), encoding="utf-8")
    rule = '[[gate.rules]]\nmeasure = "duplicates.leaked_rows"\nerror_if = "> {}"\n'
    (folder.path / "auditor.toml").write_text(rule.format(1), encoding="utf-8")
    (folder.path / "strict.toml").write_text(rule.format(0), encoding="utf-8")
    command = shlex.join([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"])
    said = folder.run(command, code=1)
    assert "1 failed, 1 passed" in said and "FAILED test_strict.py" in said
    assert "('duplicates.leaked_rows', 'fail', 1" in said


def test_the_exit_codes_are_those_of_the_program() -> None:
    """The table has a row for each."""
    table = PAGE[PAGE.index("| exit |") : PAGE.index("4 comes before 3")]
    codes = {
        int(code) for row in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for code in row.split(",")
    }
    assert codes == {int(code) for code in ExitCode} | {143}


def test_every_report_is_in_the_table() -> None:
    table = PAGE[PAGE.index("| format | for |") : PAGE.index("All but `html`")]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == {*MODULES, "html"}
