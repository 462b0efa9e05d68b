"""What relabelling bought: one fixed model learns from the data before and after, judged on a test set.

Beside it stands what it would have bought to drop the suspects instead: the rows of BEFORE that cleanlab's
default filter flags on out-of-sample predictions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Literal

from auditor.errors import Problem

if TYPE_CHECKING:
    from auditor.phases import Phases
    from auditor.read.choice import InputChoice
    from auditor.review.merging import Merged

SCHEMA = "auditor.gain/1"
FEWEST = 30
"""Rows of TEST, copies counted once, below which nothing is judged."""
SEEN = 2.8
"""Standard errors that a gain must have for its interval to be clear of zero four times out of five: 1.96 and
0.84, the points of the normal distribution for 95 % and 80 %."""
SURE = 0.05
"""p of the exact test from which rows put right and rows put wrong are taken to be as likely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A difference and its 95 % interval: over the rows that might have been drawn for TEST, not over another
    training."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is different in AFTER, of the rows that models learn from."""

    before: int
    """Labelled rows of BEFORE that teach."""
    after: int
    """The same of AFTER."""
    relabelled: int
    """Rows that have another label."""
    excluded: int
    """Rows that are not in AFTER, or have no label there, or are marked as excluded."""
    added: int
    """Rows that only AFTER has, or has a label for."""
    edited: int
    """Rows with other content."""
    not_train: int
    """Rows of BEFORE that its split column keeps from teaching."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The rows of TEST."""

    rows: int
    """All of the file."""
    judged: int
    units: int
    """What is drawn for the intervals: rows, exact copies of one another as one."""
    unlabelled: int
    """Left out: without a label of the class list."""
    marked: int
    """Left out: marked as excluded."""
    not_test: int
    """Left out: the split column says that they are no test rows."""
    leaks: int
    """Left out: exact copies of rows that a model learns from."""
    not_seen: int
    """Left out: an image that cannot be opened, a row without a vector or a prediction."""
    touched: int
    """Rows that were relabelled, taken out or judged by the same reviewers."""
    touched_judged: int
    """Those of them that are judged all the same, with a warning."""
    not_learned: int
    """Judged rows of classes that no row of BEFORE teaches: always wrong before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A score of the model, 0..1, by what it learned from."""

    before: float
    after: float
    gain: Estimate
    """After minus before."""
    dropped: float | None = None
    """Learned from BEFORE without its suspects; None where that was not tried."""
    dropping: Estimate | None = None
    """That minus before."""
    over_dropping: Estimate | None = None
    """After minus dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassGain:
    """One class of TEST."""

    name: str
    rows: int
    """Judged rows of it."""
    f1: Measured


@dataclass(frozen=True, kw_only=True)
class Gain:
    """What relabelling bought."""

    before: str
    after: str
    test: str
    """Names of the files."""
    looked_at: tuple[str, ...]
    """What the built-in model learned from: `texts`, `table`, ...; () where predictions were given."""
    models: tuple[str, ...]
    """The kinds that are averaged."""
    learned: tuple[int, ...]
    """Rows learned from: before, after, and with the suspects dropped; fewer than there are where time is
    short."""
    changes: Changes
    tested: Tested
    accuracy: Measured
    macro_f1: Measured
    """Over the classes that judged rows have."""
    classes: tuple[ClassGain, ...]
    right: int
    """Rows that are predicted right after and were not before."""
    wrong: int
    """Rows that were predicted right before and are not after."""
    p: float
    """Exact two-sided p-value of these two (McNemar)."""
    suspects: int | None
    """Rows that dropping takes out; None where it was not tried."""
    untouched: Measured | None = None
    """Accuracy on the rows of TEST that the reviewers did not touch, where they touched some."""
    notes: tuple[Problem, ...] = ()

    @property
    def verdict(self) -> Literal["gain", "loss", "unclear"]:
        """Whether accuracy went up, down, or cannot be told from unchanged: interval and exact test agree."""
        one = self.accuracy.gain
        if self.p > SURE or one.low <= 0 <= one.high:
            return "unclear"
        return "gain" if one.value > 0 else "loss"

    @property
    def error(self) -> float:
        """The standard error of the gain in accuracy, from its interval."""
        return (self.accuracy.gain.high - self.accuracy.gain.low) / (2 * 1.96)

    @property
    def smallest(self) -> float:
        """The gain in accuracy that a test set of this size shows four times out of five."""
        return SEEN * self.error

    @property
    def needed(self) -> int | None:
        """Rows of TEST that would show the measured gain four times out of five; None where there is none."""
        value = abs(self.accuracy.gain.value)
        return ceil(self.tested.judged * (self.smallest / value) ** 2) if value and self.error else None

    def to_json(self) -> dict[str, Any]:
        """Everything as plain numbers and names: schema `auditor.gain/1`."""
        found = {key: value for key, value in asdict(self).items() if key != "notes"}
        return {
            "schema": SCHEMA,
            **found,
            "verdict": self.verdict,
            "smallest": self.smallest,
            "needed": self.needed,
        }


def gain_of(
    before: Any,
    after: Any,
    test: Any,
    choice: InputChoice,
    *,
    predictions: Sequence[Any] = (),
    test_predictions: Sequence[Any] = (),
    decisions: Merged | None = None,
    seed: int = 0,
    phases: Phases | None = None,
) -> Gain:
    """Measure what relabelling bought; `auditor.measure_gain` explains the arguments.

    Raises:
        UsageError: the call is wrong.
        InputError: nothing can be judged: `gain-columns`, `gain-not-corrected`, `gain-few-rows`, `no-model`.
    """
    from auditor.gains.files import read_files
    from auditor.gains.rows import joined
    from auditor.gains.scores import scored
    from auditor.phases import Phases

    phases = phases or Phases()
    own = not test_predictions and choice.model == "auto"
    wanted: Literal["never", "if-none"] = "if-none" if own else "never"
    files = read_files(before, after, test, predictions, choice, phases, wanted)
    with phases.phase("content"):
        rows = joined(files, choice.near_threshold)
    if test_predictions:
        from auditor.gains.predictions import told_by_files

        rows, told = told_by_files(files, rows, test, test_predictions, choice, phases)
    else:
        from auditor.gains.told import told_by_model

        with phases.phase("model"):
            told = told_by_model(files, rows, choice, phases)
    return scored(files, rows, told, decisions, seed)
