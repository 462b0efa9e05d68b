"""The phases of a run: CPU seconds of each, and a word to the progress callback when one begins."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.scan.kernel import Progress


class Phases:
    """Measures phases as they pass."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}

    def teller(self, name: str) -> Callable[[float], None] | None:
        """What tells the callback how far a phase is; None where nobody listens."""
        return None if self.progress is None else partial(self.progress, name)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """A phase; its name is told to the callback as it begins."""
        if self.progress is not None:
            self.progress(name, 0.0)
        start = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] = time.process_time() - start
