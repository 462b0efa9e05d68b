"""What rulings say, in sentences: the same in every format."""

from __future__ import annotations

from auditor.gating.judge import PAGE, Judged, Ruling
from auditor.gating.limits import Limit, limits_text, shown
from auditor.measures import Measure
from auditor.wording import N_, Text, cut, say

VERDICTS = {
    "passed": N_("GATE PASSED"),
    "failed": N_("GATE FAILED"),
    "no verdict": N_("NO VERDICT (could not be judged)"),
    "crashed": N_("NO VERDICT (the audit did not finish)"),
}
"""Verdict -> the line that says it."""
STATUSES = {
    "pass": N_("ok"),
    "warn": N_("warn"),
    "fail": N_("FAIL"),
    "not_judged": N_("not judged"),
    "not_applicable": N_("does not apply"),
}
"""Status of a ruling -> the word for it."""
LONGEST_PART = 80
"""Characters of the name of a slice, an annotator or a split in a sentence."""


def message(ruling: Ruling) -> Text:
    """One sentence: what was measured, what it was compared with, and what came of it."""
    name = _name(ruling)
    if ruling.status == "not_judged":
        return say(N_("{name} could not be judged: {why}"), name=name, why=ruling.why or "")
    if ruling.status == "not_applicable":
        return say(N_("{name} does not apply: {why}"), name=name, why=ruling.why or "")
    value = value_text(ruling)
    if ruling.limit is None:
        return say(
            N_("{name} is {value}; limit: {limits}"),
            name=name,
            value=value,
            limits=limits_text(ruling.rule.error_if, ruling.rule.warn_if),
        )
    over = say(
        N_("{name}: {value}; limit: {limit}")
        if ruling.rule.scope == "new"
        else N_("{name} is {value}: {limit}"),
        name=name,
        value=value,
        limit=str(ruling.limit),
    )
    if ruling.parts > 1:
        return say(N_("{over}; so are {n:,} parts in all"), over=over, n=ruling.parts)
    return over


def value_text(ruling: Ruling) -> Text:
    """The number that was compared: with its interval, or what it is a share of."""
    measure = ruling.measure
    if measure is None or ruling.value is None:
        return say("-")
    limits = [limit for limit in (ruling.rule.error_if, ruling.rule.warn_if) if limit is not None]
    value = shown(ruling.value, measure.kind, *limits)
    if ruling.rule.scope == "new":
        return _new_text(ruling, value)
    if measure.low is not None and measure.high is not None:
        return _interval_text(ruling, measure, value, limits)
    hits = measure.value * measure.n
    if measure.kind == "rate" and abs(hits - round(hits)) < 1e-6:
        return say(N_("{value} ({hits:,} of {n:,})"), value=value, hits=round(hits), n=measure.n)
    return say("{value}", value=value)


def _new_text(ruling: Ruling, value: str) -> Text:
    new = say(N_("{n:,} new finding"), N_("{n:,} new findings"), n=len(ruling.found))
    if ruling.measure is not None and ruling.measure.kind == "rate":
        return say("{value} ({new})", value=value, new=new)
    return new


def _interval_text(ruling: Ruling, measure: Measure, value: str, limits: list[Limit]) -> Text:
    ends = [shown(end, measure.kind) for end in (measure.low or 0.0, measure.high or 0.0)]
    if ruling.rule.compared == "point":
        return say("{value} [{low}, {high}]", value=value, low=ends[0], high=ends[1])
    point = shown(measure.value, measure.kind)
    template = (
        N_("{point} [{low}, {high}], lower end {value}")
        if ruling.rule.compared == "lower"
        else N_("{point} [{low}, {high}], upper end {value}")
    )
    return say(template, point=point, low=ends[0], high=ends[1], value=value)


def _name(ruling: Ruling) -> str:
    measure = ruling.measure
    if measure is None or measure.scope == "all":
        return ruling.rule.measure
    return f"{ruling.rule.measure} ({cut(measure.scope, LONGEST_PART)})"


def summary(judged: Judged) -> Text:
    """The verdict in one line, with its counts and exit code."""
    return say(
        N_(
            "{verdict}: {failed} failed, {warned} warned, {unjudged} not judged, {passed} passed; exit {code}"
        ),
        verdict=Text(VERDICTS[judged.verdict]),
        failed=judged.count("fail"),
        warned=judged.count("warn"),
        unjudged=judged.count("not_judged"),
        passed=judged.count("pass"),
        code=int(judged.exit_code),
    )


def next_steps(judged: Judged) -> list[Text]:
    """What to type next after a failure; nothing else asks for more than its own fixes."""
    if judged.verdict != "failed":
        return []
    subject = judged.subject
    audit = subject.folder or "audit"
    data = subject.source or "DATA"
    steps = [] if subject.folder else [say("auditor audit {data} -o {audit}", data=data, audit=audit)]
    tripped = [one for one in judged.rulings if one.status == "fail"]
    doubted = [one for one in tripped if "label_issue" in one.rule.known.kinds]
    beside = f" --baseline {judged.named_baseline}" if judged.named_baseline else ""
    if any(one.rule.scope == "new" for one in doubted):
        only = f" --only new{beside}" if judged.baseline is not None else ""
        steps.append(say("auditor review {audit}{only} -o {page}", page=PAGE, audit=audit, only=only))
    elif doubted:
        steps.append(say("auditor review {audit} -o {page}", page=PAGE, audit=audit))
    names = dict.fromkeys(one.rule.measure for one in tripped)
    steps += [say("auditor explain {name}", name=name) for name in names]
    if judged.baseline is not None and judged.new:
        steps.append(_accepting(audit, judged.named_baseline))
    return steps


def _accepting(audit: str, named: str | None) -> Text:
    written = f"{audit} --accept-new" + (f" -o {named}" if named else "")
    return say(N_("auditor baseline update {audit}, if what is new is known and accepted"), audit=written)
