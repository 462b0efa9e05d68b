"""An audit from end to end: inspect (read, check, scan), detect, prioritise. The first file to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from auditor.audits import Audit
from auditor.choices import TOP
from auditor.detect import Inputs, reasons, run_detectors
from auditor.inspection import inspect
from auditor.label_errors import label_error_measures
from auditor.phases import Phases
from auditor.prioritise.queue import order_rows, queue_table
from auditor.prioritise.round import Plan
from auditor.prioritise.weights import Weights
from auditor.prioritise.worth import worth_of
from auditor.review.corrections import Reviewed, refuse_other_dataset
from auditor.review.lookup import confirmed_rows, standings_in
from auditor.review.standing import standings_table
from auditor.review.verdicts import verdicts_in
from auditor.tables import all_findings, assemble
from auditor.ties import tie_keys

if TYPE_CHECKING:
    from auditor.read.choice import InputChoice
    from auditor.review.merging import Merged
    from auditor.scan.kernel import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """What a user can say about the audit itself; the input is in `InputChoice`."""

    top: int | None = TOP
    """Rows of the queue at most; None for all."""
    privacy: str = "full"
    """`full`, `snippet` (the first 120 characters) or `ids` (no content) in the folder and the report."""
    lang: str = "en"
    """Language of the reasons in the queue."""
    detect: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Detector -> options that differ from its defaults."""
    seed: int = 0
    """Draws other spot checks, controls and blind items."""
    plan: Plan = field(default_factory=Plan)
    """How much the labeller's page asks for."""
    weights: Weights = field(default_factory=Weights)
    """How much rows of a split or of a rare class weigh in the order."""
    decisions: Merged | None = None
    """What reviewers decided before."""


def run(
    data: Any,
    predictions: Sequence[Any] = (),
    choice: InputChoice | None = None,
    options: AuditOptions | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Audit a dataset.

    Args:
        data: a path or a DataFrame.
        predictions: paths, (n, K) arrays or DataFrames; none for those of the built-in models, or with the
            choice `model="none"` for an audit of copies and classes alone.
        choice: what the user said of the input.
        options: what the user said of the audit.
        progress: called with a phase and the share of it that is done; silent by default.

    Raises:
        UsageError: a column, option or class list that does not exist.
        InputError: the input is unreadable, unsafe or inconsistent; with every problem found.
    """
    options = options or AuditOptions()
    clock = Phases(progress)
    seen = inspect(data, predictions, choice, clock, predict="if-none")
    given, index = seen.sound()
    stands = standings_in(given.dataset, index, options.decisions)
    if options.decisions is not None:
        refuse_other_dataset(Reviewed.of(given.dataset), options.decisions, stands, label_stated=False)
    inputs = Inputs(
        dataset=given.dataset,
        index=index,
        ties=tie_keys(given.dataset, index),
        probabilities=given.probabilities,
        rows=seen.rows,
        sums=seen.sums,
        annotations=given.annotations,
        kept=confirmed_rows(len(given.dataset), stands) if options.decisions is not None else None,
    )
    with clock.phase("detect"):
        outcomes = run_detectors(inputs, options.detect)
    with clock.phase("queue"):
        findings = all_findings(outcomes)
        verdicts = verdicts_in(standings_table(stands))
        worth = worth_of(inputs, verdicts, options.weights)
        order = order_rows(inputs, findings, options.top, worth)
        queue = queue_table(inputs, order, findings, reasons(), options.lang)
    with clock.phase("tables"):
        audit = assemble(given, inputs, outcomes, findings, order, queue, options, seen.answers, stands)
        if options.decisions is not None:
            audit = replace(audit, measures=(*audit.measures, *label_error_measures(audit)))
    return replace(audit, timings=clock.seconds)
