"""What a forecast says in words: for the terminal and for the report alike."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from auditor.error_rates import Rate
from auditor.forecasts import MEASURED, MEASURED_WORST, Forecast
from auditor.prioritise.estimate import Estimate
from auditor.prioritise.forecast import LEVEL, Expected
from auditor.review.verdicts import ENOUGH
from auditor.wording import N_, Text, say, share

NOT_YET = N_(
    "No number of errors is forecast yet: {used} of the {enough} verdicts it takes are there. What the model "
    "says of its own suspects is off by half and more; the first rows of review.html are spread over the "
    "queue and tell."
)
NO_ORDER = N_(
    "Nothing is forecast: without predictions the queue holds conflicts alone, and its order says nothing "
    "of how likely an error is."
)
DRAWN = (
    N_("Drawn from {used:,} verdict, the deepest at row {deepest:,} of the queue of {queue:,}."),
    N_("Drawn from {used:,} verdicts, the deepest at row {deepest:,} of the queue of {queue:,}."),
)
AGREEMENT = N_(
    "They were given with the suggestion in view: people tend to agree with what they see, so this forecasts "
    "agreement. Blind spot checks come first in review.html."
)
EARLIER = (
    N_(
        "{n:,} verdict of earlier rounds says nothing of rows that nobody has judged: corrections of those "
        "rounds were applied, so that only rows that were right are left of them. `auditor review AUDIT "
        "--decisions FILE` asks about new rows."
    ),
    N_(
        "{n:,} verdicts of earlier rounds say nothing of rows that nobody has judged: corrections of those "
        "rounds were applied, so that only rows that were right are left of them. `auditor review AUDIT "
        "--decisions FILE` asks about new rows."
    ),
)
EMPTY = N_("Nothing is forecast: no row is in the queue.")
EXPECTED = (
    N_("errors in the first {n:,} row: {errors:,} expected (90%: {low:,}-{high:,}), {found:,} found so far"),
    N_("errors in the first {n:,} rows: {errors:,} expected (90%: {low:,}-{high:,}), {found:,} found so far"),
)
BEYOND = (
    N_(
        "Of the first {n:,} row nothing is known: nothing was checked behind row {deepest:,}. `auditor "
        "review AUDIT --items {n}` spreads checks that far."
    ),
    N_(
        "Of the first {n:,} rows nothing is known: nothing was checked behind row {deepest:,}. `auditor "
        "review AUDIT --items {n}` spreads checks that far."
    ),
)
STOP_HERE = N_(
    "Stop here: the next row is wrong with less than {limit}, and so are those behind it, as far as was "
    "checked (row {deepest:,})."
)
REVIEW_ON = (
    N_(
        "Review {n:,} more row, to row {stop:,}. Errors expected there: {errors:,} (90%: {low:,}-{high:,}); "
        "about {minutes:,} min at {seconds} s a row."
    ),
    N_(
        "Review {n:,} more rows, to row {stop:,}. Errors expected there: {errors:,} (90%: {low:,}-{high:,}); "
        "about {minutes:,} min at {seconds} s a row."
    ),
)
CHECK_ON = N_(
    "Behind row {deepest:,} nothing was checked, and errors go on as far as that tells: `auditor review "
    "AUDIT --decisions FILE` spreads new checks over the next rows."
)
STOP_THERE = N_("Stop there: behind row {stop:,} the next row is wrong with less than {limit}.")
UNRATED = (
    N_(
        "No error rate of the whole dataset yet: {n:,} of the rows drawn for it is judged, and stretches of "
        "the queue are left without any."
    ),
    N_(
        "No error rate of the whole dataset yet: {n:,} of the rows drawn for it are judged, and stretches of "
        "the queue are left without any."
    ),
)
LEFT_OUT: Mapping[str, str] = {
    "unsure": N_("could not tell"),
    "conflict": N_("reviewers disagree"),
    "needs_votes": N_("needs another vote"),
    "stale": N_("changed since it was reviewed"),
    "unknown": N_("no such item"),
    "label_unknown": N_("no such class"),
    "done": N_("corrected since then"),
    "no_verdict": N_("a copy too many"),
    "label_not_said": N_("the label that was seen is not said"),
    "repeated": N_("the same row again"),
    "earlier": N_("of an earlier round"),
    "copy": N_("decided along with an equal row"),
    "elsewhere": N_("from outside of the list"),
    "in_view": N_("the suggestion was in view"),
    "not_queued": N_("never in the queue"),
}
"""Why a decision is not drawn from -> what it is called."""


def basis(found: Forecast) -> list[Text]:
    """What the forecast is made of; why there is none, before there are enough verdicts."""
    if found.why_not == "no_predictions":
        return [say(NO_ORDER)]
    if found.why_not == "empty_queue":
        return [say(EMPTY)]
    if found.why_not == "too_few":
        return [*earlier(found), say(NOT_YET, used=found.used, enough=ENOUGH)]
    drawn = say(*DRAWN, n=found.used, used=found.used, deepest=found.deepest, queue=found.queue)
    return [drawn] if found.blind else [drawn, say(AGREEMENT)]


def earlier(found: Forecast) -> list[Text]:
    """Why verdicts of rounds whose corrections were applied are not drawn from; [] where there are none."""
    return [say(*EARLIER, n=found.earlier)] if found.earlier else []


def left_out_lines(found: Forecast) -> list[Text]:
    """How many decisions the curve is not drawn from, and why; [] where all are used."""
    parts = [
        say("{reason}: {n:,}", reason=say(LEFT_OUT[reason]), n=n) for reason, n in found.left_out.items()
    ]
    if not parts:
        return []
    reasons = reduce(lambda one, other: say("{one}, {other}", one=one, other=other), parts)
    return [say(N_("Decisions left out: {reasons}."), reasons=reasons)]


def first_lines(found: Forecast) -> list[Text]:
    """The errors among the first n rows, for each n asked for that is not far behind what was checked."""
    lines = [expected(one) for one in found.first if one.n <= found.reach]
    far = [one.n for one in found.first if one.n > found.reach]
    return [*lines, say(*BEYOND, n=max(far), deepest=found.deepest)] if far else lines


def expected(one: Expected) -> Text:
    """The errors among the first n rows."""
    return say(*EXPECTED, n=one.n, errors=round(one.errors), low=one.low, high=one.high, found=one.found)


def percent(limit: float) -> str:
    """A limit as it was said, in percent.

    >>> percent(0.1), percent(0.005), percent(0.07)
    ('10%', '0.5%', '7%')
    """
    return f"{100 * limit:.4g}%"


def what_next(found: Forecast) -> list[Text]:
    """How far to go on, and how long that takes."""
    limit = percent(found.limit)
    if found.stop is None:
        return []
    check_on = say(CHECK_ON, deepest=found.deepest)
    if found.next is None:
        return [check_on if found.open_ended else say(STOP_HERE, limit=limit, deepest=found.deepest)]
    ahead = say(
        *REVIEW_ON,
        n=found.next.n,
        stop=found.stop,
        errors=round(found.next.errors),
        low=found.next.low,
        high=found.next.high,
        minutes=found.minutes,
        seconds=round(found.seconds),
    )
    return [ahead, check_on if found.open_ended else say(STOP_THERE, stop=found.stop, limit=limit)]


def promise() -> Text:
    """How often the bands hold, as promised and as measured."""
    return say(
        N_(
            "Bands are made to hold {level} of the time. With 20 checks they held {measured} on datasets "
            "whose every label people checked, {lowest} on the worst of them (docs/ranking.md)."
        ),
        level=share(LEVEL, 0),
        measured=share(MEASURED, 0),
        lowest=share(MEASURED_WORST, 0),
    )


def rate_lines(found: Forecast) -> list[Text]:
    """The dataset's error rate, and what it does to a measured accuracy; why it is not said yet."""
    if found.rate is not None:
        return _rate_lines(found.rate)
    if found.rated:
        return [say(*UNRATED, n=found.rated)]
    if found.width is None:
        return []
    return [
        say(
            N_(
                "How many rows it takes for the wanted width cannot be said before there is an error rate: "
                "`auditor review AUDIT --estimate N` asks about rows drawn for it."
            )
        )
    ]


def _rate_lines(rate: Rate) -> list[Text]:
    errors = rate.errors
    what = (
        say(N_("the whole dataset"))
        if rate.whole
        else say(N_("the {rows:,} rows that can be queued"), rows=rate.rows)
    )
    lines = [
        say(
            N_(
                "Error rate of {what}: {value} (90%: {low}-{high}), from {n:,} row drawn at "
                "random; a simple random sample would have needed {simple:,}."
            ),
            N_(
                "Error rate of {what}: {value} (90%: {low}-{high}), from {n:,} rows drawn at "
                "random; a simple random sample would have needed {simple:,}."
            ),
            what=what,
            n=errors.judged,
            simple=errors.simple,
            **_shares(errors),
        )
    ]
    if rate.size is not None:
        lines.append(
            say(
                N_("For the wanted width {n:,} row is to be judged in all."),
                N_("For the wanted width {n:,} rows are to be judged in all."),
                n=rate.size,
            )
        )
    if rate.measured is not None and rate.corrected is not None:
        lines += _accuracy(rate.measured, rate.corrected, rate)
    return lines


def _accuracy(measured: float, corrected: Estimate, rate: Rate) -> list[Text]:
    lines = [
        say(
            N_(
                "The predictions are right on {measured} of the given labels; on the corrected ones on "
                "{value} (90%: {low}-{high}). Two models that are less than {errors} apart on these labels "
                "may stand the other way round on the corrected ones."
            ),
            measured=share(measured, 1),
            errors=share(rate.errors.high, 1),
            **_shares(corrected),
        )
    ]
    if rate.unsettled:
        lines.append(
            say(
                N_("{n:,} wrong row without one right class is in no accuracy."),
                N_("{n:,} wrong rows without one right class are in no accuracy."),
                n=rate.unsettled,
            )
        )
    return lines


def _shares(found: Estimate) -> dict[str, str]:
    return {"value": share(found.value, 1), "low": share(found.low, 1), "high": share(found.high, 1)}
