"""Temporary folders for unpacked and fetched copies."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.errors import InputError, Problem
from auditor.wording import N_, Text, say

COPY = N_("the copy finds no room in the temporary folder: {error}")


class Scratch:
    """A temporary folder that is deleted with the last reference to it, or when the process ends.

    Unlike `tempfile.TemporaryDirectory` it goes without a warning: its owner lives as long as the data.
    """

    def __init__(self) -> None:
        with asking_for_room():
            self.path = Path(tempfile.mkdtemp(prefix="auditor-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


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
