"""Audits kept by what they were made of, so that unchanged inputs are not audited again.

An entry is an audit folder, named by a hash of the bytes of every input file, of everything said of them, and
of the versions that made it. Whatever differs makes another name. Nothing is kept unless the user names a
folder for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from auditor.read.remote import is_address
from auditor.store.names import AUDIT_JSON
from auditor.store.one_step import in_one_step
from auditor.version import __version__

VERSIONED = ("cleanlab", "numpy", "pandas", "pillow", "pyarrow", "rapidfuzz", "scikit-learn", "scipy")
"""Packages whose version may change an audit."""
KEPT = 8
"""Entries that a cache holds at most; the ones used longest ago go first."""
CHUNK = 1 << 20
NAME_LENGTH = 32


def entry_name(files: Mapping[str, Sequence[str | Path]], said: Mapping[str, Any]) -> str | None:
    """The name of an audit by what it is made of; None where that cannot be told from files alone.

    Args:
        files: role -> the files or folders of it.
        said: everything else that was said, as plain JSON values.

    Raises:
        OSError: a file cannot be read.
    """
    if any(is_address(path) for paths in files.values() for path in paths):
        return None
    parts = {
        "files": {role: [_digest(Path(path)) for path in paths] for role, paths in files.items()},
        "said": said,
        "versions": {"auditor": __version__, **{name: _version(name) for name in VERSIONED}},
    }
    raw = json.dumps(parts, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()[:NAME_LENGTH]


def entry_in(cache: Path, name: str) -> Path | None:
    """The audit folder of that name, marked as used; None where the cache has none."""
    folder = cache / name
    if not (folder / AUDIT_JSON).is_file():
        return None
    with suppress(OSError):
        os.utime(folder)
    return folder


def keep(folder: Path, cache: Path, name: str) -> Path:
    """Copy an audit folder into a cache, in one step, and return the entry; the oldest ones go.

    Raises:
        OSError: the cache cannot be written.
    """
    cache.mkdir(parents=True, exist_ok=True)
    entry = (cache / name).resolve()
    with in_one_step(entry) as new:
        shutil.copytree(folder, new, dirs_exist_ok=True)
    _prune(cache)
    return cache / name


def _prune(cache: Path) -> None:
    """Only folders that are surely entries are removed: of the right name, with an audit in them."""
    entries = [
        path
        for path in cache.iterdir()
        if len(path.name) == NAME_LENGTH and not path.is_symlink() and (path / AUDIT_JSON).is_file()
    ]
    for path in sorted(entries, key=lambda one: one.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def _digest(path: Path) -> list[Any]:
    """Name and hash of a file; of a folder those of all in it, by name."""
    if not path.is_dir():
        return [path.name, _hash(path)]
    inside = sorted(one for one in path.rglob("*") if one.is_file())
    return [path.name, [[one.relative_to(path).as_posix(), _hash(one)] for one in inside]]


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
