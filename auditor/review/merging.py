"""Many decisions files as one judgement per item: who said what last, and what the reviewers agree on.

The order of the files never matters, nor how often a file is given, nor into how many files the work of one
reviewer is cut. A lead's word wins over what the others say in the files that were merged with it; the role
that a file names proves nothing, so the lead is named by whoever merges.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Literal

from auditor.handles import same_handle
from auditor.review.decisions import ERROR_REASONS, UNDECIDED, Action, Decision, DecisionFile, Lead

JudgementState = Literal["settled", "conflict", "needs_votes", "unsure"]
SettledBy = Literal["one", "all", "most", "lead"]
"""The word of the only one who judged it; of all; of two thirds; of the lead."""
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
    lead: str = ""
    """Whose word won over that of the others; "" where the votes decide."""
    overruled: tuple[Decision, ...] = ()
    """What others said of it where a lead's word won, by reviewer: no votes any more."""

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Who said something, sorted."""
        return tuple(one.reviewer for one in self.decisions)

    @property
    def settled_by(self) -> SettledBy | None:
        """What settled it; None where nothing has."""
        if self.state != "settled":
            return None
        if self.lead:
            return "lead"
        if self.votes == 1:
            return "one"
        return "all" if len({_vote(one) for one in self.decisions if one.action != "unsure"}) == 1 else "most"

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
    """As they were given; of a merged file those that it was made of."""
    leads: tuple[Lead, ...] = ()
    """Whose word won over which of the files."""
    taken_back: int = 0
    """Words of a reviewer on an item that he took back since: they count as not said."""
    replaced: int = 0
    """Items of which one name says different things on two pages of one round: perhaps two people."""

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
        said = (one for found in self.judgements for one in (*found.decisions, *found.overruled))
        return tuple(sorted({one.reviewer for one in said}))

    @property
    def rounds(self) -> int:
        """The last round; 0 without decisions."""
        return max((one.round for found in self.judgements for one in found.decisions), default=0)

    @cached_property
    def digest(self) -> str:
        """16 hex digits over what was decided, whatever files it came in."""
        said: list[object] = [_said(one) for found in self.judgements for one in found.decisions]
        said += [[found.item, found.lead] for found in self.judgements if found.lead]
        raw = json.dumps(said, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def merged(files: Sequence[DecisionFile], *, min_votes: int | None = None, lead: str = "") -> Merged:
    """One judgement per item of the decisions of all files.

    Of one reviewer the highest revision counts, then the latest. Of several reviewers `unsure` is no vote;
    all agree, or three or more vote and two thirds agree: settled. Else it is a conflict.

    Args:
        files: in any order.
        min_votes: votes that any change of an item needs; by default one, two for an exclusion where more
            than one person reviews.
        lead: the reviewer whose word wins over that of the others, but for `unsure`; "" for nobody.
    """
    whole = tuple(part for file in files for part in file.whole)
    leads = tuple(one for file in files for one in file.leads)
    if lead:
        leads += (Lead(reviewer=lead, files=whole, rank=1 + max((one.rank for one in leads), default=0)),)
    last = _last({one for file in whole for one in file.decisions})
    words = _words_of(leads)
    by_seen: dict[Seen, list[tuple[Decision, Decision]]] = {}
    for one, said in zip(_placed(last), last, strict=True):
        by_seen.setdefault((one.item, one.content, one.given or ""), []).append((one, said))
    standing = {seen: _not_taken_back(pairs) for seen, pairs in by_seen.items()}
    people = len({same_handle(one.reviewer) for pairs in standing.values() for one, _ in pairs})
    found = [_led(pairs, words, people, min_votes) for pairs in standing.values() if pairs]
    found.sort(key=lambda one: (one.item, *_when(one.decisions), one.content, one.given or ""))
    taken_back = sum(map(_taken_back, by_seen.values()))
    return Merged(
        judgements=tuple(found),
        files=whole,
        leads=leads,
        taken_back=taken_back,
        replaced=_replaced(whole),
    )


def _replaced(files: Sequence[DecisionFile]) -> int:
    """Items of which one name says different things on different pages of one round."""
    said: dict[tuple[str, str, str, str | None, int], set[tuple[str, Vote]]] = {}
    for file in files:
        for one in file.decisions:
            key = (same_handle(one.reviewer), one.item, one.content, one.given, one.round)
            if file.report and one.action not in {"unsure", UNDECIDED}:
                said.setdefault(key, set()).add((file.report, _vote(one)))
    return sum(
        len({page for page, _ in both}) > 1 < len({vote for _, vote in both}) for both in said.values()
    )


def _said(one: Decision) -> dict[str, object]:
    """A decision as the digest has it; what most have not is left out where it is not."""
    said = asdict(one)
    return said if one.settles else {name: value for name, value in said.items() if name != "settles"}


def _not_taken_back(pairs: Sequence[tuple[Decision, Decision]]) -> list[tuple[Decision, Decision]]:
    """What was said of an item, without those whose last word is that they took theirs back."""
    gone = {_speaker(one) for one in _one_each([one for one, _ in pairs]) if one.action == UNDECIDED}
    return [pair for pair in pairs if pair[0].action != UNDECIDED and _speaker(pair[0]) not in gone]


def _taken_back(pairs: Sequence[tuple[Decision, Decision]]) -> int:
    """How many took back what they said of an item."""
    return sum(one.action == UNDECIDED for one in _one_each([one for one, _ in pairs]))


def _words_of(leads: Iterable[Lead]) -> list[tuple[Lead, frozenset[Decision]]]:
    """Leads, the highest rank first, each with the decisions that were merged with its own."""
    ordered = sorted(leads, key=lambda one: -one.rank)
    return [(one, frozenset(said for file in one.files for said in file.decisions)) for one in ordered]


def _led(
    pairs: Sequence[tuple[Decision, Decision]],
    leads: Sequence[tuple[Lead, Collection[Decision]]],
    people: int,
    min_votes: int | None,
) -> Judgement:
    """The judgement of what was said of one item, without what a lead has overruled.

    Args:
        pairs: a decision as it counts, and as it stands in its files.
        leads: whose word wins over which decisions, the highest rank first.
        people: who reviews anything.
        min_votes: as in `merged`.
    """
    won: set[str] = set()
    out: set[Decision] = set()
    for _, equals in groupby(leads, lambda entry: entry[0].rank):
        speaking = [over for over in equals if _speaks(over, pairs, out)]
        won |= {same_handle(lead.reviewer) for lead, _ in speaking}
        for _, over in speaking:
            out |= {one for one, said in pairs if said in over and same_handle(one.reviewer) not in won}
    counted = [one for one, _ in pairs if one not in out]
    judgement = _judged(counted, 1, None) if won else _judged(counted, people, min_votes)
    overruled = tuple(sorted(out, key=lambda one: (one.reviewer, _order(one))))
    lead = ";".join(sorted({one.reviewer for one in counted if same_handle(one.reviewer) in won}))
    return replace(judgement, lead=lead, overruled=overruled)


def _speaks(
    led: tuple[Lead, Collection[Decision]],
    pairs: Sequence[tuple[Decision, Decision]],
    out: Collection[Decision],
) -> bool:
    """Whether a lead has a word of its own on the item that nobody above has overruled."""
    lead, over = led
    name = same_handle(lead.reviewer)
    own = (one for one, said in pairs if same_handle(one.reviewer) == name and said in over)
    return any(one.action != "unsure" and one not in out for one in own)


def _last(decisions: Iterable[Decision]) -> list[Decision]:
    """The last word of each reviewer on each item as it was seen."""
    best: dict[tuple[tuple[str, ...], str, str, str | None], Decision] = {}
    for one in decisions:
        key = (_speaker(one), one.item, one.content, one.given)
        if key not in best or _order(one) > _order(best[key]):
            best[key] = one
    return sorted(best.values(), key=lambda one: (one.item, one.reviewer, one.content, one.given or ""))


def _speaker(one: Decision) -> tuple[str, ...]:
    """Whose later word takes the place of an earlier one; a name is one name however it is spelt.

    Of tables that name neither a person nor a time nobody can say which is later: two that differ are two
    voices, and a conflict.
    """
    return ("", *_vote(one)) if not one.reviewer and not one.at else (same_handle(one.reviewer),)


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
    best: dict[tuple[str, ...], Decision] = {}
    for one in decisions:
        speaker = _speaker(one)
        if speaker not in best or _order(one) > _order(best[speaker]):
            best[speaker] = one
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
