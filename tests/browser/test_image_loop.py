"""The whole loop on a folder of digits: audit, decide in the browser, apply, audit again."""

from __future__ import annotations

import json
import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_review_page import send_key

from auditor.cli.main import main
from auditor.resources import sample
from auditor.store.loading import load_audit

Open = Callable[..., Any]
Shown = dict[str, str]
"""Id in the sample -> item of the folder: its class, then its file."""
KEYS = {"keep": ("ㅂ", "KeyQ", 81), "accept": ("ㅈ", "KeyW", 87), "exclude": ("ㄷ", "KeyE", 69)}
LATIN = {"keep": "q", "accept": "w", "exclude": "e"}
DRAWN = """() => {
  const seen = [...document.images].filter((one) => one.checkVisibility());
  return seen.length > 0 && seen.every((one) => one.complete && one.naturalWidth > 0);
}"""
"""Whether the digit of the item is on the screen."""
TURNS = 40
PLANTED = 6


@pytest.fixture
def photos(tmp_path: Path) -> tuple[Shown, dict[str, str]]:
    """The packaged digits in class folders, the surest six in that of the next digit; their predictions.

    Returns:
        The items, and of those in a wrong folder the right class.
    """
    home = sample("digits")
    rows = pd.read_csv(home / "dataset.csv", dtype=str)
    oof = np.load(home / "oof.npz")
    own = oof["probs"][np.arange(len(rows)), rows["label"].astype(int)]
    wrong = np.argsort(-own, kind="stable")[:PLANTED]
    right, items = {}, {}
    with zipfile.ZipFile(home / "images.zip") as archive:
        for row, (number, label, image) in enumerate(rows.itertuples(index=False)):
            given = str((int(label) + 1) % 10) if row in wrong else label
            items[number] = f"{given}/{image}"
            if row in wrong:
                right[items[number]] = label
            path = tmp_path / "photos" / items[number]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(image))
    ids = np.array([items[number] for number in oof["ids"].tolist()])
    np.savez(tmp_path / "oof.npz", probs=oof["probs"], ids=ids, classes=oof["classes"])
    return items, right


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_loop_on_a_folder_of_digits(
    open_html: Open,
    tmp_path: Path,
    photos: tuple[Shown, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lang: str,
) -> None:
    """What was planted is put right by people, the corrected labels count, and no image was touched."""
    items, right = photos
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDITOR_LANG", lang)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in Path("photos").rglob("*.png")}
    options = ["--predictions", "oof.npz", "--out-of-sample", "yes"]
    assert main(["audit", "photos", *options, "--quiet"]) == 0

    page = open_html(Path("audit/review.html").read_text(encoding="utf-8"))
    page.fill("#handle", "김검수")
    page.keyboard.press("Enter")
    for turn in range(TURNS):
        page.wait_for_function(DRAWN)
        item = page.evaluate("({...work.current, open: review.revealed(work.current.item)})")
        sure = item["open"] and item["suggested"] and item["item"] in right
        action = "accept" if sure else "exclude" if turn % 10 == 9 and item["item"] not in right else "keep"
        if turn % 2:
            send_key(page, *KEYS[action], KEYS[action][0])
        else:
            page.keyboard.press(LATIN[action])
    with page.expect_download() as download:
        page.keyboard.press("s")
    file = download.value.suggested_filename
    download.value.save_as(tmp_path / file)
    said = {entry["item"]: entry for entry in json.loads(Path(file).read_text("utf-8"))["decisions"]}
    moved = {name: entry["label"] for name, entry in said.items() if entry["action"] == "relabel"}
    gone = {name for name, entry in said.items() if entry["action"] == "exclude"}
    assert moved and gone and set(moved.items()) <= set(right.items())
    assert all(entry["content"].startswith("sha256:") for entry in said.values())

    capsys.readouterr()
    assert main(["apply", "photos", file, "-o", "fixed.csv", "--json"]) == 0
    audit, review = json.loads(capsys.readouterr().out)["next"]
    fixed = pd.read_csv("fixed.csv", dtype=str).set_index("file_name")["label"].to_dict()
    expected = {item: moved.get(item, item.partition("/")[0]) for item in items.values()}
    assert fixed == {item: label for item, label in expected.items() if item not in gone}
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before} == before

    assert main([*shlex.split(audit)[1:], *options, "--quiet"]) == 0
    again = load_audit("again")
    scores = again.scores.reset_index()
    given = dict(zip(scores["item"], scores["given"].astype(str), strict=True))
    assert {item: given[item] for item in moved} == moved and not gone & set(given)
    states = dict(zip(again.decisions["item"], again.decisions["state"], strict=True))
    assert {states[item] for item in moved} == {"done"} and "stale" not in states.values()
    settled = {name for name, entry in said.items() if entry["action"] in {"keep", "relabel"}}
    assert not settled & set(again.queue["item"])
    assert main(shlex.split(review)[1:]) == 0
    page = open_html(Path("round2.html").read_text(encoding="utf-8"))
    assert not settled & set(page.evaluate("review.items.map((one) => one.item)"))
