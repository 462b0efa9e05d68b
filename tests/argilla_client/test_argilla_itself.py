"""A round through the Argilla client itself: its settings and records read, answered, written, applied.

The client is large and wants an environment of its own; no server is needed:

    python3 -m venv /tmp/argilla && /tmp/argilla/bin/pip install argilla==2.8.0 requests
    ARGILLA_PYTHON=/tmp/argilla/bin/python python -m pytest tests/argilla_client

With AUDITOR_WRITE_GOLDEN=FOLDER what it wrote is kept: the files in tests/data/argilla.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from answered_round import applied_changes, argilla_answers, expected, expected_without_status
from exported_round import audited

import auditor
from auditor.cli.main import main

PYTHON = os.environ.get("ARGILLA_PYTHON")
pytestmark = pytest.mark.skipif(
    PYTHON is None, reason="ARGILLA_PYTHON names no Python with the Argilla client"
)
SCRIPT = Path(__file__).with_name("answer_records.py")


@pytest.mark.parametrize("prelabel", [False, True])
def test_the_client_reads_what_was_written_and_writes_what_is_read(tmp_path: Path, prelabel: bool) -> None:
    """Flattened records change the decided cells; nested ones count what was discarded, and say so."""
    data, audit = audited(tmp_path)
    auditor.export_items(audit, tmp_path / "rg", to="argilla", items=30, spot=4, prelabel=prelabel)
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(argilla_answers()), encoding="utf-8")
    folder = tmp_path / "rg"
    assert PYTHON is not None
    command = [PYTHON, SCRIPT, folder / "records.json", folder / "settings.json", answers, tmp_path]
    subprocess.run(command, check=True, env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"})
    golden = os.environ.get("AUDITOR_WRITE_GOLDEN")
    for name in ("nested.json", "flattened.json", "flattened.jsonl"):
        if golden and not prelabel and name != "flattened.jsonl":
            Path(golden, name).write_bytes((tmp_path / name).read_bytes())
        fixed = tmp_path / f"{name}.csv"
        assert main(["apply", str(data), str(tmp_path / name), "-o", str(fixed)]) == 0
        wanted = expected_without_status() if name == "nested.json" else expected()
        assert applied_changes(data, fixed) == wanted
