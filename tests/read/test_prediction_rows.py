"""Predictions as JSON, JSON Lines and Feather, as pipelines and frameworks write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pytest
from audit_inputs import refusal, slugs
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.read.files import RECIPES
from auditor.read.predictions import read_predictions
from auditor.read.probability_columns import Known
from auditor.read.raw_predictions import RawPredictions, from_array

KNOWN = Known(labels=frozenset({"cat", "dog", "eel"}), id="id")
PROBS = [[0.75, 0.125, 0.125], [0.25, 0.5, 0.25]]
NAMES = ("cat", "dog", "eel")


def scores(row: list[float], names: tuple[str, ...] = NAMES) -> list[dict[str, Any]]:
    """What a pipeline gives for a row: sorted, the best first."""
    found = [{"label": name, "score": score} for name, score in zip(names, row, strict=True)]
    return sorted(found, key=lambda part: -float(part["score"]))


def saved(folder: Path, document: Any, lines: bool) -> Path:
    path = folder / ("p.jsonl" if lines else "p.json")
    rows = document if lines else [document]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def numbers(raw: RawPredictions) -> list[list[float]]:
    found: list[list[float]] = np.asarray(raw.blocks.read(0, raw.blocks.shape[0])).tolist()
    return found


every_form = pytest.mark.parametrize("lines", [False, True])


@every_form
@pytest.mark.parametrize("key", ["probs", "logits", "scores", "predictions"])
def test_a_list_in_every_row_is_the_row(tmp_path: Path, lines: bool, key: str) -> None:
    rows = [{"id": f"00{n}", key: row} for n, row in enumerate(PROBS)]
    raw = read_predictions(saved(tmp_path, rows, lines), KNOWN)
    assert (numbers(raw), raw.ids, raw.classes, raw.is_table) == (PROBS, ("000", "001"), None, True)


@every_form
def test_bare_rows_are_a_matrix(tmp_path: Path, lines: bool) -> None:
    raw = read_predictions(saved(tmp_path, PROBS, lines), KNOWN)
    assert (numbers(raw), raw.ids, raw.classes, raw.is_table) == (PROBS, None, None, False)


@every_form
@pytest.mark.parametrize("key", [None, "output", "probs"])
def test_what_a_pipeline_gives_is_put_into_columns(tmp_path: Path, lines: bool, key: str | None) -> None:
    """Each row in an order of its own."""
    rows = [scores(row) if key is None else {"id": n, key: scores(row)} for n, row in enumerate(PROBS)]
    raw = read_predictions(saved(tmp_path, rows, lines), KNOWN)
    assert (numbers(raw), raw.classes) == (PROBS, NAMES)
    assert raw.ids == (None if key is None else ("0", "1"))


@every_form
def test_a_score_per_name_is_put_into_columns(tmp_path: Path, lines: bool) -> None:
    rows = [{"id": "a", "probs": {"dog": 0.5, "cat": 0.5}}, {"id": "b", "probs": {"cat": 1, "dog": 0}}]
    raw = read_predictions(saved(tmp_path, rows, lines), KNOWN)
    assert (numbers(raw), raw.classes) == ([[0.5, 0.5], [1, 0]], ("cat", "dog"))


def test_placeholders_are_the_numbers_of_the_classes(tmp_path: Path) -> None:
    """LABEL_10 after LABEL_9, and no name."""
    names = tuple(f"LABEL_{n}" for n in range(11))
    rows = [scores([n / 55 for n in range(11)], names)] * 2
    raw = read_predictions(saved(tmp_path, rows, True), KNOWN)
    assert raw.classes == tuple(str(n) for n in np.array([0, 1, 10, 2, 3, 4, 5, 6, 7, 8, 9]))
    assert numbers(raw)[0] == [n / 55 for n in (0, 1, 10, 2, 3, 4, 5, 6, 7, 8, 9)]


def test_an_object_of_lists_is_like_an_npz(tmp_path: Path) -> None:
    raw = read_predictions(
        saved(tmp_path, {"probs": PROBS, "ids": ["a", "b"], "classes": NAMES}, False), KNOWN
    )
    assert (numbers(raw), raw.ids, raw.classes) == (PROBS, ("a", "b"), NAMES)


@every_form
@pytest.mark.parametrize(
    ("rows", "slug"),
    [
        ([{"label": "cat", "score": 0.9}, {"label": "dog", "score": 0.8}], "hard-labels"),  # the default
        ([[{"label": "cat", "score": 0.9}], [{"label": "dog", "score": 0.8}]], "hard-labels"),  # top_k=1
        ([{"id": 1, "pred": "cat"}, {"id": 2, "pred": "dog"}], "hard-labels"),
        ([scores(PROBS[0]), scores(PROBS[1])[:2]], "predictions-shape"),  # a class is missing
        ([scores(PROBS[0]) + scores(PROBS[0])], "predictions-shape"),  # a class stands there twice
        ([{"probs": [0.5, 0.5]}, {"probs": [1.0]}], "predictions-shape"),
        ([{"probs": [0.5, 0.5]}, {"id": 2}], "predictions-shape"),
        ([{"probs": [0.5, 0.5], "logits": [1, 2]}], "predictions-key"),
        ([{"probs": ["x", 0.5]}], "predictions-not-numbers"),
        ([{"probs": [[1], 0.5]}], "predictions-not-numbers"),
        ([{"cat": 0.5, "dog": "x"}], "predictions-not-numbers"),
        ([{"u": 0.5, "v": 0.5}], "predictions-columns"),
        ([1, 2], "predictions-columns"),
        ([[0.5, 0.5], {"probs": [1, 0]}], "predictions-columns"),
        ([0.5], "predictions-columns"),
    ],
)
def test_what_holds_no_probabilities_is_refused(
    tmp_path: Path, lines: bool, rows: list[Any], slug: str
) -> None:
    assert slugs(refusal(InputError, read_predictions, saved(tmp_path, rows, lines), KNOWN)) == [slug]


def test_the_best_few_of_each_row_are_told_from_a_missing_class(tmp_path: Path) -> None:
    """pipeline(..., top_k=2) of three classes: every row has two scores, not of the same labels."""
    cells = [
        [{"label": "cat", "score": 0.7}, {"label": "dog", "score": 0.2}],
        [{"label": "eel", "score": 0.6}, {"label": "cat", "score": 0.3}],
    ]
    (problem,) = refusal(InputError, read_predictions, saved(tmp_path, cells, False), KNOWN)
    assert problem.slug == "predictions-shape"
    assert "the best 2 of 3; the scores of all are needed" in str(problem.what)
    assert "top_k=None" in str(problem.fixes[0])


def test_the_best_class_alone_says_how_to_get_all(tmp_path: Path) -> None:
    (problem,) = refusal(
        InputError, read_predictions, saved(tmp_path, [{"label": "cat", "score": 1}], True), KNOWN
    )
    assert "top_k=None" in str(problem.fixes[0])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["cat", "label", "score"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "probs", "cat", "dog", "label", "score"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=JSON, lines=st.booleans())
@example(document={"cat": None, "label": 1.797693134862316e307}, lines=False)
@example(document={"cat": 1.7e308, "dog": 1.7e308}, lines=False)
def test_any_json_is_read_or_refused(tmp_path: Path, document: Any, lines: bool) -> None:
    """Never a traceback."""
    path = saved(tmp_path, document if isinstance(document, list) else [document], lines)
    try:
        raw = read_predictions(path, KNOWN)
    except InputError as error:
        assert all(problem.slug and str(problem.what) for problem in error.problems)
    else:
        assert raw.blocks.shape[1] > 1


@pytest.mark.parametrize("kind", ["float64", "float32", "float16"])
def test_a_list_column_of_feather_is_the_matrix(tmp_path: Path, kind: str) -> None:
    lists = pa.array(PROBS, pa.list_(getattr(pa, kind)()))
    feather.write_feather(pa.table({"id": ["1", "2"], "probs": lists}), tmp_path / "p.feather")
    raw = read_predictions(tmp_path / "p.feather", KNOWN)
    assert (numbers(raw), raw.ids) == (PROBS, ("1", "2"))


def test_a_feather_column_of_text_is_no_probability(tmp_path: Path) -> None:
    pd.DataFrame({"cat": ["x"], "dog": [0.5], "eel": [0.5]}).to_feather(tmp_path / "p.arrow")
    problems = refusal(InputError, read_predictions, tmp_path / "p.arrow", KNOWN)
    assert slugs(problems) == ["predictions-not-numbers"]


# what is not opened, and what is short of a column


@pytest.mark.parametrize(
    ("name", "slug", "recipe"),
    [
        ("p.pt", "pickle-refused", "torch.load"),
        ("p.pth", "pickle-refused", "torch.load"),
        ("p.pkl", "pickle-refused", "pd.read_pickle"),
        ("p.joblib", "pickle-refused", "joblib.load"),
        ("p.h5", "pickle-refused", "h5py.File"),
        ("p.safetensors", "format-unknown", "safetensors.numpy.load_file"),
        ("p.pt.gz", "file-unreadable", "rename"),
    ],
)
def test_the_recipe_is_that_of_the_format(tmp_path: Path, name: str, slug: str, recipe: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    (problem,) = refusal(InputError, read_predictions, tmp_path / name, KNOWN)
    assert problem.slug == slug
    assert recipe in str(problem.fixes[0])


def test_every_recipe_is_a_line_of_python() -> None:
    """It can be pasted."""
    for recipes in RECIPES.values():
        for recipe in recipes:
            compile(recipe, "recipe", "exec")


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_one_column_for_two_classes_shows_the_line_that_makes_two(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    """And which class the number must be of; the line does what it says."""
    np.save(tmp_path / "p.npy", np.array([0.1, 0.9, 0.5, 0.25]).reshape(shape))
    two = Known(labels=frozenset({"pos", "neg"}))
    (problem,) = refusal(InputError, read_predictions, tmp_path / "p.npy", two)
    assert problem.slug == "predictions-shape"
    assert 'the probability of "pos"' in str(problem.details[0])
    line = str(problem.fixes[0].values["recipe"]).replace("'p.npy'", repr(str(tmp_path / "p.npy")))
    exec(line.replace("'both-p.npy'", repr(str(tmp_path / "both.npy"))), {"np": np})
    assert numbers(read_predictions(tmp_path / "both.npy", two))[3] == [0.75, 0.25]
    assert np.load(tmp_path / "both.npy")[:, 1].tolist() == [0.1, 0.9, 0.5, 0.25]


@pytest.mark.parametrize("codes", [[0.0, 1.0, 2.0], [[1], [0], [3]], [True, False, True]])
def test_whole_numbers_one_a_row_are_predicted_labels(codes: list[Any]) -> None:
    problems = refusal(InputError, from_array, np.array(codes), "p")
    assert slugs(problems) == ["hard-labels"]
