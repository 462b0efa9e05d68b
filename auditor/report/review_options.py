"""What the lead says of the labeller's page, and what of it an audit cannot show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from auditor.audits import Audit
from auditor.errors import InputError, Problem, UsageError, did_you_mean, nearest
from auditor.items import CONTENT, DETAIL
from auditor.prioritise.round import Plan
from auditor.read.encodings import encoding_of
from auditor.read.files import existing_file
from auditor.report.facts import KINDS
from auditor.wording import N_, listed, say

GUIDELINES = 500_000
"""Bytes of guidelines that a page holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOptions:
    """What the lead says of a page; the sizes of the round are in `Plan`."""

    plan: Plan = field(default_factory=Plan)
    columns: tuple[str, ...] = ()
    """Columns to show, in this order; () for all."""
    only: tuple[str, ...] = ()
    """Kinds of findings to ask about; () for all."""
    rows: frozenset[int] | None = None
    """Rows to ask about; None for all."""
    guidelines: str = ""
    contact: str = ""
    """Whom the decisions file is sent to."""


def guidelines_in(path: Path) -> str:
    """The text of a file of guidelines, in any encoding that datasets are read in.

    Raises:
        InputError: `file-not-found`, `encoding-unknown`, `file-unreadable`; `guidelines-too-long`.
    """
    existing_file(path)
    if path.stat().st_size > GUIDELINES:
        what = say(N_("{name} is longer than {limit} kB"), name=path.name, limit=GUIDELINES // 1000)
        raise InputError(Problem(slug="guidelines-too-long", what=what))
    return path.read_text(encoding=encoding_of(path)).lstrip("\ufeff")


def refuse_unknown(audit: Audit, options: ReviewOptions) -> None:
    """Raise for a column that the audit did not keep, and for a kind that stands in no queue.

    Raises:
        UsageError: `column-not-found`, `option-value`.
    """
    names = audit.tables["items"].column_names
    kept = [name.split(".", 1)[1] for name in names if name.startswith((CONTENT, DETAIL))]
    for column in options.columns:
        if column not in kept:
            raise UsageError(_no_column(column, kept))
    for kind in options.only:
        if kind not in KINDS:
            what = say(N_("--only {kind}: kinds are {names}"), kind=kind, names=", ".join(KINDS))
            fixes = did_you_mean(nearest(kind, KINDS))
            raise UsageError(Problem(slug="option-value", what=what, fixes=fixes))


def _no_column(column: str, kept: Sequence[str]) -> Problem:
    return Problem(
        slug="column-not-found",
        what=say(N_("--column {column}: the audit kept no such column"), column=column),
        details=(say(N_("columns: {names}"), names=listed(list(kept))),),
        fixes=did_you_mean(nearest(column, kept)),
    )
