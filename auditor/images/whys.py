"""Why images could not be opened, in words, and which file is meant."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.images.files import ImageFiles
from auditor.wording import N_, cut

TOLD: Mapping[str, str] = {
    "missing": N_("the file is not there"),
    "outside": N_("the path is an address or leads out of the folder of the images, so it was not opened"),
    "not-a-file": N_("it is no file but a folder or a device"),
    "too-large": N_("the file is larger than an image may be"),
    "format": N_("it is no image of a format that is opened"),
    "truncated": N_("the file ends before the image does"),
    "bomb": N_("it has more pixels or scans than an image may have"),
    "broken": N_("the file is damaged"),
    "empty": N_("the file is empty"),
}
"""Reason, one of `WHYS` -> a marked sentence without its end."""
PATH = 200
"""Characters of a path that are told."""


def path_of(files: ImageFiles, row: int) -> str:
    """The path of the image of a row as it can be told: cut, half characters spelled out; "" without one."""
    written = files.refused.get(row, files.places[row])
    return cut(written.encode("utf-8", "backslashreplace").decode(), PATH)
