"""Boxes in images (COCO, YOLO, Pascal VOC): when two are the same, and what is said of them.

The content of a row is the image and the box. The same numbers twice in one image are one object that
was annotated twice, and a conflict where the classes differ; in another image they are another box.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from auditor.errors import InputError, Problem
from auditor.read.formats.annotation_notes import no_annotations, partly
from auditor.read.formats.cells import Columns, table_of
from auditor.read.formats.oddities import Oddities
from auditor.read.formats.parts import SPLIT
from auditor.read.listing import left_out
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable
from auditor.wording import N_, Text, listed, say

IMAGE = "image"
POINTS = "points"
"""The column of the numbers of a shape that is no box: a polygon, a mask, key points."""
SHOWN = 5
"""Images that a note names."""
SHORTEST = re.compile(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", re.ASCII)
"""Most coordinates are written so already."""
NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?", re.ASCII)
"""What may be written out in full: `1e999999999` would fill memory."""


def box_number(text: str) -> str:
    """A coordinate in its shortest form, because 1.50 and 1.5 are one place; other texts as they are.

    No digit is rounded away.

    >>> [box_number(text) for text in ("1.50", "007", "-0.0", "1e-2", "+.5", "x", "1e999")]
    ['1.5', '7', '0', '0.01', '0.5', 'x', '1e999']
    """
    if SHORTEST.fullmatch(text) and text != "-0":
        return text
    if not NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    written = f"{number:f}" if number else "0"
    return written.rstrip("0").rstrip(".") if "." in written else written


def boxes_table(
    source: Source,
    form: str,
    columns: Columns,
    box: Sequence[str],
    skip: Skip,
    *,
    odd: Oddities,
    without: Sequence[str],
    others: Sequence[str],
    class_names: Mapping[str, tuple[str, ...]] | None = None,
) -> TextTable:
    """The boxes of a folder as a table, a row for each.

    Args:
        source: the folder.
        form: the name of the format.
        columns: `id`, `image`, `label`, the columns of the box, and `split` and `points`, which are left
            out where they say nothing.
        box: the columns of the box.
        skip: which columns are not wanted.
        odd: what looked odd while reading.
        without: images without a box.
        others: files of the folder that were not read.
        class_names: all classes in their order, where the folder lists them.

    Raises:
        InputError: `no-annotations` where there is no box; else as `table_of`.
    """
    if not columns["id"]:
        raise InputError(no_annotations(source.name))
    columns = {name: cells for name, cells in columns.items() if name not in {SPLIT, POINTS} or any(cells)}
    content = [name for name in columns if name in {IMAGE, *box, POINTS}]
    return table_of(
        source,
        form,
        columns,
        skip,
        notes=(
            boxes_audited(source.name),
            *odd.warning(source.name),
            *without_boxes(source.name, without),
            *left_out(source.name, others, source.listing.hidden),
        ),
        roles={"id": ("id",), "label": ("label",), "features": content, "split": (SPLIT,)},
        class_names=class_names,
    )


def boxes_audited(name: str, details: Iterable[Text] = ()) -> Problem:
    """What is audited of a dataset of boxes, and what is not."""
    what = say(N_("boxes: classes and copies are audited; positions and missing boxes are not"))
    return partly(name, what, *details)


def without_boxes(name: str, images: Sequence[str]) -> tuple[Problem, ...]:
    """A note of images that have no box; none where all have."""
    if not images:
        return ()
    what = say(
        N_("{name}: {n:,} image has no box and no row: {names}"),
        N_("{name}: {n:,} images have no box and no row: {names}"),
        name=name,
        n=len(images),
        names=listed(images, SHOWN),
    )
    return (Problem(slug="images-without-boxes", what=what, level="note"),)
