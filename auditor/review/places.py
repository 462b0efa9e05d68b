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
from auditor.review.rewrite.family import REWRITERS, format_not_written
from auditor.wording import N_, say

TABLE = ".csv"
"""The ending of a table of item and label, which any format can be written as."""
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
    as_labels = output.suffix.lower() == TABLE and (source.is_folder or source.suffix != TABLE)
    if form not in REWRITERS and not as_labels:
        raise InputError(format_not_written(source.name, say(N_("it is of the format {name}"), name=form)))
    if not as_labels and not source.is_folder and inner.suffix.lower() != source.suffix:
        raise UsageError(_other_ending(source, output, stem))
    places = Places(
        fixed=output,
        excluded=output.with_name(f"{stem}.excluded{output.name[len(stem) :]}"),
        changes=output.with_name(f"{stem}.changes.csv"),
        inner=inner.name,
        as_labels=as_labels,
    )
    for path in (places.fixed, places.excluded, places.changes):
        _refuse(path, original, inputs, force=force)
    return places


def _parts(output: Path) -> tuple[Path, str]:
    """The name without the ending of a compression, and without any ending."""
    inner = Path(output.stem) if output.suffix.lower() in ENDINGS else Path(output.name)
    return inner, inner.stem


def _refuse(path: Path, original: Path | None, inputs: Sequence[Path], *, force: bool) -> None:
    if not path.absolute().parent.is_dir():
        raise UsageError(_not_writable(path))
    read = [*([original] if original is not None else []), *inputs]
    inside = original is not None and original.is_dir() and path.resolve().is_relative_to(original.resolve())
    around = path.is_dir() and any(one.resolve().is_relative_to(path.resolve()) for one in read)
    if inside or around or any(path.exists() and one.exists() and path.samefile(one) for one in read):
        raise UsageError(_in_place(path))
    if path.is_dir() or (path.exists() and not force):  # a folder may hold more than a dataset
        raise UsageError(
            Problem(
                slug="output-exists",
                what=say(N_("{name} is there already"), name=path.name),
                fixes=(say(N_("-o FILE with another name")), say(N_("--force replaces it"))),
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


def _in_place(path: Path) -> Problem:
    return Problem(
        slug="output-in-place",
        what=say(N_("{name} is what is read: it is never written over"), name=path.name),
        fixes=(say(N_("-o FILE with another name")),),
    )


def _not_writable(path: Path) -> Problem:
    why = say(N_("there is no folder {name}"), name=path.absolute().parent.name)
    return Problem(
        slug="output-not-writable",
        what=say(N_("{name} cannot be written: {error}"), name=path.name, error=why),
        fixes=(say(N_("-o FILE with another name")),),
    )
