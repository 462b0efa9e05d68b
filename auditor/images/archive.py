"""A zip archive as a folder of files that are read one at a time and never unpacked.

What the directory of the archive says of sizes is not believed: bytes are counted as they come, and the
checksum is compared. Names are read as those who packed them wrote them: Windows in Korea writes cp949, a
Mac UTF-8 in separate letters, and neither says so.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from auditor.images.files import HARMLESS, MAX_FILE, MAX_RATIO, Unreadable, plain, refuse_size, way_out

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
UTF8, ENCRYPTED = 0x800, 0x1
"""Bits of a member's flags."""
JUNK = re.compile(r"(^|/)(__MACOSX/|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
"""Members that a system added and nobody meant to send."""
HIDDEN = re.compile(r"(^|/)\.[^/]")
NO_TEXT = re.compile("[\0\ud800-\udfff]")
_LOCAL = struct.Struct("<4s22xHH")
"""The head of a member: its mark, and how long the name and the extra field behind it are."""
DAMAGED = (zipfile.BadZipFile, EOFError, struct.error, RuntimeError, ValueError, IndexError)
"""What reading the directory of a damaged archive raises, beside OSError."""


class Member(NamedTuple):
    """Where a file lies in an archive."""

    start: int
    packed: int
    size: int
    checksum: int
    method: int
    encrypted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The files in a zip archive by their paths, and what was left out of it."""

    path: Path
    name: str
    members: Mapping[str, Member] = field(repr=False)
    """Path with `/` -> member: regular files with harmless names; the last of those with one name."""
    folders: tuple[str, ...] = field(default=(), repr=False)
    """The folders that stand in it, and those that its files stand in, sorted."""
    outside: tuple[str, ...] = field(default=(), repr=False)
    """Names that lead out of it: they are not opened."""
    links: tuple[str, ...] = field(default=(), repr=False)
    hidden: int = 0
    """Names that begin with a dot, and what systems add."""
    repeated: tuple[str, ...] = field(default=(), repr=False)
    """Names that stand in it more than once."""
    unpacked: int = 0
    """Bytes of all members together, as the archive has it."""
    decoded: str = ""
    """The encoding of names that do not say theirs: `utf-8` or `cp949`; "" where all say it."""

    def has(self, place: str) -> bool:
        """Whether a regular file stands at a path within it."""
        return place in self.members

    def read(self, place: str) -> bytes:
        """The bytes of a member that is an image.

        Raises:
            Unreadable: `missing`, `too-large`, `bomb`, `empty`, or `broken` for what is encrypted, damaged
                or packed by another method.
        """
        member = self.members.get(place)
        if member is None:
            raise Unreadable("missing")
        if member.encrypted:
            raise Unreadable("broken", "encrypted")
        if max(member.size, member.packed) > MAX_FILE:
            raise Unreadable("too-large", f"{max(member.size, member.packed) >> 20} MB")
        if member.size > max(MAX_RATIO * member.packed, HARMLESS):
            raise Unreadable("bomb", f"{member.packed:,} -> {member.size:,} bytes")
        return refuse_size(self._unpacked(member))

    def _unpacked(self, member: Member) -> bytes:
        try:
            packed = self._packed(member)
            data = _inflated(packed, member.size) if member.method == DEFLATED else packed
        except (OSError, zlib.error, struct.error, ValueError) as error:
            raise Unreadable("broken", str(error)[:200]) from error
        if member.method not in {STORED, DEFLATED}:
            raise Unreadable("broken", f"packed by method {member.method}")
        if len(data) != member.size or zlib.crc32(data) != member.checksum:
            raise Unreadable("broken", "the archive is damaged")
        return data

    def _packed(self, member: Member) -> bytes:
        """The bytes of a member as they stand in the file, which is opened anew: any thread may ask."""
        with self.path.open("rb") as stream:
            stream.seek(member.start)
            mark, name, extra = _LOCAL.unpack(stream.read(_LOCAL.size))
            if mark != b"PK\x03\x04":
                raise ValueError("the archive is damaged")
            stream.seek(name + extra, 1)
            return stream.read(member.packed)


def _inflated(packed: bytes, size: int) -> bytes:
    """At most one byte more than a member is said to have."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size + 1)


def open_archive(path: Path) -> Archive:
    """The archive in a file; its directory is read, no member is.

    Raises:
        OSError, or one of `DAMAGED`: it is no zip archive, or damaged.
    """
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
    names, decoded = _names(infos)
    members: dict[str, Member] = {}
    folders: set[str] = set()
    outside, links, repeated, hidden = [], [], [], 0
    for name, info in zip(names, infos, strict=True):
        place = plain(name.replace("\\", "/"))
        if way_out(name) is not None or not _is_text(info.orig_filename):
            outside.append(name)
        elif JUNK.search(place) or HIDDEN.search(place):
            hidden += 1
        elif name.endswith(("/", "\\")):
            folders.add(place)
        elif stat.S_ISLNK(info.external_attr >> 16):
            links.append(place)
        elif place:
            repeated += [place] if place in members else []
            members[place] = _member(info)
    return Archive(
        path=path,
        name=path.name,
        members=members,
        folders=tuple(sorted({*folders, *_above(members)} - {""})),
        outside=tuple(outside),
        links=tuple(sorted(links)),
        hidden=hidden,
        repeated=tuple(sorted(set(repeated))),
        unpacked=sum(info.file_size for info in infos),
        decoded=decoded,
    )


def _member(info: zipfile.ZipInfo) -> Member:
    return Member(
        start=info.header_offset,
        packed=info.compress_size,
        size=info.file_size,
        checksum=info.CRC,
        method=info.compress_type,
        encrypted=bool(info.flag_bits & ENCRYPTED),
    )


def _names(infos: list[zipfile.ZipInfo]) -> tuple[list[str], str]:
    """The names of the members, and the encoding of those that do not say theirs.

    Python takes such names for cp437, the rule of 1989. All of them were packed by one program: they are
    UTF-8 if all of them can be, else cp949 if all can be.
    """
    unsaid = [info.filename for info in infos if _is_unsaid(info)]
    for encoding in ("utf-8", "cp949") if unsaid else ():
        try:
            for name in unsaid:
                name.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
        return [_decoded(info, encoding) for info in infos], encoding
    return [info.filename for info in infos], ""


def _is_unsaid(info: zipfile.ZipInfo) -> bool:
    """Whether a name beyond ASCII does not say its encoding, neither by the flag nor in an extra field."""
    said = info.flag_bits & UTF8 or info.filename != info.orig_filename
    return not (said or info.filename.isascii())


def _decoded(info: zipfile.ZipInfo, encoding: str) -> str:
    return info.filename.encode("cp437").decode(encoding) if _is_unsaid(info) else info.filename


def _is_text(name: str) -> bool:
    return NO_TEXT.search(name) is None


def _above(places: Iterable[str]) -> set[str]:
    """The folders that files stand in."""
    found: set[str] = set()
    for place in places:
        folder = place.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found
