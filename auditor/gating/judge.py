"""Rules against an audit: one ruling a rule, and one verdict with its exit code.

any detector failed          crashed       4   what did not finish is neither a finding nor a pass
a rule that must be judged
could not be                 no verdict    3
a rule tripped               failed        1
otherwise                    passed        0
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from auditor.errors import ExitCode, Problem
from auditor.gating.baseline import Baseline, Difference, compared, gone_classes
from auditor.gating.limits import Limit
from auditor.gating.rules import Rule
from auditor.gating.subject import Found, Subject
from auditor.measures import Measure
from auditor.wording import N_, Text, listed, say

Status = Literal["pass", "warn", "fail", "not_judged", "not_applicable"]
Verdict = Literal["passed", "failed", "no verdict", "crashed"]
FailOn = Literal["error", "warn", "never"]
PAGE = "review.html"
"""What the labeller's page is called in what is typed next."""
EXIT_CODES: Mapping[Verdict, ExitCode] = {
    "passed": ExitCode.DONE,
    "failed": ExitCode.FAILED,
    "no verdict": ExitCode.NO_VERDICT,
    "crashed": ExitCode.BUG,
}
"""The exit code of each verdict; that of every command is `ExitCode`."""
TRIPPING: Mapping[FailOn, frozenset[Status]] = {
    "error": frozenset({"fail"}),
    "warn": frozenset({"fail", "warn"}),
    "never": frozenset(),
}
"""Level -> the statuses by which the gate fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one rule says."""

    rule: Rule
    status: Status
    measure: Measure | None = None
    """What was measured; None where it was not."""
    value: float | None = None
    """The number that was compared with the limits, unrounded."""
    limit: Limit | None = None
    """The limit that it is over."""
    parts: int = 0
    """Parts that are over it, where the measure is of slices, annotators or splits; the worst is shown."""
    was: float | None = None
    """The measure in the baseline."""
    found: tuple[Found, ...] = ()
    """The findings that a rule with the scope `new` counted."""
    why: Text | None = None
    """Why it was not judged or does not apply."""
    fixes: tuple[Text, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether there is no verdict without it.

        A measure that does not apply blocks only where it is required; one that could not be judged blocks
        unless it is not required, or the rule could only have warned.
        """
        if self.status == "not_applicable":
            return self.rule.required is True
        if self.status != "not_judged":
            return False
        return self.rule.required is not False and (
            self.rule.error_if is not None or self.rule.required is True
        )


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The verdict over an audit, and all that led to it."""

    subject: Subject
    rulings: tuple[Ruling, ...]
    fail_on: FailOn = "error"
    baseline: Baseline | None = None
    difference: Difference | None = None
    """Today's findings beside the baseline's; None without one."""
    config: str | None = None
    """The file that the rules came from."""
    named_baseline: str | None = None
    """The baseline's file where a flag named it: what is typed next names it again."""
    notes: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Why nothing could be judged at all: what was wrong with the input."""
    crash: str | None = None
    """The error of a bug that ended it, in one line."""

    @property
    def verdict(self) -> Verdict:
        """passed, failed, no verdict, or crashed."""
        if self.crash is not None or self.subject.failed:
            return "crashed"
        if self.problems or any(ruling.blocks for ruling in self.rulings):
            return "no verdict"
        return "failed" if any(map(self.trips, self.rulings)) else "passed"

    def trips(self, ruling: Ruling) -> bool:
        """Whether the gate fails by this ruling, at the level at which it fails."""
        return ruling.status in TRIPPING[self.fail_on]

    @property
    def passed(self) -> bool:
        """Whether training may begin."""
        return self.verdict == "passed"

    @property
    def exit_code(self) -> ExitCode:
        """What `auditor gate` exits with."""
        return EXIT_CODES[self.verdict]

    @property
    def new(self) -> tuple[Found, ...]:
        """Findings that the baseline does not hold; () without a baseline."""
        return () if self.difference is None else self.difference.new

    def count(self, status: Status) -> int:
        """Rules of a status."""
        return sum(ruling.status == status for ruling in self.rulings)

    def __repr__(self) -> str:
        """One line without anything of the content."""
        return (
            f"<Judged {self.verdict}: {self.count('fail')} failed, {self.count('warn')} warned, "
            f"{len(self.rulings)} rules>"
        )


def judge(
    subject: Subject,
    rules: Sequence[Rule],
    *,
    baseline: Baseline | None = None,
    all_new: bool = False,
    fail_on: FailOn = "error",
    config: str | None = None,
    named_baseline: str | None = None,
    notes: Sequence[Text] = (),
) -> Judged:
    """Judge an audit.

    Args:
        subject: the audit.
        rules: with ids that differ.
        baseline: what is known; None where there is none.
        all_new: without a baseline everything counts as new, instead of rules on what is new going unjudged.
        fail_on: the level at which the gate fails; `never` still tells no verdict and a crash.
        config: the file that the rules came from.
        named_baseline: the baseline's file, where a flag named it.
        notes: what else is to be said.
    """
    difference = None if baseline is None else compared(baseline, subject)
    bench = _Bench(subject=subject, baseline=baseline, difference=difference, all_new=all_new)
    return Judged(
        subject=subject,
        rulings=tuple(ruling for ruling in map(bench.ruling, rules) if _is_told(ruling)),
        fail_on=fail_on,
        baseline=baseline,
        difference=difference,
        config=config,
        named_baseline=named_baseline,
        notes=tuple(notes),
    )


def _is_told(ruling: Ruling) -> bool:
    """All are but for a rule that nobody wrote, on what the dataset does not have."""
    rule = ruling.rule
    return not rule.untold or bool(rule.required) or ruling.status != "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """An audit beside a baseline: where rules are put."""

    subject: Subject
    baseline: Baseline | None
    difference: Difference | None
    all_new: bool

    def ruling(self, rule: Rule) -> Ruling:
        lacking = self._unmeasured(rule) or self._without_baseline(rule)
        if lacking is not None:
            return lacking
        measures = [one for one in self.subject.of(rule.measure) if rule.of in (None, one.scope)]
        enough = [one for one in measures if one.n >= rule.min_rows]
        if not enough:
            return _few_rows(rule, measures)
        return self._compared(rule, enough)

    def _unmeasured(self, rule: Rule) -> Ruling | None:
        """None where the measure is there."""
        known, measures = rule.known, self.subject.of(rule.measure)
        if known.detector is None:
            return None if measures else _without_verdicts(rule, self.subject)
        outcome = self.subject.outcomes.get(known.detector)
        if outcome is None:
            why = say(N_("the audit was made by a version that does not measure it; audit again"))
            return Ruling(rule=rule, status="not_judged", why=why)
        if outcome.status != "ran":
            status: Status = "not_applicable" if outcome.status == "not_applicable" else "not_judged"
            failed = say(N_("the detector {name} failed"), name=known.detector)
            # the words of a failure may quote the dataset
            why_not = failed if outcome.status == "failed" else outcome.why
            return Ruling(rule=rule, status=status, why=why_not)
        if rule.of is not None and rule.of not in {one.scope for one in measures}:
            return _no_such_part(rule, measures)
        if measures:
            return None
        if known.lacks is None and not known.parts:
            why = say(N_("the audit holds no such measure, though its detector ran"))
            return Ruling(rule=rule, status="not_judged", why=why)
        why = Text(known.lacks or N_("there is nothing to measure it on"))
        return Ruling(rule=rule, status="not_applicable", why=why)

    def _without_baseline(self, rule: Rule) -> Ruling | None:
        """None where what is new can be told."""
        if rule.scope == "all" or (self.baseline is None and self.all_new):
            return None
        if self.baseline is None:
            why = say(N_("there is no baseline, so nothing can be said to be new"))
            fixes = (
                say("auditor baseline write {audit}", audit=self.subject.folder or "AUDIT"),
                say(N_("--no-baseline counts everything as new")),
            )
            return Ruling(rule=rule, status="not_judged", why=why, fixes=fixes)
        other = self._other_label(self.baseline.label)
        if other is not None:
            return Ruling(rule=rule, status="not_judged", why=other, fixes=(self._accepting,))
        gone = gone_classes(self.baseline, self.subject)
        if not gone:
            return None
        why = say(
            N_("classes of the baseline are gone or called otherwise: {names}"), names=listed(gone, most=5)
        )
        return Ruling(rule=rule, status="not_judged", why=why, fixes=(self._accepting,))

    @property
    def _accepting(self) -> Text:
        return say("auditor baseline update {audit} --accept-new", audit=self.subject.folder or "AUDIT")

    def _other_label(self, then: str | None) -> Text | None:
        """None where the labels are of the column of then; another column is another task."""
        now = self.subject.label
        if then is None or now is None or then == now:
            return None
        return say(N_("the label column is {now}, and was {then} in the baseline"), now=now, then=then)

    def _compared(self, rule: Rule, measures: Sequence[Measure]) -> Ruling:
        found = self._new(rule) if rule.scope == "new" else ()
        valued = [(one, _value(rule, one, len(found))) for one in measures]
        was = None if self.baseline is None else self.baseline.measures.get(rule.measure)
        for status, limit in (("fail", rule.error_if), ("warn", rule.warn_if)):
            over = [] if limit is None else [pair for pair in valued if limit.trips(pair[1])]
            if over:
                measure, value = _worst(rule, over)
                return Ruling(
                    rule=rule,
                    status=status,  # type: ignore[arg-type]
                    measure=measure,
                    value=value,
                    limit=limit,
                    parts=len(over) if rule.known.parts else 0,
                    was=was,
                    found=found,
                )
        measure, value = _worst(rule, valued)
        return Ruling(rule=rule, status="pass", measure=measure, value=value, was=was, found=found)

    def _new(self, rule: Rule) -> tuple[Found, ...]:
        found = self.subject.behind(rule.known.kinds, rule.known.reasons)
        if self.difference is None:
            return tuple(found)
        new = {one.key for one in self.difference.new}
        return tuple(one for one in found if one.key in new)


def _value(rule: Rule, measure: Measure, new: int) -> float:
    """The number that is compared: of what is new how many findings, or their share of the rows."""
    if rule.scope == "new":
        return new / max(measure.n, 1) if measure.kind == "rate" else float(new)
    ends = {"point": measure.value, "lower": measure.low, "upper": measure.high}
    end = ends[rule.compared]
    return measure.value if end is None else end


def _worst(rule: Rule, valued: Sequence[tuple[Measure, float]]) -> tuple[Measure, float]:
    """The worst part; of equal ones the first by name."""
    sign = -1 if rule.known.bad == "up" else 1
    return min(valued, key=lambda pair: (sign * pair[1], pair[0].scope))


def _few_rows(rule: Rule, measures: Sequence[Measure]) -> Ruling:
    most = max(measures, key=lambda one: one.n)
    why = say(N_("measured on {n:,}, and min_rows is {least:,}"), n=most.n, least=rule.min_rows)
    return Ruling(rule=rule, status="not_judged", measure=most, why=why)


def _no_such_part(rule: Rule, measures: Sequence[Measure]) -> Ruling:
    names = listed([one.scope for one in measures], most=5) if measures else say(N_("none"))
    why = say(N_("there is no {part}; measured are: {names}"), part=str(rule.of), names=names)
    return Ruling(rule=rule, status="not_judged", why=why)


def _without_verdicts(rule: Rule, subject: Subject) -> Ruling:
    """Nobody has judged enough rows: what to do depends on how far they are."""
    audit = subject.folder or "AUDIT"
    if rule.measure == "label_errors.confirmed":
        why = say(N_("no decision is about a row of it") if subject.decided else N_("no decisions are given"))
        fixes = (
            say("auditor review {audit} -o {page}", page=PAGE, audit=audit),
            say("auditor gate {audit} --decisions FILE", audit=audit),
        )
        return Ruling(rule=rule, status="not_judged", why=why, fixes=fixes)
    if not subject.predictions:
        why = say(N_("without predictions no rows are drawn for an estimate"))
        return Ruling(rule=rule, status="not_judged", why=why)
    why = say(N_("too few rows drawn at random have a verdict, or none"))
    fixes = (
        say("auditor review {audit} --estimate 100 -o {page}", page=PAGE, audit=audit),
        say("auditor gate {audit} --decisions FILE", audit=audit),
    )
    return Ruling(rule=rule, status="not_judged", why=why, fixes=fixes)
