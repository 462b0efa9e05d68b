"""What two audits beside each other say in words and numbers: for the terminal and for the report alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.classes_beside import ClassBeside
from auditor.comparison import Comparison, Decided
from auditor.findings_beside import Why
from auditor.measures import Measure
from auditor.measures_beside import MeasureBeside, Word
from auditor.rows_beside import Rows
from auditor.wording import N_, Text, say, share

DIGITS = 6
"""Decimals at most until two numbers that differ are shown apart."""
CAME: Mapping[Why, tuple[str, str]] = {
    "not_looked_for": (N_("{n:,} not looked for then"), N_("{n:,} not looked for then")),
    "no_row": (N_("{n:,} of a class, a slice or a split"), N_("{n:,} of classes, slices or splits")),
    "absent": (N_("{n:,} in a new row"), N_("{n:,} in new rows")),
    "relabelled": (N_("{n:,} in a row that had another label"), N_("{n:,} in rows that had another label")),
    "content": (N_("{n:,} in a row that had another content"), N_("{n:,} in rows that had another content")),
    "edited": (
        N_("{n:,} in a row that is new or was edited"),
        N_("{n:,} in rows that are new or were edited"),
    ),
    "kept": (N_("{n:,} that a reviewer had kept then"), N_("{n:,} that reviewers had kept then")),
    "drift": (
        N_("{n:,} in a row that is as it was: the model, a threshold or other rows moved it"),
        N_("{n:,} in rows that are as they were: the model, a threshold or other rows moved them"),
    ),
    "other_rows": (
        N_("{n:,} in a row that is as it was, because of other rows, splits or options"),
        N_("{n:,} in rows that are as they were, because of other rows, splits or options"),
    ),
    "unknown": (
        N_("{n:,} in a row of which it cannot be told whether it changed"),
        N_("{n:,} in rows of which it cannot be told whether they changed"),
    ),
}
"""Why a finding is new -> how many are."""
WENT: Mapping[Why, tuple[str, str]] = {
    **CAME,
    "not_looked_for": (N_("{n:,} not looked for now"), N_("{n:,} not looked for now")),
    "absent": (N_("{n:,} whose row was removed"), N_("{n:,} whose rows were removed")),
    "relabelled": (N_("{n:,} whose label was changed"), N_("{n:,} whose labels were changed")),
    "content": (N_("{n:,} whose content was changed"), N_("{n:,} whose contents were changed")),
    "edited": (
        N_("{n:,} whose row was removed or edited"),
        N_("{n:,} whose rows were removed or edited"),
    ),
    "kept": (N_("{n:,} that a reviewer kept"), N_("{n:,} that reviewers kept")),
}
"""Why a finding is gone -> how many are."""
SHORT: Mapping[Why, str] = {
    "not_looked_for": N_("looked for in one audit alone"),
    "no_row": N_("class, slice or split"),
    "absent": N_("new row"),
    "relabelled": N_("label changed"),
    "content": N_("content changed"),
    "edited": N_("new or edited"),
    "kept": N_("had been kept"),
    "drift": N_("row as it was: drift"),
    "other_rows": N_("row as it was"),
    "unknown": N_("cannot be told"),
}
"""Why a finding is new -> a word or two behind an item."""
SHORT_GONE: Mapping[Why, str] = {
    **SHORT,
    "absent": N_("row removed"),
    "edited": N_("removed or edited"),
    "kept": N_("kept by a reviewer"),
}
WORDS: Mapping[Word, str] = {
    "same": N_("same"),
    "better": N_("better"),
    "worse": N_("worse"),
    "not_clear": N_("may be chance"),
    "other_rows": N_("other rows"),
    "only_old": N_("only then"),
    "only_new": N_("only now"),
    "redefined": N_("defined otherwise"),
}
"""What may be said of a difference -> the word for it."""
CHANCE = N_("`may be chance`: the intervals overlap, so that the difference tells nothing.")
OTHER_ROWS = N_(
    "`other rows`: counted over another number of rows; as a share of them it did not move that way."
)
SCORES = N_(
    "Scores of a model carry no interval here: a small difference says nothing. `auditor gain` measures with "
    "one fixed model, on a test set, what a correction bought."
)
SUSPECTS = N_(
    "Suspects are labels that the model contradicts, not errors that a person confirmed: fewer of them say "
    "nothing yet of the labels."
)


def rows_line(rows: Rows) -> Text:
    """What became of the rows."""
    if rows.by == "nothing":
        return say(N_("{old:,} rows then, {new:,} now"), old=rows.old, new=rows.new)
    if rows.by == "content":
        return say(
            N_(
                "{untouched:,} rows are as they were; {removed:,} of then were removed or edited, {added:,} "
                "of now are new or edited"
            ),
            untouched=rows.untouched,
            removed=rows.removed,
            added=rows.added,
        )
    if rows.untouched is None:
        return say(
            N_(
                "{added:,} rows added, {removed:,} removed, {relabelled:,} relabelled, {same:,} with the "
                "label they had"
            ),
            added=rows.added,
            removed=rows.removed,
            relabelled=rows.relabelled,
            same=rows.same_label,
        )
    return say(
        N_(
            "{added:,} rows added, {removed:,} removed, {relabelled:,} relabelled, {changed:,} with another "
            "content, {untouched:,} as they were"
        ),
        added=rows.added,
        removed=rows.removed,
        relabelled=rows.relabelled,
        changed=rows.changed,
        untouched=rows.untouched,
    )


def whys(counts: Mapping[Why, int], words: Mapping[Why, tuple[str, str]]) -> list[Text]:
    """`3 in new rows`, `1 in a row that is as it was ...`: a sentence a reason."""
    return [say(*words[why], n=n) for why, n in counts.items()]


def totals(found: Comparison) -> tuple[int, int, int]:
    """(new, gone, still there) of all kinds."""
    return (
        sum(kind.fresh for kind in found.kinds),
        sum(kind.gone for kind in found.kinds),
        sum(kind.still for kind in found.kinds),
    )


def decided_line(decided: Decided) -> Text:
    """How many items were decided since."""
    return say(
        N_("{n:,} item decided since: {errors:,} errors, {kept:,} kept"),
        N_("{n:,} items decided since: {errors:,} errors, {kept:,} kept"),
        n=decided.items,
        errors=decided.errors,
        kept=decided.kept,
    )


def shown(one: MeasureBeside) -> tuple[str, str, str]:
    """The values then and now, with the digits that tell them apart, and the difference; "" for none."""
    digits = next((d for d in range(1, DIGITS) if _apart(one, d)), DIGITS)
    then, now = ("" if side is None else number(side.value, side.kind, digits) for side in (one.old, one.new))
    return then, now, _difference(one, digits)


def _apart(one: MeasureBeside, digits: int) -> bool:
    if one.old is None or one.new is None or one.old.value == one.new.value:
        return True
    return number(one.old.value, one.old.kind, digits) != number(one.new.value, one.new.kind, digits)


def number(value: float, kind: str, digits: int = 1) -> str:
    """A count, a share as percentage, or a score with one digit more.

    >>> number(1234.0, "count"), number(0.0341, "rate"), number(0.9, "score")
    ('1,234', '3.4%', '0.90')
    """
    if kind == "rate":
        return share(value, digits)
    if kind == "count" and value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.{digits + (kind == 'score')}f}"


def _difference(one: MeasureBeside, digits: int) -> str:
    """With its sign; of shares in percentage points (`-1.2 pp`)."""
    if one.difference is None or one.new is None:
        return ""
    if one.difference == 0:
        return "0"
    if one.new.kind == "rate":
        return f"{100 * one.difference:+.{digits}f} pp"
    sign = "+" if one.difference > 0 else "-"
    return sign + number(abs(one.difference), one.new.kind, digits)


def usual_n(found: Comparison) -> tuple[int, int] | None:
    """Over how many rows most measures that moved were measured, then and now, where that differs."""
    pairs = Counter(
        (one.old.n, one.new.n)
        for one in found.measures
        if one.old is not None and one.new is not None and one.other_n and one.word != "same"
    )
    return max(pairs, key=lambda pair: (pairs[pair], pair)) if pairs else None


def interval(side: Measure | None) -> str:
    """`2.0%-4.4%`; "" where there is none."""
    if side is None or side.low is None or side.high is None:
        return ""
    return f"{number(side.low, side.kind)}-{number(side.high, side.kind)}"


def beside(pair: tuple[Any, Any], form: str = "{:,}") -> str:
    """`12 -> 10`, or the one number where both are equal; `-` for none.

    >>> beside((12, 10)), beside((3, 3)), beside((None, 4))
    ('12 -> 10', '3', '- -> 4')
    """
    one, other = ("-" if value is None else form.format(value) for value in pair)
    return one if one == other else f"{one} -> {other}"


def moved_classes(found: Comparison) -> list[ClassBeside]:
    """The classes of which something changed, those with the most suspects that came or went first."""
    moved = [one for one in found.classes if _moved(one)]
    return sorted(moved, key=lambda one: (-(one.fresh + one.gone), -_rows_moved(one), one.name))


def _moved(one: ClassBeside) -> bool:
    pairs = (one.rows, one.suspected, one.accuracy, one.f1)
    return bool(one.fresh or one.gone or any(then != now for then, now in pairs))


def _rows_moved(one: ClassBeside) -> int:
    return abs((one.rows[1] or 0) - (one.rows[0] or 0))


def class_words(one: ClassBeside) -> Text | None:
    """That a class is there in one audit alone."""
    if one.rows[0] is None:
        return say(N_("new class"))
    return say(N_("class gone")) if one.rows[1] is None else None


def footnotes(found: Comparison) -> Iterator[Text]:
    """What the words of the measures mean, where they stand."""
    words = {one.word for one in found.measures}
    if "not_clear" in words:
        yield say(CHANCE)
    if "other_rows" in words:
        yield say(OTHER_ROWS)
    if any(one.name.startswith("model.") and one.word in {"better", "worse"} for one in found.measures):
        yield say(SCORES)
    if any(one.name.startswith("label_issues.") and one.word == "better" for one in found.measures):
        yield say(SUSPECTS)
