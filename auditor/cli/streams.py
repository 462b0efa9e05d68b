"""Printing that cannot fail: a reader that left or a full disk never changes what a command ends in."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast


class Surviving:
    """A stream that keeps the errors of writing instead of raising them; all else is the stream's own."""

    def __init__(self, stream: Any, failures: list[OSError] | None = None) -> None:
        self._stream = stream
        self.failures: list[OSError] = [] if failures is None else failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @property
    def buffer(self) -> Surviving:
        """The bytes below; Click writes there where the encoding of the stream is ASCII."""
        return Surviving(self._stream.buffer, self.failures)

    def write(self, text: Any) -> int:
        """Write, or forget what cannot be written."""
        with self._kept():
            return int(self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Flush, or forget what cannot be flushed."""
        with self._kept():
            self._stream.flush()

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.failures.append(error)
            self._silence()

    def _silence(self) -> None:
        """Keep the interpreter from trying again, at its exit, to write what cannot be written."""
        with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), self._stream.fileno())


@contextmanager
def surviving_streams() -> Iterator[Callable[[], OSError | None]]:
    """stdout and stderr that survive; yields what tells why stdout lost something that was still wanted."""
    before = sys.stdout, sys.stderr
    out, err = map(_surviving, before)
    sys.stdout, sys.stderr = cast(TextIO, out), cast(TextIO, err)
    try:
        yield lambda: _lost(out)
    finally:
        for stream in filter(None, (out, err)):
            stream.flush()
        sys.stdout, sys.stderr = before


def _surviving(stream: TextIO | None) -> Surviving | None:
    if stream is None:  # as it is under `>&-`
        return None
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
    return Surviving(stream)


def _lost(out: Surviving | None) -> OSError | None:
    """The error that lost output; none where the reader has seen enough and left."""
    if out is None:
        return None
    out.flush()
    return next((error for error in out.failures if not isinstance(error, BrokenPipeError)), None)
