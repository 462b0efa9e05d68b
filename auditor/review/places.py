"""Where the corrected dataset goes: never over what is read, and never over what is there without a word."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shlex
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from auditor.errors import InputError, Problem, UsageError
from auditor.read.compressed import ENDINGS
from auditor.read.sources import Source
from auditor.review.manifests import FOLDERS
from auditor.review.rewrite.family import REWRITERS, format_not_written
from auditor.wording import N_, listed, say

TABLE = ".csv"
"""The ending of a table of item and label, which any format can be written as."""
SHOWN = 5
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of a member of a zip archive: the same input gives the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The files that an application of decisions writes."""

    fixed: Path
    excluded: Path
    changes: Path
    inner: str
    """The name of the dataset within a compressed file, by whose ending it is read again."""
    as_labels: bool = False
    """Whether a table of item and label is written instead of the format."""
    as_manifest: bool = False
    """Whether a table of the images of a folder is written."""


def places_of(
    source: Source,
    form: str,
    output: Path,
    original: Path | None,
    inputs: Sequence[Path],
    *,
    force: bool,
) -> Places:
    """The places beside `output`, once it is sure that all may be written.

    Raises:
        UsageError: `option-value` for an ending that is not that of the dataset; `output-exists`;
            `output-not-writable`.
        InputError: `format-not-written`.
    """
    inner, stem = _parts(output)
    as_manifest = form in FOLDERS
    if as_manifest and inner.suffix.lower() != TABLE:
        raise UsageError(_no_table(source, output, stem))
    other = output.suffix.lower() == TABLE and (source.is_folder or source.suffix != TABLE)
    as_labels = other and not as_manifest
    if not as_manifest and form not in REWRITERS and not as_labels:
        raise InputError(format_not_written(source.name, say(N_("it is of the format {name}"), name=form)))
    if not as_labels and not source.is_folder and inner.suffix.lower() != source.suffix:
        raise UsageError(_other_ending(source, output, stem))
    places = Places(
        fixed=output,
        excluded=output.with_name(f"{stem}.excluded{output.name[len(stem) :]}"),
        changes=output.with_name(f"{stem}.changes.csv"),
        inner=inner.name,
        as_labels=as_labels,
        as_manifest=as_manifest,
    )
    is_table = as_labels or as_manifest
    for path in (places.fixed, places.excluded, places.changes):
        _refuse(path, original, inputs, force=force)
        is_folder = source.is_folder and not is_table and path != places.changes
        _refuse_kind(path, frozenset(source.files) if is_folder else None)
    return places


def _parts(output: Path) -> tuple[Path, str]:
    """The name without the ending of a compression, and without any ending."""
    inner = Path(output.stem) if output.suffix.lower() in ENDINGS else Path(output.name)
    return inner, inner.stem


def _refuse(path: Path, original: Path | None, inputs: Sequence[Path], *, force: bool) -> None:
    parent = path.absolute().parent
    if not parent.is_dir():
        raise UsageError(not_writable(path, say(N_("there is no folder {name}"), name=parent.name)))
    read = [*([original] if original is not None else []), *inputs]
    if any(_is_or_holds(path, one) or (one == original and _is_or_holds(one, path)) for one in read):
        raise UsageError(_in_place(path))
    if (path.exists() or path.is_symlink()) and not force:
        raise UsageError(
            Problem(
                slug="output-exists",
                what=say(N_("{name} is there already"), name=path.name),
                fixes=(say(N_("-o FILE with another name")), say(N_("--force replaces it"))),
            )
        )


def _is_or_holds(path: Path, other: Path) -> bool:
    """Whether two paths are one file, by whatever name, or the first is a folder around the second."""
    if not path.exists() or not other.exists():
        return path.is_dir() and other.resolve().is_relative_to(path.resolve())
    return path.samefile(other) or (path.is_dir() and other.resolve().is_relative_to(path.resolve()))


def _refuse_kind(path: Path, files: frozenset[str] | None) -> None:
    """A folder gives way to a folder with the same files only, and a file to a file: nothing else is lost.

    Args:
        path: what is to be written.
        files: those that the folder of the dataset holds; None where a file is to be written.
    """
    if not path.is_dir():
        if files is not None and path.exists():
            raise UsageError(not_writable(path, say(N_("it is a file, not a folder"))))
        return
    if files is None:
        raise UsageError(not_writable(path, say(N_("it is a folder"))))
    there = [one.relative_to(path).as_posix() for one in path.rglob("*") if not one.is_dir()]
    others = sorted(set(there) - files)
    if others:
        raise UsageError(
            Problem(
                slug="output-exists",
                what=say(
                    N_("{name} holds other files than the dataset: {files}"),
                    name=path.name,
                    files=listed(others, SHOWN),
                ),
                fixes=(say(N_("-o FOLDER with another name")),),
            )
        )


def compressed(path: Path, target: Path) -> Path:
    """The file as the ending of its target says it is to be; the file itself where that says nothing."""
    kind = ENDINGS.get(target.suffix.lower())
    if kind is None or path.is_dir():
        return path
    packed = path.with_name(f"{path.name}.packed")
    with path.open("rb") as stream:
        if kind == "zip":
            info = zipfile.ZipInfo(path.name, LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            with zipfile.ZipFile(packed, "w") as archive, archive.open(info, "w", force_zip64=True) as out:
                shutil.copyfileobj(stream, out)
        elif kind == "gzip":
            with packed.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as out:
                shutil.copyfileobj(stream, out)
        elif kind == "zstd":
            with pa.CompressedOutputStream(str(packed), "zstd") as out:
                shutil.copyfileobj(stream, out)
        else:
            with (bz2 if kind == "bzip2" else lzma).open(packed, "wb") as out:
                shutil.copyfileobj(stream, out)
    return packed


def _other_ending(source: Source, output: Path, stem: str) -> Problem:
    better = output.with_name(f"{stem}{source.suffix}")
    return Problem(
        slug="option-value",
        what=say(
            N_("-o {name}: the dataset is written in its own format, {suffix}"),
            name=output.name,
            suffix=source.suffix,
        ),
        fixes=(
            say("-o {file}", file=shlex.quote(str(better))),
            say(N_("-o FILE.csv writes a table of item and label")),
        ),
    )


def _no_table(source: Source, output: Path, stem: str) -> Problem:
    better = output.with_name(f"{stem}{TABLE}")
    what = say(
        N_("-o {name}: of {source} a table of its images and their labels is written; no image is moved"),
        name=output.name,
        source=source.name,
    )
    return Problem(slug="option-value", what=what, fixes=(say("-o {file}", file=shlex.quote(str(better))),))


def _in_place(path: Path) -> Problem:
    return Problem(
        slug="output-in-place",
        what=say(N_("{name} is what is read: it is never written over"), name=path.name),
        fixes=(say(N_("-o FILE with another name")),),
    )


def not_writable(path: Path, why: object) -> Problem:
    """A place where nothing can be written."""
    return Problem(
        slug="output-not-writable",
        what=say(N_("{name} cannot be written: {error}"), name=path.name, error=why),
        fixes=(say(N_("-o FILE with another name")),),
    )
