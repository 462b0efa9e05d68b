"""Real datasets with real predictions: what is said of each, and what is not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import refusal, slugs

from auditor.checks import Subject, problems_of, run_checks
from auditor.errors import InputError, Problem
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import Given, read_inputs
from auditor.scan.kernel import scan
from auditor.similar.content import ContentIndex

JOINED = "joined-by-position"


def understood(dataset: Path, predictions: Path, text: tuple[str, ...] = ()) -> tuple[Given, list[Problem]]:
    """A pack as it is read, and every warning and note about it."""
    found = read_inputs(dataset, [predictions], InputChoice(columns=ColumnChoice(text=text)))
    data, probabilities = found.dataset, found.probabilities
    assert probabilities is not None
    notes = run_checks("labels", Subject(dataset=data, index=ContentIndex(data)))
    rows, sums = scan(probabilities.blocks, data.labels.codes, covered=probabilities.covered)
    notes += run_checks(
        "predictions", Subject(dataset=data, probabilities=probabilities, rows=rows, sums=sums)
    )
    return found, [*probabilities.notes, *problems_of(notes)]


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        ("20news", {"saturated"}),  # 61 rows share p(given) = 0
        ("banking77", set()),
        ("cifar10n", set()),
        ("conll_tokens", {"content-repeats"}),  # tokens of one sentence share it
        ("imdb", {"probabilities-renormalised"}),  # the published file reaches 1.00001
        ("klue_nli", {"weak-model"}),  # 42 % right of three classes
        ("korean_hate", set()),
        ("mnist", {"probabilities-renormalised"}),
        ("music_genre", set()),
        ("nsmc", set()),
        ("roman_numerals", set()),
    ],
)
def test_real_predictions_raise_no_false_alarm_and_each_known_one(
    shared_data: Path, pack: str, said: set[str]
) -> None:
    """No pack is taken for one of permuted classes or shuffled rows; what is known of it is said."""
    (dataset,) = (shared_data / pack).glob("dataset.*")
    text = ("sentence",) if pack == "conll_tokens" else ()
    found, notes = understood(dataset, shared_data / pack / "pred_probs.npy", text)
    assert set(slugs(notes)) - {JOINED, "identifier-columns"} == said
    assert found.dataset.classes == tuple((shared_data / pack / "classes.txt").read_text().splitlines())
    labels = pd.read_csv(dataset, dtype=str) if dataset.suffix == ".csv" else pd.read_parquet(dataset)
    counted = Counter(labels[found.dataset.roles["label"][0]].astype(str))
    assert Counter(found.dataset.labels.text_of(row) for row in range(len(labels))) == counted


def test_the_renormalised_file_says_how_far_it_was_off(shared_data: Path) -> None:
    _, notes = understood(shared_data / "imdb" / "dataset.parquet", shared_data / "imdb" / "pred_probs.npy")
    (note,) = [note for note in notes if note.slug == "probabilities-renormalised"]
    raw = np.load(shared_data / "imdb" / "pred_probs.npy").astype(np.float64)
    assert note.what.values["high"] == raw.max() > 1
    assert note.what.values["high_sum"] == pytest.approx(raw.sum(axis=1).max(), abs=1e-12)


@pytest.mark.parametrize("pack", ["banking77", "nsmc", "klue_nli", "korean_hate"])
def test_the_predicted_labels_of_a_real_pack_are_no_probabilities(shared_data: Path, pack: str) -> None:
    problems = refusal(
        InputError, read_inputs, shared_data / pack / "dataset.csv", [shared_data / pack / "predictions.csv"]
    )
    assert slugs(problems) == ["hard-labels"]


def probabilities(samples: Path, dataset: str, predictions: str) -> Any:
    found = read_inputs(samples / dataset, [samples / predictions]).probabilities
    assert found is not None
    return found.blocks.read(0, found.blocks.shape[0])


def test_the_sample_predictions_are_the_same_as_a_wide_table_and_as_an_array(shared_data: Path) -> None:
    """The CSV is joined by id and rounded, the array by position."""
    samples = shared_data / "samples"
    wide = probabilities(samples, "reviews_ko.csv", "reviews_ko_predictions_wide.csv")
    array = probabilities(samples, "reviews_ko.jsonl", "reviews_ko_pred_probs.npy")
    assert array == pytest.approx(wide, abs=1e-5)


def test_a_wide_table_in_any_order_of_rows_is_joined_by_id(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "samples" / "digits_predictions_wide.csv"
    shuffled = pd.read_csv(path, dtype=str).sample(frac=1, random_state=0)
    shuffled.to_csv(tmp_path / "shuffled.csv", index=False)
    ordered = probabilities(shared_data / "samples", "digits.csv", path.name)
    assert (
        probabilities(shared_data / "samples", "digits.csv", str(tmp_path / "shuffled.csv")) == ordered
    ).all()


def test_shuffled_rows_of_real_predictions_are_noticed_without_ids(shared_data: Path, tmp_path: Path) -> None:
    probs = np.load(shared_data / "nsmc" / "pred_probs.npy")
    np.save(tmp_path / "p.npy", np.random.default_rng(0).permutation(probs))
    (problem,) = refusal(InputError, understood, shared_data / "nsmc" / "dataset.csv", tmp_path / "p.npy")
    assert problem.slug == "chance-level"


@pytest.mark.parametrize("pack", ["roman_numerals", "music_genre", "nsmc"])
def test_permuted_classes_of_real_predictions_are_found_and_put_right(
    shared_data: Path, tmp_path: Path, pack: str
) -> None:
    """The order that is offered is the one that was planted."""
    names = (shared_data / pack / "classes.txt").read_text().splitlines()
    order = np.roll(np.arange(len(names)), 1)
    np.save(tmp_path / "p.npy", np.load(shared_data / pack / "pred_probs.npy")[:, order])
    (tmp_path / "dataset.csv").write_bytes((shared_data / pack / "dataset.csv").read_bytes())
    problems = refusal(InputError, understood, tmp_path / "dataset.csv", tmp_path / "p.npy")
    assert slugs(problems) == ["class-order"]
    assert str(problems[0].fixes[0]) == f"--classes {','.join(names[at] for at in order)}"
