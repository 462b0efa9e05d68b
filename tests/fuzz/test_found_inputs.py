"""Inputs that the fuzz target once found: what they did, and that they end in a code now."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOUND = Path(__file__).parent / "found"
DID = {
    "size-of-a-histogram.parquet": "pyarrow ended the process: the record of a column chunk is damaged",
    "name-of-a-column.parquet": "UnicodeDecodeError: the name of a column is no UTF-8",
    "letters-beyond-unicode.npz": "SystemError: a class name of numbers that are no characters",
    "member-without-a-name.csv.zip": "IndexError in Python's zipfile",
}
"""File -> what happened."""
CODE = """
import json, sys
from pathlib import Path
from auditor.errors import AuditorError
from auditor.read.dataset import read_inputs
from auditor.read.predictions import READERS, read_predictions
from auditor.read.probability_columns import Known
ended = {}
for name in sys.argv[1:]:
    path = Path(name)
    calls = [read_inputs, lambda p: read_predictions(p, Known())] if path.suffix in READERS else [read_inputs]
    for call in calls:
        try:
            call(path)
            slugs = ["read"]
        except AuditorError as error:
            slugs = [problem.slug for problem in error.problems]
        ended.setdefault(path.name, []).append(slugs)
print(json.dumps(ended))
"""


@pytest.fixture(scope="module")
def ended() -> dict[str, list[list[str]]]:
    """What became of each, in a process that may die."""
    command = [sys.executable, "-W", "error", "-c", CODE, *(str(FOUND / name) for name in DID)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[list[str]]] = json.loads(done.stdout)
    return found


def test_every_file_is_listed() -> None:
    """With a word about what it did."""
    assert {path.name for path in FOUND.iterdir()} == DID.keys()


@pytest.mark.parametrize("name", DID)
def test_an_input_that_was_found_ends_in_a_code(ended: dict[str, list[list[str]]], name: str) -> None:
    """As a dataset, and as predictions where its ending allows."""
    assert ended[name]
    assert all(slugs for slugs in ended[name])
    assert name.endswith((".parquet", ".pq")) or ["read"] not in ended[name]
