"""The shell steps of a composite action, run as GitHub's runner runs them.

The steps that use other actions are noted instead. Expressions are read as far as action.yml needs them:
names with dots, texts, `==`, `!=`, `!`, `&&`, `||`, `always()` and `cancelled()`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
BASH = (shutil.which("bash") or "bash", "--noprofile", "--norc", "-eo", "pipefail")
"""What `shell: bash` means, as GitHub documents it."""
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
TOKEN = re.compile(
    r"\s*(?P<text>'[^']*')|(?P<name>[A-Za-z][\w.-]*(?:\(\))?)|(?P<sign>&&|\|\||==|!=|!)|(?P<gap>\s+)"
)
SIGNS = {"&&": " and ", "||": " or ", "!": " not ", "==": "==", "!=": "!="}


def action() -> dict[str, Any]:
    """action.yml."""
    document: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return document


@dataclass
class Done:
    """What came of a run of the action."""

    code: int = 0
    """Of the first step that failed; 0 where none did."""
    failed: str = ""
    """The name of that step."""
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    used: dict[str, dict[str, str]] = field(default_factory=dict)
    """Action that was used -> its inputs."""


@dataclass
class Runner:
    """A job: its folder and its environment."""

    workspace: Path
    temp: Path
    environment: Mapping[str, str]
    found: Mapping[str, str] = field(default_factory=dict)
    """Outputs of the action that restores a cache."""

    def run(self, **inputs: str) -> Done:
        """Run the whole action."""
        document = action()
        known = {f"inputs.{name}": one["default"] for name, one in document["inputs"].items()}
        known |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        known |= {"runner.os": "Linux"}
        known |= {f"steps.restore.outputs.{name}": value for name, value in self.found.items()}
        done = Done()
        for at, step in enumerate(document["runs"]["steps"]):
            if not _wanted(step.get("if"), known, failed=bool(done.failed)):
                continue
            if "uses" in step:
                done.used[step["uses"]] = {
                    name: filled(str(value), known) for name, value in step.get("with", {}).items()
                }
            else:
                self._shell(step, at, known, done)
        done.outputs = {name: filled(one["value"], known) for name, one in document["outputs"].items()}
        return done

    def _shell(self, step: dict[str, Any], at: int, known: dict[str, str], done: Done) -> None:
        self.temp.mkdir(exist_ok=True)
        script, output, summary = (self.temp / f"{at}.{end}" for end in ("sh", "output", "summary"))
        script.write_text(step["run"], encoding="utf-8")
        output.touch()
        summary.touch()
        environment = {
            **self.environment,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_OS": "Linux",
            **{name: filled(value, known) for name, value in step.get("env", {}).items()},
        }
        ended = subprocess.run(
            [*BASH, str(script)],
            cwd=self.workspace / filled(step.get("working-directory", "."), known),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        done.log += ended.stdout + ended.stderr
        done.summary += summary.read_text(encoding="utf-8")
        for line in output.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            known[f"steps.{step['id']}.outputs.{name}"] = value
        if ended.returncode and not done.failed:
            done.code, done.failed = ended.returncode, step["name"]


def filled(text: str, known: Mapping[str, str]) -> str:
    """A text with its expressions replaced by their values."""
    return EXPRESSION.sub(lambda found: str(value(found[1], known, failed=False)), text)


def value(expression: str, known: Mapping[str, str], *, failed: bool) -> Any:
    """What an expression is; a name that is not there is the empty text."""
    functions = {"always()": True, "cancelled()": False, "success()": not failed, "failure()": failed}
    python = ""
    for token in TOKEN.finditer(expression):
        if token["sign"]:
            python += SIGNS[token["sign"]]
        elif token["text"]:
            python += repr(token["text"][1:-1])
        elif token["name"]:
            python += repr(functions.get(token["name"], known.get(token["name"], "")))
    return eval(python)


def _wanted(condition: str | None, known: Mapping[str, str], *, failed: bool) -> bool:
    """Whether a step runs: after a failure only one whose condition asks about the state of the job."""
    if condition is None:
        return not failed
    asks = re.search(r"\b(always|cancelled|failure)\(\)", condition)
    inner = EXPRESSION.fullmatch(condition.strip())
    assert inner is not None
    return bool(value(inner[1], known, failed=failed)) and (bool(asks) or not failed)
