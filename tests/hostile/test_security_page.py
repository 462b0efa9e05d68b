"""docs/security.md names tests: they are there, and every threat has one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = [
    line for line in PAGE.partition("## Fuzzing")[0].splitlines() if line.startswith("| ") and "::" in line
]
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)


@pytest.mark.parametrize(("file", "name"), sorted(set(TESTS)))
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    """By its file and its function."""
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_threat_has_a_test() -> None:
    """The rows of the table but its head."""
    rows = [line for line in PAGE.partition("## Fuzzing")[0].splitlines() if line.startswith("| ")]
    assert len(THREATS) == len(rows) - 1 > 20
