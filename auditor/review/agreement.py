"""How far reviewers agree where two or more judged the same item, and who asks "unsure" where.

An answer is what is to become of the item: a class, "exclude", "duplicate", or that no class fits; keeping is
the answer of the given label. Each reviewer counts once an item, and an item that was decided along with an
equal one does not count again. An answer that was given on the page of open items is not independent and
does not count either; what a lead overruled does. Answers of tables that name nobody are not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.review.decisions import ERROR_REASONS, Decision
from auditor.review.merging import Judgement, Merged
from auditor.statistics.agreement import (
    Agreed,
    cohen_kappa,
    krippendorff_alpha,
    one_against_rest,
    raw_agreement,
)

Answer = tuple[str, str]
"""What is to become of an item: ("class", its name), or an action and ""."""
MOST = 15
"""Pairs and classes that an audit keeps."""
FEW = 5
"""Items below which a class says little of how well it is told apart."""
NONE_FITS: Answer = ("none_fits", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAgreement:
    """Two reviewers, over the items that both judged."""

    reviewers: tuple[str, str]
    raw: Agreed
    kappa: Agreed
    """Cohen's kappa."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassAgreement:
    """How well one class is told from the others, over the items that two or more judged."""

    name: str
    items: int
    """Items of which somebody said that class."""
    same: float | None
    """The specific agreement (Cicchetti and Feinstein 1990): where one reviewer says the class, how often
    another one does; None where nobody else judged such an item."""
    alpha: Agreed
    """Krippendorff's alpha of this class against all other answers."""
    unsure: int
    """Answers "unsure" on items with this given label."""
    answers: int
    """Answers on items with this given label, "unsure" among them; those of one reviewer alone too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerCount:
    """How much one reviewer decided, and how often with "unsure"."""

    reviewer: str
    answers: int
    unsure: int
    classes: tuple[tuple[str, int], ...]
    """(given label, how often unsure), the commonest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What the reviewers agree on."""

    items: int
    """Items with two answers or more."""
    raw: Agreed
    """The share of pairs of answers that are the same."""
    alpha: Agreed
    """Krippendorff's alpha for nominal answers."""
    verdict: Agreed
    """The share of pairs of answers that agree whether the given label is wrong."""
    verdict_alpha: Agreed
    blind: Agreed
    """The raw agreement of first choices on items whose suggestion was hidden from all."""
    in_view: Agreed
    """The same of items of which all saw it: who agrees with what is shown agrees with the others too."""
    pairs: tuple[PairAgreement, ...]
    """By the items they share, most first."""
    classes: tuple[ClassAgreement, ...]
    """By name."""
    reviewers: tuple[ReviewerCount, ...]
    """By handle."""

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)

    def in_brief(self) -> Agreement:
        """With the pairs of most items and the classes told apart worst, rare ones last: what is kept."""
        told = [one for one in self.classes if one.same is not None]
        worst = sorted(told, key=lambda one: (one.items < FEW, one.same, -one.items, one.name))
        return replace(self, pairs=self.pairs[:MOST], classes=tuple(worst[:MOST]))


def agreement_of(found: Merged) -> Agreement:
    """How far the reviewers of merged decisions agree."""
    heard = [(one, _heard(one)) for one in found.judgements]
    shared = [saying for _, saying in heard if sum(said.action != "unsure" for said in saying) > 1]
    counts, names = _counted([[_answer(s) for s in saying if s.action != "unsure"] for saying in shared])
    wrong, _ = _counted([[str(s.is_error) for s in saying if s.is_error is not None] for saying in shared])
    hidden = [_hidden(saying) for saying in shared]
    blindly, _ = _counted(
        [[_answer(s.first) for s in saying] for saying, one in zip(shared, hidden, strict=True) if one]
    )
    return Agreement(
        items=len(shared),
        raw=raw_agreement(counts),
        alpha=krippendorff_alpha(counts),
        verdict=raw_agreement(wrong),
        verdict_alpha=krippendorff_alpha(wrong),
        blind=raw_agreement(blindly),
        in_view=raw_agreement(counts[np.array([one is False for one in hidden], bool)]),
        pairs=_pairs(shared),
        classes=_classes(heard, counts, names),
        reviewers=_reviewers([said for _, saying in heard for said in saying]),
    )


def _heard(judgement: Judgement) -> list[Decision]:
    """The independent answers, by reviewer.

    Who settles what is open has seen what the others said; of tables that name nobody those who agree cannot
    be told apart, so that they would only ever disagree.
    """
    said = (*judgement.decisions, *judgement.overruled)
    heard = [one for one in said if one.reviewer and one.copy_of is None and not one.settles]
    return sorted(heard, key=lambda one: one.reviewer)


def _answer(one: Decision) -> Answer:
    if ERROR_REASONS & set(one.reasons):
        return NONE_FITS
    if one.action in {"keep", "relabel"}:
        return "class", (one.given if one.action == "keep" else one.label) or ""
    return one.action, ""


def _hidden(saying: Sequence[Decision]) -> bool | None:
    """Whether the suggestion was hidden from all; None where from some, or it is not known."""
    found = {one.was_hidden for one in saying if one.action != "unsure"}
    return found.pop() if len(found) == 1 else None


def _counted(answers: Sequence[Sequence[Any]]) -> tuple[NDArray[np.int64], list[Any]]:
    """(u, c) how many gave each answer, and the answers; at least one column."""
    names = sorted({one for several in answers for one in several})
    place = {name: at for at, name in enumerate(names)}
    counts = np.zeros((len(answers), max(len(names), 1)), np.int64)
    for unit, several in enumerate(answers):
        for one in several:
            counts[unit, place[one]] += 1
    return counts, names


def _pairs(heard: Iterable[Sequence[Decision]]) -> tuple[PairAgreement, ...]:
    both: dict[tuple[str, str], Counter[tuple[Answer, Answer]]] = {}
    for saying in heard:
        voting = [one for one in saying if one.action != "unsure"]
        for one, other in combinations(voting, 2):
            who = (one.reviewer, other.reviewer)
            both.setdefault(who, Counter())[_answer(one), _answer(other)] += 1
    ordered = sorted(both.items(), key=lambda entry: (-entry[1].total(), entry[0]))
    pairs = [(who, said) for who, said in ordered if who[0] != who[1]]
    return tuple(_pair(who, said, whole=at < MOST) for at, (who, said) in enumerate(pairs))


def _pair(who: tuple[str, str], said: Mapping[tuple[Answer, Answer], int], *, whole: bool) -> PairAgreement:
    """Of a team of many only the first have intervals, which take longest."""
    names = sorted({answer for both in said for answer in both})
    table = np.zeros((len(names), len(names)), np.int64)
    for (one, other), times in said.items():
        table[names.index(one), names.index(other)] += times
    counts = np.repeat(
        [[int(i == at) + int(j == at) for at in range(len(names))] for i, j in np.argwhere(table)],
        table[table > 0],
        axis=0,
    )
    return PairAgreement(
        reviewers=who, raw=raw_agreement(counts, whole=whole), kappa=cohen_kappa(table, whole=whole)
    )


def _classes(
    heard: Sequence[tuple[Judgement, Sequence[Decision]]], counts: NDArray[np.int64], names: Sequence[Answer]
) -> tuple[ClassAgreement, ...]:
    asked: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    for judgement, saying in heard:
        asked[judgement.given or ""] += len(saying)
        unsure[judgement.given or ""] += sum(one.action == "unsure" for one in saying)
    said = {name: at for at, (kind, name) in enumerate(names) if kind == "class"}
    return tuple(
        _class(name, counts, said.get(name), unsure[name], asked[name])
        for name in sorted({*said, *(name for name, n in asked.items() if n)} - {""})
    )


def _class(name: str, shared: NDArray[np.int64], at: int | None, unsure: int, asked: int) -> ClassAgreement:
    split = np.zeros((0, 2), np.int64) if at is None else one_against_rest(shared, at)
    own, others = split[:, 0], split[:, 1]
    agree, differ = int((own * (own - 1)).sum()), int((own * others).sum())
    return ClassAgreement(
        name=name,
        items=int((own > 0).sum()),
        same=agree / (agree + differ) if agree + differ else None,
        alpha=krippendorff_alpha(split),
        unsure=unsure,
        answers=asked,
    )


def _reviewers(said: Iterable[Decision]) -> tuple[ReviewerCount, ...]:
    by_name: dict[str, list[Decision]] = {}
    for one in said:
        by_name.setdefault(one.reviewer, []).append(one)
    return tuple(_reviewer(name, own) for name, own in sorted(by_name.items()))


def _reviewer(name: str, own: Sequence[Decision]) -> ReviewerCount:
    unsure = Counter(one.given or "" for one in own if one.action == "unsure")
    return ReviewerCount(
        reviewer=name,
        answers=len(own),
        unsure=unsure.total(),
        classes=tuple(sorted(unsure.items(), key=lambda entry: (-entry[1], entry[0]))),
    )


def agreement_json(found: Merged) -> dict[str, Any]:
    """`agreement`, as an audit keeps it, where two reviewers judged the same item; else nothing."""
    agreement = agreement_of(found) if len(found.reviewers) > 1 else None
    return {} if agreement is None or not agreement.items else {"agreement": agreement.in_brief().to_json()}


def agreement_from(entry: Mapping[str, Any]) -> Agreement:
    """What `Agreement.to_json` wrote."""
    measures = ("raw", "alpha", "verdict", "verdict_alpha", "blind", "in_view")
    return Agreement(
        items=entry["items"],
        pairs=tuple(
            PairAgreement(
                reviewers=(one["reviewers"][0], one["reviewers"][1]),
                raw=Agreed(**one["raw"]),
                kappa=Agreed(**one["kappa"]),
            )
            for one in entry["pairs"]
        ),
        classes=tuple(ClassAgreement(**one | {"alpha": Agreed(**one["alpha"])}) for one in entry["classes"]),
        reviewers=tuple(
            ReviewerCount(**one | {"classes": tuple((name, n) for name, n in one["classes"])})
            for one in entry["reviewers"]
        ),
        **{name: Agreed(**entry[name]) for name in measures},
    )
