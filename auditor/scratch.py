"""Temporary folders, and arrays that lie in a temporary file where they are large."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.errors import InputError, Problem
from auditor.wording import N_, Text, say

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

COPY = N_("the copy finds no room in the temporary folder: {error}")
IN_MEMORY = 64 << 20
"""Bytes up to which an array stays in memory."""


class Scratch:
    """A temporary folder that is deleted with the last reference to it, or when the process ends.

    Unlike `tempfile.TemporaryDirectory` it goes without a warning: its owner lives as long as the data.
    """

    def __init__(self) -> None:
        with asking_for_room():
            self.path = Path(tempfile.mkdtemp(prefix="auditor-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def scratch_array(
    shape: tuple[int, ...], dtype: DTypeLike, what: str = COPY, in_memory: int = IN_MEMORY
) -> NDArray[Any]:
    """An array of zeros to be filled; a large one lies in an unnamed temporary file that goes with it.

    The file's room is taken at once: a full disk is told here, not by a signal while the array is filled.

    Args:
        shape: of the array.
        dtype: of its values.
        what: a marked template that says what finds no room, with `{error}`.
        in_memory: bytes up to which it stays in memory.

    Raises:
        InputError: `no-room`.
    """
    import numpy as np

    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    if size <= in_memory:
        return np.zeros(shape, dtype)
    with asking_for_room(what), tempfile.TemporaryFile(prefix="auditor-") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        return np.memmap(file, dtype, "r+" if file.seek(0, 2) else "w+", shape=shape)


@contextmanager
def asking_for_room(what: str = COPY, *fixes: Text) -> Iterator[None]:
    """Turn a full temporary folder into a problem.

    Args:
        what: a marked template that says what finds no room, with `{error}`.
        fixes: what else may be done than to name another folder.

    Raises:
        InputError: `no-room`.
    """
    try:
        yield
    except OSError as error:
        raise InputError(
            Problem(
                slug="no-room",
                what=Text(what, {"error": error.strerror or type(error).__name__}),
                fixes=(say(N_("TMPDIR=FOLDER names a folder with room")), *fixes),
            )
        ) from error
