"""Reports of real audits in a real browser: the packaged sample, and a dataset that attacks the reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hostile_data import CLASSES, hostile_frame

import auditor
from auditor import Audit
from auditor.report.page import render
from auditor.report.view import page_of
from auditor.resources import sample

Open = Callable[..., Any]
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SECTIONS = ["label-issues", "duplicates", "outliers", "class-balance", "trust"]
CHARTS = {"chart-given-suggested", "chart-order", "chart-class-balance"}


@lru_cache
def sample_audit() -> Audit:
    """The packaged English sample: 16 classes, so that the heat map is drawn."""
    folder: Path = sample("intents_en")
    return auditor.audit(folder / "dataset.csv", predictions=folder / "oof.npz", out_of_sample=True)


@lru_cache
def hostile_audit() -> Audit:
    frame, probs = hostile_frame()
    columns = [name for name in frame.columns if name not in {"id", "label", "split"}]
    return auditor.audit(frame, predictions=probs, text=columns, classes=list(CLASSES))


def open_everything(page: Any) -> None:
    """Unfold every section and draw every chart."""
    page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true; })")
    page.wait_for_function("() => !document.querySelector('.chart:not([data-drawn])')")


def overflow(page: Any) -> int:
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_report_of_the_sample_works(open_html: Open, axe: Any, lang: str) -> None:
    """All sections, all charts, nothing sideways at 360 px, nothing for axe to find, no error."""
    page = open_html(render(page_of(sample_audit(), lang)), viewport={"width": 360, "height": 800})
    assert page.locator("html").get_attribute("lang") == lang
    assert [section for section in SECTIONS if page.locator(f"#{section}").count() != 1] == []
    assert overflow(page) <= 0
    open_everything(page)
    charts = page.locator(".chart")
    assert {chart.get_attribute("id") for chart in charts.all()} >= CHARTS or charts.count() == len(CHARTS)
    assert all(chart.locator(".main-svg").count() for chart in charts.all())
    assert overflow(page) <= 0
    found = axe.run(page, options=AXE_RULES).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:5]) for rule in found] == []


def test_the_numbers_of_the_page_are_those_of_the_audit(open_html: Open) -> None:
    """What a reader sees first is what the measures say."""
    page = open_html(render(page_of(sample_audit())))
    shown = page.locator("#report").inner_text()
    count = int(sample_audit().measure("label_issues.count").value)
    assert f"{count:,}" in shown and "1,785" in shown
    assert page.locator("#queue .rows .row").count() == 25


def test_a_hostile_dataset_does_nothing(open_html: Open) -> None:
    """No request, no violation of the policy, no script of the data; the rest is checked at the end."""
    page = open_html(render(page_of(hostile_audit())), viewport={"width": 360, "height": 800})
    open_everything(page)
    page.locator("#queue .next").first.click()
    page.locator("select[name=given]").select_option(index=2)
    assert page.evaluate("window.PWNED") is None
    assert page.locator("main img, main b, main i, main a[href^=http], main [onmouseover]").count() == 0
    assert overflow(page) <= 0
    assert "{{7*7}}" in page.content()
