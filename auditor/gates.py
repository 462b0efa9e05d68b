"""The gate put together: the options, the baseline, and the audit that is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.choices import several
from auditor.config import Config, load_config
from auditor.errors import InputError, Problem, UsageError, nearest
from auditor.gate_options import GateOptions, gate_options
from auditor.gating.baseline import Baseline, baseline_of, changed_settings, compared, gone_classes
from auditor.gating.baseline_file import DEFAULT, read_baseline
from auditor.gating.baseline_file import write_baseline as write_file
from auditor.gating.judge import Judged, judge
from auditor.gating.ratchet import ratchet
from auditor.gating.rules import Rule, counts_new, named_apart, scoped, with_required
from auditor.gating.subject import Subject
from auditor.gating.subjects import subject_in
from auditor.store.names import shown
from auditor.wording import N_, Text, listed, say

if TYPE_CHECKING:
    from auditor.audits import Audit


NEW = "new"
"""Among the kinds of `review --only`: what the baseline does not hold."""


def gate(
    audit: Audit | str | Path,
    *,
    config: str | Path | None = None,
    rules: str | Sequence[str] = (),
    warns: str | Sequence[str] = (),
    scope: str | None = None,
    fail_on: str | None = None,
    baseline: str | Path | None = None,
    no_baseline: bool = False,
    ratchet: bool | None = None,
    require: str | Sequence[str] = (),
    decisions: str | Path | Sequence[str | Path] = (),
) -> Judged:
    """Judge an audit by rules, as the command of the same name does.

    Args:
        audit: from `audit` or `load_audit`, or the folder of a saved one, of which two small files are read.
        config: an `auditor.toml` or `pyproject.toml` with `[[gate.rules]]`; none is searched for.
        rules: more rules that fail, as "label_issues.rate > 3%".
        warns: more that only warn.
        scope: "all" or "new", of every rule.
        fail_on: "error" (the default), "warn" or "never".
        baseline: its file; by default the one that the configuration names, or `.auditor/baseline.json`.
        no_baseline: look at none: everything counts as new.
        ratchet: whether a measure that is worse than in the baseline fails.
        require: measures without which there is no verdict.
        decisions: files of what reviewers decided since.

    Returns:
        `passed`, `verdict` ("passed", "failed", "no verdict", "crashed"), `exit_code`, `rulings` (one a
        rule: `status`, `value`, `limit`, `why`), `new` (findings that the baseline does not hold).

    Raises:
        auditor.UsageError: `rule-invalid`, `rule-limit`, `unknown-measure`, `config-unreadable`.
        auditor.InputError: a folder, a baseline or decisions that cannot be read.

    Example:
        >>> import auditor, pandas as pd
        >>> audit = auditor.audit(pd.DataFrame({"text": ["a cat", "a dog"] * 9, "label": ["cat", "dog"] * 9}))
        >>> judged = auditor.gate(audit, rules=["duplicates.rate > 10%", "classes.min_count < 5"])
        >>> judged.verdict, [ruling.status for ruling in judged.rulings]
        ('failed', ['fail', 'pass'])
    """
    options = gate_options(
        load_config(Path(config)) if config is not None else Config(),
        rules=several(rules),
        warns=several(warns),
        scope=scope,
        fail_on=fail_on,
        baseline=baseline,
        no_baseline=no_baseline,
        ratchet=ratchet,
        require=several(require),
        decisions=_files(decisions),
    )
    return judged(subject_with(audit, options.decisions), options)


def write_baseline(
    audit: Audit | str | Path,
    path: str | Path = DEFAULT,
    *,
    decisions: str | Path | Sequence[str | Path] = (),
    force: bool = False,
) -> Path:
    """Write what an audit found as known, so that the gate fails only for what is new; return the path.

    Args:
        audit: from `audit` or `load_audit`, or the folder of a saved one.
        path: the file, meant for git: sorted, a finding a line, no text of the dataset.
        decisions: files of what reviewers decided: what they kept is no finding.
        force: replace a baseline that is there; a file of another kind never.

    Raises:
        auditor.InputError: `audit-partial`: a detector failed, so not all is known; or a folder or decisions
            that cannot be read.
        auditor.UsageError: `output-exists`, `output-not-writable`.

    Example:
        >>> import auditor, pandas as pd, tempfile
        >>> audit = auditor.audit(pd.DataFrame({"text": ["a cat", "a dog"] * 9, "label": ["cat", "dog"] * 9}))
        >>> path = auditor.write_baseline(audit, tempfile.mkdtemp() + "/baseline.json")
        >>> len(auditor.gate(audit, baseline=path).new)
        0
    """
    subject = subject_with(audit, _files(decisions))
    refuse_partial(subject)
    return write_file(path, baseline_of(subject), force=force)


def _files(said: str | Path | Sequence[str | Path]) -> list[str | Path]:
    """One file or several."""
    return [said] if isinstance(said, (str, Path)) else list(said)


def subject_with(audit: Audit | str | Path, decisions: Sequence[str | Path]) -> Subject:
    """An audit as the gate sees it, with what was decided since (`opened`)."""
    return opened(audit, decisions)[0]


def opened(audit: Audit | str | Path, decisions: Sequence[str | Path]) -> tuple[Subject, Callable[[], Audit]]:
    """An audit as the gate sees it, and what gives its tables to whoever needs them.

    Without decisions only two small files of a folder are read, by plain Python.

    Args:
        audit: in memory, or the folder of a saved one.
        decisions: files of what reviewers decided since.
    """
    if isinstance(audit, (str, Path)) and not decisions:
        return subject_in(audit), lambda: _tables_of(audit)
    from auditor.decided import merged_files  # Arrow, which a saved audit is judged without
    from auditor.gating.subjects import subject_of
    from auditor.silenced import silenced

    folder = str(audit) if isinstance(audit, (str, Path)) else None
    loaded, found = _tables_of(audit), merged_files(decisions)
    whole = loaded if found is None else silenced(loaded, found)
    return subject_of(whole, folder=folder), lambda: whole


def _tables_of(audit: Audit | str | Path) -> Audit:
    """An audit with its tables, read where it is a folder."""
    if not isinstance(audit, (str, Path)):
        if not hasattr(audit, "header"):
            raise TypeError(f"an audit or the folder of one, not a {type(audit).__name__}")
        return audit
    from auditor.store.loading import load_audit

    return load_audit(audit)


def refuse_partial(subject: Subject) -> None:
    """What a failed detector would have found is not known: a baseline without it would be wrong.

    Raises:
        InputError: `audit-partial`.
    """
    if subject.failed:
        what = say(N_("the audit is partial: {names} failed"), names=", ".join(subject.failed))
        raise InputError(Problem(slug="audit-partial", what=what, fixes=(say(N_("run the audit again")),)))


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
        held = ratchet(baseline)
        if not held:
            raise InputError(_nothing_to_hold(subject))
        rules = (*rules, *held)
    if options.ratchet and baseline is None:
        raise InputError(_nothing_to_hold(subject))
    return judge(
        subject,
        named_apart(rules),
        baseline=baseline,
        all_new=options.no_baseline,
        fail_on=options.fail_on,
        config=options.config,
        named_baseline=options.named,
        notes=(*notes, *_notes(subject, options, baseline)),
    )


def new_rows(audit: Audit, baseline: str | Path | None, kinds: Sequence[str] = ()) -> frozenset[int]:
    """Rows of an audit with a finding that a baseline does not hold.

    Args:
        audit: in memory.
        baseline: the file; None for `.auditor/baseline.json`.
        kinds: of findings; () for all.

    Raises:
        InputError: `not-a-baseline`: it is none, or not there.
        UsageError: `nothing-new`: there is no such row.
    """
    from auditor.gating.subjects import subject_of  # Arrow, which a saved audit is judged without

    place = Path(baseline) if baseline is not None else DEFAULT
    new = compared(read_baseline(place), subject_of(audit)).new
    wanted = [found for found in new if not kinds or found.kind in kinds]
    rows = frozenset(found.row for found in wanted if found.row is not None)
    if not rows:
        what = say(N_("nothing is new beside {name}"), name=shown(place))
        raise UsageError(Problem(slug="nothing-new", what=what))
    return rows


def _nothing_to_hold(subject: Subject) -> Problem:
    return Problem(
        slug="no-baseline",
        what=say(N_("--ratchet compares with the measures of a baseline, and there are none")),
        fixes=(say("auditor baseline write {audit}", audit=subject.folder or "AUDIT"),),
    )


def _notes(subject: Subject, options: GateOptions, baseline: Baseline | None) -> list[Text]:
    notes: list[Text] = []
    if options.built_in:
        notes.append(say(N_("built-in rules, since none are written; auditor init writes some")))
    if options.scope == "new":
        notes += _of_all(options.rules)
    if options.awaited is not None:
        notes.append(_awaited(options.awaited))
    if subject.kept:
        notes.append(
            say(
                N_("{n:,} suspect is none any more: a reviewer kept its label"),
                N_("{n:,} suspects are none any more: a reviewer kept their labels"),
                n=subject.kept,
            )
        )
    return notes if baseline is None else notes + _notes_beside(subject, baseline)


def _of_all(rules: Sequence[Rule]) -> list[Text]:
    """The rules that `--scope new` leaves as they are."""
    names = [rule.id for rule in rules if not counts_new(rule)]
    if not names:
        return []
    return [
        say(
            N_("{n:,} rule judges all, since nothing new of it can be counted: {names}"),
            N_("{n:,} rules judge all, since nothing new of them can be counted: {names}"),
            n=len(names),
            names=listed(names, most=5),
        )
    ]


def _awaited(place: Path) -> Text:
    """The baseline that is named is not there; perhaps another one is."""
    others = [one.name for one in place.parent.glob("*.json")] if place.parent.is_dir() else []
    guess = nearest(place.name, others)
    if guess is None:
        return say(N_("there is no baseline yet: {name}"), name=shown(place))
    return say(N_("there is no baseline {name}; did you mean {guess}?"), name=shown(place), guess=guess)


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
