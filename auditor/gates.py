"""The gate put together: what a file, flags or Python say, the baseline, and the audit that is judged."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from auditor.choices import chosen
from auditor.config import Config
from auditor.errors import InputError, Problem
from auditor.gating.baseline import Baseline, changed_settings, gone_classes
from auditor.gating.baseline_file import DEFAULT, read_baseline
from auditor.gating.judge import FailOn, Judged, judge
from auditor.gating.ratchet import ratchet
from auditor.gating.rules import (
    BUILT_IN,
    Rule,
    Scope,
    named_apart,
    rule_from,
    rules_from,
    scoped,
    with_required,
)
from auditor.gating.subject import Subject
from auditor.store.names import shown
from auditor.wording import N_, Text, listed, say


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOptions:
    """What was said of the gate."""

    rules: tuple[Rule, ...]
    required: tuple[str, ...] = ()
    scope: Scope | None = None
    """Overrides the scope of every rule."""
    fail_on: FailOn = "error"
    baseline: Path | None = None
    """Its file, if there is one."""
    awaited: Path | None = None
    """The file that the configuration names and that is not there yet."""
    no_baseline: bool = False
    """Everything counts as new."""
    ratchet: bool = False
    decisions: tuple[str, ...] = ()
    """Files."""
    config: str | None = None
    built_in: bool = False


def gate_options(
    config: Config,
    *,
    rules: Sequence[str] = (),
    warns: Sequence[str] = (),
    scope: str | None = None,
    fail_on: str | None = None,
    baseline: str | Path | None = None,
    no_baseline: bool = False,
    ratchet: bool | None = None,
    require: Sequence[str] = (),
    decisions: Sequence[str | Path] = (),
) -> GateOptions:
    """The options of the gate: what is said here wins over the configuration, rules are added to its rules.

    Args:
        config: the configuration that applies.
        rules: `MEASURE > LIMIT` that fail.
        warns: the same that only warn.
        scope: `all` or `new`, of every rule.
        fail_on: `error`, `warn` or `never`.
        baseline: its file.
        no_baseline: look at none; everything counts as new.
        ratchet: no measure may be worse than in the baseline.
        require: measures without which there is no verdict.
        decisions: files of what reviewers decided.

    Raises:
        UsageError: `rule-invalid`, `rule-limit`, `unknown-measure`, `option-value`.
        InputError: `file-not-found`: the baseline.
    """
    file = config.source.name if config.source else ""
    written = (
        *rules_from(config.get("gate", "rules") or [], file),
        *(rule_from(text, "error") for text in rules),
        *(rule_from(text, "warn") for text in warns),
    )
    place, awaited = (None, None) if no_baseline else _baseline_of(config, baseline)
    said = scope or config.get("gate", "scope")
    return GateOptions(
        rules=written or BUILT_IN,
        built_in=not written,
        required=(*config.several("gate", "require"), *require),
        scope=None if said is None else cast(Scope, chosen("scope", said)),
        fail_on=cast(FailOn, chosen("fail-on", fail_on or config.get("gate", "fail_on") or "error")),
        baseline=place,
        awaited=awaited,
        no_baseline=no_baseline,
        ratchet=bool(config.get("gate", "ratchet") if ratchet is None else ratchet),
        decisions=tuple(map(str, decisions)) or decision_files(config),
        config=file or None,
    )


def _baseline_of(config: Config, said: str | Path | None) -> tuple[Path | None, Path | None]:
    """The baseline's file, and the one that is named and not there yet."""
    if said is not None:
        place = Path(said)
        if not place.exists():
            what = say(N_("there is no baseline {name}"), name=shown(place))
            fix = say(N_("auditor baseline write AUDIT -o {name}"), name=str(said))
            raise InputError(Problem(slug="file-not-found", what=what, fixes=(fix,)))
        return place, None
    place = baseline_place(config)
    if place.exists():
        return place, None
    return None, place if config.get("gate", "baseline") else None


def baseline_place(config: Config) -> Path:
    """Where the baseline is or would be: as configured, else `.auditor/baseline.json` beside the file."""
    named = config.get("gate", "baseline")
    return Path(named) if named else (config.source.parent if config.source else Path()) / DEFAULT


def decision_files(config: Config) -> tuple[str, ...]:
    """The files that `[gate] decisions` names; a name with `*` or `?` may match none yet."""
    files: list[str] = []
    for name in config.several("gate", "decisions"):
        pattern = Path(name)
        if glob.has_magic(pattern.name):
            files += sorted(map(str, pattern.parent.glob(pattern.name)))
        else:
            files.append(name)
    return tuple(dict.fromkeys(files))


def judged(subject: Subject, options: GateOptions, notes: Sequence[Text] = ()) -> Judged:
    """Judge an audit by the options.

    Args:
        subject: the audit.
        options: what was said of the gate.
        notes: what else is to be told.

    Raises:
        InputError: `not-a-baseline`.
        UsageError: `unknown-measure`.
    """
    baseline = None if options.baseline is None else read_baseline(options.baseline)
    rules = with_required(options.rules, options.required)
    if options.scope is not None:
        rules = scoped(rules, options.scope)
    if options.ratchet and baseline is not None:
        rules = (*rules, *ratchet(baseline))
    if options.ratchet and baseline is None:
        raise InputError(_nothing_to_hold(subject))
    return judge(
        subject,
        named_apart(rules),
        baseline=baseline,
        all_new=options.no_baseline,
        fail_on=options.fail_on,
        config=options.config,
        notes=(*notes, *_notes(subject, options, baseline)),
    )


def _nothing_to_hold(subject: Subject) -> Problem:
    return Problem(
        slug="no-baseline",
        what=say(N_("--ratchet compares with a baseline, and there is none")),
        fixes=(say("auditor baseline write {audit}", audit=subject.folder or "AUDIT"),),
    )


def _notes(subject: Subject, options: GateOptions, baseline: Baseline | None) -> list[Text]:
    notes: list[Text] = []
    if options.built_in:
        notes.append(say(N_("built-in rules, since none are written; auditor init writes some")))
    if options.awaited is not None:
        notes.append(say(N_("there is no baseline yet: {name}"), name=shown(options.awaited)))
    if subject.kept:
        notes.append(
            say(
                N_("{n:,} suspect is none any more: a reviewer kept its label"),
                N_("{n:,} suspects are none any more: a reviewer kept their labels"),
                n=subject.kept,
            )
        )
    return notes if baseline is None else notes + _notes_beside(subject, baseline)


def _notes_beside(subject: Subject, baseline: Baseline) -> list[Text]:
    """What is other than when the baseline was written, and may be why findings are new."""
    notes: list[Text] = []
    changed = changed_settings(baseline, subject)
    if changed:
        notes.append(say(N_("other than when the baseline was written: {names}"), names=", ".join(changed)))
    added = sorted(set(subject.classes) - set(baseline.classes))
    if added and not gone_classes(baseline, subject):
        notes.append(
            say(
                N_("{n:,} class is new since the baseline: {names}"),
                N_("{n:,} classes are new since the baseline: {names}"),
                n=len(added),
                names=listed(added, most=5),
            )
        )
    return notes
