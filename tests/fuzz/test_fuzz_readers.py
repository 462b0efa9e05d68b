"""A short slice of `benchmarks/fuzz.py`: the same inputs each time, over every reader that is registered."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import targets as fuzz
from test_every_prediction_reader import CLASSES

from auditor.errors import AuditorError
from auditor.read.compressed import ENDINGS
from auditor.read.predictions import READERS as PREDICTION_READERS
from auditor.read.tables import READERS as TABLE_READERS

SEED = 20_261
INPUTS = 60
SECONDS = 3
"""CPU seconds that a file of at most 1 MB may take; most take a thousandth."""
NAMES = [
    *(f"table {name}" for name in sorted(TABLE_READERS)),
    *(f"predictions {suffix}" for suffix in sorted(PREDICTION_READERS)),
    *(f"packed {ending}" for ending in sorted(ENDINGS)),
    "dataset",
]


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, fuzz.Target]:
    """Every reader by name, with sound files to damage."""
    return {target.name: target for target in fuzz.targets(tmp_path_factory.mktemp("sound"))}


def test_every_reader_is_fuzzed(targets: dict[str, fuzz.Target]) -> None:
    """The registries decide; a reader without a sound file would be fuzzed with nothing."""
    assert sorted(targets) == sorted(NAMES)
    assert all(target.sound for target in targets.values())


@pytest.mark.parametrize("name", NAMES)
def test_sound_files_are_read(targets: dict[str, fuzz.Target], name: str) -> None:
    """What is damaged is sound before: a target that refuses everything would never fail."""
    for path in targets[name].sound:
        assert fuzz.outcome(targets[name], path) == "read" or name == "dataset"


@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_end_in_a_code_or_are_read_right(
    targets: dict[str, fuzz.Target], name: str, tmp_path: Path
) -> None:
    """Never another exception, another reading than a second reader's, or seconds of CPU."""
    for number in range(INPUTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = fuzz.made(targets[name], SEED, number, folder)
        before = time.process_time()
        assert fuzz.outcome(targets[name], path) in {"read", "refused"}
        assert time.process_time() - before < SECONDS, f"input {number} is slow"


def test_an_input_is_the_same_again(targets: dict[str, fuzz.Target], tmp_path: Path) -> None:
    """So that a failure can be looked at: by its reader, its seed and its number alone."""
    for name in ("table csv", "predictions .npz"):
        first, second = tmp_path / f"{name} 1", tmp_path / f"{name} 2"
        first.mkdir(), second.mkdir()
        made = [fuzz.made(targets[name], SEED, 7, folder).read_bytes() for folder in (first, second)]
        assert made[0] == made[1]


def test_a_wrong_reading_is_noticed(targets: dict[str, fuzz.Target], tmp_path: Path) -> None:
    """The second readers have teeth: a reader that shifts cells or numbers is found out."""
    path = tmp_path / "a.csv"
    path.write_text("id,label\n007,b\n", encoding="utf-8")
    table = fuzz.read_table(path)
    path.write_text("id,label\n7,b\n", encoding="utf-8")
    with pytest.raises(fuzz.Wrong, match="007"):
        fuzz._same_cells(path, table)
    path.write_text(f"{','.join(CLASSES)}\n0.5,0.25,0.25\n", encoding="utf-8")
    raw = fuzz.read_predictions(path, fuzz.KNOWN)
    with pytest.raises(fuzz.Wrong, match="another reader"):
        fuzz._same_numbers(path, ".csv", raw.blocks.read(0, 1) + 1e-9, raw)
    with pytest.raises(AssertionError):
        fuzz._coded(AuditorError([]))
