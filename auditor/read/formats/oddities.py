"""What looks odd in many small files: counted by kind, the first places of each named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from auditor.errors import Problem
from auditor.wording import N_, Text, listed, say

SHOWN = 5
"""Places named for each kind."""


@dataclass(slots=True)
class Oddities:
    """Kinds of faults, how often each was seen, and where first."""

    counts: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, place: str) -> None:
        """Count one; `kind` is a marked template without values."""
        self.counts[kind] += 1
        places = self.places.setdefault(kind, [])
        if len(places) < SHOWN:
            places.append(place)

    def warning(self, name: str) -> tuple[Problem, ...]:
        """One warning for the folder of this name; none where nothing is odd."""
        if not self.counts:
            return ()
        details = tuple(
            say(
                N_("{kind}: {n:,}, e.g. {places}"),
                kind=Text(kind),
                n=count,
                places=listed(self.places[kind], SHOWN),
            )
            for kind, count in self.counts.items()
        )
        what = say(
            N_("{name}: {n:,} fault in the annotations"),
            N_("{name}: {n:,} faults in the annotations"),
            name=name,
            n=sum(self.counts.values()),
        )
        return (Problem(slug="annotations-odd", what=what, details=details, level="warning"),)
