"""The recipes of docs/images.md: those without a network are run, the others are Python with good keys."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from review_files import record, write_decisions
from test_recipes import WRITES, written

import auditor
from auditor.resources import sample

PAGE = (Path(__file__).parent.parent / "docs" / "images.md").read_text(encoding="utf-8")
RECIPES: dict[str, str] = dict(
    re.findall(r"^### ([^\n]+)$(?:(?!^#).)*?^```python\n(.*?)^```$", PAGE, re.M | re.S)
)
"""Heading -> script."""
RUN = "Predictions with scikit-learn"
OTHERS = sorted(set(RECIPES) - {RUN})
COPYING = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)[-1]
"""The last script of the page: folders of a manifest."""


def photos(home: Path, wrong: int = 0) -> list[str]:
    """The packaged digits in class folders, the surest ones in that of the next digit; the items of these."""
    digits = sample("digits")
    rows = pd.read_csv(digits / "dataset.csv", dtype=str)
    probs = np.load(digits / "oof.npz")["probs"]
    own = probs[np.arange(len(rows)), rows["label"].astype(int)]
    planted = set(np.argsort(-own, kind="stable")[:wrong].tolist())
    items = []
    with zipfile.ZipFile(digits / "images.zip") as archive:
        for row, (label, image) in enumerate(zip(rows["label"], rows["image"], strict=True)):
            folder = str((int(label) + 1) % 10) if row in planted else label
            path = home / "photos" / folder / image
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(image))
            items += [f"{folder}/{image}"] if row in planted else []
    return items


def run(script: str, home: Path) -> None:
    """A script as a user runs it, beside the folder."""
    (home / "recipe.py").write_text(script, encoding="utf-8")
    command = [sys.executable, "-W", "error", "recipe.py"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_block_of_python_is_known_to_these_tests() -> None:
    """The recipes under headings of their own, and what copies the images into folders."""
    assert len(RECIPES) + 1 == PAGE.count("```python\n") and RUN in RECIPES


@pytest.mark.parametrize("heading", sorted(RECIPES))
def test_a_recipe_is_python_and_writes_the_keys_that_are_read(heading: str) -> None:
    """Also those that are not run, and they say that they are not."""
    compile(RECIPES[heading], heading, "exec")
    found = written(RECIPES[heading])
    assert len(found) == 1
    assert all(keys == WRITES[name] for name, keys in found.items())
    before = PAGE[PAGE.index(f"### {heading}\n") :].partition("```")[0]
    assert ("Not run by the tests." in before) == (heading in OTHERS)


@pytest.mark.parametrize("heading", sorted(RECIPES))
def test_the_recipes_call_images_as_the_audit_does(tmp_path: Path, heading: str) -> None:
    """The lines that list the files are run: their ids are the items of the folder, in order."""
    photos(tmp_path)
    lines = [
        node
        for node in ast.parse(RECIPES[heading]).body
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) in {"ENDINGS", "root", "files", "ids"}
    ]
    script = "\n".join(["import unicodedata", "from pathlib import Path", *map(ast.unparse, lines)])
    run(f"{script}\nPath('ids.txt').write_text('\\n'.join(ids))", tmp_path)
    found = auditor.audit(tmp_path / "photos", model="none")
    assert (tmp_path / "ids.txt").read_text().split("\n") == list(found.scores["item"])


@pytest.mark.parametrize("heading", [name for name in sorted(RECIPES) if name.startswith("Predictions")])
def test_copies_stay_in_one_fold_and_models_are_new(heading: str) -> None:
    """Every recipe that trains splits by groups, and makes its model inside the loop."""
    tree = ast.parse(RECIPES[heading])
    loops = [node for node in tree.body if isinstance(node, ast.For)]
    loop = next(node for node in loops if "folds.split" in ast.unparse(node.iter))
    assert ast.unparse(loop.iter).rstrip(")").endswith("groups")
    made = [ast.unparse(node.targets[0]) for node in ast.walk(loop) if isinstance(node, ast.Assign)]
    assert "model" in made


def test_predictions_with_scikit_learn(tmp_path: Path) -> None:
    """From the folder to a queue that begins with digits in wrong folders; a copy elsewhere is no traitor."""
    planted = photos(tmp_path, wrong=6)
    run(RECIPES[RUN], tmp_path)
    with np.load(tmp_path / "oof.npz") as file:
        assert file["probs"].shape == (297, 10) and file["classes"].tolist() == [*"0123456789"]
        np.testing.assert_allclose(file["probs"].sum(axis=1), 1, atol=1e-5)
    audit = auditor.audit(tmp_path / "photos", predictions=tmp_path / "oof.npz")
    assert audit.header["predictions"]["out_of_sample"] == "yes"
    assert audit.header["predictions"]["joined_by"] == ["id"]
    places = [list(audit.queue["item"]).index(item) for item in planted]
    assert np.median(places) < len(audit.queue) / 4


def test_the_folders_of_a_manifest(tmp_path: Path) -> None:
    """The script at the end of the page: every image in the folder of its corrected class."""
    photos(tmp_path)
    first = sorted((tmp_path / "photos" / "3").iterdir())[0].name
    said = [record(f"3/{first}", "relabel", "5", given="3")]
    file = write_decisions(tmp_path / "said.json", said, classes=[*"0123456789"])
    auditor.apply_decisions(tmp_path / "photos", file, output=tmp_path / "fixed.csv")
    run(COPYING, tmp_path)
    new = {
        path.relative_to(tmp_path / "photos-fixed").as_posix() for path in tmp_path.glob("photos-fixed/*/*")
    }
    old = {path.relative_to(tmp_path / "photos").as_posix() for path in tmp_path.glob("photos/*/*")}
    expected = {f"{item.partition('/')[0]}/{item.replace('/', '_')}" for item in old - {f"3/{first}"}}
    assert new == expected | {f"5/3_{first}"}
