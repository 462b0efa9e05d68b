"""Pillow's warnings are kept from whoever uses this package: what they say is found and told otherwise."""

from __future__ import annotations

import ctypes
import logging
import threading
import warnings
from collections.abc import Callable
from types import TracebackType

from PIL import _imaging

logging.getLogger("PIL").addHandler(logging.NullHandler())
Swap = Callable[[int | None], int | None]
"""Sets a handler of libtiff and gives back the one before."""


class _Quiet:
    """A filter that is set by the first who enters and taken away by the last who leaves.

    `warnings.catch_warnings` changes the filters of the whole process, so threads that enter and leave
    it in any order would leave the wrong ones behind. libtiff, below Pillow, writes to the error stream
    of the process; its handlers are exchanged likewise.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._caught = warnings.catch_warnings()
        self._handlers: list[tuple[Swap, int | None]] = []

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._caught = warnings.catch_warnings()
                self._caught.__enter__()
                warnings.filterwarnings("ignore", module=r"PIL(\.|$)")
                self._handlers = [(swap, swap(None)) for swap in LIBTIFF]
            self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._caught.__exit__(kind, error, trace)
                for swap, handler in self._handlers:
                    swap(handler)


def _libtiff() -> tuple[Swap, ...]:
    """How the handlers of Pillow's libtiff are set; empty where it cannot be reached (built in, Windows)."""
    try:
        library = ctypes.CDLL(_imaging.__file__)  # a name is looked for in what it is linked with too
        swaps = library.TIFFSetErrorHandler, library.TIFFSetWarningHandler
    except (AttributeError, OSError, TypeError):
        return ()
    for swap in swaps:
        swap.argtypes, swap.restype = [ctypes.c_void_p], ctypes.c_void_p
    return swaps


LIBTIFF = _libtiff()
quiet = _Quiet()
"""`with quiet:` nothing that Pillow warns of is heard, in this thread or another."""
