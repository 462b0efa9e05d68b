"""Where the bytes of images are: files of a folder or members of a zip archive, opened one at a time, safely.

The paths come from whoever made the dataset. A path that is absolute, has a drive or `..`, or is an address
is refused before anything is looked up; a link that leads out of the folder is refused when it is opened;
only regular files of a size that an image may have are read.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

WHYS = ("missing", "outside", "not-a-file", "too-large", "format", "truncated", "bomb", "broken", "empty")
"""Why an image could not be opened."""
ENDINGS = frozenset(
    """.jpg .jpeg .png .webp .gif .bmp .tif .tiff .ppm .pgm .pbm .heic .heif .avif .jfif .jp2
    .dcm""".split()  # noqa: SIM905
)
"""Endings of images, also of kinds that are named as faults because they are not opened."""
MAX_FILE = 256 << 20
"""Bytes of one image file at most: 64 million pixels of 32 bits."""
MAX_RATIO = 200
"""A member of an archive that unpacks to more than this many times its size is refused."""
HARMLESS = 64 << 20
"""What unpacks to less than this is read whatever its size in the archive."""
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+(://|::)|data:", re.ASCII)
"""How an address begins; no address that stands in data is ever fetched."""
DRIVE = re.compile(r"[A-Za-z]:", re.ASCII)
SEPARATORS = re.compile(r"[/\\]")
SUSPECT = re.compile(r"[\\:\0]|\.\.|^/")
"""What is in every path that may lead out; most paths have none of it."""
UNTIDY = re.compile(r"//|(^|/)\.?(/|$)")
"""An empty part of a path, or a dot."""
FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""A link is not followed, and a pipe does not make the reader wait."""
LINK = frozenset({errno.ELOOP, errno.EMLINK})
"""What opening a link says: Linux and macOS, FreeBSD."""


class Unreadable(Exception):
    """An image that cannot be opened, or not decoded."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(why, detail)
        self.why = why
        """One of `WHYS`."""
        self.detail = detail
        """What the operating system or the decoder said; "" where `why` says it all."""


class Root(Protocol):
    """What holds images: a folder, or a zip archive (`auditor.images.archive`)."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def has(self, place: str) -> bool:
        """Whether a regular file stands at a path within it; nothing is opened."""

    def read(self, place: str) -> bytes:
        """The bytes of the file at a path within it.

        Raises:
            Unreadable: it is not there, not within it, no regular file, too large, or cannot be read.
        """


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of images. What its links lead to counts only if it lies in the folder too."""

    path: Path
    real: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Folder within it -> its path without links."""

    @property
    def name(self) -> str:
        """Its name without the folders above."""
        return self.path.name or self.path.resolve().name

    def has(self, place: str) -> bool:
        """Whether a regular file stands at a path within it."""
        try:
            return stat.S_ISREG(os.stat(f"{self.path}/{place}").st_mode)  # noqa: PTH116 - of a million rows
        except (OSError, ValueError):  # also a null, half a character, or a name that is too long
            return False

    def read(self, place: str) -> bytes:
        """The bytes of a file."""
        if way_out(place) is not None:
            raise Unreadable("outside")
        try:
            descriptor = self._opened(place)
        except (OSError, ValueError) as error:
            raise _not_opened(error) from error
        try:
            return _regular(descriptor)
        except OSError as error:
            raise _not_opened(error) from error
        finally:
            os.close(descriptor)

    def _opened(self, place: str) -> int:
        """A file that lies in the folder, open; links are followed as long as they stay in it.

        A name that is no link, in a folder that lies within, needs no further look: that is most.
        """
        above, _, name = place.rpartition("/")
        folder = self._real_folder(above)
        if hasattr(os, "O_NOFOLLOW"):
            try:
                return os.open(f"{folder}/{name}", FLAGS)
            except OSError as error:
                if error.errno not in LINK:
                    raise
        return os.open(self._within(os.path.realpath(f"{folder}/{name}")), FLAGS)

    def _real_folder(self, above: str) -> str:
        """Where a folder within it really is; looked up once."""
        if above not in self.real:
            real = os.path.realpath(f"{self.path}/{above}")
            self.real[above] = self._within(real) if above else real
        return self.real[above]

    def _within(self, real: str) -> str:
        root = self._real_folder("")
        if os.path.commonpath([root, real]) != root:
            raise Unreadable("outside", "a link leads out of the folder")
        return real


def _not_opened(error: OSError | ValueError) -> Unreadable:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)) or not isinstance(error, OSError):
        return Unreadable("missing")
    if error.errno == errno.ENAMETOOLONG:
        return Unreadable("missing")
    if isinstance(error, PermissionError) and os.name == "nt":
        return Unreadable("not-a-file")  # Windows says so of folders
    return Unreadable("broken", error.strerror or type(error).__name__)


def _regular(descriptor: int) -> bytes:
    """The bytes of an open file, once it is sure that it is a regular one and not too large."""
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable("not-a-file")
    if found.st_size > MAX_FILE:
        raise Unreadable("too-large", f"{found.st_size >> 20} MB")
    with os.fdopen(descriptor, "rb", closefd=False) as stream:
        return refuse_size(stream.read(MAX_FILE + 1))  # it may grow while it is read


def refuse_size(data: bytes) -> bytes:
    """The bytes of an image as they are.

    Raises:
        Unreadable: `empty` or `too-large`.
    """
    if not data:
        raise Unreadable("empty")
    if len(data) > MAX_FILE:
        raise Unreadable("too-large", f"over {MAX_FILE >> 20} MB")
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFiles:
    """The image of each row. Any thread may open any of them at any time."""

    name: str
    """What holds them, as messages call it: a folder or an archive, without the folders above."""
    places: tuple[str, ...] = field(repr=False)
    """(n,) the path within the root, with `/`; "" for a row without one, and for one that was refused."""
    root: Root = field(repr=False)
    refused: Mapping[int, str] = field(default_factory=dict, repr=False)
    """Row -> the path or address that leads elsewhere, as it was written."""
    missing: tuple[int, ...] = field(default=(), repr=False)
    """Rows whose file is not there, and rows that name none."""
    other_form: int = 0
    """Paths that were found in another Unicode form (NFC, NFD) than they were written in."""
    backslashes: int = 0
    """Paths that were written with the separators of Windows."""

    def __len__(self) -> int:
        return len(self.places)

    @property
    def found(self) -> int:
        """Rows whose file is there."""
        return len(self) - len(self.refused) - len(self.missing)

    def bytes_of(self, row: int) -> bytes:
        """The bytes of the image of a row.

        Raises:
            Unreadable: `missing`, `outside`, `not-a-file`, `too-large`, `bomb`, `broken` or `empty`.
        """
        if row in self.refused:
            raise Unreadable("outside", "an address" if is_address(self.refused[row]) else "")
        place = self.places[row]
        if not place:
            raise Unreadable("missing", "no file is named")
        return self.root.read(place)


def is_address(text: str) -> bool:
    """Whether a path is an address on the web, or an image written out as text.

    >>> is_address("https://host/a.jpg"), is_address("s3://b/a.jpg"), is_address("a/b.jpg")
    (True, True, False)
    """
    return ADDRESS.match(text) is not None


def way_out(path: str) -> str | None:
    """Why a path may lead out of the folder it is relative to; None where it cannot, links aside.

    >>> way_out("a/b.jpg"), way_out("../a.jpg"), way_out("C:/a.jpg"), way_out("https://h/a.jpg")
    (None, 'parent', 'absolute', 'address')
    """
    if not SUSPECT.search(path):
        return None
    if is_address(path):
        return "address"
    if path.startswith(("/", "\\")) or DRIVE.match(path):
        return "absolute"
    return "parent" if ".." in SEPARATORS.split(path) else "null" if "\0" in path else None


def plain(path: str) -> str:
    """A path without empty parts and `.`; "" where nothing is left.

    >>> plain("./a//b.jpg"), plain(".")
    ('a/b.jpg', '')
    """
    if not UNTIDY.search(path):
        return path
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def image_files(paths: Sequence[str], root: Root, before: str = "", *, name: str | None = None) -> ImageFiles:
    """The files that the rows of a table name.

    A path is tried as it is written, then in its composed (NFC) and its decomposed (NFD) Unicode form,
    then with `/` for every `\\`.

    Args:
        paths: (n,) a path for each row, relative to the folder `before`.
        root: the folder or archive.
        before: a folder within it, "" for the root itself.
        name: what messages call the root, if not by its own name.
    """
    known: dict[str, tuple[str, bool]] = {}
    places: list[str] = []
    refused: dict[int, str] = {}
    missing: list[int] = []
    other_form = backslashes = 0
    for row, path in enumerate(paths):
        if way_out(path) is not None:
            refused[row] = path
            places.append("")
            continue
        if path not in known:
            known[path] = _place(path, root, before)
        place, there = known[path]
        places.append(place)
        if not there:
            missing.append(row)
            continue
        written = plain(path)
        windows = "\\" in written and "\\" not in place
        backslashes += windows
        other_form += not place.endswith(plain(written.replace("\\", "/")) if windows else written)
    return ImageFiles(
        name=root.name if name is None else name,
        places=tuple(places),
        root=root,
        refused=refused,
        missing=tuple(missing),
        other_form=other_form,
        backslashes=backslashes,
    )


def _place(path: str, root: Root, before: str) -> tuple[str, bool]:
    """(the path within the root, whether a file stands there); as it is written where none does."""
    written = plain(path)
    if not written:
        return "", False
    places = [f"{before}/{form}" if before else form for form in _forms(written)]
    found = next((place for place in places if root.has(place)), None)
    return (places[0], False) if found is None else (found, True)


def _forms(written: str) -> Iterator[str]:
    """The ways to write a path, the given one first; each of them is as harmless as that."""
    for text in (written, plain(written.replace("\\", "/"))) if "\\" in written else (written,):
        yield text
        if not text.isascii():
            yield unicodedata.normalize("NFC", text)
            yield unicodedata.normalize("NFD", text)
