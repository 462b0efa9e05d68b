"""What came back from another tool as a decisions file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from auditor.review.decisions import Decision, DecisionFile
from auditor.review.interchange.answers import Batch, Returned, batches, counted_notes

ReadEntry = Callable[[int, Mapping[str, Any], str], Decision]
"""(number, an entry of a decisions file, reviewer) -> the decision; raises for what does not fit."""


def file_of(name: str, returned: Returned, read: ReadEntry) -> DecisionFile:
    """The answers as one file; with several reviewers or rounds its `parts` are theirs.

    Args:
        name: of the file.
        returned: what it holds.
        read: reads an entry; whatever a tool hands back is looked at as an entry of any decisions file.

    Raises:
        InputError: as `read` raises.
    """
    parts = [part for batch in batches(returned) for part in _parts(name, batch, read)]
    first = parts[0] if parts else DecisionFile(name=name, decisions=())
    return joined(name, [replace(first, notes=counted_notes(name, returned.counted)), *parts[1:]])


def joined(name: str, parts: Sequence[DecisionFile]) -> DecisionFile:
    """Several files as one."""
    if len(parts) == 1:
        return parts[0]
    decisions = tuple(one for part in parts for one in part.decisions)
    return DecisionFile(name=name, decisions=decisions, role="merged", parts=tuple(parts))


def _parts(name: str, batch: Batch, read: ReadEntry) -> Iterator[DecisionFile]:
    """A file per reviewer; what nobody decided is counted in the first."""
    by_reviewer: dict[str, list[Decision]] = {}
    for number, (reviewer, entry) in enumerate(batch.entries, start=1):
        by_reviewer.setdefault(reviewer, []).append(read(number, entry, reviewer))
    for at, reviewer in enumerate(sorted(by_reviewer) or [""]):
        yield DecisionFile(
            name=name,
            report=batch.slip.report,
            dataset=batch.slip.dataset,
            classes=batch.slip.classes,
            reviewer=reviewer,
            decisions=tuple(by_reviewer.get(reviewer, ())),
            undecided=0 if at else batch.undecided,
        )
