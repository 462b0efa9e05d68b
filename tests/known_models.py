"""Models whose answers are known, for tests of what is built around models."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass
class Fixed:
    """A model that says of each row what a table says; remembers what it learned from."""

    table: NDArray[np.float64]
    name: str = "fixed"
    learned: list[list[int]] = field(default_factory=list)

    def cost(self, rows: int, classes: int) -> float:
        """A second per thousand rows."""
        return rows / 1_000

    def fit(self, rows: NDArray[np.int64], codes: NDArray[np.int32], classes: int) -> Fixed:
        """Remember the rows."""
        assert set(codes.tolist()) == set(range(classes))
        self.learned.append(rows.tolist())
        return self

    def predict(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """The lines of the table."""
        return self.table[rows]


@dataclass
class Even:
    """A model for which all classes are alike."""

    name: str = "even"
    classes: int = 0

    def cost(self, rows: int, classes: int) -> float:
        """Nothing."""
        return 1e-6 * rows

    def fit(self, rows: NDArray[np.int64], codes: NDArray[np.int32], classes: int) -> Even:
        """Remember how many there are."""
        return Even(classes=classes)

    def predict(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """One over their number."""
        return np.full((len(rows), self.classes), 1 / self.classes)


@dataclass
class Copycat:
    """A model that repeats the label of the rows it learned from, and knows nothing of others."""

    content: NDArray[np.int64]
    """(n,) what a row says: rows of one number are copies."""
    name: str = "copycat"

    def cost(self, rows: int, classes: int) -> float:
        """Nothing."""
        return 1e-6 * rows

    def fit(self, rows: NDArray[np.int64], codes: NDArray[np.int32], classes: int) -> Copied:
        """Learn by heart."""
        return Copied(
            dict(zip(self.content[rows].tolist(), codes.tolist(), strict=True)), self.content, classes
        )


@dataclass
class Copied:
    """What it learned by heart."""

    seen: dict[int, int]
    content: NDArray[np.int64]
    classes: int

    def predict(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Sure of what it has seen, even of all else."""
        out = np.full((len(rows), self.classes), 1 / self.classes)
        for at, row in enumerate(rows.tolist()):
            if (code := self.seen.get(int(self.content[row]))) is not None:
                out[at] = np.eye(self.classes)[code]
        return out
