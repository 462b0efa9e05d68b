"""The forecast in the lead's report, drawn anew from decisions files in the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from auditor.sample_data import path_of
from review_files import document, record

import auditor
from auditor.decided import merged_files, with_decisions
from auditor.forecasts import forecast
from auditor.prioritise import forecast as method
from auditor.prioritise.forecast import fit, stop_after
from auditor.prioritise.round import Plan
from auditor.report import forecast_words as words
from auditor.report.yield_curve import _drawing
from auditor.rounds import round_of

pytest.importorskip("playwright")


@cache
def audited() -> auditor.Audit:
    """The audit of the packaged sample."""
    folder = path_of("intents_en")
    return auditor.audit(folder / "dataset.csv", predictions=folder / "oof.npz", out_of_sample=True)


def said(reviewer: str = "kim", wrong: int = 3, **more: Any) -> dict[str, Any]:
    """A file about the spot checks: every `wrong`-th is an error."""
    audit = audited()
    scores, records = audit.scores, []
    spots = sorted((one for one in round_of(audit.tables, Plan()).asked if one.sample == "spot"),
                   key=lambda one: one.position or 0)  # fmt: skip
    for number, one in enumerate(spots):
        given = scores["given"][one.row]
        change = scores["predicted"][one.row]
        change = change if change != given else scores["suggested"][one.row]
        is_wrong = number % wrong == 0
        action, label = ("relabel", change) if is_wrong else ("keep", None)
        records.append(
            record(scores["item"][one.row], action, label, row=one.row, given=given, sample="spot",
                   position=one.position, shown_suggestion=False, ms=6_000)
        )  # fmt: skip
    dataset = {"name": "dataset.csv", "fingerprint": audit.header["dataset"]["fingerprint"],
               "rows": len(scores), "label_column": "label"}  # fmt: skip
    classes = audit.header["dataset"]["classes"]
    return document(records, reviewer=reviewer, classes=classes, dataset=dataset, **more)


def written(folder: Path, name: str, content: dict[str, Any]) -> Path:
    """A file of it."""
    path = folder / name
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """The report of the sample, nothing decided; it may ask for nothing."""
    yield from opened(browser, tmp_path, "en")


def opened(browser: Any, folder: Path, lang: str, **context: Any) -> Iterator[Any]:
    """The report in a language."""
    path = auditor.write_report(audited(), folder / "report.html", lang=lang)
    tab = browser.new_page(**context)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(path.as_uri())
    yield tab
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert errors == []
    tab.close()


def load(page: Any, *paths: Path) -> str:
    """Pick files; what the page says of them."""
    page.set_input_files("#yield-files", [str(path) for path in paths])
    page.wait_for_function("() => document.getElementById('yield-loaded').textContent !== ''")
    return str(page.text_content("#yield-loaded"))


def texts(page: Any, selector: str) -> list[str]:
    """The texts of elements."""
    return [text.strip() for text in page.locator(selector).all_text_contents()]


def test_before_any_verdict_there_is_no_number_and_no_picture(page: Any) -> None:
    """Only the way to load what was decided."""
    assert page.locator("#yield-figure").is_hidden()
    assert texts(page, "#yield .first li") == []
    assert page.locator("#yield-files").is_visible()


@pytest.mark.parametrize("wrong", [1, 2, 3, 25])
def test_a_loaded_file_says_what_the_command_says(page: Any, tmp_path: Path, wrong: int) -> None:
    """Sentences and list word for word, the picture to a tenth of its unit."""
    path = written(tmp_path, "kim.json", said(wrong=wrong))
    load(page, path)
    found = forecast(with_decisions(audited(), merged_files([path])))

    sentences = [str(line) for line in (*words.basis(found), *words.what_next(found))]
    assert texts(page, "#yield .said p") == sentences
    assert texts(page, "#yield .first li") == [str(words.expected(one)) for one in found.first]
    drawn = _drawing(found)
    for name, theirs in (("band", drawn.band), ("expected", drawn.line), ("found", drawn.found)):
        ours = page.get_attribute(f"#yield svg .{name}", "d")
        assert numbers(ours) == pytest.approx(numbers(theirs), abs=0.21 if name == "expected" else 2.1)
    assert texts(page, "#yield svg .x text") == [tick.text for tick in drawn.x_ticks]
    assert page.locator("#yield-figure").is_visible()


def numbers(path: str) -> list[float]:
    """The numbers of an SVG path."""
    return [float(part) for part in path.replace("M", " ").replace("L", " ").replace("Z", " ").split()]


def test_the_functions_of_the_page_are_those_of_the_library(page: Any) -> None:
    """Random verdicts and lists: expected errors to a millionth, bands to one row, the stop exactly."""
    random = np.random.default_rng(3)
    for _ in range(12):
        n, frozen = int(random.integers(30, 700)), int(random.integers(20, 500))
        places = np.sort(random.choice(2 * n, n, replace=False))
        at = random.choice(n, int(random.integers(10, 30)), replace=False)
        wrong = random.random(len(at)) < random.random()
        known = np.full(n, np.nan)
        known[at] = wrong
        curve = fit(places[at], wrong, frozen)
        sizes = sorted({1, n // 2, n})
        theirs = curve.expected(places, known, sizes)
        ours = page.evaluate(
            """([evidence, rows, sizes, data]) => {
              const curve = fitCurve(evidence, data);
              const rates = ratesOf(curve, rows.map(({ place }) => place));
              return [expectedErrors(curve, rows, sizes, 0.9), stopAfter(rates, rows, 0.1)];
            }""",
            [
                [{"place": int(p), "wrong": bool(w)} for p, w in zip(places[at], wrong, strict=True)],
                [
                    {"place": int(p), "known": None if np.isnan(k) else int(k)}
                    for p, k in zip(places, known, strict=True)
                ],
                sizes,
                {"frozen": frozen, "grid": grid()},
            ],
        )
        for one, other in zip(theirs, ours[0], strict=True):
            assert other["errors"] == pytest.approx(one.errors, rel=1e-6, abs=1e-6)
            assert abs(other["low"] - one.low) <= 1 and abs(other["high"] - one.high) <= 1
            assert (other["found"], other["judged"], other["n"]) == (one.found, one.judged, one.n)
        assert ours[1] == stop_after(curve.rates(places), known, 0.1)


def grid() -> dict[str, Any]:
    """What the page knows of the method."""
    return {
        "a": method.A_VALUES.tolist(),
        "b": method.B_VALUES.tolist(),
        "a_deviation": method.A_DEVIATION,
        "b_mean": method.B_MEAN,
        "b_deviation": method.B_DEVIATION,
        "flattening": method.FLATTENING,
    }


def test_files_add_up_and_the_same_file_twice_changes_nothing(page: Any, tmp_path: Path) -> None:
    """A second reviewer who agrees changes no number; one who does not takes the verdicts away."""
    kim, lee = written(tmp_path, "kim.json", said()), written(tmp_path, "lee.json", said("lee"))
    load(page, kim)
    before = texts(page, "#yield .first li")
    load(page, kim)
    load(page, lee)
    assert texts(page, "#yield .first li") == before

    other = written(tmp_path, "park.json", said("park", wrong=2))
    load(page, other)
    both = forecast(with_decisions(audited(), merged_files([kim, lee, other])))
    assert texts(page, "#yield .first li") == [str(words.expected(one)) for one in both.first]


def test_what_is_no_decisions_file_of_this_dataset_is_said_and_changes_nothing(
    page: Any, tmp_path: Path
) -> None:
    """Damaged, foreign, no JSON."""
    damaged = said()
    damaged["decisions"][0]["action"] = "keep" if damaged["decisions"][0]["action"] != "keep" else "exclude"
    foreign = said(**{}) | {"dataset": {"fingerprint": "sha256:other"}}
    (tmp_path / "<b>x.json").write_text("{nothing", encoding="utf-8")
    text = load(
        page,
        written(tmp_path, "damaged.json", damaged),
        written(tmp_path, "foreign.json", foreign),
        tmp_path / "<b>x.json",
    )

    assert text.count("is damaged") == 2 and "another dataset" in text and "<b>x.json" in text
    assert page.locator("#yield b").count() == 0
    assert page.locator("#yield-figure").is_hidden()


def test_the_panel_in_korean_narrow_and_dark(browser: Any, tmp_path: Path) -> None:
    """Korean sentences, no scrolling to the side at 360 px, nothing that axe finds."""
    from axe_playwright_python.sync_playwright import Axe

    for scheme in ("light", "dark"):
        context = {"viewport": {"width": 360, "height": 800}, "color_scheme": scheme}
        for tab in opened(browser, tmp_path, "ko", **context):
            load(tab, written(tmp_path, "kim.json", said()))
            lines = texts(tab, "#yield .said p") + texts(tab, "#yield .first li")
            assert all(any("가" <= letter <= "힣" for letter in line) for line in lines)
            assert tab.evaluate("() => document.documentElement.scrollWidth") <= 360
            found = Axe().run(tab, context="#do-first")
            assert [violation["id"] for violation in found.response["violations"]] == []


def test_an_update_takes_milliseconds(page: Any) -> None:
    """No time is asserted; the benchmark states it. A thousand rows and 500 verdicts end at all."""
    data = {"frozen": 500, "grid": grid()}
    count = page.evaluate(
        """(data) => {
          const evidence = Array.from({ length: 500 }, (_, at) => ({ place: 2 * at, wrong: at % 3 === 0 }));
          const rows = Array.from({ length: 1000 }, (_, place) => ({ place, known: place % 2 ? null : 0 }));
          return expectedErrors(fitCurve(evidence, data), rows, [1000], 0.9)[0].judged;
        }""",
        data,
    )
    assert count == 500
