"""The forecast of an audit from decisions files, end to end; and the rows drawn for the error rate."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from review_files import record, write_decisions

import auditor
from auditor.errors import UsageError
from auditor.prioritise.round import Asked, Plan
from auditor.report.forecast_words import basis, first_lines, left_out_lines, rate_lines
from auditor.review.reading import read_decisions
from auditor.rounds import drawable, drawn_for_estimate, round_of
from auditor.wording import text_from

N, K, SIGNAL = 1_200, 4, 2
CLASSES = tuple(f"class {k}" for k in range(K))


@cache
def planted() -> tuple[auditor.Audit, np.ndarray]:
    """An audit of rows of which a tenth are wrong, mostly where the model doubts; and which are."""
    random = np.random.default_rng(5)
    truth = random.integers(0, K, N)
    logits = random.normal(0, 1, (N, K))
    logits[np.arange(N), truth] += SIGNAL
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wrong = random.random(N) < 0.1
    labels = np.where(wrong, (truth + random.integers(1, K, N)) % K, truth)
    frame = pd.DataFrame({"id": [f"i{row:04d}" for row in range(N)], "label": [CLASSES[k] for k in labels]})
    found = auditor.audit(frame, predictions=probs, classes=CLASSES, out_of_sample=True)
    return found, wrong


def corrected(file: Path) -> tuple[auditor.Audit, np.ndarray]:
    """The audit after the corrections of a file were applied, with the file; and which labels are wrong."""
    audit, wrong = planted()
    change = {one.item: one.label for one in read_decisions(file).decisions if one.action == "relabel"}
    scores = audit.scores
    labels = [change.get(item, given) for item, given in zip(scores["item"], scores["given"], strict=True)]
    frame = pd.DataFrame({"id": scores["item"], "label": labels})
    again = auditor.audit(frame, predictions=chances(), classes=CLASSES, out_of_sample=True, decisions=file)
    return again, wrong & ~scores["item"].isin(change).to_numpy()


def chances() -> np.ndarray:
    """(N, K) what the model of `planted` says."""
    random = np.random.default_rng(5)
    truth = random.integers(0, K, N)
    logits = random.normal(0, 1, (N, K))
    logits[np.arange(N), truth] += SIGNAL
    probs: np.ndarray = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return probs


def said(
    asked: list[Asked], folder: Path, of: tuple[auditor.Audit, np.ndarray] | None = None, **more: object
) -> Path:
    """A file of what a reviewer without fault says of some items."""
    audit, wrong = of or planted()
    scores = audit.scores
    records = []
    for one in asked:
        given = scores["given"][one.row]
        other = scores["predicted"][one.row]
        change = other if other != given else scores["suggested"][one.row]
        records.append(
            record(
                scores["item"][one.row],
                "relabel" if wrong[one.row] else "keep",
                change if wrong[one.row] else None,
                row=one.row,
                given=given,
                sample=one.sample,
                position=one.position,
                shown_suggestion=not one.blind,
                ms=5_000,
            )
            | more
        )
    return write_decisions(folder / f"said-{len(records)}.json", records, classes=CLASSES)


def asked_of(plan: Plan) -> list[Asked]:
    """The items of a round."""
    return list(round_of(planted()[0].tables, plan).asked)


def test_spot_checks_forecast_the_errors_of_the_first_rows(tmp_path: Path) -> None:
    """The true number lies in each band; what was found is among it; the pace is the reviewer's."""
    audit, wrong = planted()
    spots = [one for one in asked_of(Plan(spot=40)) if one.sample == "spot"]
    found = auditor.forecast_errors(audit, said(spots, tmp_path))
    true = np.cumsum(wrong[audit.queue["row"].to_numpy()])

    assert (found.verdicts, found.used, found.blind, found.timed, found.seconds) == (40, 40, True, True, 5.0)
    assert [one.n for one in found.first] == [50, 100, 200, 500]
    for one in found.first:
        assert one.low <= true[one.n - 1] <= one.high
        assert one.found <= one.errors and one.judged <= one.n
    assert found.first[-1].found == sum(wrong[one.row] for one in spots)
    assert found.next is not None and found.stop is not None
    assert found.next.n == found.stop - sum((one.position or 0) <= found.stop for one in spots)
    assert found.minutes == -(-found.next.n * 5 // 60)
    assert found.at([100])[0] == found.first[1]


def test_nothing_is_forecast_before_ten_verdicts(tmp_path: Path) -> None:
    """No number, and a count of what is there."""
    audit, _ = planted()
    few = [one for one in asked_of(Plan()) if one.sample == "spot"][:9]
    found = auditor.forecast_errors(audit, said(few, tmp_path))

    assert (found.enough, found.first, found.next, found.stop, found.used) == (False, (), None, None, 9)
    with pytest.raises(ValueError, match="9 verdicts"):
        found.at([100])


def test_verdicts_with_the_suggestion_in_view_are_said_to_be(tmp_path: Path) -> None:
    """They are taken where there are no others."""
    audit, _ = planted()
    spots = [one for one in asked_of(Plan()) if one.sample == "spot"]
    found = auditor.forecast_errors(audit, said(spots, tmp_path, shown_suggestion=True))

    assert found.enough and not found.blind


def test_the_forecast_does_not_change_when_the_audit_was_saved(tmp_path: Path) -> None:
    """The folder holds all it takes."""
    audit, _ = planted()
    spots = [one for one in asked_of(Plan()) if one.sample == "spot"]
    file = said(spots, tmp_path)
    audit.save(tmp_path / "audit")

    assert (
        auditor.forecast_errors(auditor.load_audit(tmp_path / "audit"), file).to_json()
        == auditor.forecast_errors(audit, file).to_json()
    )


def test_the_rows_of_the_estimate_are_the_first_of_the_reserve_of_each_stratum() -> None:
    """As many as were asked for, every stratum among them, each row once, the same each time."""
    tables = planted()[0].tables
    drawn = drawn_for_estimate(tables, 100)
    strata = drawable(tables)
    counts = [len(set(drawn) & set(one.reserve)) for one in strata]

    assert len(drawn) == len(set(drawn)) == sum(counts) == 100
    assert sum(one.rows for one in strata) == N
    assert min(counts) >= 4
    assert all(set(one.reserve[:n]) <= set(drawn) for one, n in zip(strata, counts, strict=True))
    assert drawn == drawn_for_estimate(tables, 100)


def test_more_rows_than_are_kept_are_refused_with_the_number() -> None:
    """The content of the others is not in the folder."""
    tables = planted()[0].tables
    most = sum(len(one.reserve) for one in drawable(tables))

    assert len(drawn_for_estimate(tables, most)) == most
    with pytest.raises(UsageError, match=f"keeps {most:,} rows"):
        drawn_for_estimate(tables, most + 1)


def test_rows_of_the_estimate_are_asked_first_blind_and_once() -> None:
    """Those in the list keep their place in it; a spot check stays one."""
    asked = asked_of(Plan(items=200, estimate=80))
    drawn = set(drawn_for_estimate(planted()[0].tables, 80))
    first = [one for one in asked if one.sample in {"spot", "rate"}]

    assert len({one.row for one in asked}) == len(asked)
    assert asked[: len(first)] == first and all(one.blind for one in first)
    assert {one.row for one in first} >= drawn
    assert {one.position is None for one in first if one.sample == "rate"} == {True, False}
    assert sum(one.sample == "spot" for one in asked) == 25
    assert not drawn & {one.row for one in asked if one.sample == "control"}


def test_the_error_rate_and_the_accuracy_on_corrected_labels(tmp_path: Path) -> None:
    """Both true values lie in their intervals; the wanted width says how many rows it takes."""
    audit, wrong = planted()
    first = [one for one in asked_of(Plan(estimate=300)) if one.sample in {"spot", "rate"}]
    rate = auditor.forecast_errors(audit, said(first, tmp_path), width="1%").rate
    scores = audit.scores

    assert rate is not None and rate.corrected is not None
    assert rate.errors.judged == 300
    assert rate.errors.low <= wrong.mean() <= rate.errors.high
    assert rate.size is not None and 300 < rate.size <= N
    right = (scores["predicted"] == scores["given"]).to_numpy()
    fixed = np.where(wrong, ~right | (scores["predicted"] != scores["given"]), right)
    assert rate.measured == pytest.approx(right.mean())
    assert rate.corrected.low <= fixed.mean() <= rate.corrected.high


def test_rows_judged_for_another_reason_count_for_the_rate(tmp_path: Path) -> None:
    """Drawn rows of the list were reviewed before: no row of the top is asked for the rate, all count."""
    drawn = set(drawn_for_estimate(planted()[0].tables, 200))
    asked = [one for one in asked_of(Plan(items=300, estimate=200)) if one.row in drawn]
    before = [replace(one, sample="queue") if one.position else one for one in asked]
    rate = auditor.forecast_errors(planted()[0], said(before, tmp_path)).rate

    assert rate is not None
    assert rate.errors.judged == len(asked) == 200
    assert rate.whole and rate.rows == N


def test_a_rate_is_said_once_every_stretch_of_the_queue_has_a_verdict(tmp_path: Path) -> None:
    """Three verdicts leave some without any: no number, but a sentence that says so."""
    drawn = [one for one in asked_of(Plan(estimate=60)) if one.sample == "rate"]
    found = auditor.forecast_errors(planted()[0], said(drawn[:3], tmp_path))

    assert (found.rate, found.rated) == (None, 3)
    assert "3 of the rows drawn for it are judged" in str(rate_lines(found)[0])


def test_without_rows_of_the_estimate_no_rate_is_said(tmp_path: Path) -> None:
    """Spot checks tell of the list, not of the dataset."""
    spots = [one for one in asked_of(Plan()) if one.sample == "spot"]

    assert auditor.forecast_errors(planted()[0], said(spots, tmp_path)).rate is None


def test_an_audit_with_decisions_learns_from_them(tmp_path: Path) -> None:
    """`p_error` is filled, the queue stands by it, the order says so, kept rows are gone."""
    audit, wrong = planted()
    first = [one for one in asked_of(Plan(spot=100)) if one.sample == "spot"]
    file = said(first, tmp_path)
    frame = audit.scores[["item", "given"]].rename(columns={"item": "id", "given": "label"})
    random = np.random.default_rng(5)
    truth = random.integers(0, K, N)
    logits = random.normal(0, 1, (N, K))
    logits[np.arange(N), truth] += SIGNAL
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    again = auditor.audit(frame, predictions=probs, classes=CLASSES, out_of_sample=True, decisions=file)
    queue = again.queue

    assert audit.queue["p_error"].isna().all()
    assert queue["p_error"].between(0, 1).all()
    assert queue["priority"].is_monotonic_decreasing
    assert again.header["queue"]["order"] == "expected corrected rows"
    assert any("100" in str(note["values"].get("n")) for note in again.header["queue"]["notes"])
    assert len(queue) == N - sum(not wrong[one.row] for one in first)
    assert (again.scores["place"] == audit.scores["place"]).all()
    ahead = auditor.forecast_errors(again)
    deepest = max(again.scores["place"][one.row] for one in first)
    assert ahead.deepest == (again.scores["place"][queue["row"]] <= deepest).sum() > 300


def test_verdicts_before_the_corrections_were_applied_are_counted_and_told(tmp_path: Path) -> None:
    """The rows that were right are left of them, which promise nothing: no number, and the reason."""
    spots = [one for one in asked_of(Plan()) if one.sample == "spot"]
    file = said(spots, tmp_path)
    again, _ = corrected(file)
    wrong = sum(planted()[1][one.row] for one in spots)
    found = auditor.forecast_errors(again)

    assert wrong > 3
    assert (found.verdicts, found.used, found.earlier) == (0, 0, len(spots) - wrong)
    assert found.left_out == {"done": wrong, "earlier": len(spots) - wrong}
    assert (found.enough, found.why_not) == (False, "too_few")
    notes = [str(text_from(note)) for note in again.header["queue"]["notes"]]
    assert any(f"has not learned from {found.earlier} verdicts of earlier rounds" in note for note in notes)
    said_of = [str(line) for line in (*basis(found), *left_out_lines(found))]
    assert f"{len(spots) - wrong} verdicts of earlier rounds" in said_of[0]
    assert "--decisions" in said_of[0] and "0 of the 10" in said_of[1]
    assert said_of[2] == (
        f"Decisions left out: corrected since then: {wrong}, of an earlier round: {len(spots) - wrong}."
    )


def test_the_next_round_is_forecast_from_its_own_verdicts(tmp_path: Path) -> None:
    """What was kept before is known and counted, and no curve bends to it."""
    file = said([one for one in asked_of(Plan(spot=60)) if one.sample == "spot"], tmp_path)
    again, wrong = corrected(file)
    spots = [one for one in round_of(again.tables, Plan(spot=40), number=2).asked if one.sample == "spot"]
    second = said(spots, tmp_path, (again, wrong), round=2)
    found = auditor.forecast_errors(again, second)
    nothing = again.tables["decisions"].slice(0, 0)
    forgotten = replace(again, tables={**again.tables, "decisions": nothing})

    assert (found.verdicts, found.used) == (40, 40) and found.earlier > 30
    assert found.used + sum(found.left_out.values()) == len(again.tables["decisions"]) + 40
    assert found.first == auditor.forecast_errors(forgotten, second).first


def test_the_error_rate_of_the_next_round_counts_what_is_known_of_the_rows_drawn(tmp_path: Path) -> None:
    """The first 300 rows were reviewed and corrected: of those drawn again none is asked, and all count."""
    before = [one for one in asked_of(Plan(items=300)) if one.position]
    again, wrong = corrected(said(before, tmp_path))
    drawn = set(drawn_for_estimate(again.tables, 150))
    asked = [one for one in round_of(again.tables, Plan(estimate=150), number=2).asked if one.row in drawn]
    file = said(asked, tmp_path, (again, wrong), round=2)
    rate = auditor.forecast_errors(again, file).rate

    assert auditor.forecast_errors(again).rate is None
    assert len(asked) < 130 and rate is not None
    assert 145 <= rate.errors.judged <= 150  # the smallest draw that holds all that were asked
    assert rate.errors.low <= wrong.mean() <= rate.errors.high
    right = [row for row in drawn if not wrong[row]]
    assert len(right) > len(drawn) * 0.9


def test_every_decision_is_drawn_from_or_left_out_with_a_reason(tmp_path: Path) -> None:
    """Spot checks, rows from elsewhere, unsure ones, foreign ones: they add up, and JSON says so."""
    audit, _ = planted()
    asked = [one for one in asked_of(Plan(estimate=60)) if one.sample in {"spot", "rate"}]
    file = said(asked, tmp_path)
    unsure = [
        record(audit.scores["item"][one.row], "unsure", given=audit.scores["given"][one.row])
        for one in asked_of(Plan()) if one.row not in {other.row for other in asked}
    ][:4]  # fmt: skip
    other = write_decisions(tmp_path / "other.json", [*unsure, record("no-such")], classes=CLASSES)
    found = auditor.forecast_errors(audit, [file, other])
    said_of = found.to_json()
    elsewhere = sum(one.position is None for one in asked)

    assert found.left_out == {"unsure": 4, "unknown": 1, "elsewhere": elsewhere}
    assert found.used + sum(found.left_out.values()) == len(asked) + 5
    assert said_of["left_out"] == found.left_out
    assert (said_of["ordered"], said_of["why_not"], said_of["timed"]) == (True, None, True)
    assert said_of["deepest"] == found.deepest > 0


def test_behind_what_was_checked_no_number_is_said(tmp_path: Path) -> None:
    """Ten checks in the first hundred rows say nothing of the first 500: a sentence instead of a number."""
    audit, _ = planted()
    spots = [one for one in asked_of(Plan(items=100, spot=20)) if one.sample == "spot"]
    found = auditor.forecast_errors(audit, said(spots, tmp_path), first=[50, 100, 500])
    lines = [str(line) for line in first_lines(found)]
    entries = found.to_json()["first"]

    assert 50 < found.reach < 200
    assert lines[0].startswith("errors in the first 50 rows: ")
    assert lines[-1] == (
        f"Of the first 500 rows nothing is known: nothing was checked behind row {found.deepest}. "
        "`auditor review AUDIT --items 500` spreads checks that far."
    )
    assert [one["within_reach"] for one in entries] == [n <= found.reach for n in (50, 100, 500)]
    assert (entries[-1]["errors"], entries[-1]["low"], entries[-1]["high"]) == (None, None, None)
    assert entries[0]["errors"] is not None


def test_a_width_without_rows_drawn_for_it_says_what_is_missing(tmp_path: Path) -> None:
    """A sentence with the command; a width of nothing is refused."""
    audit, _ = planted()
    spots = [one for one in asked_of(Plan()) if one.sample == "spot"]
    found = auditor.forecast_errors(audit, said(spots, tmp_path), width="2%")

    assert found.rate is None and found.to_json()["width"] == 0.02
    assert "`auditor review AUDIT --estimate N`" in str(rate_lines(found)[0])
    with pytest.raises(UsageError, match="--width 0"):
        auditor.forecast_errors(audit, width=0)


def test_without_predictions_nothing_is_forecast(tmp_path: Path) -> None:
    """The queue holds conflicts alone: its order is none of how likely an error is."""
    texts = [f"row {n // 2} says something of its own" for n in range(60)]
    frame = pd.DataFrame(
        {"id": [f"i{n}" for n in range(60)], "text": texts, "label": ["class 0", "class 1"] * 30}
    )
    audit = auditor.audit(frame, model="none")
    said_of = [record(item, "keep", given=given) for item, given in zip(audit.queue["item"],
               audit.queue["given_label"], strict=True)]  # fmt: skip
    found = auditor.forecast_errors(audit, write_decisions(tmp_path / "d.json", said_of, classes=CLASSES))

    assert found.used >= 10
    assert (found.enough, found.ordered, found.first) == (False, False, ())
    assert found.why_not == "no_predictions"
