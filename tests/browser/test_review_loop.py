"""From an audit through the page and back: text and table, Latin and Hangul mode."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted
from test_real_report import hostile_audit
from test_review_page import send_key

import auditor

Open = Callable[..., Any]
KEYS = {
    "keep": ("ㅂ", "KeyQ", 81),
    "accept": ("ㅈ", "KeyW", 87),
    "exclude": ("ㄷ", "KeyE", 69),
    "unsure": ("ㄱ", "KeyR", 82),
}


def table_data() -> tuple[pd.DataFrame, Any]:
    """Rows of numbers and words whose label follows from them, with some wrong ones."""
    draw = np.random.default_rng(3)
    n = 200
    frame = pd.DataFrame(
        {
            "id": [f"r{at:03d}" for at in range(n)],
            "나이": draw.integers(18, 80, n),
            "city": draw.choice(["서울", "부산"], n),
            "income": draw.integers(1000, 9000, n),
        }
    )
    truth = (frame["income"] > 5000).to_numpy().astype(int)
    flipped = truth.copy()
    flipped[::17] = 1 - flipped[::17]
    frame["label"] = np.array(["거절", "승인"])[flipped]
    probs = np.where(truth[:, None] == [0, 1], 0.97, 0.03) + draw.random((n, 2)) * 0.01
    return frame, probs / probs.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("kind", ["text", "table"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_decide_export_apply_and_audit_again(open_html: Open, tmp_path: Path, kind: str, lang: str) -> None:
    """The corrected file differs in the decided cells alone, and the next audit asks for nothing decided."""
    frame, probs = planted()[:2] if kind == "text" else table_data()
    data = tmp_path / "data.csv"
    frame.to_csv(data, index=False)
    audit = auditor.audit(data, predictions=probs)
    written = auditor.write_review(audit, tmp_path / "review.html", items=60, spot=4, lang=lang)
    page = open_html(written.paths[0].read_text(encoding="utf-8"))
    page.fill("#handle", "김검수")
    page.keyboard.press("Enter")
    said: dict[str, str] = {}
    for turn in range(24):
        item = page.evaluate("({...work.current, open: review.revealed(work.current.item)})")
        action = ["keep", "accept", "exclude", "unsure"][turn % 4]
        action = "keep" if action == "accept" and not (item["open"] and item["suggested"]) else action
        if turn % 2:
            send_key(page, *KEYS[action], KEYS[action][0])
        else:
            page.keyboard.press({"keep": "q", "accept": "w", "exclude": "e", "unsure": "r"}[action])
        said[item["item"]] = item["suggested"] if action == "accept" else action
        if turn == 11:  # the browser is closed and opened again
            page.evaluate("review.markExported()")
            page.reload()
            page.locator(".found button").click()
    with page.expect_download() as download:
        page.keyboard.press("s")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    report = auditor.write_report(audit, tmp_path / "report.html", lang=lang).read_text(encoding="utf-8")
    lead = open_html(report)
    lead.set_input_files("#yield-files", str(file))
    lead.wait_for_function("() => document.getElementById('yield-loaded').textContent !== ''")
    assert "24" in lead.text_content("#yield-loaded")  # the report takes the page's own file

    fixed, changes = auditor.apply_decisions(data, file, output=tmp_path / "fixed.csv")
    decided = {entry["item"]: entry for entry in page.evaluate("[...review.records.values()]")}
    expected = pd.read_csv(data, dtype=str, keep_default_na=False).set_index("id")
    for item, entry in decided.items():
        if entry["action"] == "relabel":
            expected.loc[item, "label"] = entry["label"]
    gone = [item for item, entry in decided.items() if entry["action"] == "exclude"]
    pd.testing.assert_frame_equal(fixed.set_index("id"), expected.drop(index=gone))
    assert set(said) <= set(decided) and set(changes["who"]) <= {"김검수"}

    kept = [at for at, item in enumerate(frame["id"]) if item not in gone]
    again = auditor.audit(tmp_path / "fixed.csv", predictions=probs[kept], decisions=file)
    settled = {item for item, entry in decided.items() if entry["action"] in {"keep", "relabel"}}
    assert settled and not settled & set(again.queue["item"])
    assert set(again.decisions["state"]) <= {"kept", "done", "unsure"}


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_hostile_dataset_goes_through_the_page_inert(open_html: Open, tmp_path: Path, lang: str) -> None:
    """Classes, ids, texts and columns that would run, fetch or break out: all of it is text."""
    written = auditor.write_review(hostile_audit(), tmp_path / "review.html", lang=lang)
    page = open_html(written.paths[0].read_text(encoding="utf-8"), viewport={"width": 360, "height": 740})
    page.fill("#handle", "kim")
    page.keyboard.press("Enter")
    for key in "qrejjkk?":
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    page.locator("#list-toggle").click()
    page.locator("#open-end").click()
    assert page.evaluate("window.PWNED") is None and page.locator("img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
