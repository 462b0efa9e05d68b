"""The commands that the README shows, run as it shows them: for its test and for its pictures."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
GOES = re.compile(r"(.*) && cd (\S+)")
SIZE = re.compile(r"[\d.]+ [kM]B")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command of the README."""

    command: str
    """As it is typed."""
    shown: tuple[str, ...]
    """The lines of its output that stand under it; others may stand between them."""


def steps(text: str) -> Iterator[Step]:
    """Every line after `$ ` in the console blocks of a page, with what is shown below it.

    >>> list(steps("```console\\n$ auditor --version\\nauditor 1.0\\n```"))
    [Step(command='auditor --version', shown=('auditor 1.0',))]
    """
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.rstrip("\n").split("\n")
            yield Step(command=command, shown=tuple(shown))


def run(command: str, folder: Path) -> tuple[Path, str]:
    """The folder in which the next command runs, and what this one printed."""
    goes = GOES.fullmatch(command)
    words = [_word(word) for word in shlex.split(goes[1] if goes else command)]
    program = {"auditor": [sys.executable, "-m", "auditor"], "python": [sys.executable]}[words[0]]
    environment = {**os.environ, "AUDITOR_LANG": "en", "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    done = subprocess.run(  # noqa: S603
        [*program, *words[1:]], cwd=folder, capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return folder / goes[2] if goes else folder, done.stdout + done.stderr


def _word(word: str) -> str:
    """The script lies in the clone, wherever the commands run."""
    return str(ROOT / "docs" / "story.py") if word.endswith("docs/story.py") else word


def missing(step: Step, printed: str) -> list[str]:
    """The lines shown that the command did not print in this order; sizes of files may differ."""
    lines = iter(SIZE.sub("SIZE", printed).splitlines())
    return [line for line in step.shown if SIZE.sub("SIZE", line) not in lines]
