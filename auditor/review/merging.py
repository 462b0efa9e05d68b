"""Many decisions files as one judgement per item: who said what last, and what the reviewers agree on.

The order of the files never matters, nor how often a file is given, nor into how many files the work of one
reviewer is cut.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Literal

from auditor.review.decisions import ERROR_REASONS, Action, Decision, DecisionFile

JudgementState = Literal["settled", "conflict", "needs_votes", "unsure"]
MANY = 3
"""Votes from which a majority settles an item."""
MAJORITY = (2, 3)
"""Share of the votes that settles it, as a fraction."""
EXCLUDING = 2
"""Votes that an exclusion needs where more than one person reviews."""

Seen = tuple[str, str, str]
"""Item, content and given label: what a judgement is about."""
Vote = tuple[str, str]
"""What is to become of the item: an action and a label, `keep` as the given one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the reviewers said of one item as they saw it."""

    item: str
    row: int | None
    content: str
    """`sha256:...` of what they saw; "" where it is not known."""
    given: str | None
    """The given label they saw; None where it is not known, "" for a row without label."""
    state: JudgementState
    action: Action
    """Of those who agree; of a conflict that with the most votes."""
    label: str | None
    duplicate_of: str | None
    decisions: tuple[Decision, ...]
    """The last decision of each reviewer, by reviewer."""
    votes: int
    """Reviewers who said something else than `unsure`."""

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Who said something, sorted."""
        return tuple(one.reviewer for one in self.decisions)

    @property
    def is_error(self) -> bool | None:
        """The verdict: True an error, False none, None where nothing is settled or said."""
        if self.state != "settled":
            return None
        if self.has_error_reason:
            return True
        if self.action == "duplicate":
            return None
        return self.action == "exclude" or (self.action == "relabel" and self.label != self.given)

    @property
    def has_error_reason(self) -> bool:
        """Whether a reviewer said that no single class of the list fits."""
        return any(ERROR_REASONS & set(one.reasons) for one in self.decisions)

    @property
    def is_kept(self) -> bool:
        """Whether the given label was confirmed."""
        return self.state == "settled" and self.is_error is False


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The judgements of all files."""

    judgements: tuple[Judgement, ...]
    """By item, then in the order of their rounds."""
    files: tuple[DecisionFile, ...]
    """As they were given."""

    @cached_property
    def by_item(self) -> Mapping[str, tuple[Judgement, ...]]:
        """Item -> its judgements: several where it was reviewed again after its label or content changed."""
        found: dict[str, list[Judgement]] = {}
        for one in self.judgements:
            found.setdefault(one.item, []).append(one)
        return {item: tuple(several) for item, several in found.items()}

    @property
    def conflicts(self) -> tuple[Judgement, ...]:
        """The items on which reviewers disagree."""
        return tuple(one for one in self.judgements if one.state == "conflict")

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Who reviewed anything, sorted."""
        return tuple(sorted({name for one in self.judgements for name in one.reviewers}))

    @property
    def rounds(self) -> int:
        """The last round; 0 without decisions."""
        return max((one.round for found in self.judgements for one in found.decisions), default=0)

    @cached_property
    def digest(self) -> str:
        """16 hex digits over what was decided, whatever files it came in."""
        said = [asdict(one) for found in self.judgements for one in found.decisions]
        raw = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def merged(files: Sequence[DecisionFile], *, min_votes: int | None = None) -> Merged:
    """One judgement per item of the decisions of all files.

    Of one reviewer the highest revision counts, then the latest. Of several reviewers `unsure` is no vote;
    all agree, or three or more vote and two thirds agree: settled. Else it is a conflict.

    Args:
        files: in any order.
        min_votes: votes that any change of an item needs; by default one, two for an exclusion where more
            than one person reviews.
    """
    last = _last({one for file in files for one in file.decisions})
    people = len({one.reviewer for one in last})
    by_seen: dict[Seen, list[Decision]] = {}
    for one in _placed(last):
        by_seen.setdefault((one.item, one.content, one.given or ""), []).append(one)
    found = [_judged(decisions, people, min_votes) for decisions in by_seen.values()]
    found.sort(key=lambda one: (one.item, *_when(one.decisions), one.content, one.given or ""))
    return Merged(judgements=tuple(found), files=tuple(files))


def _last(decisions: Iterable[Decision]) -> list[Decision]:
    """The last word of each reviewer on each item as it was seen."""
    best: dict[tuple[str, str, str, str | None], Decision] = {}
    for one in decisions:
        key = (one.reviewer, one.item, one.content, one.given)
        if key not in best or _order(one) > _order(best[key]):
            best[key] = one
    return sorted(best.values(), key=lambda one: (one.item, one.reviewer, one.content, one.given or ""))


def _order(one: Decision) -> tuple[int, int, str, str]:
    """What makes a decision later than another; the last part only so that files can come in any order."""
    return one.round, one.revision, one.at, repr(one)


def _placed(decisions: Sequence[Decision]) -> list[Decision]:
    """Decisions with what was seen filled in where a plain table does not say it and only one thing was."""
    seen: dict[str, set[tuple[str, str | None]]] = {}
    for one in decisions:
        if one.content or one.given is not None:
            seen.setdefault(one.item, set()).add((one.content, one.given))
    out = []
    for one in decisions:
        known = seen.get(one.item, set())
        if one.content or one.given is not None or len(known) != 1:
            out.append(one)
            continue
        content, given = next(iter(known))
        out.append(replace(one, content=content, given=given))
    return out


def _when(decisions: Sequence[Decision]) -> tuple[int, str]:
    """Round and time of the last decision."""
    return max((one.round, one.at) for one in decisions)


def _judged(decisions: Sequence[Decision], people: int, min_votes: int | None) -> Judgement:
    ordered = tuple(sorted(_one_each(decisions), key=lambda one: (one.reviewer, _order(one))))
    voting = [one for one in ordered if one.action != "unsure"]
    counts = Counter(map(_vote, voting))
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    chosen = next((one for one in voting if ranked and _vote(one) == ranked[0][0]), ordered[0])
    first = ordered[0]
    return Judgement(
        item=first.item,
        row=first.row,
        content=first.content,
        given=first.given,
        state=_state(chosen, ranked, len(voting), people, min_votes),
        action=chosen.action,
        label=chosen.label,
        duplicate_of=chosen.duplicate_of,
        decisions=ordered,
        votes=len(voting),
    )


def _one_each(decisions: Sequence[Decision]) -> list[Decision]:
    """One decision of each reviewer: the last, where a plain table and a page say something of one item."""
    best: dict[str, Decision] = {}
    for one in decisions:
        if one.reviewer not in best or _order(one) > _order(best[one.reviewer]):
            best[one.reviewer] = one
    return list(best.values())


def _vote(one: Decision) -> Vote:
    """Keeping and choosing the given label are one vote."""
    if one.action == "relabel" and one.label == one.given:
        return "keep", ""
    if one.action == "duplicate":
        return "duplicate", one.duplicate_of or ""
    return one.action, one.label or ""


def _state(
    chosen: Decision,
    ranked: Sequence[tuple[Vote, int]],
    votes: int,
    people: int,
    min_votes: int | None,
) -> JudgementState:
    if not votes:
        return "unsure"
    agree = ranked[0][1]
    if agree < votes and not (votes >= MANY and agree * MAJORITY[1] >= votes * MAJORITY[0]):
        return "conflict"
    keeps = _vote(chosen)[0] == "keep"
    needed = min_votes or (EXCLUDING if people > 1 and chosen.action == "exclude" else 1)
    return "settled" if keeps or agree >= needed else "needs_votes"
