"""What to do first, in order of gain per minute."""

from __future__ import annotations

import shlex
from pathlib import PurePath

from auditor.images.whys import TOLD
from auditor.report.command import command_of
from auditor.report.elements import Action
from auditor.report.facts import Facts, minutes, sentences
from auditor.report.forecast_words import percent
from auditor.report.noise_tables import much_overlapping
from auditor.report.slice_tables import clear_slices
from auditor.report.split_tables import differing_splits
from auditor.review.verdicts import applied_round
from auditor.wording import N_, Text, cut, say, share

SLICE_ROWS = 10
"""Suspects of a slice to look at together."""
NAME = 40
"""Characters of a value, a column or a split in a sentence; the whole name is in the section."""


def actions(facts: Facts) -> tuple[Action, ...]:
    """What to do first: at most five things, in order of gain per minute."""
    found = [
        _apply(facts),
        _open_images(facts),
        _bring_predictions(facts),
        _check_spread(facts),
        _settle_conflicts(facts),
        _remove_leaks(facts),
        _compare_near(facts),
        _look_at_slice(facts),
        _overlapping_classes(facts),
        _work_queue(facts),
        _look_at_near_leaks(facts),
        _small_classes(facts),
        _compare_splits(facts),
        _look_at_copies(facts),
    ]
    return tuple(action for action in found if action is not None)[:5]


def _apply(facts: Facts) -> Action | None:
    """What people have decided comes before all that is only likely."""
    n = facts.to_apply
    if not n:
        return None
    name = facts.place or facts.audit.header["dataset"]["name"]
    path = PurePath(name)
    fixed = shlex.quote(f"{path.stem}.fixed{path.suffix}")
    return Action(
        title=facts.say(N_("Apply {n:,} decided correction"), N_("Apply {n:,} decided corrections"), n=n),
        why=facts.say(
            N_("The dataset itself stays as it is; what was not settled is left alone and listed.")
        ),
        href="#review",
        command=f"auditor apply {shlex.quote(name)} DECISIONS -o {fixed}",
    )


def _open_images(facts: Facts) -> Action | None:
    """What cannot be opened is missing from all other numbers."""
    n = facts.count("images.unreadable")
    if not n:
        return None
    faults: dict[str, int] = facts.audit.header["images"]["faults"]
    return Action(
        title=facts.say(
            N_("{n:,} image cannot be opened: find its file again, or drop its row"),
            N_("{n:,} images cannot be opened: find their files again, or drop their rows"),
            n=n,
        ),
        why="; ".join(
            facts.say("{why}: {n:,}", why=Text(TOLD[why]), n=count) for why, count in faults.items()
        ),
        href="#images",
    )


def _check_spread(facts: Facts) -> Action | None:
    sampling = facts.audit.header.get("sampling")
    if sampling is None or not sampling["spots"] or not facts.suspects:
        return None
    if facts.forecast.enough or _spots_judged(facts):
        return _go_on(facts)
    n = len(sampling["spots"])
    return Action(
        title=facts.say(
            N_("Open review.html and check the first {n} row, about {time}"),
            N_("Open review.html and check the first {n} rows, about {time}"),
            n=n,
            time=say(N_("{n} minute"), N_("{n} minutes"), n=minutes(n)),
        ),
        why=facts.say(
            N_(
                "They are spread over the first {n:,} rows and judged without seeing the suggestion: they "
                "show how many suspects are really wrong, and how fast errors thin out."
            ),
            n=sampling["frozen"],
        ),
    )


def _spots_judged(facts: Facts) -> bool:
    """Whether spot checks came back since corrections were last applied."""
    applied = applied_round(facts.audit.tables["decisions"])
    return any(entry["sample"] == "spot" and entry["round"] > applied for entry in facts.decided)


def _go_on(facts: Facts) -> Action | None:
    """How many errors the next rows hold, once some were checked."""
    found = facts.forecast
    if found.next is None:
        return None
    low, high = found.next.low, found.next.high
    return Action(
        title=facts.say(
            N_("Review the next {n:,} row; real errors expected: {errors:,} (90%: {low:,}-{high:,})"),
            N_("Review the next {n:,} rows; real errors expected: {errors:,} (90%: {low:,}-{high:,})"),
            n=found.next.n,
            errors=round(found.next.errors),
            low=low,
            high=high,
        ),
        why=facts.say(
            N_("About {minutes:,} min. Behind them nothing was checked: spread new checks there first.")
            if found.open_ended
            else N_(
                "About {minutes:,} min. Behind them the next row is wrong with less than {limit}: stop there."
            ),
            minutes=found.minutes,
            limit=percent(found.limit),
        ),
        href="#yield",
    )


def _bring_predictions(facts: Facts) -> Action | None:
    doubt = facts.doubtful
    if facts.has_predictions and not doubt:
        return None
    if not facts.has_labels:
        return None  # without labels there is nothing that predictions could contradict
    without = N_("Without them label errors cannot be looked for; only copies and class counts were.")
    return Action(
        title=facts.say(N_("Bring better predictions") if doubt else N_("Bring out-of-sample predictions")),
        why=" ".join(doubt) or " ".join([*_no_model(facts), facts.say(without)]),
        href="#trust",
        command=command_of(facts.audit.header, place=facts.place, predictions=["oof.npz"]),
    )


def _no_model(facts: Facts) -> list[str]:
    """Why the built-in model made none, where it was to make some."""
    notes = facts.audit.header["notes"]
    return [sentences(entry, facts.lang) for entry in notes if entry["slug"] == "no-model"]


def _settle_conflicts(facts: Facts) -> Action | None:
    clear, _ = facts.conflicts
    if not clear:
        return None
    return Action(
        title=facts.say(
            N_("Settle {n:,} group of equal rows with different labels"),
            N_("Settle {n:,} groups of equal rows with different labels"),
            n=len(clear),
        ),
        why=facts.say(N_("They cannot all be right from what is shown; one decision serves every copy.")),
        href="#duplicates",
    )


def _remove_leaks(facts: Facts) -> Action | None:
    leaked = facts.leaked_rows
    if not leaked:
        return None
    return Action(
        title=facts.say(
            N_("Remove {n:,} leaked row from the later split"),
            N_("Remove {n:,} leaked rows from the later split"),
            n=leaked,
        ),
        why=facts.say(N_("A copy stands in an earlier split: the model has seen the answer.")),
        href="#duplicates",
    )


def _compare_near(facts: Facts) -> Action | None:
    pairs = facts.near.conflicts
    if not pairs:
        return None
    return Action(
        title=facts.say(
            N_("Compare {n:,} pair of rows that are alike but labelled differently"),
            N_("Compare {n:,} pairs of rows that are alike but labelled differently"),
            n=pairs,
        ),
        why=facts.say(N_("One of the two may be wrong; where a word decides, the guideline should name it.")),
        href="#duplicates",
    )


def _look_at_near_leaks(facts: Facts) -> Action | None:
    leaked = facts.near.leaked_rows
    if not leaked:
        return None
    return Action(
        title=facts.say(
            N_("Look at {n:,} row of a later split that is likely leaked"),
            N_("Look at {n:,} rows of a later split that are likely leaked"),
            n=leaked,
        ),
        why=facts.say(N_("A row that is alike stands in an earlier split. How alike is an estimate.")),
        href="#duplicates",
    )


def _look_at_slice(facts: Facts) -> Action | None:
    """The value that stands farthest clear of the rest; the section names the others."""
    clear = clear_slices(facts)
    if not clear:
        return None
    first = clear[0]
    return Action(
        title=facts.say(
            N_('Look at {n} suspect of "{value}" ({column}): {share} suspected, {elsewhere} elsewhere'),
            N_('Look at {n} suspects of "{value}" ({column}): {share} suspected, {elsewhere} elsewhere'),
            n=min(SLICE_ROWS, first["suspected"]),
            value=cut(first["value"], NAME),
            column=cut(first["column"], NAME),
            share=share(first["rate"]),
            elsewhere=share(first["expected"]),
        ),
        why=facts.say(
            N_("If they share a mistake, one talk about the guideline settles more than a review row by row.")
        ),
        href="#label-issues",
    )


def _overlapping_classes(facts: Facts) -> Action | None:
    """The two classes that overlap most, where the model is good enough to tell."""
    found = much_overlapping(facts)
    if not found:
        return None
    first = found[0]
    return Action(
        title=facts.say(
            N_('See whether "{one}" and "{other}" should be merged or described better'),
            one=cut(first.one, NAME),
            other=cut(first.other, NAME),
        ),
        why=facts.say(
            N_(
                "By estimate {n:,} of their rows ({share}) carries the label of the other. Read ten first: a "
                "model that cannot tell the two apart looks the same, and a weak one estimates too many."
            ),
            N_(
                "By estimate {n:,} of their rows ({share}) carry the label of the other. Read ten first: a "
                "model that cannot tell the two apart looks the same, and a weak one estimates too many."
            ),
            n=first.rows,
            share=share(first.share),
        ),
        href="#label-issues",
    )


def _compare_splits(facts: Facts) -> Action | None:
    found = differing_splits(facts)
    if not found:
        return None
    first = max(found, key=lambda entry: entry["distance"])
    return Action(
        title=facts.say(N_('Check how the split "{split}" was drawn'), split=cut(first["split"], NAME)),
        why=facts.say(
            N_(
                "{share} of its rows would have to change class to have the label mix of "
                '"{reference}": a score on it tells of other data.'
            ),
            share=share(first["distance"]),
            reference=cut(first["reference"], NAME),
        ),
        href="#class-balance",
    )


def _look_at_copies(facts: Facts) -> Action | None:
    """Without labels nothing can be in conflict: then the copies are what there is to look at."""
    near, exact = facts.count("duplicates.near_groups"), len(facts.groups)
    if facts.has_labels or not (near or exact):
        return None
    title = (
        facts.say(
            N_("Look at {n:,} group of rows that are alike"),
            N_("Look at {n:,} groups of rows that are alike"),
            n=near,
        )
        if near
        else facts.say(
            N_("Look at {n:,} group of rows with the same content"),
            N_("Look at {n:,} groups of rows with the same content"),
            n=exact,
        )
    )
    why = N_("Whoever labels them decides the same thing twice; keep one of each, or keep them on purpose.")
    return Action(title=title, why=facts.say(why), href="#duplicates")


def _work_queue(facts: Facts) -> Action | None:
    if not facts.queue or facts.doubtful:
        return None  # an order that is close to chance is not worth working through
    if facts.forecast.enough:
        return None  # how far to go on is said
    if not facts.review_first:
        return Action(
            title=facts.say(N_("Look at the first rows of the queue")),
            why=facts.say(_first_rows(facts)),
            href="#queue",
        )
    return Action(
        title=facts.say(N_("Work through the queue from the top")),
        why=facts.say(
            N_("queue.csv holds the whole order with a reason for every row; the first are below.")
        ),
        href="#queue",
    )


def _first_rows(facts: Facts) -> str:
    """What stands at the top of a queue without suspects and without conflicts of equal rows, a template."""
    if facts.has_predictions:
        return N_("Nothing is suspected; these are the rows the model is least sure of.")
    if facts.near.conflicts:
        return N_("Rows that are alike but labelled differently stand first, the most alike at the top.")
    return N_("What their labels should be cannot be told from what is shown.")


def _small_classes(facts: Facts) -> Action | None:
    if not facts.small_classes:
        return None
    return Action(
        title=facts.say(
            N_("Collect rows for {n:,} class that is too small to judge"),
            N_("Collect rows for {n:,} classes that are too small to judge"),
            n=facts.small_classes,
        ),
        why=facts.say(N_("A class with a handful of rows is neither learned nor measured.")),
        href="#class-balance",
    )
