"""What the gate judges: the numbers and the finding keys of one audit, without its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from auditor.measures import Measure, OutcomeStatus
from auditor.wording import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding as `findings.keys` has it: what it is about, and nothing of what it says."""

    key: str
    """16 hex digits that know the finding again in the next audit."""
    kind: str
    item: str
    """The item, else the class or slice, percent-encoded."""
    row: int | None
    """From 0; None for what is about no row."""
    reason: str

    @property
    def name(self) -> str:
        """The item as the dataset has it."""
        return unquote(self.item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it went with a detector."""

    status: OutcomeStatus
    why: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An audit as the gate sees it."""

    name: str
    """The dataset."""
    audit_id: str
    rows: int
    label: str | None
    """The label column; None without labels."""
    classes: tuple[str, ...]
    has_ids: bool
    predictions: tuple[str, ...]
    """Their files; () without any."""
    out_of_sample: str
    """yes, no, or not said; "" without predictions."""
    measures: tuple[Measure, ...]
    outcomes: Mapping[str, Outcome]
    settings: Mapping[str, Any]
    """What may change the findings though the data did not: see `auditor.drift.settings_of`."""
    read_keys: Callable[[], tuple[Found, ...]]
    """Reads the findings, when a rule asks for them."""
    read_rows: Callable[[], Sequence[int] | None] = lambda: None
    """Reads of each row the digest that knows it again; None where the audit kept none."""
    decided: bool = False
    """Whether reviewers' decisions stand in it."""
    kept: int = 0
    """Suspects that are none any more, because a reviewer kept their label."""
    folder: str | None = None
    """Where it is saved, as the user named it."""
    source: str | None = None
    """The dataset's file as the user named it, where it was audited just now."""
    versions: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[Found, ...]:
        """Every finding."""
        return self.read_keys()

    @cached_property
    def digests(self) -> Sequence[int] | None:
        """(n,) of each row the number that knows it again; None where the audit kept none."""
        return self.read_rows()

    @property
    def failed(self) -> tuple[str, ...]:
        """Detectors that failed: the audit is partial."""
        return tuple(name for name, found in self.outcomes.items() if found.status == "failed")

    @property
    def ran(self) -> tuple[str, ...]:
        """Detectors that ran."""
        return tuple(sorted(name for name, found in self.outcomes.items() if found.status == "ran"))

    def of(self, measure: str) -> list[Measure]:
        """A measure in all its scopes, the whole first."""
        found = [one for one in self.measures if one.name == measure]
        return sorted(found, key=lambda one: (one.scope != "all", one.scope))

    def behind(self, kinds: tuple[str, ...], reasons: tuple[str, ...]) -> list[Found]:
        """The findings of some kinds, and of some reasons where any are given."""
        return [
            found
            for found in self.findings
            if found.kind in kinds and (not reasons or found.reason in reasons)
        ]


def nothing(name: str) -> Subject:
    """A dataset that could not be audited, or has no rows: nothing was measured."""
    return Subject(
        name=name,
        audit_id="",
        rows=0,
        label=None,
        classes=(),
        has_ids=True,
        predictions=(),
        out_of_sample="",
        measures=(),
        outcomes={},
        settings={},
        read_keys=tuple,
    )
