"""The scan on real predictions: cleanlab's flags, joint and thresholds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from oracles import cleanlab_flags, cleanlab_joint, cleanlab_thresholds
from test_filters import PEERS, by_cleanlab

from auditor.read.dataset import read_inputs
from auditor.scan.filters import flagged_by
from auditor.scan.kernel import scan
from auditor.scan.prune import flagged_by_noise_rate
from auditor.similar.content import ContentIndex
from auditor.ties import tie_keys

NETWORKS = ("", "_resnet18", "_efficientnet", "_swin", "_twins")
PACKS = {
    **{f"roman_numerals{name}": ("roman_numerals", [f"pred_probs{name}.npy"]) for name in NETWORKS},
    "roman_numerals, averaged": ("roman_numerals", [f"pred_probs{name}.npy" for name in NETWORKS]),
    "imdb, to be renormalised": ("imdb", ["pred_probs.npy"]),
    "20news": ("20news", ["pred_probs.npy"]),
    "music_genre": ("music_genre", ["pred_probs.npy"]),
    "cifar10n": ("cifar10n", ["pred_probs.npy"]),
    "cifar10n, weak": ("cifar10n", ["pred_probs_kmeans.npy"]),
}


@pytest.mark.parametrize(("folder", "files"), PACKS.values(), ids=PACKS.keys())
def test_real_predictions_give_cleanlabs_numbers(shared_data: Path, folder: str, files: list[str]) -> None:
    """Flags and joint are equal; thresholds to the precision of the fixed-point sums."""
    data = next((shared_data / folder).glob("dataset.*"))
    given = read_inputs(data, [shared_data / folder / name for name in files])
    dataset, probabilities = given.dataset, given.probabilities
    assert probabilities is not None
    labels, source = dataset.labels.codes, probabilities.blocks
    rows, sums = scan(source, labels, block=1000)
    keys = tie_keys(dataset, ContentIndex(dataset))
    flags = flagged_by_noise_rate(source, labels, rows, sums, keys, block=1000)

    matrix = source.read(0, len(labels))
    assert (flags == cleanlab_flags(labels, matrix)).all()
    assert (sums.joint == cleanlab_joint(labels, matrix)).all()
    assert np.abs(sums.thresholds - cleanlab_thresholds(labels, matrix)).max() < 6e-11


@pytest.mark.parametrize(("folder", "files"), PACKS.values(), ids=PACKS.keys())
def test_every_filter_flags_cleanlabs_rows(shared_data: Path, folder: str, files: list[str]) -> None:
    """Equal but for rows that no filter can tell apart: of one label and one p(given), at the edge."""
    data = next((shared_data / folder).glob("dataset.*"))
    given = read_inputs(data, [shared_data / folder / name for name in files])
    dataset, probabilities = given.dataset, given.probabilities
    assert probabilities is not None
    labels, source = dataset.labels.codes, probabilities.blocks
    rows, sums = scan(source, labels)
    keys, matrix = tie_keys(dataset, ContentIndex(dataset)), source.read(0, len(labels))

    for name in (peer for peer in PEERS if peer != "both"):  # which is two of the others
        ours, theirs = flagged_by(name, source, labels, rows, sums, keys), by_cleanlab(name, labels, matrix)
        only_ours, only_theirs = np.flatnonzero(ours & ~theirs), np.flatnonzero(theirs & ~ours)
        assert sorted(rows.p_given[only_ours]) == sorted(rows.p_given[only_theirs]), name
        assert name in ("prune_by_class", "low_self_confidence") or not len(only_ours), name
        if name == "prune_by_class":
            assert sorted(labels[only_ours]) == sorted(labels[only_theirs])
