"""Folders of images and, in a folder beside them, a mask of the same name for each (segmentation)."""

from __future__ import annotations

from dataclasses import replace

from auditor.errors import InputError, Problem
from auditor.images.files import ImageFiles
from auditor.read.columns import NONE
from auditor.read.formats.cells import table_of
from auditor.read.formats.class_folders import composed
from auditor.read.formats.folder_kinds import IMAGES, having, mask_pairs, media, nothing_of, split_of_folders
from auditor.read.formats.parts import SPLIT
from auditor.read.listing import left_out
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, table_reader
from auditor.wording import N_, say


def is_masks(source: Source) -> bool:
    """Whether a folder holds images and, in another folder, a mask of the same name for each."""
    return bool(mask_pairs(having(media(source), IMAGES)))


@table_reader("mask-folder", N_("folder of images and masks"), looks_like=is_masks, folder=True)
def read_masks(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row for each image, without a label; the name of its mask, the split from the folders.

    Raises:
        InputError: `format-unknown`.
    """
    pairs = mask_pairs(having(source.files, IMAGES))
    if not pairs:
        raise InputError(nothing_of(source, "mask-folder"))
    images = sorted(pairs)
    shown = composed(images)
    ids = [shown[place] for place in images]
    splits = [split_of_folders(place) or "" for place in images]
    cells = {"id": ids, "image": ids, "mask": [pairs[place] for place in images]}
    others = sorted(set(source.files) - set(images) - set(pairs.values()))
    table = table_of(
        source,
        "mask-folder",
        {**cells, SPLIT: splits} if any(splits) else cells,
        skip,
        notes=(
            _audited(source.name, sum(not mask for mask in pairs.values())),
            *left_out(source.name, others, source.listing.hidden),
        ),
        roles={
            "id": ("id",),
            "label": (NONE,),
            "image": ("image",),
            "features": ("image", "mask"),
            "split": (SPLIT,),
        },
        compared=False,
    )
    return replace(table, images=ImageFiles(name=source.name, places=tuple(images), root=source.root))


def _audited(name: str, lacking: int) -> Problem:
    what = say(
        N_("{name}: masks are listed, not opened or compared; images without a mask: {n:,}"),
        name=name,
        n=lacking,
    )
    return Problem(slug="content-not-compared", what=what, level="note")
