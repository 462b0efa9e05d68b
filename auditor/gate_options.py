"""What a file, flags or Python say of the gate, as one value."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from auditor.choices import chosen
from auditor.config import Config
from auditor.errors import InputError, Problem, UsageError
from auditor.gating.baseline_file import DEFAULT, no_baseline_at
from auditor.gating.judge import FailOn
from auditor.gating.rules import BUILT_IN, Rule, Scope, rule_from, rules_from
from auditor.wording import N_, say


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
    named: str | None = None
    """The baseline's file as a flag named it: what is typed next has to name it again."""
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
    if no_baseline and (baseline is not None or ratchet):
        what = say(
            N_("--no-baseline and {flag} contradict each other"),
            flag="--baseline" if baseline else "--ratchet",
        )
        raise UsageError(Problem(slug="option-value", what=what))
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
        named=None if baseline is None else str(baseline),
        awaited=awaited,
        no_baseline=no_baseline,
        ratchet=bool(config.get("gate", "ratchet") if ratchet is None else ratchet) and not no_baseline,
        decisions=tuple(map(str, decisions)) or decision_files(config),
        config=file or None,
    )


def _baseline_of(config: Config, said: str | Path | None) -> tuple[Path | None, Path | None]:
    """The baseline's file, and the one that is named and not there yet."""
    if said is not None:
        place = Path(said)
        if not place.exists():
            raise InputError(no_baseline_at(place))
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
        parts = Path(name).parts
        fixed = next((at for at, part in enumerate(parts) if glob.has_magic(part)), len(parts))
        if fixed == len(parts):
            files.append(name)
        else:
            files += sorted(map(str, Path(*parts[:fixed]).glob("/".join(parts[fixed:]))))
    return tuple(dict.fromkeys(files))
