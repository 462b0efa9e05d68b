"""What relabelling bought, in words and as a table: for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.gain import ClassGain, Estimate, Gain, Measured
from auditor.report.model import models_on
from auditor.wording import N_, Text, cut, say

SHOWN = 12
"""Classes of the table, those that changed most where there are more."""
LONGEST = 22
"""Characters of the name of a class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table; all numbers in percent, gains in percentage points."""

    name: Text
    rows: str = ""
    cells: tuple[str, ...] = ()
    """Two scores, their difference, its interval."""


def basis(found: Gain) -> list[Text]:
    """What was compared, by what, and what was left out."""
    return [
        say(
            N_("{before} -> {after}, judged on {test}"),
            before=found.before,
            after=found.after,
            test=found.test,
        ),
        say("  {line}", line=_changed(found)),
        *[say("  {line}", line=line) for line in _learned(found)],
        say("  {line}", line=_judged(found)),
        say("  {line}", line=_model(found)),
    ]


def _changed(found: Gain) -> Text:
    changes = found.changes
    return say(
        N_("labels: {relabelled:,} of {n:,} are different; rows: {excluded:,} taken out, {added:,} added"),
        relabelled=changes.relabelled,
        n=changes.before,
        excluded=changes.excluded,
        added=changes.added,
    )


def _learned(found: Gain) -> list[Text]:
    changes = found.changes
    lines = [
        say(
            N_("learned from: {before:,} rows before, {after:,} after"),
            before=changes.before,
            after=changes.after,
        )
    ]
    if changes.not_train:
        lines.append(
            say(
                N_("not learned from: {n:,} row that is not of the train split"),
                N_("not learned from: {n:,} rows that are not of the train split"),
                n=changes.not_train,
            )
        )
    if changes.edited:
        lines.append(
            say(
                N_("content: {n:,} row reads differently in {after}"),
                N_("content: {n:,} rows read differently in {after}"),
                n=changes.edited,
                after=found.after,
            )
        )
    if found.learned and found.learned[0] < changes.before:
        lines.append(
            say(
                N_("of these {n:,} teach, the same ones both times, to save time (--model-seconds N)"),
                n=found.learned[0],
            )
        )
    return lines


def _judged(found: Gain) -> Text:
    tested = found.tested
    why = (
        (tested.leaks, N_("{n:,} with a copy among the rows learned from")),
        (tested.unlabelled, N_("{n:,} without label")),
        (tested.marked, N_("{n:,} marked as excluded")),
        (tested.not_test, N_("{n:,} of other splits")),
        (tested.not_seen, N_("{n:,} that no model sees")),
    )
    line = say(
        N_("judged by: {judged:,} of {rows:,} rows of {test}"),
        judged=tested.judged,
        rows=tested.rows,
        test=found.test,
    )
    for at, (n, template) in enumerate((n, template) for n, template in why if n):
        joint = "{line}, {part}" if at else N_("{line}; left out: {part}")
        line = say(joint, line=line, part=say(template, n=n))
    return line


def _model(found: Gain) -> Text:
    if not found.looked_at:
        return say(N_("model: your own, by its predictions of {test}"), test=found.test)
    return say(
        N_("model: {models}; all that is chosen was chosen on {before}"),
        models=models_on(found.models, found.looked_at),
        before=found.before,
    )


def table(found: Gain) -> list[Line]:
    """Accuracy, macro-F1 and the F1 of the classes, before and after."""
    several = found.classes
    shown = several if len(several) <= SHOWN else _most_changed(found)
    return [
        _line(say(N_("accuracy")), found.tested.judged, found.accuracy),
        _line(say(N_("macro-F1")), found.tested.judged, found.macro_f1),
        *[_line(say("F1 {name}", name=cut(one.name, LONGEST)), one.rows, one.f1) for one in shown],
    ]


def _most_changed(found: Gain) -> Sequence[ClassGain]:
    kept = sorted(found.classes, key=lambda one: (-abs(one.f1.gain.value), one.name))[:SHOWN]
    return [one for one in found.classes if one in kept]


def not_shown(found: Gain) -> list[Text]:
    """How many classes the table leaves out."""
    more = len(found.classes) - SHOWN
    if more <= 0:
        return []
    return [
        say(
            N_("{n:,} class that changed less is in --json"),
            N_("{n:,} classes that changed less are in --json"),
            n=more,
        )
    ]


def _line(name: Text, rows: int, one: Measured) -> Line:
    return Line(
        name=name,
        rows=f"{rows:,}",
        cells=(percent(one.before), percent(one.after), points(one.gain), interval(one.gain)),
    )


def dropped(found: Gain) -> list[Line]:
    """What dropping the suspects would have bought: the same table with other rows learned from."""
    return [
        Line(
            name=say(name),
            rows=f"{found.tested.judged:,}",
            cells=(percent(one.before), percent(one.dropped), points(one.dropping), interval(one.dropping)),
        )
        for name, one in ((N_("accuracy"), found.accuracy), (N_("macro-F1"), found.macro_f1))
        if one.dropped is not None and one.dropping is not None
    ]


def percent(value: float) -> str:
    """`81.2`

    >>> percent(0.81249)
    '81.2'
    """
    return f"{100 * value:.1f}"


def points(one: Estimate) -> str:
    """`+2.9`, in percentage points."""
    return _signed(one.value)


def interval(one: Estimate) -> str:
    """`+1.8 .. +4.0`; of a class that no draw holds nothing."""
    if one.low != one.low:
        return "-"
    return f"{_signed(one.low)} .. {_signed(one.high)}"


def _signed(value: float) -> str:
    """Percentage points with a sign: what is not zero never looks so, and zero has no sign.

    >>> _signed(0.0285), _signed(-0.0003), _signed(0.0)
    ('+2.9', '-0.03', '0.0')
    """
    return f"{'+' if value > 0 else '-' if value < 0 else ''}{_size(value)}"


def _size(value: float) -> str:
    """The same without its sign."""
    size = 100 * abs(value)
    digits = next((digits for digits in (1, 2, 3) if round(size, digits) or not size), 3)
    return f"{size:.{digits}f}"


def signs(found: Gain) -> Text:
    """How many rows were put right and wrong."""
    return say(
        N_("rows put right: {right:,}, put wrong: {wrong:,} (McNemar's exact test: p = {p})"),
        right=found.right,
        wrong=found.wrong,
        p=_p(found.p),
    )


def _p(value: float) -> str:
    return "<.0001" if value < 0.0001 else f"{value:.4f}".lstrip("0") if value < 1 else "1"


def verdict(found: Gain) -> list[Text]:
    """Whether there is a gain, and what this test set can show."""
    one = found.accuracy.gain
    values = {
        "points": _size(one.value),
        "interval": interval(one),
        "n": found.tested.judged,
        "smallest": _size(found.smallest),
    }
    if not found.right and not found.wrong:
        return [say(N_("No gain: not one of {n:,} rows is predicted otherwise after relabelling."), **values)]
    if found.verdict != "unclear":
        return [say(CLEAR[found.verdict], **values)]
    lines = [say(UNCLEAR, **values)]
    if found.needed is not None and found.needed > found.tested.judged:
        lines.append(
            say(
                N_("The difference measured would take a test set of about {needed} rows to be seen."),
                needed=f"{_two_digits(found.needed):,}",
            )
        )
    return lines


CLEAR = {
    "gain": N_(
        "A gain: accuracy is up by {points} points, clear of zero with this test set of {n:,} rows "
        "(95 %: {interval})."
    ),
    "loss": N_(
        "A loss: accuracy is down by {points} points, clear of zero with this test set of {n:,} rows "
        "(95 %: {interval})."
    ),
}
UNCLEAR = N_(
    "It cannot be told from no gain with this test set of {n:,} rows (95 %: {interval} points): a gain of "
    "{smallest} points would be seen four times out of five, a smaller one less often."
)


def _two_digits(value: int) -> int:
    """A number that is an estimate, with two digits that count.

    >>> _two_digits(12_345), _two_digits(87)
    (12000, 87)
    """
    return int(float(f"{value:.2g}"))


def beside(found: Gain) -> list[Text]:
    """Relabelling beside dropping, in a sentence."""
    one = found.accuracy.over_dropping
    if one is None:
        return []
    values = {
        "points": _size(one.value),
        "interval": interval(one),
    }
    if one.low <= 0 <= one.high:
        return [
            say(
                N_("Relabelling and dropping cannot be told apart in accuracy (95 %: {interval} points)."),
                **values,
            )
        ]
    template = (
        N_("Relabelling is {points} points ahead of dropping (95 %: {interval}).")
        if one.value > 0
        else N_("Dropping is {points} points ahead of relabelling (95 %: {interval}).")
    )
    return [say(template, **values)]


def untouched(found: Gain) -> list[Text]:
    """The gain on the rows of TEST that the reviewers did not touch."""
    one = found.untouched
    if one is None:
        return []
    return [
        say(
            N_("On the {n:,} rows of {test} that they did not touch: {points} points (95 %: {interval})."),
            n=found.tested.judged - found.tested.touched_judged,
            test=found.test,
            points=points(one.gain),
            interval=interval(one.gain),
        )
    ]


def promise() -> Text:
    """What an interval covers."""
    return say(
        N_(
            "Intervals cover which rows happened to be in the test set (paired bootstrap of its rows, exact "
            "copies together); not another training, another model or another choice of rows to review."
        )
    )
