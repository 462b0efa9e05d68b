"""The round of an audit: drawn from its tables, when it is made and again from its folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from auditor.flags import unsuspected
from auditor.prioritise.round import Plan, Round, draw_round
from auditor.review.standing import ANSWERED


def round_of(
    tables: Mapping[str, pa.Table], plan: Plan, *, number: int = 1, only: Collection[str] = ()
) -> Round:
    """The next items to ask about.

    Args:
        tables: of the audit; what its `decisions` settle is not asked again.
        plan: how much to ask for.
        number: of the round.
        only: kinds of findings to ask about; () for the whole queue.
    """
    free = unsuspected(tables["scores"]["flags"].to_numpy())
    decided = answered(tables["decisions"])
    free[decided.to_numpy(zero_copy_only=False)] = False
    queue = tables["queue"].filter(pc.invert(pc.is_in(tables["queue"]["row"], decided)))
    if only:
        wanted = set(only)
        queue = queue.filter(pa.array([bool(wanted & set(k.split(";"))) for k in queue["kinds"].to_pylist()]))
    return draw_round(queue, tables["items"], plan, unsuspected=free, number=number)


def answered(decisions: pa.Table) -> pa.Array:
    """The rows that are not asked about again."""
    settled = decisions.filter(pc.is_in(decisions["state"], pa.array(sorted(ANSWERED))))
    return settled["row"].drop_null().combine_chunks()


def last_round(decisions: pa.Table) -> int:
    """The last round that anything was decided in; 0 before the first."""
    return max((number for number in decisions["round"].to_pylist() if number is not None), default=0)


def sampling_json(tables: Mapping[str, pa.Table], plan: Plan, seed: int) -> dict[str, Any]:
    """What was drawn for the labeller's page, for audit.json."""
    drawn = round_of(tables, plan, number=last_round(tables["decisions"]) + 1)
    return {
        "seed": seed,
        "plan": asdict(plan),
        "round": drawn.number,
        "frozen": drawn.count("queue") + drawn.count("spot"),
        "spots": drawn.spots,
        "controls": drawn.count("control"),
        "reserve": pc.sum(tables["items"]["reserve"]).as_py() or 0,
    }
