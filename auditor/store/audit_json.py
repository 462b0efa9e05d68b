"""`audit.json` read alone: plain Python, for what needs no table of an audit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from auditor.errors import InputError, Problem
from auditor.store.names import AUDIT_JSON, SCHEMA, shown
from auditor.wording import N_, say


def read_audit_json(folder: Path) -> dict[str, Any]:
    """`audit.json` alone: all that judging needs.

    Raises:
        InputError: `not-an-audit` or `audit-version`.
    """
    path = folder if folder.name == AUDIT_JSON else folder / AUDIT_JSON
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        schema = str(document["schema"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(not_an_audit(folder, getattr(error, "strerror", None) or str(error))) from error
    if schema != SCHEMA:
        raise InputError(
            Problem(
                slug="audit-version",
                what=say(
                    N_("{name} is of schema {found}; this version reads {known}"),
                    name=shown(folder),
                    found=schema[:60],
                    known=SCHEMA,
                ),
                fixes=(say(N_("run the audit again")),),
            )
        )
    return dict(document)


def not_an_audit(path: Path, why: str) -> Problem:
    """What is said of a folder that no audit wrote, or that is damaged."""
    return Problem(
        slug="not-an-audit",
        what=say(N_("{name} is not an audit folder"), name=shown(path)),
        details=(say("{why}", why=(why.splitlines() or [""])[0][:200]),),
        fixes=(say("auditor audit DATA --predictions FILE -o {name}", name=shown(path)),),
    )
