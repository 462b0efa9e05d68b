"""The recipes of docs/predictions.md: those whose library is here are run, and what they write is audited."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import auditor
from auditor import recipes

PAGE = (Path(__file__).parent.parent / "docs" / "predictions.md").read_text(encoding="utf-8")
RECIPES: dict[str, str] = dict(
    re.findall(r"^### ([^\n]+)$(?:(?!^#).)*?^```python\n(.*?)^```$", PAGE, re.M | re.S)
)
"""Heading -> script."""
RUN = (
    "Texts with scikit-learn",
    "A table with scikit-learn",
    "Vectors with scikit-learn",
    "A table with LightGBM",
)
"""Those that are run; the page says so of them and of no other."""
WRITES = {"oof.npz": ["probs", "ids", "classes", "out_of_sample"], "vectors.npz": ["vectors", "ids"]}
PETS = {
    "cat": "purrs and climbs the curtain",
    "dog": "barks and fetches a stick",
    "eel": "swims under a stone",
}
NEXT = {"cat": "dog", "dog": "eel", "eel": "cat"}
"""Right label -> the wrong one that is planted."""
WRONG = [f"r{number}" for number in (3, 40, 79)]


def with_errors(data: pd.DataFrame) -> pd.DataFrame:
    """The same rows, the labels of `WRONG` replaced by the next."""
    wrong = data["id"].isin(WRONG)
    return data.assign(label=data["label"].where(~wrong, data["label"].map(NEXT)))


def texts() -> pd.DataFrame:
    """120 short texts of three classes, three wrong labels, with copies; ids that are no row numbers."""
    rows = [
        (f"r{number}", pet, f"Number {number % 100 // 3}, {PETS[pet]}")
        for number, pet in enumerate(list(PETS) * 40)
    ]
    data = pd.DataFrame(rows, columns=["id", "label", "text"])
    return with_errors(data).sample(frac=1, random_state=1)


def table() -> pd.DataFrame:
    """300 rows of numbers and words, cells missing in both, three labels wrong."""
    rng = np.random.default_rng(2)
    kind = np.arange(300) % 3
    data = pd.DataFrame(
        {
            "id": [f"r{number}" for number in range(300)],
            "label": np.array(["cat", "dog", "eel"])[kind],
            "weight: kg": kind * 5 + rng.normal(0, 0.5, 300),
            "colour": np.array(["grey", "brown", "green"])[kind],
            "age": rng.integers(1, 9, 300).astype(float),
        }
    )
    data.loc[::11, "weight: kg"] = np.nan
    data.loc[::13, "colour"] = None
    return with_errors(data).sample(frac=1, random_state=1)


def written(script: str) -> dict[str, list[str]]:
    """File -> keys of every np.savez in a script."""
    calls = [node for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Call)]
    saves = [call for call in calls if ast.unparse(call.func) == "np.savez"]
    return {ast.literal_eval(call.args[0]): [str(part.arg) for part in call.keywords] for call in saves}


def run(heading: str, data: pd.DataFrame, folder: Path) -> Path:
    """Write data.csv, run the recipe beside it as a user would, and say what it wrote."""
    return run_script(RECIPES[heading], data, folder)


def run_script(script: str, data: pd.DataFrame, folder: Path) -> Path:
    """The same for a script."""
    data.to_csv(folder / "data.csv", index=False)
    (folder / "recipe.py").write_text(script, encoding="utf-8")
    command = [sys.executable, "-W", "error", "recipe.py"]
    few = {"OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **few}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / next(iter(written(script)))


def assert_found(folder: Path, found: Path) -> None:
    """The audit joins by id, believes the order of the classes, and begins with the planted errors.

    A copy stands behind each at most, and a model of so few rows may be wrong now and then.
    """
    audit = auditor.audit(folder / "data.csv", predictions=found)
    assert audit.header["predictions"]["out_of_sample"] == "yes"
    assert audit.header["predictions"]["joined_by"] == ["id"]
    assert set(WRONG) <= set(audit.queue["item"].head(2 * len(WRONG)))


def test_every_block_of_python_is_a_recipe_under_a_heading() -> None:
    """None is missed by the tests below."""
    assert len(RECIPES) == PAGE.count("```python\n") == 9
    assert set(RUN) <= set(RECIPES)


@pytest.mark.parametrize("heading", sorted(RECIPES))
def test_a_recipe_is_python_and_writes_the_keys_that_are_read(heading: str) -> None:
    """Also those that are not run: they compile, and write one file with the keys of the page's table."""
    compile(RECIPES[heading], heading, "exec")
    found = written(RECIPES[heading])
    assert len(found) == 1
    assert all(keys == WRITES[name] for name, keys in found.items())


@pytest.mark.parametrize("heading", sorted(RECIPES))
def test_what_is_not_run_says_so(heading: str) -> None:
    """A reader is told which recipes nobody has run here."""
    before = PAGE[PAGE.index(f"### {heading}\n") :].partition("```")[0]
    assert ("Not run by the tests." in before) == (heading not in RUN)


@pytest.mark.parametrize("heading", [heading for heading in sorted(RECIPES) if "oof.npz" in RECIPES[heading]])
def test_copies_stay_in_one_fold_and_models_are_new(heading: str) -> None:
    """Every recipe that trains splits by groups, and makes its model inside the loop."""
    tree = ast.parse(RECIPES[heading])
    loop = next(
        node for node in tree.body if isinstance(node, ast.For) and "folds.split" in ast.unparse(node.iter)
    )
    assert ast.unparse(loop.iter).rstrip(")").endswith("groups")
    made = [ast.unparse(node.targets[0]) for node in ast.walk(loop) if isinstance(node, ast.Assign)]
    assert "model" in made


def test_texts_with_scikit_learn(tmp_path: Path) -> None:
    """From data.csv to a queue that begins with the three wrong labels."""
    found = run("Texts with scikit-learn", texts(), tmp_path)
    with np.load(found) as file:
        assert file["probs"].dtype == np.float32 and file["probs"].shape == (120, 3)
        np.testing.assert_allclose(file["probs"].sum(axis=1), 1, atol=1e-5)
        assert file["classes"].tolist() == ["cat", "dog", "eel"]
    assert_found(tmp_path, found)


@pytest.mark.parametrize("heading", ["A table with scikit-learn", "A table with LightGBM"])
def test_tables(heading: str, tmp_path: Path) -> None:
    """Numbers and words with missing cells, and a column whose name holds a colon."""
    if "LightGBM" in heading and importlib.util.find_spec("lightgbm") is None:
        pytest.skip("lightgbm is not installed here")
    found = run(heading, table(), tmp_path)
    assert_found(tmp_path, found)


def test_vectors_with_scikit_learn(tmp_path: Path) -> None:
    """The vectors are joined to the rows, and an audit learns from them."""
    found = run("Vectors with scikit-learn", texts(), tmp_path)
    with np.load(found) as file:
        assert file["vectors"].dtype == np.float32 and file["vectors"].shape == (120, 64)
    audit = auditor.audit(tmp_path / "data.csv", embeddings=found)
    assert audit.header["embeddings"]["file"] == "vectors.npz"
    assert audit.header["predictions"]["model"]["looked_at"] == ["texts", "vectors"]


@pytest.mark.parametrize(("title", "script"), recipes.ALL, ids=range(len(recipes.ALL)))
def test_a_short_recipe_is_python_that_fits_into_the_report(title: str, script: str) -> None:
    """What the report and `auditor explain` show: complete, and no line is wider than a narrow page shows."""
    compile(script, title, "exec")
    assert max(map(len, script.splitlines())) <= 80
    name, keys = next(iter(written(script).items()))
    assert name in script.splitlines()[-1]
    assert keys == WRITES[name]


@pytest.mark.parametrize(
    ("script", "data"), [(recipes.RECIPES["text"][1][1], texts), (recipes.RECIPES["columns"][0][1], table)]
)
def test_a_short_recipe_leads_to_the_planted_errors(
    tmp_path: Path, script: str, data: Callable[[], pd.DataFrame]
) -> None:
    """The recipes of scikit-learn, run as they stand."""
    assert_found(tmp_path, run_script(script, data(), tmp_path))
