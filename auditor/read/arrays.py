"""`.npy` and `.npz` files: memory-mapped or bounded, never unpickled."""

from __future__ import annotations

import lzma
import math
import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from auditor.errors import InputError, Problem
from auditor.images.files import MAX_RATIO
from auditor.read.files import MAX_BYTES, RECIPE, swollen_file, unreadable
from auditor.wording import N_, say

MATRIX_KEYS = (
    "probs",
    "pred_probs",
    "probabilities",
    "proba",
    "y_prob",
    "oof",
    "logits",
    "predictions",
)
"""Names under which an `.npz` may hold the matrix."""
UNCLEAR = N_("cannot tell which array of {name} holds the predictions")
MAX_MEMBERS = 100
"""Files in an archive at most; predictions need three."""
HEADER = (TypeError, SyntaxError, tokenize.TokenError, MemoryError, OverflowError, RecursionError)
"""What numpy raises, beside ValueError, for a header that is no header."""
DAMAGED = (
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(RuntimeError, KeyError, IndexError, *HEADER),
)
"""What reading a damaged, encrypted or strangely packed archive raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayFile:
    """What an array file holds."""

    matrix: NDArray[Any]
    """(n, K) as it lies there, of any type and shape."""
    ids: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    out_of_sample: bool = False
    """Whether the file says that each row was predicted by a model that did not train on it."""
    by_auditor: bool = False
    """Whether `auditor predict` wrote it."""


def read_npy(path: Path) -> ArrayFile:
    """A `.npy` file, memory-mapped.

    Raises:
        InputError: `pickle-refused` for object arrays, `file-unreadable` for a header that lies.
    """
    try:
        with path.open("rb") as stream:
            shape, fortran, dtype = _header(stream, path.stat().st_size)
            if not math.prod(shape):
                return ArrayFile(matrix=np.empty(shape, dtype))
            return ArrayFile(matrix=_map(path, stream.tell(), shape, fortran, dtype))
    except ValueError as error:
        raise InputError(_refusal(path, error)) from error
    except (OSError, EOFError, *HEADER) as error:
        raise InputError(unreadable(path, error)) from error


def read_npz(path: Path, keys: Sequence[str] = MATRIX_KEYS, unclear: str = UNCLEAR) -> ArrayFile:
    """The matrix of an `.npz` file with its ids and class names, if it has them.

    A stored (not compressed) matrix is memory-mapped where it lies in the file.

    Args:
        path: the file.
        keys: the names under which the matrix may stand.
        unclear: what is said where it cannot be told, of {name}.

    Raises:
        InputError: `archive-refused`, `predictions-key`, `pickle-refused`, `file-unreadable`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(path, archive)
            names = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
            key = matrix_key(path, names, keys, unclear)
            wanted = [n for n in (key, "ids", "classes", "out_of_sample") if n in names]
            _refuse_objects(path, archive, wanted)
            _refuse_lies(archive, wanted)
            with _quiet(), np.load(path, allow_pickle=False) as arrays:
                matrix = _mapped_member(path, archive, f"{key}.npy")
                return ArrayFile(
                    matrix=arrays[key] if matrix is None else matrix,
                    ids=_texts(arrays, "ids"),
                    classes=_texts(arrays, "classes"),
                    by_auditor="made_by" in names,
                    out_of_sample="out_of_sample" in arrays and _is_true(arrays["out_of_sample"]),
                )
    except ValueError as error:
        raise InputError(_refusal(path, error)) from error
    except DAMAGED as error:
        raise InputError(unreadable(path, error)) from error


def _mapped_member(path: Path, archive: zipfile.ZipFile, member: str) -> NDArray[Any] | None:
    """A memory map of a member that is stored as it is, None where it is compressed or empty."""
    info = archive.getinfo(member)
    if info.compress_type != zipfile.ZIP_STORED:
        return None
    _refuse_damaged(archive, info)
    with path.open("rb") as stream:
        stream.seek(info.header_offset + 26)
        name_length, extra_length = np.frombuffer(stream.read(4), "<u2")
        stream.seek(info.header_offset + 30 + int(name_length) + int(extra_length))
        shape, fortran, dtype = _header(stream, info.file_size)
        return _map(path, stream.tell(), shape, fortran, dtype) if math.prod(shape) else None


def _refuse_damaged(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Read a member to its end, which compares its checksum; a memory map would look at none."""
    with archive.open(info) as stream:
        while stream.read(1 << 20):
            pass


@contextmanager
def _quiet() -> Iterator[None]:
    """Without numpy's advice about headers that Python 2 wrote: the user did not write the reader."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Reading `.npy` or `.npz` file required")
        yield


def _header(stream: IO[bytes], size: int) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, order and type of an array of `size` bytes, if it has room for them and none is an object."""
    start = stream.tell()
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    with _quiet():
        shape, fortran, dtype = read(stream)
    if dtype.hasobject:
        raise ValueError("Object arrays cannot be loaded")
    room = size - (stream.tell() - start)
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize > room:
        raise ValueError("the array's header promises more than the file holds")
    return shape, fortran, dtype


def _map(
    path: Path, offset: int, shape: tuple[int, ...], fortran: bool, dtype: np.dtype[Any]
) -> NDArray[Any]:
    return np.memmap(path, dtype, "r", offset=offset, shape=shape, order="F" if fortran else "C")


def _refuse_objects(path: Path, archive: zipfile.ZipFile, names: list[str]) -> None:
    """Raise `pickle-refused` where members hold Python objects, and name them."""
    found = [name for name in names if _holds_objects(archive, name)]
    if found:
        recipe = (
            RECIPE if names[0] not in found else RECIPE.replace("=probs", "=np.asarray(probs, dtype=float)")
        )
        raise InputError(
            Problem(
                slug="pickle-refused",
                what=say(
                    N_("{name}: {members} in it holds Python objects (a pickle); auditor opens none"),
                    N_("{name}: {members} in it hold Python objects (a pickle); auditor opens none"),
                    name=path.name,
                    members=", ".join(found),
                    n=len(found),
                ),
                details=(say(N_("numpy keeps the texts of pandas so, unless it is told dtype=str")),),
                fixes=(say(N_("where it was made: {recipe}"), recipe=recipe),),
            )
        )


def _holds_objects(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(f"{name}.npy") as stream:
        try:
            _header(stream, archive.getinfo(f"{name}.npy").file_size)
        except ValueError as error:
            return "Object arrays" in str(error)
    return False


def _refuse_lies(archive: zipfile.ZipFile, names: list[str]) -> None:
    """Raise ValueError for a member whose header promises more than it holds, before room is made for it."""
    for name in names:
        with archive.open(f"{name}.npy") as stream:
            _header(stream, archive.getinfo(f"{name}.npy").file_size)


def matrix_key(
    path: Path, names: list[str], keys: Sequence[str] = MATRIX_KEYS, unclear: str = UNCLEAR
) -> str:
    """The name under which the matrix stands.

    Args:
        path: the file.
        names: the names there are.
        keys: those under which it may stand.
        unclear: what is said where it cannot be told, of {name}.

    Raises:
        InputError: `predictions-key` where none or several could be it.
    """
    known = [key for key in keys if key in names]
    if len(known) == 1:
        return known[0]
    if not known and len(names) == 1:
        return names[0]
    raise InputError(
        Problem(
            slug="predictions-key",
            what=say(unclear, name=path.name),
            details=(say(N_("arrays: {names}"), names=", ".join(names[:12])),),
            fixes=(say(N_("keep one of: {names}"), names=", ".join(keys)),),
        )
    )


def _texts(arrays: Any, key: str) -> tuple[str, ...] | None:
    if key not in arrays:
        return None
    values = arrays[key].ravel()
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8")
    if values.dtype.kind == "f":  # 7.0 is how numpy keeps the id 7 beside a NaN
        return tuple(str(int(value)) if value.is_integer() else str(value) for value in values.tolist())
    if values.dtype.kind == "U":
        _refuse_no_unicode(key, values)
    return tuple(str(value) for value in values)


def _is_true(value: NDArray[Any]) -> bool:
    """Whether one truth value is stored, and it is true; anything else says nothing."""
    return value.dtype.kind == "b" and value.size == 1 and bool(value.all())


def _refuse_no_unicode(key: str, texts: NDArray[Any]) -> None:
    """Raise ValueError for numbers that are no characters, or halves of one: numpy looks at none."""
    letters = np.ascontiguousarray(texts.astype(texts.dtype.newbyteorder("="))).view(np.uint32)
    if ((letters > 0x10FFFF) | ((letters >= 0xD800) & (letters <= 0xDFFF))).any():
        raise ValueError(f"{key} holds text that is no Unicode")


def _refuse_bomb(path: Path, archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    swollen = any(
        info.file_size > MAX_RATIO * max(info.compress_size, 1) and info.file_size > 1 << 20 for info in infos
    )
    if len(infos) > MAX_MEMBERS or sum(info.file_size for info in infos) > MAX_BYTES or swollen:
        raise InputError(swollen_file(path, say(N_("write the probabilities as a plain .npy file"))))


def _refusal(path: Path, error: ValueError) -> Problem:
    if "pickle" not in str(error) and "Object arrays" not in str(error):
        return unreadable(path, error)
    return Problem(
        slug="pickle-refused",
        what=say(
            N_("{name} holds Python objects (a pickle), which can run code; auditor opens none"),
            name=path.name,
        ),
        fixes=(say(N_("where it was made: {recipe}"), recipe=RECIPE),),
    )
