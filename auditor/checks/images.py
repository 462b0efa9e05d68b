"""Can the images be opened?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from auditor.checks import Fine, Said, Subject, check
from auditor.errors import Problem
from auditor.images.files import WHYS, ImageFiles
from auditor.images.looks import Looks
from auditor.images.whys import TOLD, path_of
from auditor.read.image_notes import ROOT
from auditor.wording import N_, Text, listed, say

SHOWN = 5
"""Paths that are named of each reason."""
OTHERS = frozenset({"HEIC", "AVIF", "JPEG 2000", "JPEG XL", "BigTIFF", "EXR", "PNM", "DICOM"})
"""Kinds of images that are known and not opened (`auditor.images.endings`)."""


@check("labels", N_("images can be opened"))
def images_can_be_opened(subject: Subject) -> Iterator[Said]:
    """Images that cannot be opened stay in the dataset; if it is one of images, some must be opened."""
    files = subject.dataset.images
    looks = subject.index.looks if subject.index is not None else None
    if files is None or looks is None or not len(looks):
        return
    opened = int(looks.opened.sum())
    if opened == len(looks):
        yield Fine(say(N_("{n:,} image opened"), N_("all {n:,} images opened"), n=opened))
        return
    refused = not opened and subject.dataset.content.kind == "images" and not _of_other_formats(looks)
    yield Problem(
        slug="images-unreadable",
        what=say(
            N_("{n:,} image cannot be opened"),
            N_("{n:,} of {of:,} images cannot be opened"),
            n=len(looks) - opened,
            of=len(looks),
        ),
        details=tuple(_reasons(files, looks)),
        fixes=(_fix(looks, refused),),
        level="error" if refused else "warning",
    )


def _of_other_formats(looks: Looks) -> bool:
    """Whether all are images of kinds that are not opened: they can be audited by predictions and vectors."""
    return all(looks.details.get(row) in OTHERS for row in range(len(looks)))


def _reasons(files: ImageFiles, looks: Looks) -> Iterator[Text]:
    """Each reason with its number and its first images."""
    for why, n in looks.faults().items():
        rows = np.flatnonzero(looks.fault == 1 + WHYS.index(why))
        names = [name for row in rows.tolist() if (name := path_of(files, row))]
        told = Text(TOLD[why])
        if names:
            yield say(N_("{why}: {n:,}, e.g. {names}"), why=told, n=n, names=listed(names, SHOWN))
        else:
            yield say("{why}: {n:,}", why=told, n=n)


def _fix(looks: Looks, refused: bool) -> Text:
    if refused and set(looks.faults()) <= {"missing", "outside"}:
        return say(ROOT)
    if set(looks.faults()) == {"format"}:
        return say(N_("formats that are opened: {names}"), names=", ".join(looks.formats))
    return say(N_("find these files again, or drop their rows: nothing is compared with them"))
