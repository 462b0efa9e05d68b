"""What the lead says of the labeller's page, and what of it an audit cannot show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from auditor.audits import Audit
from auditor.choices import share_of
from auditor.errors import InputError, Problem, UsageError, did_you_mean, nearest
from auditor.handles import handles_of
from auditor.items import CONTENT, DETAIL
from auditor.prioritise.round import Plan
from auditor.read.encodings import encoding_of
from auditor.read.files import existing_file
from auditor.report.facts import KINDS
from auditor.wording import N_, listed, say

GUIDELINES = 500_000
"""Bytes of guidelines that a page holds."""


OVERLAP = 0.15
"""Share of the items that all reviewers judge, unless said otherwise."""


class SharedBy(TypedDict):
    """Who shares a round, as `ReviewOptions` takes it."""

    reviewers: tuple[str, ...]
    overlap: float


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
    reviewers: tuple[str, ...] = ()
    """Handles of those who share the round, each once; () for one page of anybody."""
    overlap: float = 0.0
    """Share of the items that all of them judge, 0..1."""


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


def shared_by(reviewers: str | Iterable[object] | None, overlap: float | str | None) -> SharedBy:
    """Who shares a round, as people say it.

    >>> shared_by("kim, lee", "20%")
    {'reviewers': ('kim', 'lee'), 'overlap': 0.2}

    Raises:
        UsageError: `option-value`: a handle that is none, or twice there; an overlap of nobody.
    """
    handles = handles_of(reviewers)
    share = share_of("overlap", overlap, OVERLAP)
    if overlap is not None and not handles:
        what = say(N_("--overlap {value}: nobody shares the round"), value=str(overlap))
        raise UsageError(Problem(slug="option-value", what=what, fixes=(say("--reviewers A,B,C"),)))
    return {"reviewers": handles, "overlap": share}


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
