"""GitLab Code Quality: the widget of a merge request and the pipeline's tab read it.

`artifacts: reports: codequality: FILE`. GitLab compares the fingerprints of two branches, and stops without a
word at an item that it cannot read. Every issue stands at line 1 of the dataset, and its description says
which item and row it is: cells hold line breaks, so the line of a row is not known.
"""

from __future__ import annotations

from typing import Any

from auditor.gating.discreet import discreet
from auditor.gating.entries import Entry, capped, entries, location
from auditor.gating.formats import gate_format
from auditor.gating.inert import json_text, plain
from auditor.gating.judge import Judged
from auditor.wording import N_, say

SEVERITIES = {"blocked": "critical", "error": "major", "warning": "minor", "left out": "info"}
"""Level of an entry -> GitLab's word."""
MOST = 1_000
"""Issues at most."""


@gate_format("gitlab")
def write(judged: Judged, lang: str) -> str:
    """The verdict as a JSON list of issues; an empty one says that nothing is wrong."""
    told = discreet(judged)
    listed = entries(told)
    kept = listed if len(listed) <= MOST else capped(listed, MOST - 1)
    path = location(told)
    issues = [_issue(entry, path, lang) for entry in kept]
    if len(kept) < len(listed):
        issues.append(_left_out(len(listed) - len(kept), path, lang))
    return json_text(issues)


def _issue(entry: Entry, path: str, lang: str) -> dict[str, Any]:
    return {
        "description": plain(entry.what.to(lang)),
        "check_name": f"auditor/{entry.rule}",
        "fingerprint": entry.fingerprint,
        "severity": SEVERITIES[entry.level],
        "location": {"path": path, "lines": {"begin": 1}},
    }


def _left_out(n: int, path: str, lang: str) -> dict[str, Any]:
    told = say(N_("{n:,} more is left out"), N_("{n:,} more are left out"), n=n)
    entry = Entry(rule="left-out", level="warning", what=told, key="left out")
    return _issue(entry, path, lang) | {"severity": SEVERITIES["left out"]}
