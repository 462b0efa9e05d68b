"""What is fuzzed: every registered reader of tables and of predictions, with sound files to damage.

A reader that is added to a registry, and has the example that the common tests ask for, is fuzzed
without a new line here.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import second_readers
from examples_folders import EXAMPLES as FOLDERS
from examples_json import EXAMPLES as JSON
from mutations import json_text, mutated, prediction_text, separated_text
from second_readers import Doubt
from test_every_prediction_reader import CLASSES, IDS, LABELS, PROBS
from test_every_prediction_reader import WRITERS as PREDICTION_WRITERS
from test_every_table_reader import CELLS
from test_every_table_reader import WRITERS as TABLE_WRITERS

from auditor.codes import CODES
from auditor.errors import AuditorError
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.compressed import ENDINGS
from auditor.read.dataset import read_inputs
from auditor.read.formats import register_all
from auditor.read.predictions import READERS as PREDICTION_READERS
from auditor.read.predictions import read_predictions
from auditor.read.probability_columns import Known
from auditor.read.sources import located
from auditor.read.tables import READERS as TABLE_READERS
from auditor.read.tables import read_table

KNOWN = Known(labels=frozenset(CLASSES), id="id")
MANY = {
    "id": [f"n{row}" for row in range(30)],
    "text": [f"text {row}, 안녕 {row % 7}" for row in range(30)],
    "label": ["cat", "dog", "None"] * 10,
    "score": [str(row / 8) for row in range(30)],
}
"""A second table, so that there is something to splice."""
Read = Callable[[Path], None]


class Wrong(Exception):
    """A file was read, and another reader reads something else."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One reader."""

    name: str
    sound: tuple[Path, ...]
    """Files or folders that it reads; what is tried is made of them."""
    read: Read
    """Reads a file; raises `Wrong` for a wrong reading."""
    writes: Callable[[Random], bytes] | None = None
    """Makes a file from nothing, for formats of text."""


def targets(folder: Path) -> list[Target]:
    """A target for every reader in the registries, with sound files written into a folder."""
    register_all()
    found = [_of_table(name, _fresh(folder, f"table-{name}")) for name in sorted(TABLE_READERS)]
    found += [_of_predictions(suffix, _fresh(folder, f"p{suffix}")) for suffix in sorted(PREDICTION_READERS)]
    sound = tuple(path for target in found[: len(TABLE_READERS)] for path in target.sound)
    found += [_of_compression(ending, _fresh(folder, f"packed{ending}")) for ending in sorted(ENDINGS)]
    return [*found, Target(name="dataset", sound=sound, read=_read_dataset, writes=_any_text)]


def _fresh(folder: Path, name: str) -> Path:
    (folder / name).mkdir(parents=True)
    return folder / name


def _of_table(name: str, folder: Path) -> Target:
    suffix = next(iter(TABLE_READERS[name].suffixes), "")

    def read(path: Path) -> None:
        table = read_table(path, input_format=name)
        _same_cells(path, table)

    return Target(
        name=f"table {name}",
        sound=tuple(_sound_tables(name, suffix, folder)),
        read=read,
        writes=_writer(suffix),
    )


def _sound_tables(name: str, suffix: str, folder: Path) -> Iterator[Path]:
    if name in TABLE_WRITERS:
        for number, cells in enumerate((CELLS, MANY)):
            path = folder / f"{number}{suffix}"
            TABLE_WRITERS[name](pd.DataFrame(cells, dtype=object), path)
            yield path
    examples = {**JSON, **FOLDERS}
    if name in examples:
        yield examples[name].make(_fresh(folder, "example"))


def _writer(suffix: str) -> Callable[[Random], bytes] | None:
    if suffix in {".csv", ".tsv", ".txt", ".tab"}:
        return separated_text
    if suffix in {".jsonl", ".ndjson", ".json"}:
        return lambda random: json_text(random, lines=suffix != ".json")
    return None


def _zip(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("0.csv"), data)
    return out.getvalue()


PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": partial(gzip.compress, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
    ".zip": _zip,
}
"""Ending of a compressed file -> how somebody else makes one."""


def _of_compression(ending: str, folder: Path) -> Target:
    def read(path: Path) -> None:
        source = located(path)
        try:
            expected = second_readers.unpacked(path)
        except Doubt:
            expected = source.path.read_bytes()
        except Exception as error:
            raise Wrong(f"unpacked, where another says {type(error).__name__}: {error}") from error
        if source.path.read_bytes() != expected:
            raise Wrong("unpacked to other bytes")
        _same_cells(source.path, read_table(source))

    TABLE_WRITERS["csv"](pd.DataFrame(MANY, dtype=object), folder / "0.csv")
    packed = folder / f"0.csv{ending}"
    packed.write_bytes(PACK[ending]((folder / "0.csv").read_bytes()))
    return Target(name=f"packed {ending}", sound=(packed,), read=read)


def _any_text(random: Random) -> bytes:
    kind = random.randrange(3)
    return separated_text(random) if kind == 0 else json_text(random, lines=kind == 1)


def _same_cells(path: Path, table: Any) -> None:
    """Raise `Wrong` where another reader of the format reads other cells."""
    columns = table.columns.to_pydict()
    assert all(isinstance(cell, str) for cells in columns.values() for cell in cells)
    other = second_readers.TABLES.get(table.format)
    if other is None or not path.is_file():
        return
    try:
        cells = other(path, table)
    except Doubt:
        return
    except Exception as error:
        raise Wrong(f"read, where another reader says {type(error).__name__}: {error}") from error
    if table.format in second_readers.BINARY:
        columns = {name: columns[name] for name in cells}
    if columns != cells:
        raise Wrong(_difference(columns, cells))


def _difference(ours: dict[str, list[str]], theirs: dict[str, list[str]]) -> str:
    if list(ours) != list(theirs):
        return f"columns {list(ours)!r:.300}, another reader {list(theirs)!r:.300}"
    name = next(name for name in ours if ours[name] != theirs[name])
    return f"column {name!r}: {ours[name]!r:.300}, another reader {theirs[name]!r:.300}"


def _of_predictions(suffix: str, folder: Path) -> Target:
    def read(path: Path) -> None:
        raw = read_predictions(path, KNOWN)
        n, k = raw.blocks.shape
        numbers = np.asarray(raw.blocks.read(0, n))
        assert numbers.shape == (n, k)
        _same_numbers(path, suffix, numbers, raw)
        data = pd.DataFrame({"id": IDS, "text": [f"text {item}" for item in IDS], "label": LABELS})
        for align in ("auto", "position"):
            try:
                given = read_inputs(data, [path], InputChoice(align=align, missing="drop"))
            except AuditorError as error:
                _coded(error)
            else:
                _are_probabilities(given.probabilities)

    writes = prediction_text if suffix in {".csv", ".tsv", ".txt"} else _writer(suffix)
    sound = []
    for number, matrix in enumerate((PROBS, np.log(PROBS + 0.1))):
        path = folder / f"{number}{suffix}"
        PREDICTION_WRITERS[suffix](matrix, path)
        sound.append(path)
    return Target(name=f"predictions {suffix}", sound=tuple(sound), read=read, writes=writes)


def _same_numbers(path: Path, suffix: str, numbers: Any, raw: Any) -> None:
    """Raise `Wrong` where another reader of the format reads other numbers or ids."""
    try:
        if suffix in {".npy", ".npz"}:
            expected = second_readers.array(path)
        elif suffix in {".csv", ".tsv", ".txt"}:
            expected = second_readers.numbers(path, raw)
        else:
            return
    except Doubt:
        return
    except Exception as error:
        raise Wrong(f"read, where another reader says {type(error).__name__}: {error}") from error
    if not np.array_equal(numbers, expected, equal_nan=numbers.dtype.kind == "f"):
        raise Wrong(f"numbers {numbers[:6]!r}, another reader {expected[:6]!r}")


def _are_probabilities(probabilities: Any) -> None:
    n, _ = probabilities.blocks.shape
    covered = probabilities.covered
    rows = np.arange(n) if covered is None else np.flatnonzero(covered)
    numbers = np.asarray(probabilities.blocks.rows(rows), np.float64)
    if not (np.isfinite(numbers).all() and (numbers >= -0.01).all() and (numbers <= 1.01).all()):
        raise Wrong(f"no probabilities: {numbers[:3]!r}")
    if len(numbers) and np.abs(numbers.sum(axis=1) - 1).max() > 0.01:
        raise Wrong(f"rows do not sum to one: {numbers.sum(axis=1)[:6]!r}")


def _read_dataset(path: Path) -> None:
    """By content and ending, with every column in a role; the whole way to a dataset."""
    refused: AuditorError | None = None
    for columns in (ColumnChoice(), ColumnChoice(label="none")):
        try:
            given = read_inputs(path, (), InputChoice(columns=columns))
        except AuditorError as error:
            _coded(error)
            refused = error
        else:
            assert len(given.dataset) == len(given.dataset.ids) > 0
            return
    if refused is not None:
        raise refused


def _coded(error: AuditorError) -> None:
    """Every problem has a code that `auditor explain` knows, and words in both languages."""
    assert error.problems
    for problem in error.problems:
        assert problem.slug in CODES, problem.slug
        for text in (problem.what, *problem.details, *problem.fixes):
            assert text.to("en") and text.to("ko")


def outcome(target: Target, path: Path) -> str:
    """`read` or `refused`; anything else is raised."""
    try:
        target.read(path)
    except AuditorError as error:
        _coded(error)
        return "refused"
    return "read"


def made(target: Target, seed: int, number: int, folder: Path) -> Path:
    """The input of this number: the same for the same seed, wherever it is made."""
    random = Random(f"{seed}:{target.name}:{number}")
    base = random.choice(target.sound)
    path = folder / base.name
    if base.is_dir():
        shutil.copytree(base, path)
        _damage_folder(random, path, target)
        return path
    if target.writes is not None and random.random() < 0.5:
        path.write_bytes(target.writes(random) or b"\n")
        return path
    path.write_bytes(mutated(random, base.read_bytes(), _other(random, target)))
    return path


def _other(random: Random, target: Target) -> bytes:
    other = random.choice(target.sound)
    files = sorted(path for path in other.rglob("*") if path.is_file()) if other.is_dir() else [other]
    return random.choice(files).read_bytes() if files else b""


def _damage_folder(random: Random, folder: Path, target: Target) -> None:
    """A few of its files damaged, gone, empty, or under another name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in random.sample(files, min(len(files), random.choice((1, 1, 2)))):
        kind = random.randrange(8)
        if kind == 0:
            path.unlink()
        elif kind == 1:
            path.rename(path.with_name(random.choice(("x", "data.csv", "a\nb", "0.parquet")) + path.suffix))
        elif kind == 2:
            path.write_bytes(b"")
        else:
            path.write_bytes(mutated(random, path.read_bytes(), _other(random, target)))
