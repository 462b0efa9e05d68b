"""The checksum of a decisions file, and what is said of one that is damaged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from auditor.errors import Problem
from auditor.wording import N_, Text, say


def checksum(decisions: Sequence[Mapping[str, Any]]) -> str:
    """`sha256:...` over the decisions as canonical JSON: finds what was cut off, not what was forged.

    >>> checksum([])[:20]
    'sha256:4f53cda18c2ba'
    """
    raw = json.dumps(list(decisions), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(raw.encode('utf-8', 'surrogatepass')).hexdigest()}"


def damaged(name: str, why: Text) -> Problem:
    """What is said of a file that was cut off or changed."""
    return Problem(
        slug="decisions-damaged",
        what=say(N_("{name} is damaged: {why}"), name=name, why=why),
        fixes=(say(N_("ask the reviewer to export it again")),),
    )
