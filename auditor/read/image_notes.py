"""What is said of the images that rows name: where they were found, and which of them were not."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.errors import Problem
from auditor.images.files import ImageFiles, is_address
from auditor.read.image_zip import shown
from auditor.wording import N_, Text, listed, say

SHOWN = 5
"""Paths that a message names."""
ROOT = N_("--image-root DIR names the folder or zip archive that holds them")


def notes_of(files: ImageFiles, column: str, name: str, by_default: bool) -> tuple[Problem, ...]:
    """Where the images of a table were found, and what was odd about their paths.

    Args:
        files: the images.
        column: the column that names them.
        name: what messages call the table.
        by_default: whether auditor looked for the place itself.
    """
    details = []
    if files.other_form:
        details.append(say(N_("found in another Unicode form (NFC, NFD): {n:,}"), n=files.other_form))
    if files.backslashes:
        details.append(say(N_("written with \\ for /: {n:,}"), n=files.backslashes))
    where = say(N_("the folder of {name}"), name=name) if files.name == "." else say("{at}", at=files.name)
    what = say(
        N_("{name}: {n:,} image of column {column} found in {where}"),
        N_("{name}: {n:,} images of column {column} found in {where}"),
        name=name,
        n=files.found,
        column=column,
        where=where,
    )
    fixes = (say(N_("--image-root DIR names another place")),) if by_default else ()
    found = Problem(slug="images-found", what=what, details=tuple(details), fixes=fixes, level="note")
    return (found, *_missing(files, name), *_refused(files, name))


def _missing(files: ImageFiles, name: str) -> tuple[Problem, ...]:
    if not files.missing:
        return ()
    named = [files.places[row] for row in files.missing if files.places[row]]
    blank = len(files.missing) - len(named)
    details = (say(N_("rows that name no file: {n:,}"), n=blank),) if blank else ()
    what = say(
        N_("{name}: {n:,} row without its image: {names}"),
        N_("{name}: {n:,} rows without their image: {names}"),
        name=name,
        n=len(files.missing),
        names=_paths(named) or "-",
    )
    return (Problem(slug="images-missing", what=what, details=details, level="warning"),)


def _refused(files: ImageFiles, name: str) -> tuple[Problem, ...]:
    addresses = [path for path in files.refused.values() if is_address(path)]
    paths = [path for path in files.refused.values() if not is_address(path)]
    out = [_not_fetched(name, addresses)] if addresses else []
    if paths:
        what = say(
            N_("{name}: {n:,} path is absolute or leads out of the folder and was not opened: {names}"),
            N_("{name}: {n:,} paths are absolute or lead out of the folder and were not opened: {names}"),
            name=name,
            n=len(paths),
            names=_paths(paths),
        )
        out.append(Problem(slug="images-refused", what=what, fixes=_relative(), level="warning"))
    return tuple(out)


def _relative() -> tuple[Text, ...]:
    return (say(N_("write the paths relative to the folder that --image-root DIR names")),)


def _not_fetched(name: str, addresses: Sequence[str]) -> Problem:
    what = say(
        N_("{name}: {n:,} address of an image is shown and never fetched: {names}"),
        N_("{name}: {n:,} addresses of images are shown and never fetched: {names}"),
        name=name,
        n=len(addresses),
        names=_paths(addresses),
    )
    fix = say(N_("download the images, and write the names of the files into the column"))
    return Problem(slug="images-not-fetched", what=what, fixes=(fix,), level="note")


def nothing_found(
    files: ImageFiles, column: str, name: str, places: Sequence[str], offered: Sequence[str]
) -> Problem:
    """A column that names images of which none is there; a note where all of it are addresses.

    Args:
        files: what the column names.
        column: the column.
        name: what messages call the table.
        places: where was looked.
        offered: what could stand after `--image-root`.
    """
    refused = list(files.refused.values())
    named = [place for place in files.places if place]
    if refused and not named and all(map(is_address, refused)):
        return _not_fetched(name, refused)
    details = [say(N_("the first paths: {names}"), names=_paths([*named, *refused]) or "-")]
    if places:
        details.append(say(N_("looked for in: {places}"), places=listed(list(dict.fromkeys(places)))))
    if refused:
        details.append(
            say(N_("not looked for, because absolute or leading out of the folder: {n:,}"), n=len(refused))
        )
    fixes = tuple(say("--image-root {name}", name=name) for name in offered) or (say(ROOT),)
    return Problem(
        slug="images-not-found",
        what=say(N_("{name}: no image that column {column} names is there"), name=name, column=column),
        details=tuple(details),
        fixes=(*fixes, *(_relative() if refused and not named else ())),
    )


def column_missing(name: str, columns: Sequence[str]) -> Problem:
    """`--image-root` for a table of which no column names images."""
    return Problem(
        slug="image-column",
        what=say(N_("no column of {file} names images"), file=name),
        details=(say(N_("columns: {names}"), names=listed(columns)),),
        fixes=(say("--image COLUMN"),),
    )


def several_columns(name: str, columns: Sequence[str]) -> Problem:
    """Several columns name images that are there, and not the same ones."""
    return Problem(
        slug="image-column",
        what=say(N_("cannot tell which column names the images of {file}"), file=name),
        details=(say(N_("candidates: {names}"), names=listed(columns)),),
        fixes=tuple(say("--image {name}", name=column) for column in columns[:SHOWN]),
    )


def _paths(paths: Sequence[str]) -> str:
    return listed([shown(path) for path in dict.fromkeys(paths)], SHOWN)
