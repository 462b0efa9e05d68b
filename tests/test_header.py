"""The header of an audit: what is said of the input, the settings and the outcomes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from audit_inputs import planted_audit

from auditor.errors import Problem
from auditor.header import audit_id, note_json
from auditor.wording import say


def test_a_note_is_kept_with_all_it_says() -> None:
    """Slug, level, what, details, fixes."""
    problem = Problem(
        slug="s", level="warning", what=say("w"), details=(say("d"),), fixes=(say("f"), say("g"))
    )
    entry = note_json(problem)

    assert (entry["slug"], entry["level"], entry["what"]["template"]) == ("s", "warning", "w")
    assert [text["template"] for text in entry["details"] + entry["fixes"]] == ["d", "f", "g"]


def test_a_header_is_plain_json() -> None:
    """What is read back is what was made."""
    header = planted_audit().header
    assert json.loads(json.dumps(header)) == header


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("dataset", {"fingerprint": "another"}),
        ("dataset", {"classes": ["dog", "cat", "eel"]}),
        ("settings", {"top": 7}),
        ("predictions", {"digest": "another"}),
    ],
)
def test_an_audit_id_stands_for_data_classes_settings_and_predictions(
    part: str, change: dict[str, Any]
) -> None:
    """Another of any of them is another audit; other names of files, versions and notes are not."""
    header = planted_audit().header
    assert audit_id({**header, part: {**header[part], **change}}) != header["audit_id"]
    unnamed = {**header, "versions": {}, "notes": [], "dataset": {**header["dataset"], "name": "other"}}
    assert audit_id(unnamed) == header["audit_id"]
