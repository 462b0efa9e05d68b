"""Folders of images and, in a folder beside them, a mask of the same name for each (segmentation)."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from auditor.errors import InputError, Problem
from auditor.read.columns import NONE
from auditor.read.formats.class_folders import composed
from auditor.read.formats.folder_kinds import IMAGES, having, mask_pairs, media, split_of
from auditor.read.formats.image_folders import nothing_of
from auditor.read.formats.parts import SPLIT
from auditor.read.listing import left_out
from auditor.read.sources import Source
from auditor.read.tables import Skip, TextTable, read_and_skipped, table_reader
from auditor.wording import N_, say


def is_masks(source: Source) -> bool:
    """Whether a folder holds images and, in another folder, a mask of the same name for each."""
    return bool(mask_pairs(having(media(source), IMAGES)))


@table_reader("mask-folder", N_("folder of images and masks"), looks_like=is_masks, folder=True)
def read_masks(source: Source, sep: str | None, skip: Skip) -> TextTable:
    """A row for each image, without a label; the name of its mask, the split from the folders."""
    pairs = mask_pairs(having(source.files, IMAGES))
    if not pairs:
        raise InputError(nothing_of(source, "mask-folder"))
    images = sorted(pairs)
    shown = composed(images)
    folders = _splits(source, images)
    cells = {"id": [shown[place] for place in images], "image": [shown[place] for place in images]}
    cells["mask"] = [pairs[place] for place in images]
    roles: dict[str, tuple[str, ...]] = {"id": ("id",), "label": (NONE,), "features": ("image", "mask")}
    if any(folders):
        cells[SPLIT], roles[SPLIT] = list(folders), (SPLIT,)
    wanted, skipped = read_and_skipped(source.name, list(cells), skip)
    others = sorted(set(source.files) - set(images) - set(pairs.values()))
    lacking = sum(not mask for mask in pairs.values())
    what = say(
        N_("{name}: images and masks are listed, not opened or compared; images without a mask: {n:,}"),
        name=source.name,
        n=lacking,
    )
    note = Problem(slug="content-not-compared", what=what, level="note")
    return TextTable(
        columns=pa.table({name: pa.array(cells[name], pa.string()) for name in wanted}),
        format="mask-folder",
        notes=(note, *left_out(source.name, others, source.listing.hidden)),
        skipped=skipped,
        roles=roles,
        compared=False,
    )


def _splits(source: Source, files: Sequence[str]) -> tuple[str, ...]:
    """The splits of files by their folders alone; the other folders are no classes."""
    return tuple(split_of(f"{place.rpartition('/')[0]}/-") or "" for place in files)
