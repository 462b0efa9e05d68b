"""The header of an audit: what is said of the input, the settings and the outcomes."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from audit_inputs import planted, planted_audit

from auditor import audit
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
        ("dataset", {"splits_digest": "another"}),
        ("predictions", {"digest": "another"}),
        ("predictions", {"joined": "another"}),
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


def test_the_same_numbers_joined_otherwise_are_another_audit() -> None:
    """Two rows change places by their ids: the file's numbers are the same, what the rows got is not."""
    frame, probs, _ = planted()
    ids = frame["id"].tolist()
    swapped = [ids[1], ids[0], *ids[2:]]
    named = pd.DataFrame(probs, columns=["cat", "dog", "eel"])
    one, other = (audit(frame, predictions=named.assign(id=order)) for order in (ids, swapped))

    assert one.header["predictions"]["digest"] == other.header["predictions"]["digest"]
    assert one.audit_id != other.audit_id


def test_other_splits_of_the_same_rows_are_another_audit() -> None:
    """The fingerprint covers items, labels and content; leaks depend on the splits as well."""
    frame, probs, _ = planted()
    other = frame.assign(split=frame["split"].to_numpy()[::-1])

    assert audit(frame, predictions=probs).audit_id != audit(other, predictions=probs).audit_id
