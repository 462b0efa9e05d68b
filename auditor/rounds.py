"""The round of an audit: drawn from its tables, when it is made and again from its folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.errors import Problem, UsageError
from auditor.flags import unsuspected
from auditor.prioritise.assignment import judges_of
from auditor.prioritise.estimate import allocated
from auditor.prioritise.round import Plan, Round, draw_round
from auditor.prioritise.sample import STRATA, strata
from auditor.review.standing import ANSWERED, UNSETTLED
from auditor.wording import N_, say


def round_of(
    tables: Mapping[str, pa.Table],
    plan: Plan,
    *,
    number: int = 1,
    only: Collection[str] = (),
    rows: Collection[int] | None = None,
) -> Round:
    """The next items to ask about.

    Args:
        tables: of the audit; what its `decisions` settle is not asked again.
        plan: how much to ask for.
        number: of the round.
        only: kinds of findings to ask about; () for the whole queue.
        rows: to ask about; None for the whole queue.
    """
    rated = drawn_for_estimate(tables, plan.estimate)
    free = unsuspected(tables["scores"]["flags"].to_numpy())
    decided = answered(tables["decisions"])
    free[decided.to_numpy(zero_copy_only=False)] = False
    queue = tables["queue"].filter(pc.invert(pc.is_in(tables["queue"]["row"], decided)))
    if only:
        wanted = set(only)
        queue = queue.filter(pa.array([bool(wanted & set(k.split(";"))) for k in queue["kinds"].to_pylist()]))
    if rows is not None:
        queue = queue.filter(pc.is_in(queue["row"], pa.array(sorted(rows), pa.int64())))
    settled = set(decided.to_pylist())
    return draw_round(
        queue,
        tables["items"],
        plan,
        unsuspected=free,
        rated=[row for row in rated if row not in settled],
        number=number,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judges:
    """Who judges the items of an audit, and which of the items all judge."""

    reviewers: tuple[str, ...]
    """Handles, each once."""
    overlap: float
    """Share of the items that all judge, 0..1."""
    names: Mapping[int, str]
    """Row -> what it is known by."""
    heard: Mapping[str, frozenset[str]]
    """Name -> who said something of it that settled nothing."""

    def of(self, row: int) -> tuple[str, ...]:
        """One reviewer, or all; without those who were heard, as long as there are others."""
        name = self.names[row]
        return judges_of(name, self.reviewers, self.overlap, self.heard.get(name, frozenset()))


def judges(tables: Mapping[str, pa.Table], reviewers: Sequence[str], overlap: float) -> Judges:
    """Who judges what, by the content of each item: the same in every audit that has it.

    Args:
        tables: of the audit; whoever could not settle an item in `decisions` is not asked about it again as
            long as there is somebody else.
        reviewers: handles, each once.
        overlap: share of the items that all judge, 0..1.
    """
    names = _names(tables["items"], tables["scores"])
    heard: dict[str, frozenset[str]] = {}
    for entry in tables["decisions"].select(["row", "state", "reviewers"]).to_pylist():
        if entry["state"] in UNSETTLED and entry["row"] in names:
            name = names[entry["row"]]
            heard[name] = heard.get(name, frozenset()) | set(entry["reviewers"].split(";"))
    return Judges(reviewers=tuple(reviewers), overlap=overlap, names=names, heard=heard)


def _names(items: pa.Table, scores: pa.Table) -> dict[int, str]:
    """Row -> the hash of its content, or its id where it has none; exact copies have one name.

    Images of one group may be of different bytes: the smallest hash stands for all.
    """
    rows = items["row"].to_pylist()
    contents, ids = items["content"].to_pylist(), items["item"].to_pylist()
    own = {row: content or f"item {item}" for row, content, item in zip(rows, contents, ids, strict=True)}
    groups = dict(zip(rows, scores["group"].take(items["row"]).to_pylist(), strict=True))
    least: dict[str, str] = {}
    for row, group in groups.items():
        if group is not None:
            least[group] = min(own[row], least.get(group, own[row]))
    return {row: own[row] if group is None else least[group] for row, group in groups.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawable:
    """A stratum of the queue and the rows of it that can be asked about."""

    rows: int
    guess: float
    """Share of wrong labels as the model guesses, 0..1."""
    reserve: tuple[int, ...]
    """Rows whose content is kept, in the order in which they are drawn: the first m are a random sample."""


def drawable(tables: Mapping[str, pa.Table]) -> list[Drawable]:
    """The strata of an audit, from the top of its queue to the bottom."""
    scores, items = tables["scores"], tables["items"].filter(tables["items"]["reserve"])
    of = strata(pc.fill_null(scores["place"], -1).to_numpy())
    doubt = 1 - scores["p_given"].to_numpy()
    rows = items["row"].to_numpy()
    rows = rows[np.lexsort((rows, items["draw"].to_numpy()))]
    return [_stratum(of == h, doubt, rows[of[rows] == h]) for h in range(len(STRATA) + 1)]


def _stratum(here: NDArray[np.bool_], doubt: NDArray[np.float64], reserve: NDArray[np.int64]) -> Drawable:
    known = doubt[here & ~np.isnan(doubt)]
    guess = float(known.mean()) if len(known) else 0.5
    return Drawable(rows=int(here.sum()), guess=guess, reserve=tuple(reserve.tolist()))


def drawn_for_estimate(tables: Mapping[str, pa.Table], m: int) -> list[int]:
    """The rows by which the dataset's error rate is estimated: `m` of all strata.

    Raises:
        UsageError: `option-value` for more rows than the audit keeps.
    """
    if not m:
        return []
    found = drawable(tables)
    most = sum(len(one.reserve) for one in found)
    if m > most:
        raise UsageError(_too_many(m, most))
    return [row for one, n in zip(found, shared_out(found, m), strict=True) for row in one.reserve[:n]]


def shared_out(strata: Sequence[Drawable], m: int) -> list[int]:
    """How many rows are drawn of each stratum for an estimate from `m`."""
    sizes = np.array([one.rows for one in strata])
    available = np.array([len(one.reserve) for one in strata])
    shares: list[int] = allocated(sizes, np.array([one.guess for one in strata]), available, m).tolist()
    return shares


def _too_many(m: int, most: int) -> Problem:
    return Problem(
        slug="option-value",
        what=say(
            N_("--estimate {n:,}: the audit keeps {most:,} rows to draw from"),
            n=m,
            most=most,
        ),
        fixes=(say("--estimate {most}", most=most),),
    )


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
        "frozen": drawn.frozen,
        "spots": drawn.spots,
        "controls": drawn.count("control"),
        "reserve": pc.sum(tables["items"]["reserve"]).as_py() or 0,
    }
