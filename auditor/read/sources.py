"""Where the input lies: a file, a folder, a compressed file, or an address that the user typed."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from auditor.errors import InputError, Problem
from auditor.images.archive import Archive
from auditor.images.files import Folder, Root
from auditor.read.compressed import unpacked
from auditor.read.files import existing_file, existing_folder, unreadable
from auditor.read.image_zip import archive_notes, archive_of_images, listing_of_archive, unpacked_tables
from auditor.read.listing import Listing, listing_of
from auditor.read.remote import fetched, is_address
from auditor.scratch import Scratch

HEAD = 1 << 16
"""Bytes at the beginning of a file by which its format may be recognised."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file or folder that the user named, on this disk and not compressed any more."""

    path: Path
    """What is opened: the file or folder itself, or its unpacked or fetched copy; of an archive of images a
    folder with its tables alone."""
    name: str
    """What messages and the audit call it: the name that the user typed, without folders."""
    beside: Path | None = None
    """The folder in which other files of the same data may stand; None for what was fetched."""
    scratch: tuple[Scratch, ...] = field(default=(), repr=False)
    """The folders of the copies; they are deleted with the last `Source` that names them."""
    archive: Archive | None = field(default=None, repr=False)
    """The zip archive of images that is read like a folder; its images are not unpacked."""
    seen: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    """What was looked up in a folder, by a name: several formats ask the same, and large files are slow."""

    @property
    def suffix(self) -> str:
        """The ending of the file's name in lower case, after unpacking: `.csv` for `data.csv.gz`."""
        return self.path.suffix.lower()

    @cached_property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.path.is_dir()

    @cached_property
    def head(self) -> bytes:
        """The first bytes of a file; none of a folder."""
        if self.is_folder:
            return b""
        with self.path.open("rb") as stream:
            return stream.read(HEAD)

    @cached_property
    def listing(self) -> Listing:
        """What lies in a folder; nothing for a file.

        Raises:
            InputError: as `listing_of`.
        """
        if self.archive is not None:
            return listing_of_archive(self.archive)
        return listing_of(self.path) if self.is_folder else Listing()

    def typed(self, place: str) -> str:
        """A file in the folder as it is typed in a shell; of an archive, once that is unpacked."""
        folder = self.path if self.archive is None else Path(Path(self.name).stem)
        return shlex.quote(str(folder / place))

    @property
    def root(self) -> Root:
        """What holds the images of a folder or of an archive."""
        return Folder(self.path) if self.archive is None else self.archive

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What was left out of a folder or an archive."""
        if self.archive is not None:
            return archive_notes(self.archive)
        return self.listing.notes(self.name, self.path)

    @property
    def files(self) -> tuple[str, ...]:
        """The files of a folder as paths within it, with `/`, sorted; hidden ones and links left out.

        Raises:
            InputError: as `listing_of`.
        """
        return self.listing.files

    @cached_property
    def document(self) -> Any:
        """What a JSON file holds, numbers as the texts they were written as; None where it is no JSON.

        None too for JSON Lines, and for what `document_in` refuses: that is told by the reader.
        """
        from auditor.read.json_text import document_in, may_be_document

        if self.is_folder or not may_be_document(self.head):
            return None
        try:
            return document_in(self.path, self.name)
        except (OSError, InputError):
            return None


def located(where: str | Path | Source, *, folders: bool = False) -> Source:
    """The source that a user named: fetched where it is an address, unpacked where it is compressed.

    Args:
        where: a path, an address, or a source that was located before.
        folders: whether it may be a folder, or an archive of images, which is read like one.

    Raises:
        InputError: as `existing_file`, `existing_folder`, `fetched`, `unpacked`, `archive_of_images` and
            `unpacked_tables`.
    """
    if isinstance(where, Source):
        return where
    if is_address(where):
        path, scratch = fetched(str(where))
        return _file(existing_file(path), None, (scratch,), folders)
    path = Path(where)
    if folders and path.is_dir():
        return Source(path=existing_folder(path), name=path.name, beside=path.parent)
    return _file(existing_file(path), path.parent, (), folders)


def _file(path: Path, beside: Path | None, scratch: tuple[Scratch, ...], folders: bool) -> Source:
    try:
        archive = archive_of_images(path) if folders else None
        if archive is not None:
            tables = unpacked_tables(archive)
            kept = (*scratch, tables)
            return Source(path=tables.path, name=path.name, beside=beside, scratch=kept, archive=archive)
        copy, folder = unpacked(path)
    except OSError as error:
        raise InputError(unreadable(path, error)) from error
    kept = scratch if folder is None else (*scratch, folder)
    return Source(path=copy, name=path.name, beside=beside, scratch=kept)
