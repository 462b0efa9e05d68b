"""One small example of every format that cannot hold just any table, made as other tools make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Example:
    """A file or folder, and what must be read of it."""

    make: Callable[[Path], Path]
    """Writes it into a folder under the name that such things have; gives the path to audit."""
    cells: dict[str, list[str]]
    """Every column that must be read, with its cells."""
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The roles that must be found without a flag."""
