"""An audit from end to end: read, check, scan, detect, prioritise. The first file to read."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from auditor.audits import Audit
from auditor.checks import Subject, run_checks
from auditor.choices import TOP
from auditor.detect import Inputs, reasons, run_detectors
from auditor.prioritise.queue import order_rows, queue_table
from auditor.read.choice import InputChoice
from auditor.read.dataset import Given, read_inputs
from auditor.scan.kernel import ClassSums, Progress, RowScores, scan
from auditor.similar.content import ContentIndex
from auditor.tables import all_findings, assemble
from auditor.ties import tie_keys

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        predictions: paths, (n, K) arrays or DataFrames; none for an audit of copies and classes alone.
        choice: what the user said of the input.
        options: what the user said of the audit.
        progress: called with a phase and the share of it that is done; silent by default.

    Raises:
        UsageError: a column, option or class list that does not exist.
        InputError: the input is unreadable, unsafe or inconsistent; with every problem found.
    """
    options = options or AuditOptions()
    clock = _Clock(progress)
    with clock.phase("read"):
        given = read_inputs(data, predictions, choice)
    dataset, probabilities = given.dataset, given.probabilities
    with clock.phase("content"):
        index = ContentIndex(dataset)
        notes = run_checks("labels", Subject(dataset=dataset, index=index))
    with clock.phase("scores"):
        rows, sums = _scanned(given, progress)
        subject = Subject(
            dataset=dataset,
            index=index,
            probabilities=probabilities,
            rows=rows,
            sums=sums,
            class_order_checked=given.choice.class_order_checked,
            aligned_by_position=given.choice.align == "position",
        )
        notes += run_checks("predictions", subject)
    inputs = Inputs(
        dataset=dataset,
        index=index,
        ties=tie_keys(dataset, index),
        probabilities=probabilities,
        rows=rows,
        sums=sums,
    )
    with clock.phase("detect"):
        outcomes = run_detectors(inputs, options.detect)
    with clock.phase("queue"):
        findings = all_findings(outcomes)
        order = order_rows(inputs, options.top)
        queue = queue_table(inputs, order, findings, reasons(), options.lang)
    with clock.phase("tables"):
        audit = assemble(given, inputs, outcomes, findings, order, queue, options, notes)
    return replace(audit, timings=clock.seconds)


def _scanned(given: Given, progress: Progress | None) -> tuple[RowScores, ClassSums] | tuple[None, None]:
    found = given.probabilities
    if found is None:
        return None, None
    return scan(found.blocks, given.dataset.labels.codes, covered=found.covered, progress=progress)


class _Clock:
    """CPU seconds per phase, and a word to the progress callback when one begins."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        if self._progress is not None:
            self._progress(name, 0.0)
        start = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] = time.process_time() - start
