"""Files in folders named after their classes: `class/file`, `split/class/file`, or no class at all."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.data import split_kind
from auditor.errors import InputError, Problem
from auditor.read.formats.folder_kinds import IMAGE_FOLDERS, split_in
from auditor.read.sources import Source
from auditor.wording import N_, listed, say

SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFolders:
    """What the folders say of each file."""

    labels: tuple[str, ...]
    """(n,) the class of each file, "" where it stands in no class folder."""
    splits: tuple[str, ...]
    """(n,) train, validation, test, or ""."""
    classes: tuple[str, ...]
    """Names of the class folders, sorted, the empty ones too; none where the folders are no classes."""
    empty: tuple[str, ...] = ()
    """Class folders without a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Levels:
    """The folders above a file: common ones, a split, one that holds all, then the class."""

    common: tuple[str, ...]
    has_split: bool
    inner: str | None

    def taken(self, parts: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
        """(split, what is left) of the folders above a file; None outside these levels."""
        if parts[: len(self.common)] != self.common:
            return None
        rest, split = parts[len(self.common) :], ""
        if self.has_split and rest:
            split, rest = split_in(rest[0]) or "", rest[1:]
        if self.inner is not None and rest[:1] == (self.inner,):
            rest = rest[1:]
        return split, rest


def class_folders(source: Source, files: Sequence[str]) -> ClassFolders:
    """Classes and splits of files by the folders they stand in.

    Args:
        source: the folder.
        files: paths of files within it.

    Raises:
        InputError: `class-folders-unclear` where files stand deeper than a class folder.
    """
    parents = [tuple(place.split("/")[:-1]) for place in files]
    levels = _levels(parents)
    taken = [levels.taken(parts) or ("", ()) for parts in parents]
    deep = [place for place, (_, rest) in zip(files, taken, strict=True) if len(rest) > 1]
    if deep:
        raise InputError(_unclear(source.name, deep))
    raw = {rest[0] for _, rest in taken if rest}
    empty = _empty_folders(source, levels) - raw if raw else set()
    shown = composed(raw | empty)
    return ClassFolders(
        labels=tuple(shown[rest[0]] if rest else "" for _, rest in taken),
        splits=tuple(split for split, _ in taken),
        classes=tuple(sorted(shown.values())),
        empty=tuple(sorted(shown[name] for name in empty)),
    )


def composed(names: Iterable[str]) -> dict[str, str]:
    """Each name in its composed Unicode form (NFC); as it is where two names would become one."""
    names = list(names)
    forms = {name: unicodedata.normalize("NFC", name) for name in names}
    count = Counter(forms.values())
    return {name: form if count[form] == 1 else name for name, form in forms.items()}


def _levels(parents: Sequence[tuple[str, ...]]) -> _Levels:
    distinct = set(parents)
    common: tuple[str, ...] = ()
    while all(len(parts) > 1 for parts in distinct) and len({parts[0] for parts in distinct}) == 1:
        first = next(iter(distinct))[0]
        if split_kind(first):
            break
        common, distinct = (*common, first), {parts[1:] for parts in distinct}
    has_split = _is_split_level({parts for parts in distinct if parts})
    left = {parts[1:] if has_split else parts for parts in distinct if parts}
    inner = {parts[:1] for parts in left}
    only = next(iter(inner))[0] if len(inner) == 1 and all(inner) else None
    holds_all = only is not None and only.lower() in IMAGE_FOLDERS | {"data", "audio", "sounds", "wav"}
    return _Levels(common=common, has_split=has_split, inner=only if holds_all else None)


def _is_split_level(parents: set[tuple[str, ...]]) -> bool:
    """Whether the first folders are splits: all of them, and by their whole names if no class is below."""
    deep = any(len(parts) > 1 for parts in parents)
    says = split_in if deep else split_kind
    return bool(parents) and all(says(parts[0]) for parts in parents)


def _empty_folders(source: Source, levels: _Levels) -> set[str]:
    """Names of folders where classes stand that hold no file at all."""
    filled = {place[:at] for place in source.files for at, letter in enumerate(place) if letter == "/"}
    out = set()
    for folder in source.listing.folders:
        found = levels.taken(tuple(folder.split("/")))
        if folder not in filled and found is not None and len(found[1]) == 1:
            out.add(found[1][0])
    return out


def _unclear(name: str, deep: Sequence[str]) -> Problem:
    return Problem(
        slug="class-folders-unclear",
        what=say(
            N_("{name}: {n:,} file stands deeper than class/file or split/class/file: {places}"),
            N_("{name}: {n:,} files stand deeper than class/file or split/class/file: {places}"),
            name=name,
            n=len(deep),
            places=listed(deep, SHOWN),
        ),
        fixes=(say(N_("name the folder right above the class folders, or write a table of file and label")),),
    )
