"""What lies in a folder: regular files and folders; links are named and never followed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import InputError, Problem
from auditor.read.files import is_unicode, unreadable
from auditor.wording import N_, Text, listed, say

MOST_FILES = 20_000_000
"""A folder of more files than this is refused."""
SHOWN = 5
"""Links that a warning names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The names in a folder and in the folders in it, as paths within it with `/`, sorted."""

    files: tuple[str, ...] = ()
    """Regular files whose names do not begin with a dot."""
    folders: tuple[str, ...] = ()
    """Folders whose names do not begin with a dot, the empty ones too."""
    links: tuple[str, ...] = ()
    """Symbolic links; none is followed."""
    outside: int = 0
    """Links that lead out of the folder, or nowhere."""
    hidden: int = 0
    """Names that begin with a dot; what is inside hidden folders is not counted."""
    special: int = 0
    """Devices, pipes and sockets; none is opened."""
    unnamed: tuple[str, ...] = ()
    """Names that are no Unicode: no table could name them; what is inside such folders is not counted."""

    def notes(self, name: str, path: Path) -> tuple[Problem, ...]:
        """Warnings of what is left out of a folder of this name, that was typed as `path`."""
        out = []
        if self.links:
            out.append(_links(name, path, self))
        if self.special:
            out.append(_special(name, self.special))
        if self.unnamed:
            out.append(_unnamed(name, self.unnamed))
        return tuple(out)


def listing_of(root: Path) -> Listing:
    """The names in a folder.

    Raises:
        InputError: `folder-too-large`, `file-unreadable` for a folder that cannot be listed.
    """
    found: dict[str, list[str]] = {
        kind: [] for kind in ("file", "folder", "link", "special", "hidden", "unnamed")
    }
    todo = [""]
    while todo:
        for kind, place in _names_in(root, todo.pop()):
            found[kind if is_unicode(place) else "unnamed"].append(place)
            if kind == "folder" and is_unicode(place):
                todo.append(place + "/")
        if len(found["file"]) + len(found["folder"]) > MOST_FILES:
            raise InputError(_too_many(root.name))
    return Listing(
        files=tuple(sorted(found["file"])),
        folders=tuple(sorted(found["folder"])),
        links=tuple(sorted(found["link"])),
        outside=sum(_leads_out(root, link) for link in found["link"]),
        hidden=len(found["hidden"]),
        special=len(found["special"]),
        unnamed=tuple(sorted(found["unnamed"])),
    )


def _names_in(root: Path, folder: str) -> list[tuple[str, str]]:
    """(what it is, path within the root) of each name in one folder."""
    try:
        with os.scandir(root / folder) as entries:
            return [(_kind(entry), folder + entry.name) for entry in entries]
    except OSError as error:
        raise InputError(unreadable(Path(folder.rstrip("/") or root.name), error)) from error


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.name.startswith("."):
        return "hidden"
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "special"


def _leads_out(root: Path, link: str) -> bool:
    try:
        target = (root / link).resolve(strict=True)
    except (OSError, RuntimeError):  # it leads nowhere, or in a circle
        return True
    return not target.is_relative_to(root.resolve())


def _links(name: str, path: Path, listing: Listing) -> Problem:
    shown = tuple(link.encode("utf-8", "backslashreplace").decode() for link in listing.links[:SHOWN])
    return Problem(
        slug="links-left-out",
        what=say(
            N_("{name}: {n:,} link was not followed: {names}"),
            N_("{name}: {n:,} links were not followed: {names}"),
            name=name,
            n=len(listing.links),
            names=", ".join(shown) + (", ..." if len(listing.links) > SHOWN else ""),
        ),
        details=(say(N_("links that lead out of the folder or nowhere: {n:,}"), n=listing.outside),),
        fixes=(_to_copy(path, outside=listing.outside > 0),),
        level="warning",
    )


def _to_copy(path: Path, *, outside: bool) -> Text:
    """How to read what links lead to; a dataset of somebody else may point at private files."""
    if not outside:
        return say(N_("to read what they lead to, copy it: {command}"), command=_copy(path))
    return say(
        N_("see where they lead ({look}) before you copy what they lead to: {command}"),
        look=f"find {shlex.quote(str(path))} -type l -ls",
        command=_copy(path),
    )


def _copy(path: Path) -> str:
    """What copies a folder with the files that its links lead to, and looks at the copy."""
    copy = shlex.quote(f"{path.resolve().name}-copy")
    return f"cp -rL {shlex.quote(str(path))} {copy} && auditor check {copy}"


def _unnamed(name: str, places: Sequence[str]) -> Problem:
    return Problem(
        slug="files-left-out",
        what=say(
            N_("{name}: {n:,} file or folder was left out: its name is not valid UTF-8: {names}"),
            N_("{name}: {n:,} files or folders were left out: their names are not valid UTF-8: {names}"),
            name=name,
            n=len(places),
            names=listed([ascii(place)[1:-1] for place in places], SHOWN),
        ),
        fixes=(say(N_("rename them, or unpack their archive with the encoding of its names")),),
        level="warning",
    )


def _special(name: str, n: int) -> Problem:
    return Problem(
        slug="files-left-out",
        what=say(
            N_("{name}: {n:,} device, pipe or socket was not opened"),
            N_("{name}: {n:,} devices, pipes or sockets were not opened"),
            name=name,
            n=n,
        ),
        level="warning",
    )


def left_out(name: str, files: Sequence[str], hidden: int) -> tuple[Problem, ...]:
    """A note of the files in a folder that its format does not use; none where there are none."""
    if not files and not hidden:
        return ()
    details = (say(N_("hidden names, beginning with a dot: {n:,}"), n=hidden),) if hidden else ()
    what = say(
        N_("{name}: {n:,} file was not read: {names}"),
        N_("{name}: {n:,} files were not read: {names}"),
        name=name,
        n=len(files),
        names=listed(files, SHOWN) or "-",
    )
    return (Problem(slug="files-left-out", what=what, details=details, level="note"),)


def _too_many(name: str) -> Problem:
    return Problem(
        slug="folder-too-large",
        what=say(N_("{name} holds more than {n:,} files"), name=name, n=MOST_FILES),
        fixes=(say(N_("name the folder of the dataset itself")),),
    )
