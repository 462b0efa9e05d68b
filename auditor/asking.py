"""What the next round of review asks of an audit, for the labeller's page and for other tools alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.choices import count_of, several, share_of

if TYPE_CHECKING:
    from auditor.audits import Audit
    from auditor.report.review_options import ReviewOptions


def round_options(
    audit: Audit,
    *,
    items: int,
    spot: int,
    controls: float | str,
    blind: float | str,
    estimate: int,
    only: str | Sequence[str] | None,
    baseline: str | Path | None,
    columns: str | Sequence[str] | None,
    guidelines: str | Path | None,
) -> ReviewOptions:
    """The options of a round as people say them, looked at.

    Args:
        audit: with what was decided before.
        items, spot, controls, blind, estimate, only, baseline, columns, guidelines: as in `write_review`.

    Raises:
        UsageError: `option-value`; the baseline cannot be read.
        InputError: the guidelines cannot be read.
    """
    from auditor.gates import NEW, new_rows
    from auditor.prioritise.round import Plan
    from auditor.report.review_options import ReviewOptions, guidelines_in

    plan = Plan(
        items=count_of("items", items, 500, least=1),
        spot=count_of("spot", spot, 25),
        controls=share_of("controls", controls, 0.1),
        blind=share_of("blind", blind, 0.2),
        estimate=count_of("estimate", estimate, 0),
    )
    kinds = tuple(kind for kind in several(only) if kind != NEW)
    return ReviewOptions(
        plan=plan,
        columns=several(columns),
        only=kinds,
        rows=new_rows(audit, baseline, kinds) if NEW in several(only) else None,
        guidelines="" if guidelines is None else guidelines_in(Path(guidelines)),
    )
