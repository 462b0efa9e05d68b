"""What reviewers agree on and confirm, in words: for the terminal and for the report alike."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.review.agreement import FEW, Agreement, ClassAgreement, PairAgreement, ReviewerCount
from auditor.review.confirmed import Confirmed, Share
from auditor.statistics.agreement import Agreed
from auditor.wording import N_, Text, cut, listed, say, share

PEOPLE = 8
"""Reviewers that are named for being unsure."""
NAME = 40
"""Characters of a class in a line."""
AGREED = (
    N_("Agreement on {n:,} item that two or more judged: {raw} of the pairs of answers {interval}"),
    N_("Agreement on {n:,} items that two or more judged: {raw} of the pairs of answers {interval}"),
)
NOTHING_SHARED = N_(
    "No item has the answers of two reviewers: nothing is known of how far they agree. `auditor review AUDIT "
    "--reviewers A,B --overlap 15%` asks all of them about some."
)
ALPHA = N_("Krippendorff's alpha {alpha} (1: all agree, 0: as by chance)")
NO_ALPHA = N_("Krippendorff's alpha is not defined: all answers are the same")
VERDICT = N_("Whether the label is wrong: {raw} {interval}, alpha {alpha}")
BLIND = N_("Suggestion hidden from all: {blind} of {blind_n:,} items; in view of all: {seen} of {seen_n:,}")
PAIR = (
    N_("{one} and {other}: {n:,} item, {raw} agree, Cohen's kappa {kappa}"),
    N_("{one} and {other}: {n:,} items, {raw} agree, Cohen's kappa {kappa}"),
)
LOW = N_("Told apart worst: {classes}")
LOW_CLASS = (
    N_('"{name}" ({same} of {n:,} item)'),
    N_('"{name}" ({same} of {n:,} items)'),
)
UNSURE = N_("Unsure: {people}")
UNSURE_PERSON = N_("{reviewer} {unsure:,} of {n:,}{where}")
UNSURE_WHERE = N_(' (most at "{name}": {n:,})')
CONFIRMED = N_(
    "Confirmed as errors so far: {hits:,} of the {n:,} rows of the queue that were judged and settled "
    "({share}); {open:,} judged and open"
)
CONTROLS = N_("Of the controls, which nobody suspects: {share} (95%: {low}-{high}; {hits:,} of {n:,})")
NO_CONTROLS = N_("No controls were judged: whether they say yes to everything is not known")
PULL = N_(
    "First answers with the suggestion hidden: {blind} of {blind_n:,} say error, in view {seen} of "
    "{seen_n:,}: {apart} points apart (95%: {low} to {high})"
)
PULLED = N_("The suggestion pulls: the interval is clear of 0. Trust the blind share")
TAKEN = N_(
    "Of the labels that were changed {blind} became the suggested one where it was hidden, {seen} where it "
    "was in view"
)


def agreement_lines(found: Agreement) -> list[Text]:
    """How far the reviewers agree, in a few sentences; one says so where nothing is known."""
    if not found.items:
        return [say(NOTHING_SHARED)]
    lines = [
        say(*AGREED, n=found.items, raw=percent(found.raw), interval=interval(found.raw, of_share=True)),
        _alpha(found.alpha),
    ]
    if found.verdict.n:
        raw, between = percent(found.verdict), interval(found.verdict, of_share=True)
        lines.append(say(VERDICT, raw=raw, interval=between, alpha=number(found.verdict_alpha)))
    if found.blind.n and found.in_view.n:
        lines.append(_by_view(found))
    return [*lines, *_low_classes(found.classes)]


def pair_line(pair: PairAgreement) -> Text:
    """How far two reviewers agree."""
    one, other = pair.reviewers
    kappa = f"{number(pair.kappa)} {interval(pair.kappa)}".strip()
    return say(*PAIR, n=pair.raw.n, one=one or "-", other=other or "-", raw=percent(pair.raw), kappa=kappa)


def unsure_lines(found: Agreement) -> list[Text]:
    """Who asks "unsure", and where; [] where nobody does."""
    if not any(one.unsure for one in found.reviewers):
        return []
    asking = sorted(
        (one for one in found.reviewers if one.unsure), key=lambda one: (-one.unsure, one.reviewer)
    )
    return [say(UNSURE, people=_joined([_unsure(one) for one in asking[:PEOPLE]]))]


def confirmed_lines(found: Confirmed) -> list[Text]:
    """What was confirmed, what of the controls, and what the suggestion does; [] without verdicts."""
    lines = []
    if found.queue.n:
        hits, n = found.queue.hits, found.queue.n
        lines.append(say(CONFIRMED, hits=hits, n=n, share=share(hits / n, 0), open=found.open))
    if found.controls.n:
        lines.append(_share_line(CONTROLS, found.controls))
    elif found.queue.n:
        lines.append(say(NO_CONTROLS))
    return [*lines, *_pull(found)]


def percent(found: Agreed) -> str:
    """A share of agreement; `-` where there is none."""
    return "-" if found.value is None else share(found.value, 0)


def number(found: Agreed) -> str:
    """A coefficient with two digits; `-` where it is not defined."""
    return "-" if found.value is None else f"{found.value:.2f}"


def interval(found: Agreed, *, of_share: bool = False) -> str:
    """Its 95% interval in brackets; nothing where there is none."""
    if found.low is None or found.high is None:
        return ""
    if of_share:
        return f"(95%: {share(found.low, 0)}-{share(found.high, 0)})"
    return f"(95%: {found.low:.2f} to {found.high:.2f})"


def _alpha(found: Agreed) -> Text:
    if found.value is None:
        return say(NO_ALPHA)
    return say(ALPHA, alpha=f"{number(found)} {interval(found)}".strip())


def _by_view(found: Agreement) -> Text:
    return say(
        BLIND,
        blind=percent(found.blind),
        blind_n=found.blind.n,
        seen=percent(found.in_view),
        seen_n=found.in_view.n,
    )


def _low_classes(classes: Sequence[ClassAgreement], most: int = 3) -> list[Text]:
    """The classes on which people agree least, of those that enough items tell of."""
    known = [one for one in classes if one.same is not None and one.same < 1 and one.items >= FEW]
    known.sort(key=lambda one: (one.same, one.name))
    if not known:
        return []
    named = [
        say(*LOW_CLASS, n=one.items, name=cut(one.name, NAME), same=share(one.same or 0.0, 0))
        for one in known[:most]
    ]
    return [say(LOW, classes=_joined(named))]


def _unsure(one: ReviewerCount) -> Text:
    where: Text | str = ""
    if one.classes and len(one.classes) > 1:
        name, n = one.classes[0]
        where = say(UNSURE_WHERE, name=cut(name, NAME), n=n)
    return say(UNSURE_PERSON, reviewer=one.reviewer or "-", unsure=one.unsure, n=one.answers, where=where)


def _pull(found: Confirmed) -> list[Text]:
    if found.pull is None or found.blind.value is None or found.in_view.value is None:
        return []
    lines = [
        say(
            PULL,
            blind=share(found.blind.value, 0),
            blind_n=found.blind.n,
            seen=share(found.in_view.value, 0),
            seen_n=found.in_view.n,
            apart=f"{100 * found.pull.value:+.0f}",
            low=f"{100 * found.pull.low:+.0f}",
            high=f"{100 * found.pull.high:+.0f}",
        )
    ]
    if found.pull.low > 0:
        lines.append(say(PULLED))
    if found.taken_blind.value is not None and found.taken_in_view.value is not None:
        blind, seen = share(found.taken_blind.value, 0), share(found.taken_in_view.value, 0)
        lines.append(say(TAKEN, blind=blind, seen=seen))
    return lines


def _share_line(template: str, found: Share) -> Text:
    return say(
        template,
        share=share(found.value or 0.0, 0),
        low=share(found.low, 0),
        high=share(found.high, 0),
        hits=found.hits,
        n=found.n,
    )


def _joined(parts: Sequence[Text]) -> Text:
    """Sentences with commas between them."""
    names = {f"p{at}": part for at, part in enumerate(parts)}
    return Text(listed([f"{{{name}}}" for name in names], len(names)), names)
