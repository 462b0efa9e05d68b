"""Progress by phase on stderr, only where a person is watching."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_on_stderr(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A callback (phase, share done) that draws one line on a terminal and nothing elsewhere."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda phase, share: None
        return
    from rich.console import Console
    from rich.status import Status

    console = Console(stderr=True, markup=False, emoji=False)
    with Status("", console=console, spinner="line") as status:

        def show(phase: str, share: float) -> None:
            status.update(f"{phase} {share:.0%}" if share else phase)

        yield show
