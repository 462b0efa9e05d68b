"""The forecast in the lead's report, drawn anew from decisions files in the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from auditor.sample_data import path_of
from review_files import document, record

import auditor
from auditor.decided import merged_files, with_decisions
from auditor.forecasts import Forecast, forecast
from auditor.prioritise import forecast as method
from auditor.prioritise.forecast import fit, stop_after
from auditor.prioritise.round import Plan
from auditor.report import forecast_words as words
from auditor.report.yield_curve import _drawing
from auditor.rounds import round_of

Record = dict[str, Any]
Opened = Callable[..., Any]


@cache
def audited() -> auditor.Audit:
    """The audit of the packaged sample: its queue is longer than what the page lists."""
    folder = path_of("intents_en")
    return auditor.audit(folder / "dataset.csv", predictions=folder / "oof.npz", out_of_sample=True)


@cache
def asked(sample: str) -> tuple[Any, ...]:
    """What the first round asks for one reason, by its place in the frozen list."""
    found = [one for one in round_of(audited().tables, Plan()).asked if one.sample == sample]
    return tuple(sorted(found, key=lambda one: one.position or 0))


def said_of(one: Any, action: str = "keep", **more: Any) -> Record:
    """A blind decision on an asked row; `relabel` is to the class that the model would have."""
    scores = audited().scores
    given, change = scores["given"][one.row], scores["predicted"][one.row]
    change = scores["suggested"][one.row] if change == given else change
    own = {"row": one.row, "given": given, "sample": one.sample, "position": one.position, "ms": 6_000}
    label = change if action == "relabel" else None
    return record(scores["item"][one.row], action, label, **own | {"shown_suggestion": False} | more)


def spots(wrong: int = 3, **more: Any) -> list[Record]:
    """Decisions on all spot checks: every `wrong`-th is an error."""
    return [
        said_of(one, "relabel" if at % wrong == 0 else "keep", **more) for at, one in enumerate(asked("spot"))
    ]


def of_sample(records: Sequence[Record], reviewer: str = "kim", **more: Any) -> dict[str, Any]:
    """A file about the packaged sample."""
    header = audited().header["dataset"]
    dataset = {
        "name": "dataset.csv",
        "fingerprint": f"sha256:{header['fingerprint']}",
        "rows": header["rows"],
        "label_column": "label",
    }
    return document(records, reviewer=reviewer, classes=header["classes"], **{"dataset": dataset} | more)


def written(folder: Path, name: str, content: Mapping[str, Any]) -> Path:
    """A file of it."""
    path = folder / name
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


@cache
def report(lang: str = "en") -> str:
    """The report of the sample, nothing decided."""
    return report_of(audited(), lang)


def report_of(audit: auditor.Audit, lang: str = "en") -> str:
    """The report of an audit as HTML."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path: Path = auditor.write_report(audit, Path(folder) / "report.html", lang=lang)
        return path.read_text(encoding="utf-8")


@pytest.fixture
def page(open_html: Opened) -> Any:
    """The report of the sample; `open_html` sees that it asks for nothing and violates no policy."""
    return open_html(report())


def load(page: Any, *paths: Path) -> str:
    """Pick files; what the page says of them."""
    page.evaluate("() => { document.getElementById('yield-loaded').textContent = ''; }")
    page.set_input_files("#yield-files", [str(path) for path in paths])
    page.wait_for_function("() => document.getElementById('yield-loaded').textContent !== ''")
    return str(page.text_content("#yield-loaded"))


def texts(page: Any, selector: str) -> list[str]:
    """The texts of elements."""
    return [text.strip() for text in page.locator(selector).all_text_contents()]


def sentences(found: Forecast, lang: str = "en") -> list[str]:
    """What the command says before the list."""
    return [line.to(lang) for line in (*words.basis(found), *words.what_next(found))]


def listed(found: Forecast, lang: str = "en") -> list[str]:
    """The errors among the first rows, as the command says them."""
    return [line.to(lang) for line in words.first_lines(found)]


def decided(*paths: Path, audit: auditor.Audit | None = None) -> Forecast:
    """The forecast of the library from the same files."""
    return forecast(with_decisions(audit or audited(), merged_files(paths)))


def shown(page: Any) -> tuple[list[str], list[str]]:
    """Sentences and list of the page."""
    return texts(page, "#yield .said p"), texts(page, "#yield .first li")


def numbers(path: str) -> list[float]:
    """The numbers of an SVG path."""
    return [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", path)]


def test_before_any_verdict_there_is_no_number_and_no_picture(page: Any) -> None:
    """Only the way to load what was decided."""
    assert page.locator("#yield-figure").is_hidden()
    assert shown(page) == ([], [])
    assert page.locator("#yield-files").is_visible()


@pytest.mark.parametrize("wrong", [1, 2, 3, 25])
def test_a_loaded_file_says_what_the_command_says(page: Any, tmp_path: Path, wrong: int) -> None:
    """Sentences and list word for word, the picture to a tenth of its unit."""
    path = written(tmp_path, "kim.json", of_sample(spots(wrong)))
    note = load(page, path)
    found = decided(path)

    assert note == "25 decisions of 1 file taken."
    assert shown(page) == (sentences(found), listed(found))
    drawn = _drawing(found)
    for name, theirs in (("band", drawn.band), ("expected", drawn.line), ("found", drawn.found)):
        assert numbers(page.get_attribute(f"#yield svg .{name}", "d")) == pytest.approx(
            numbers(theirs), abs=0.11
        )
    for axis, ticks in (("x", drawn.x_ticks), ("y", drawn.y_ticks)):
        assert texts(page, f"#yield svg .{axis} text") == [tick.text for tick in ticks]
    stops = [float(line.get_attribute("x1")) for line in page.locator("#yield svg .stop").all()]
    assert stops == ([] if drawn.stop is None else pytest.approx([drawn.stop], abs=0.11))
    assert page.locator("#yield-figure").is_visible()


def test_the_picture_of_the_page_is_that_of_the_report(open_html: Opened, tmp_path: Path) -> None:
    """Loading the file that the report was made with changes no element of the drawing, nor a word."""
    path = written(tmp_path, "kim.json", of_sample(spots()))
    tab = open_html(report_of(with_decisions(audited(), merged_files([path]))))

    def parts() -> list[str]:
        markup = tab.evaluate(
            "() => [...document.querySelectorAll('#yield svg *')].map((one) => one.outerHTML)"
        )
        return [re.sub(r'\.0"', '"', one) for one in markup]

    before, said = parts(), shown(tab)
    load(tab, path)

    assert parts() == before
    assert shown(tab) == said


def test_the_functions_of_the_page_are_those_of_the_library(page: Any) -> None:
    """Random verdicts and lists: expected errors to a millionth, bands and the stop exactly."""
    random = np.random.default_rng(3)
    for _ in range(20):
        n, frozen = int(random.integers(30, 700)), int(random.integers(1, 500))
        places = np.sort(random.choice(3 * n, n, replace=False))
        at = random.choice(n, int(random.integers(0, 30)), replace=False)
        wrong = random.random(len(at)) < random.random()
        known = np.full(n, np.nan)
        known[at] = wrong
        curve = fit(places[at], wrong, frozen)
        sizes = sorted({1, n // 3, n // 2, n})
        rates = curve.rates(places)
        got = page.evaluate(
            """([evidence, rows, sizes, data]) => {
              const places = rows.map(({ place }) => place);
              const curve = fitCurve(evidence, data);
              const rates = ratesOf(curve, places);
              const x = xOf(places, data.frozen, data.grid.flattening);
              return [x, rates, expectedErrors(curve, rows, sizes, 0.9), stopAfter(rates, rows, 0.1)];
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
        x, theirs, expected, stop = got
        assert x == pytest.approx(method.Scale(frozen=frozen)(places), rel=1e-9, abs=1e-9)
        assert theirs == pytest.approx(rates, rel=1e-6, abs=1e-9)
        for one, other in zip(curve.expected(places, known, sizes), expected, strict=True):
            assert other.pop("errors") == pytest.approx(one.errors, rel=1e-6, abs=1e-6)
            assert other == {
                "n": one.n, "low": one.low, "high": one.high, "found": one.found, "judged": one.judged
            }  # fmt: skip
        assert stop == stop_after(rates, known, 0.1)


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


def test_the_normal_distribution_function_is_exact_to_a_ten_millionth(page: Any) -> None:
    """Against scipy's, far into both tails."""
    from scipy.special import ndtr

    z = np.linspace(-40, 40, 4_001)
    assert np.abs(np.array(page.evaluate("(z) => z.map(normal)", z.tolist())) - ndtr(z)).max() < 1e-7


@pytest.mark.parametrize("seed", range(8))
def test_the_words_of_many_reviewers_count_as_the_command_counts_them(
    page: Any, tmp_path: Path, seed: int
) -> None:
    """Whatever was said, revised, copied, excluded or left open, in whatever order the files come."""
    random = np.random.default_rng(seed)
    paths = []
    for number in range(int(random.integers(2, 6))):
        reviewer = ("kim", "lee", "park", "choi")[int(random.integers(0, 4))]
        records = [one for row in rows_asked() for one in at_random(random, row)]
        paths.append(written(tmp_path, f"{number}.json", of_sample(records, reviewer)))
    for path in [paths[at] for at in random.permutation(len(paths))]:
        load(page, path)
    found = decided(*paths)

    assert shown(page) == (sentences(found), listed(found))


def rows_asked() -> tuple[Any, ...]:
    """Rows asked about for every reason, some of them not on the page."""
    return (*asked("spot"), *asked("control")[:10], *asked("queue")[:15])


def at_random(random: np.random.Generator, row: Any) -> list[Record]:
    """None, one or two decisions on a row; mostly ordinary ones, so that something is settled."""
    out = []
    for _ in range(int(random.integers(0, 3))):
        usual = random.random() < 0.8
        action = ("keep", "relabel")[row.row % 2] if usual else ACTIONS[int(random.integers(0, len(ACTIONS)))]
        more: Record = {
            "ms": int(random.choice([0, 900, 5_000, 7_000, 500_000])),
            "revision": int(random.integers(1, 3)),
            "round": int(random.integers(1, 3)),
            "at": f"2026-11-2{random.integers(0, 9)}T05:12:44.{random.integers(0, 10**9):09}Z",
            "shown_suggestion": bool(random.random() < 0.3),
            "reasons": ["needs_new_class"] if random.random() < 0.1 else [],
            "copy_of": "another" if random.random() < 0.1 else None,
        }
        if action == "duplicate":
            more["duplicate_of"] = "another"
        if random.random() < 0.1:
            more["given"] = "a label that is gone"
        out.append(said_of(row, action, **more))
    return out


ACTIONS = ("keep", "relabel", "exclude", "duplicate", "unsure")


def test_a_reviewer_who_agrees_changes_nothing_and_one_who_does_not_takes_verdicts_away(
    page: Any, tmp_path: Path
) -> None:
    """With too few verdicts left there is no picture any more, and no list."""
    kim = written(tmp_path, "kim.json", of_sample(spots()))
    lee = written(tmp_path, "lee.json", of_sample(spots(), "lee"))
    load(page, kim)
    before = shown(page)
    assert load(page, kim) == "25 decisions of 1 file taken."
    assert load(page, lee) == "50 decisions of 2 files taken."
    assert shown(page) == before

    park = [said_of(one, "exclude", at="2026-11-23T00:00:00Z") for one in asked("spot")]
    load(page, written(tmp_path, "park.json", of_sample(park, "park")))
    assert shown(page) == before  # two of three still agree

    for name in ("kim", "lee"):
        changed = [said_of(one, "unsure", revision=2) for one in asked("spot")]
        load(page, written(tmp_path, f"{name}2.json", of_sample(changed, name)))
    lines, rows = shown(page)
    assert rows == [] and page.locator("#yield-figure").is_hidden()
    assert len(lines) == 1 and "0 of the 10 verdicts" in lines[0]


def test_a_new_word_takes_the_place_of_what_the_audit_knew(open_html: Opened, tmp_path: Path) -> None:
    """A report with verdicts in it, and a file with other words on half of its rows and with new rows."""
    first = written(tmp_path, "kim.json", of_sample(spots()))
    audit = with_decisions(audited(), merged_files([first]))
    page = open_html(report_of(audit))
    assert shown(page)[0][: len(sentences(decided(first)))] == sentences(decided(first))

    again = [said_of(one, "relabel") for one in (*asked("spot")[::2], *asked("queue")[:20])]
    second = written(tmp_path, "lee.json", of_sample(again, "lee"))
    load(page, second)
    both = decided(second, audit=audit)
    assert shown(page) == (sentences(both), listed(both))


def test_verdicts_with_the_suggestion_in_view_are_named_as_such(page: Any, tmp_path: Path) -> None:
    """They forecast agreement, which the page says as the command does."""
    path = written(tmp_path, "kim.json", of_sample(spots(shown_suggestion=True)))
    load(page, path)
    assert any("agreement" in line for line in shown(page)[0])
    assert shown(page) == (sentences(decided(path)), listed(decided(path)))


def test_checks_down_to_the_end_of_what_the_page_lists_promise_nothing_of_the_rest(
    page: Any, tmp_path: Path
) -> None:
    """The queue goes on behind the page's rows: no sentence says that reviewing can stop there."""
    queue, scores = audited().tables["queue"]["row"].to_pylist(), audited().scores
    records = [
        record(scores["item"][row], "exclude", given=scores["given"][row], row=row, shown_suggestion=False)
        for row in [*queue[:1_000:40], queue[999]]
    ]
    load(page, written(tmp_path, "kim.json", of_sample(records)))
    lines, _ = shown(page)
    assert len(lines) == 2 and "to row 999." in lines[1]  # the 1,000th is judged


@cache
def made_again(top: int | None, *decisions: Path) -> auditor.Audit:
    """The audit of the sample with what was decided before, or with a short queue."""
    folder = path_of("intents_en")
    return auditor.audit(
        folder / "dataset.csv", predictions=folder / "oof.npz", out_of_sample=True, top=top,
        decisions=decisions,
    )  # fmt: skip


def test_rows_that_left_the_queue_are_heard_as_the_command_hears_them(
    open_html: Opened, tmp_path: Path
) -> None:
    """An audit with decisions lists no row that was kept: the same file again, then other words on them."""
    first = written(tmp_path, "kim.json", of_sample(spots(2)))
    audit = made_again(20_000, first)
    queued = set(audit.tables["queue"]["row"].to_pylist())
    tab = open_html(report_of(audit))
    load(tab, first)
    found = decided(first, audit=audit)
    assert sum(one.row not in queued for one in asked("spot")) > 10
    assert shown(tab) == (sentences(found), listed(found))

    changed = [said_of(one, "relabel", ms=9_000) for one in asked("spot")[:20]]
    second = written(tmp_path, "kim2.json", of_sample([*changed, said_of(asked("spot")[20], "unsure")]))
    tab = open_html(report_of(audit))
    note = load(tab, second)
    found = decided(second, audit=audit)
    assert note == "21 decisions of 1 file taken."
    assert found.seconds == 9 and sum(wrong for _, _, wrong, _ in found.evidence) > 20
    assert shown(tab) == (sentences(found), listed(found))


def test_rows_that_the_queue_was_cut_before_are_heard_as_the_command_hears_them(
    open_html: Opened, tmp_path: Path
) -> None:
    """A queue of 60 rows, and a file about the first 500 of the whole."""
    audit = made_again(60)
    path = written(tmp_path, "kim.json", of_sample(spots(3)))
    tab = open_html(report_of(audit))
    note = load(tab, path)
    found = decided(path, audit=audit)

    assert found.used == 25 and found.queue == 60
    assert note == "25 decisions of 1 file taken."
    assert shown(tab) == (sentences(found), listed(found))


def test_corrections_that_were_applied_leave_a_sentence_and_the_first_action(
    open_html: Opened, tmp_path: Path
) -> None:
    """The audit of the corrected data: why nothing is forecast, and to check the first rows anew."""
    first = written(tmp_path, "kim.json", of_sample(spots(2)))
    frame = pd.read_csv(path_of("intents_en") / "dataset.csv", dtype=str)
    fixed, folder = tmp_path / "fixed.csv", path_of("intents_en")
    auditor.apply_decisions(folder / "dataset.csv", [first], output=fixed)
    audit = auditor.audit(fixed, predictions=folder / "oof.npz", out_of_sample=True, decisions=[first])
    assert len(frame) == audit.header["dataset"]["rows"]
    tab = open_html(report_of(audit))
    found = forecast(audit)

    assert found.earlier == 12
    lines, _ = shown(tab)
    assert lines[: len(sentences(found))] == sentences(found)
    assert lines[0].startswith("12 verdicts of earlier rounds say nothing of rows that nobody has judged")
    assert lines[-1] == "Decisions left out: corrected since then: 13, of an earlier round: 12."
    assert any("check the first 25 rows" in title for title in texts(tab, ".do-first h3, .do-first li"))


def test_a_table_of_decisions_is_not_read_but_told_where_it_goes(page: Any, tmp_path: Path) -> None:
    """CSV and Excel files are for the command."""
    table, book = tmp_path / "kim.csv", tmp_path / "kim.XLSX"
    table.write_text("item,label\na,b\n", encoding="utf-8")
    book.write_bytes(b"PK\x03\x04 no book")
    note = load(page, table, book)

    assert note == (
        "kim.csv is a table: `auditor report AUDIT --decisions FILE` takes it in. "
        "kim.XLSX is a table: `auditor report AUDIT --decisions FILE` takes it in."
    )


def test_behind_what_was_checked_the_page_gives_no_number(page: Any, tmp_path: Path) -> None:
    """Checks in the first 100 rows: a sentence for the first 200 and 500, and the picture ends there."""
    path = written(tmp_path, "kim.json", of_sample([said_of(one) for one in asked("queue")[:100:5]]))
    load(page, path)
    found = decided(path)

    assert found.reach < 200
    assert shown(page) == (sentences(found), listed(found))
    assert "nothing was checked behind" in listed(found)[-1]
    drawn = _drawing(found)
    assert numbers(page.get_attribute("#yield svg .expected", "d")) == pytest.approx(
        numbers(drawn.line), abs=0.11
    )
    assert texts(page, "#yield svg .x text") == [tick.text for tick in drawn.x_ticks]


def damaged() -> dict[str, Any]:
    """A file that was changed after its checksum was taken."""
    file = of_sample(spots())
    file["decisions"][0]["comment"] = "changed"
    return file


def test_what_is_no_decisions_file_of_this_dataset_is_said_and_changes_nothing(
    page: Any, tmp_path: Path
) -> None:
    """Damaged, invalid, foreign, of another version, no JSON, brackets without end: names stay text."""
    kim = written(tmp_path, "kim.json", of_sample(spots()))
    load(page, kim)
    before = shown(page)
    other = of_sample(spots(), dataset={"fingerprint": "sha256:other"})
    bad = [
        {**spots()[0], "action": "erase"}, {**spots()[0], "ms": "7"}, {**spots()[0], "item": None},
        {**spots()[0], "action": "relabel", "label": "no such class"}, None,
    ]  # fmt: skip
    refused = [
        written(tmp_path, "damaged.json", damaged()),
        written(tmp_path, "short.json", of_sample(spots(), count=7)),
        written(tmp_path, "major.json", of_sample(spots(), schema="auditor.decisions/12")),
        written(tmp_path, "list.json", [1]),  # type: ignore[arg-type]
        *(written(tmp_path, f"bad{at}.json", of_sample([one])) for at, one in enumerate(bad)),  # type: ignore[list-item]
    ]
    for name, text in (("<b>x.json", "{nothing"), ("deep.json", "[" * 200_000), ("empty.json", "")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        refused.append(tmp_path / name)
    note = load(page, written(tmp_path, "other.json", other), *refused)

    assert note.count("is no decisions file, or is damaged.") == len(refused)
    assert all(f"{path.name} is no" in note for path in refused)
    assert "other.json holds decisions of another dataset" in note
    assert note.startswith("25 decisions of 1 file taken.")
    assert page.locator("#yield b").count() == 0
    assert shown(page) == before


def test_words_on_other_labels_and_on_rows_that_are_not_listed_are_counted_and_passed_over(
    page: Any, tmp_path: Path
) -> None:
    """A file of nothing else leaves the panel as it was."""
    before = shown(page)
    stale = spots(given="a label that is gone")
    gone = [{**one, "item": f"no-such-{at}"} for at, one in enumerate(spots()[:5])]
    note = load(page, written(tmp_path, "kim.json", of_sample([*stale, *gone])))

    assert note == (
        "0 decisions of 1 file taken. "
        "30 are of rows that are not listed here, or of other labels: passed over."
    )
    assert shown(page) == before


def test_a_file_of_a_later_minor_version_with_members_left_out_is_taken(page: Any, tmp_path: Path) -> None:
    """As the command takes it."""
    left_out = ("reasons", "comment", "seq", "blind", "duplicate_of", "suggested", "at", "round", "revision")
    records = [{k: v for k, v in one.items() if k not in left_out} | {"new": [1.5]} for one in spots()]
    path = written(tmp_path, "kim.json", of_sample(records, schema="auditor.decisions/1.4"))
    load(page, path)
    assert shown(page) == (sentences(decided(path)), listed(decided(path)))


def test_names_that_never_end_are_known_again(open_html: Opened, tmp_path: Path) -> None:
    """Items and labels of 3,000 characters, which the page holds by their digests."""
    rows = range(60)
    names = {"cat": "cat" + "\U0001f431" * 3_000, "dog": "dog" + "x" * 3_000}
    given = [names["cat" if row % 2 else "dog"] for row in rows]
    items = [f"{row:02d}" + "\ud55c" * 3_000 for row in rows]
    contents = [f"text {row * 7919} about {'cats' if row % 2 else 'dogs'}" for row in rows]
    frame = pd.DataFrame({"id": items, "text": contents, "label": given})
    cat = np.array([0.9 - row / 1_000 if row % 2 or row < 20 else 0.1 for row in rows])
    probs = np.column_stack([cat, 1 - cat])
    audit = auditor.audit(frame, predictions=probs, classes=list(names.values()), out_of_sample=True)
    header = audit.header["dataset"]
    records = [
        record(items[row], "relabel", names["cat"], given=given[row], row=row, shown_suggestion=False)
        for row in rows[:20]
    ]
    file = of_sample(records, dataset={"fingerprint": f"sha256:{header['fingerprint']}", "rows": 60})
    file["taxonomy"]["classes"] = list(names.values())
    path = written(tmp_path, "kim.json", file)
    page = open_html(report_of(audit))
    load(page, path)
    found = decided(path, audit=audit)
    assert sum(error for _, _, error, _ in found.evidence) == 10
    assert shown(page) == (sentences(found), listed(found))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_in_korean_narrow_and_dark(
    open_html: Opened, axe: Any, tmp_path: Path, scheme: str
) -> None:
    """The Korean sentences of the command, no scrolling to the side at 360 px, nothing that axe finds."""
    tab = open_html(report("ko"), viewport={"width": 360, "height": 800}, color_scheme=scheme)
    path = written(tmp_path, "kim.json", of_sample(spots()))
    load(tab, path)
    found = decided(path)

    assert shown(tab) == (sentences(found, "ko"), listed(found, "ko"))
    assert tab.evaluate("() => document.documentElement.scrollWidth") <= 360
    violations = axe.run(tab, context="#do-first").response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations] == []
