"""A zip archive of images, read as a folder: its tables are unpacked, its images stay where they are."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from auditor.errors import InputError, Problem
from auditor.images.archive import DAMAGED, Archive, open_archive
from auditor.images.files import ENDINGS, HARMLESS, MAX_RATIO
from auditor.read.compressed import CHUNK, compression_of
from auditor.read.compressed import DAMAGED as UNPACKING
from auditor.read.files import MAX_BYTES, swollen_file, unreadable
from auditor.read.listing import Listing
from auditor.scratch import Scratch, asking_for_room
from auditor.wording import N_, cut, listed, say

IMAGES = tuple(sorted(ENDINGS))
TABLES = (
    *(".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".xml", ".yaml", ".yml"),
    *(".parquet", ".pq", ".feather", ".arrow", ".xlsx"),
)
"""Endings of what may say more of the images: that is unpacked."""
PACKED = ("", ".gz", ".bz2", ".xz", ".zst")
UNPACKED = tuple(table + packed for table in TABLES for packed in PACKED)
OFFICE = "[Content_Types].xml"
"""What every Office document holds, beside pictures."""
SHOWN = 5


def archive_of_images(path: Path) -> Archive | None:
    """The archive in a file, where it is a zip archive that holds an image; None for every other file.

    Raises:
        InputError: `archive-refused` where it unpacks to many times its size, or all of it is encrypted.
    """
    if compression_of(path) != "zip":
        return None
    try:
        archive = open_archive(path)
    except (OSError, *DAMAGED):  # whoever opens it as a table says what is wrong
        return None
    if archive.has(OFFICE) or not any(place.lower().endswith(IMAGES) for place in archive.members):
        return None
    if archive.unpacked > max(MAX_RATIO * path.stat().st_size, HARMLESS):
        raise InputError(swollen_file(path, say(N_("if you trust the file, unpack it yourself"))))
    if all(member.encrypted for member in archive.members.values()):
        raise InputError(_encrypted(path.name))
    return archive


def listing_of_archive(archive: Archive) -> Listing:
    """The names in an archive as those of a folder; links and hidden names are told by `archive_notes`."""
    return Listing(files=tuple(sorted(archive.members)), folders=archive.folders, hidden=archive.hidden)


def unpacked_tables(archive: Archive) -> Scratch:
    """A temporary folder with the tables and annotations of an archive, at their places in it.

    Raises:
        InputError: `archive-refused` where they unpack to too much or are encrypted, `file-unreadable`,
            `no-room`.
    """
    members = {place: one for place, one in archive.members.items() if place.lower().endswith(UNPACKED)}
    swollen = any(one.size > max(MAX_RATIO * one.packed, HARMLESS) for one in members.values())
    if swollen or sum(one.size for one in members.values()) > MAX_BYTES:
        raise InputError(swollen_file(archive.path, say(N_("if you trust the file, unpack it yourself"))))
    if any(one.encrypted for one in members.values()):
        raise InputError(_encrypted(archive.name))
    scratch = Scratch()
    try:
        with zipfile.ZipFile(archive.path) as opened:
            infos = {info.header_offset: info for info in opened.infolist()}
            for place, member in members.items():
                with opened.open(infos[member.start]) as stream:  # no more bytes than the archive declares
                    _write(iter(partial(stream.read, CHUNK), b""), scratch.path / place)
    except (*UNPACKING, OSError) as error:
        raise InputError(unreadable(archive.path, error)) from error
    return scratch


def _write(pieces: Iterator[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with asking_for_room(), target.open("xb") as out:
        for piece in pieces:
            out.write(piece)


def archive_notes(archive: Archive) -> tuple[Problem, ...]:
    """What was left out of an archive, and how its names were read."""
    out = []
    if archive.outside:
        what = say(
            N_("{name}: {n:,} name leads out of the archive, and its file is not opened: {names}"),
            N_("{name}: {n:,} names lead out of the archive, and their files are not opened: {names}"),
            name=archive.name,
            n=len(archive.outside),
            names=listed([shown(name) for name in archive.outside], SHOWN),
        )
        out.append(Problem(slug="archive-names-refused", what=what, level="warning"))
    if archive.links:
        what = say(
            N_("{name}: {n:,} link was not followed: {names}"),
            N_("{name}: {n:,} links were not followed: {names}"),
            name=archive.name,
            n=len(archive.links),
            names=listed([shown(name) for name in archive.links], SHOWN),
        )
        fix = say(N_("pack the files that they lead to"))
        out.append(Problem(slug="links-left-out", what=what, fixes=(fix,), level="warning"))
    if archive.repeated:
        what = say(
            N_("{name}: {n:,} name stands in the archive more than once; its last file counts: {names}"),
            N_("{name}: {n:,} names stand in the archive more than once; the last file counts: {names}"),
            name=archive.name,
            n=len(archive.repeated),
            names=listed([shown(name) for name in archive.repeated], SHOWN),
        )
        out.append(Problem(slug="archive-names-repeat", what=what, level="warning"))
    if archive.decoded == "cp949":
        what = say(
            N_("{name}: the names in the archive do not say their encoding; read as {encoding}"),
            name=archive.name,
            encoding=archive.decoded,
        )
        out.append(Problem(slug="archive-names-decoded", what=what, level="note"))
    return tuple(out)


def shown(path: str) -> str:
    """A path as messages show it: cut, with half characters spelled out."""
    return cut(path.encode("utf-8", "backslashreplace").decode(), 200)


def _encrypted(name: str) -> Problem:
    return Problem(
        slug="archive-refused",
        what=say(N_("{name} is encrypted"), name=name),
        fixes=(say(N_("unpack it with its password, and name the folder")),),
    )
