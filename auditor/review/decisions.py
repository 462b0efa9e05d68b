"""A decision: what a reviewer said of one item; and a file of them, `auditor.decisions/1`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from auditor.errors import Problem

SCHEMA = "auditor.decisions/1"
"""Readers take every file of this major version and ignore fields they do not know."""

Action = Literal["keep", "relabel", "exclude", "duplicate", "unsure", "undecided"]
ACTIONS: tuple[Action, ...] = ("keep", "relabel", "exclude", "duplicate", "unsure")
"""What can be said of an item."""
UNDECIDED: Action = "undecided"
"""What was said before was taken back: it counts as not said, though an older file still says it."""
Sample = Literal["queue", "spot", "control", "rate"]
SAMPLES: tuple[Sample, ...] = ("queue", "spot", "control", "rate")
"""Why an item was asked about: the order of the queue, a spot check, an unflagged row, an estimate."""
REASONS = (
    "guideline_unclear",
    "needs_new_class",
    "more_than_one_class",
    "unreadable",
    "wrong_language",
    "personal_data",
    "broken_text",
    "other",
)
ERROR_REASONS = frozenset({"more_than_one_class", "needs_new_class"})
"""Reasons that make an error of a decision, whatever its action: such an item is never kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one reviewer said of one item."""

    item: str
    action: Action
    label: str | None = None
    """The name of the class for `relabel`, None otherwise."""
    row: int | None = None
    """0-based row of the dataset that was reviewed."""
    content: str = ""
    """`sha256:` and 16 hex digits of the normalised content that was seen; "" where it is not known."""
    given: str | None = None
    """The given label that was seen; None where it is not known (a plain CSV), "" for a row without label."""
    suggested: str | None = None
    duplicate_of: str | None = None
    """For `duplicate` the item that stays."""
    copy_of: str | None = None
    """The exact copy that was looked at, where this item was decided along with it: counts once."""
    reasons: tuple[str, ...] = ()
    comment: str = ""
    shown_suggestion: bool | None = None
    """Whether the suggestion was on the screen at the last choice; `was_hidden` says it of the first."""
    blind: tuple[Action, str | None] | None = None
    """The (action, label) chosen before the suggestion was seen, where the decision was changed after it."""
    sample: Sample = "queue"
    position: int | None = None
    """1-based place in the frozen order of the round; None for controls."""
    round: int = 1
    at: str = ""
    """When, UTC, `2026-11-22T05:12:44Z`; "" where it is not known."""
    ms: int | None = None
    """How long the item was looked at."""
    seq: int = 0
    """The how-manieth decision of the session."""
    revision: int = 1
    """How often the item was decided; the highest counts."""
    reviewer: str = ""
    settles: bool = False
    """Whether it was given on the page of open items, beside what others had said: no independent answer."""

    @property
    def was_hidden(self) -> bool | None:
        """Whether the suggestion was hidden when the first choice was made; None where it is not known."""
        if self.blind is not None:
            return True
        return None if self.shown_suggestion is None else not self.shown_suggestion

    @property
    def first(self) -> Decision:
        """The decision as it was first made: where it was changed after the suggestion was seen, before."""
        if self.blind is None:
            return self
        return replace(self, action=self.blind[0], label=self.blind[1], reasons=(), blind=None)

    @property
    def is_error(self) -> bool | None:
        """The verdict: True an error, False no error, None where nothing was said (unsure, duplicate)."""
        if ERROR_REASONS & set(self.reasons):
            return True
        if self.action in {"unsure", "duplicate", UNDECIDED}:
            return None
        return self.action == "exclude" or (self.action == "relabel" and self.label != self.given)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFile:
    """A decisions file as it was read."""

    name: str
    """Its base name."""
    decisions: tuple[Decision, ...]
    report: str = ""
    """Id of the review page it came from, `r-...`; "" for a plain CSV."""
    dataset: Mapping[str, object] = field(default_factory=dict)
    """`name`, `rows`, `fingerprint`, `label_column` of the dataset that was reviewed; {} for a plain CSV."""
    classes: tuple[str, ...] = ()
    """The classes that could be chosen; () for a plain CSV."""
    reviewer: str = ""
    role: str = "labeller"
    exported: str = ""
    undecided: int = 0
    """Rows of a CSV without an action and a label: passed over, and counted."""
    notes: tuple[Problem, ...] = ()
    parts: tuple[DecisionFile, ...] = ()
    """Of a merged file: the files it was made of; () for the file of one reviewer."""
    leads: tuple[Lead, ...] = ()
    """Of a merged file: whose word wins over which of its parts."""

    @property
    def whole(self) -> tuple[DecisionFile, ...]:
        """The parts of a merged file; else the file itself."""
        return self.parts or (self,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Whose word wins over what others say, in some files."""

    reviewer: str
    files: tuple[DecisionFile, ...]
    rank: int = 1
    """Of two leads the higher rank wins: who merged what the other had merged. Of one rank neither does."""
