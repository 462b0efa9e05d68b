"""Rules: which measure, which limits, and what counts; written in a file, as flags, or built in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from auditor.choices import unknown_key
from auditor.errors import Problem, UsageError, did_you_mean, nearest
from auditor.gating.limits import Limit, limit_of, unfit
from auditor.measures import MEASURES, Known
from auditor.wording import N_, say

Scope = Literal["all", "new"]
Use = Literal["point", "lower", "upper"]
KEYS: Mapping[str, type | tuple[type, ...]] = {
    "id": str,
    "measure": str,
    "error_if": str,
    "warn_if": str,
    "scope": str,
    "use": str,
    "of": str,
    "min_rows": int,
    "required": bool,
}
"""Key of a rule in the configuration -> its type."""
EXPRESSION = re.compile(r"\s*(?P<measure>[^\s<>=!]+)\s*(?P<limit>[<>=!].*)", re.DOTALL)
ID = re.compile(r"[^\x00-\x20\x7f<>&\"'`|:]{1,80}")
"""What a rule may be called: no blanks and nothing that a report format gives a meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One question about one measure. Without limits it only asks that the measure is there."""

    id: str
    measure: str
    error_if: Limit | None = None
    warn_if: Limit | None = None
    scope: Scope = "all"
    """`new`: only the findings behind the measure that the baseline does not hold."""
    use: Use | None = None
    """The number that is compared; None for the measure's own default."""
    of: str | None = None
    """The slice, annotator or split that is judged; None for the worst of all."""
    min_rows: int = 0
    """Fewer rows than these are not judged."""
    required: bool | None = None
    """Whether it must be judged: yes, no, or (None) yes unless the measure does not apply to the dataset."""
    source: str = "built-in"
    """Where it was written: a file's name, `flag`, `ratchet` or `built-in`."""
    untold: bool = False
    """Whether nothing is said of it where it does not apply: texts need no word on images."""

    @property
    def known(self) -> Known:
        """The entry of its measure."""
        return MEASURES[self.measure]

    @property
    def compared(self) -> Use:
        """The number that is compared with the limits.

        Of `label_errors.*` the end of the interval that is kinder, so that a rule trips when the verdicts say
        so for sure; the value itself of all others.
        """
        if self.use is not None:
            return self.use
        if not (self.known.interval and self.measure.startswith("label_errors.")):
            return "point"
        return "lower" if self.known.bad == "up" else "upper"


BUILT_IN = (
    Rule(id="labels-unknown", measure="labels.unknown", error_if=Limit(">", 0)),
    Rule(id="labels-missing", measure="labels.missing", warn_if=Limit(">", 0)),
    Rule(id="images-unreadable", measure="images.unreadable", warn_if=Limit(">", 0), untold=True),
    Rule(id="leaked-rows", measure="duplicates.leaked_rows", error_if=Limit(">", 0)),
    Rule(id="conflict-pairs", measure="duplicates.conflict_pairs", warn_if=Limit(">", 0)),
    Rule(id="label-issues", measure="label_issues.rate", warn_if=Limit(">", 0.05, percent=True)),
)
"""The rules where none are written: errors only on exact facts."""


def rules_from(tables: Sequence[Any], file: str) -> tuple[Rule, ...]:
    """The rules of a configuration file.

    Args:
        tables: the `[[gate.rules]]`.
        file: its name, for messages.

    Raises:
        UsageError: `rule-invalid`, `rule-limit`, `unknown-measure` or `config-unknown-key`.
    """
    rules = [_from_table(table, file, at) for at, table in enumerate(tables, 1)]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise _invalid(file, say(N_("two rules are called {id}"), id=rule.id))
        seen.add(rule.id)
    return tuple(rules)


def rule_from(expression: str, level: Literal["error", "warn"]) -> Rule:
    """A rule as a flag says it: `label_issues.rate > 3%`.

    Raises:
        UsageError: `rule-invalid`, `rule-limit` or `unknown-measure`.
    """
    flag = "--rule" if level == "error" else "--warn"
    found = EXPRESSION.fullmatch(expression)
    if found is None:
        what = say(N_("{flag} {rule} is no rule"), flag=flag, rule=repr(expression[:120]))
        fix = say("{example}", example=f'{flag} "label_issues.rate > 3%"')
        raise UsageError(Problem(slug="rule-invalid", what=what, fixes=(fix,)))
    known = known_measure(found["measure"], flag)
    limit = _limit(found["limit"], known, flag)
    return Rule(
        id=known.name,
        measure=known.name,
        error_if=limit if level == "error" else None,
        warn_if=limit if level == "warn" else None,
        source="flag",
    )


def with_required(rules: Sequence[Rule], measures: Sequence[str]) -> tuple[Rule, ...]:
    """The rules, those on some measures required; a measure without a rule gets one without limits.

    Raises:
        UsageError: `unknown-measure`.
    """
    names = [known_measure(name, "--require").name for name in measures]
    marked = [replace(rule, required=True) if rule.measure in names else rule for rule in rules]
    judged = {rule.measure for rule in rules}
    more = [
        Rule(id=name, measure=name, required=True, source="flag")
        for name in dict.fromkeys(names)
        if name not in judged
    ]
    return (*marked, *more)


def scoped(rules: Sequence[Rule], scope: Scope) -> tuple[Rule, ...]:
    """The rules with another scope; those of which nothing new can be counted stay as they are."""
    return tuple(replace(rule, scope=scope) if scope == "all" or counts_new(rule) else rule for rule in rules)


def counts_new(rule: Rule) -> bool:
    """Whether a rule can be asked of what is new alone.

    Single findings have to stand behind its measure. What is new of pairs and groups is told by their rows:
    of these it can only be asked whether there is any.
    """
    limits = [limit for limit in (rule.error_if, rule.warn_if) if limit is not None]
    plain = all((limit.op, limit.value) == (">", 0) for limit in limits)
    return rule.known.has_findings and (rule.known.per_finding or plain)


def named_apart(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules with ids that differ: the second `x` becomes `x-2`."""
    taken: set[str] = set()
    named = []
    for rule in rules:
        name, at = rule.id, 1
        while name in taken:
            at += 1
            name = f"{rule.id}-{at}"
        taken.add(name)
        named.append(replace(rule, id=name))
    return tuple(named)


def known_measure(name: str, where: str) -> Known:
    """The entry of a measure by its name.

    Raises:
        UsageError: `unknown-measure`, with the nearest known one.
    """
    if name in MEASURES:
        return MEASURES[name]
    what = say(N_("{where}: there is no measure {name}"), where=where, name=name[:80])
    guess = did_you_mean(nearest(name, MEASURES, cutoff=0.5))
    more = say(N_("auditor explain lists all measures"))
    raise UsageError(Problem(slug="unknown-measure", what=what, fixes=(*guess, more)))


def _from_table(table: Any, file: str, at: int) -> Rule:
    if not isinstance(table, dict):
        raise _invalid(file, say(N_("rule {at} is no table"), at=at))
    for key, value in table.items():
        _check(key, value, file)
    if "measure" not in table:
        raise _invalid(file, say(N_("rule {at} names no measure"), at=at))
    name = str(table.get("id", table["measure"]))
    where = f"{file}: {name[:80]}"
    known = known_measure(table["measure"], where)
    rule = Rule(
        id=name,
        measure=known.name,
        error_if=_limit(table.get("error_if"), known, where),
        warn_if=_limit(table.get("warn_if"), known, where),
        scope=_one_of(table.get("scope", "all"), get_args(Scope), where),
        use=None if "use" not in table else _one_of(table["use"], get_args(Use), where),
        of=table.get("of"),
        min_rows=table.get("min_rows", 0),
        required=table.get("required"),
        source=file,
    )
    _check_whole(rule, where)
    return rule


def _check(key: str, value: Any, file: str) -> None:
    if key not in KEYS:
        what = say(N_("{file}: {where} has no key {key}"), file=file, where="[[gate.rules]]", key=key)
        raise UsageError(unknown_key(what, key, KEYS))
    kinds = KEYS[key]
    if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
        raise _invalid(file, say(N_("{key} = {value} is no value for it"), key=key, value=repr(value)[:80]))


def _check_whole(rule: Rule, where: str) -> None:
    """What only shows when the parts of a rule are seen together."""
    if not ID.fullmatch(rule.id):
        raise _invalid(
            where, say(N_("an id has 1 to 80 characters, no blanks and none of {signs}"), signs="<>&\"'`|:")
        )
    if rule.error_if is None and rule.warn_if is None and not rule.required:
        raise _invalid(where, say(N_("a rule needs error_if, warn_if or required = true")))
    if rule.min_rows < 0:
        raise _invalid(where, say(N_("min_rows is at least 0")))
    if rule.scope == "new" and not rule.known.has_findings:
        raise _invalid(
            where,
            say(
                N_(
                    "no single findings stand behind {name}, so nothing of it is new; "
                    'use scope = "all", or --ratchet'
                ),
                name=rule.measure,
            ),
        )
    if rule.scope == "new" and not counts_new(rule):
        why = say(
            N_("of {name} rows are new, not pairs or groups: with the scope new only > 0 can be asked"),
            name=rule.measure,
        )
        raise _invalid(where, why)
    if rule.use in ("lower", "upper") and not rule.known.interval:
        raise _invalid(where, say(N_('{name} carries no interval; use = "point"'), name=rule.measure))
    if rule.of is not None and not rule.known.parts:
        raise _invalid(where, say(N_("{name} is measured of the whole only"), name=rule.measure))


def _limit(written: str | None, known: Known, where: str) -> Limit | None:
    if written is None:
        return None
    limit = limit_of(written, known, where)
    problem = unfit(limit, known, where)
    if problem is not None:
        raise UsageError(problem)
    return limit


def _one_of(value: str, allowed: tuple[str, ...], where: str) -> Any:
    if value in allowed:
        return value
    what = say(N_("{value} is not one of: {names}"), value=repr(value[:40]), names=", ".join(allowed))
    raise _invalid(where, what)


def _invalid(where: str, why: Any) -> UsageError:
    return UsageError(Problem(slug="rule-invalid", what=say("{where}: {why}", where=where, why=why)))
