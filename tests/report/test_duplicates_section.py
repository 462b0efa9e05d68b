"""Near copies on the page and on the terminal: pairs side by side, estimates apart from facts."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from near_examples import TICKETS, Near, near_audit, search, tickets, with_near

import auditor
from auditor import Audit
from auditor.findings import class_findings
from auditor.report.actions import actions
from auditor.report.differences import Pieces
from auditor.report.elements import Groups, Histogram, Note, PairCard, Pairs, Section, Table
from auditor.report.facts import Facts
from auditor.report.item import item_lines
from auditor.report.likeness import with_threshold
from auditor.report.page import render
from auditor.report.sections import duplicates
from auditor.report.verdicts import verdicts
from auditor.report.view import page_of
from auditor.similar.pairs import MOST

WHY = {"template": "{error}", "values": {"error": "RuntimeError: no idea"}}


@lru_cache
def planted(**options: Any) -> Audit:
    return near_audit(**options)


def facts(audit: Audit | None = None, lang: str = "en") -> Facts:
    return Facts(audit=audit or planted(), lang=lang)


def section(audit: Audit | None = None) -> Section:
    return duplicates.section(facts(audit))


def pairs(audit: Audit | None = None) -> dict[str, Pairs]:
    """Caption without its count -> the pairs under it."""
    found = [block for block in section(audit).blocks if isinstance(block, Pairs)]
    return {re.sub(r" \(\d+\)$", "", block.caption): block for block in found}


def items(block: Pairs) -> list[tuple[str, str]]:
    return [(card.sides[0].item, card.sides[1].item) for card in block.cards]


def shown(pieces: Pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


# the pairs


def test_the_headings_stand_in_order_of_urgency() -> None:
    """Labels that differ, leaks, exact copies, near ones, and last those that say too little."""
    captions = [block.caption for block in section().blocks if isinstance(block, Groups | Pairs)]
    assert captions == [
        "Alike, but labelled differently (1)",
        "Alike across splits (likely leaks) (1)",
        "Same content, same label (1)",
        "Other rows that are alike (1)",
        "Alike, but the content says too little to decide (1)",
        "Pairs just above and just below the threshold",
    ]


def test_a_pair_stands_once_with_both_labels_and_what_differs_marked() -> None:
    """a and b name each other in four findings; "today" and "monday" share o and day."""
    block = pairs()["Alike, but labelled differently"]
    (card,) = block.cards
    assert (card.title, card.badges) == ("93% alike", ("labels differ",))
    assert [(side.item, side.label) for side in card.sides] == [("a", "delivery"), ("b", "refund")]
    assert [shown(side.cells[0][1]) for side in card.sides] == [
        "the parcel came late again [t]oday",
        "the parcel came late again [m]o[n]day",
    ]
    assert card.single and card.notes == ()


def test_of_a_leak_the_earlier_row_stands_first() -> None:
    """The test row d is nearly the training row c."""
    (card,) = pairs()["Alike across splits (likely leaks)"].cards
    assert [(side.item, side.split) for side in card.sides] == [("c", "train"), ("d", "test")]
    assert card.badges == ("across splits",)


def test_a_conflict_across_splits_is_a_conflict_with_both_badges() -> None:
    found = [Near("near_leak", "d", "c", 0.9), Near("near_conflict", "d", "c", 0.9)]
    shown = pairs(with_near(planted(), found))
    (card,) = shown["Alike, but labelled differently"].cards
    assert card.badges == ("labels differ", "across splits")
    assert "Alike across splits (likely leaks)" not in shown


def test_the_most_similar_pair_stands_first_and_equal_ones_by_name() -> None:
    found = [
        Near("near_duplicate", "e", "f", 0.85),
        Near("near_duplicate", "k", "l", 0.9),
        Near("near_duplicate", "b", "a", 0.85),
    ]
    block = pairs(with_near(planted(), found))["Other rows that are alike"]
    assert items(block) == [("k", "l"), ("a", "b"), ("e", "f")]
    assert items(block) == items(pairs(with_near(planted(), found[::-1]))["Other rows that are alike"])


def test_exact_copies_of_one_row_are_one_pair() -> None:
    """i and j are the same text: what both say of k is one pair."""
    found = [Near("near_duplicate", "i", "k", 0.9), Near("near_duplicate", "j", "k", 0.9)]
    assert items(pairs(with_near(planted(), found))["Other rows that are alike"]) == [("i", "k")]


def test_at_most_ten_pairs_of_a_kind_are_shown_and_the_rest_counted() -> None:
    names = list(TICKETS)
    found = [
        Near("near_duplicate", one, other, 0.9)
        for at, one in enumerate(names[:4])
        for other in names[at + 1 : at + 5]
    ]
    block = pairs(with_near(planted(), found))["Other rows that are alike"]
    assert block.caption.endswith("(16)")
    assert len(block.cards) == 10
    assert block.note == "6 more pairs: their rows are in duplicates.csv"


def table_audit() -> Audit:
    """Two customers whose city and age differ, in five columns."""
    frame = pd.DataFrame(
        {
            "id": ["a", "b", "c"],
            "name": ["Kim", "Kim", "Lee"],
            "city": ["Seoul", "Seuol", "Busan"],
            "age": [41, 14, 50],
            "plan": ["basic", "basic", "full"],
            "label": ["x", "y", "x"],
        }
    )
    return auditor.audit(frame, predictions=np.full((3, 2), 0.5), features=["name", "city", "age", "plan"])


def test_of_a_table_row_the_columns_that_differ_are_shown() -> None:
    """Name and plan are equal."""
    found = [Near("near_conflict", "a", "b", 0.7)]
    (card,) = pairs(with_near(table_audit(), found, search(examples=[]), groups=1))[
        "Alike, but labelled differently"
    ].cards
    assert [[name for name, _ in side.cells] for side in card.sides] == [["city", "age"]] * 2
    assert [shown(side.cells[0][1]) for side in card.sides] == ["Seo[u]l", "Se[u]ol"]
    assert card.notes == ("2 columns are equal.",)
    assert not card.single


def test_of_a_wide_row_eight_columns_that_differ_are_shown() -> None:
    frame = pd.DataFrame({f"f{at:02d}": [f"x{at}", f"y{at}", str(at)] for at in range(12)})
    frame = frame.assign(id=["a", "b", "c"], label=["x", "y", "x"])
    audit = auditor.audit(frame, predictions=np.full((3, 2), 0.5))
    (card,) = pairs(with_near(audit, [Near("near_conflict", "a", "b", 0.7)], search(examples=[]), groups=1))[
        "Alike, but labelled differently"
    ].cards
    assert len(card.sides[0].cells) == 8
    assert card.notes[0] == "4 more columns differ."


def test_where_privacy_keeps_no_content_only_items_labels_and_splits_are_shown() -> None:
    (card,) = pairs(near_audit(privacy="ids"))["Alike, but labelled differently"].cards
    assert [side.cells for side in card.sides] == [(), ()]
    assert [side.label for side in card.sides] == ["delivery", "refund"]
    assert card.notes == ()


def test_snippets_that_are_equal_as_far_as_they_are_kept_say_so() -> None:
    """The texts differ in their last word, which `snippet` cuts off."""
    frame = tickets()
    frame.loc[frame["id"].isin(["a", "b"]), "text"] = ["word " * 40 + "one", "word " * 40 + "two"]
    audit = with_near(auditor.audit(frame, privacy="snippet"))
    (card,) = pairs(audit)["Alike, but labelled differently"].cards
    assert card.notes == ("What is kept of them is the same.",)


def test_a_paraphrase_is_shown_without_marks_and_it_is_said() -> None:
    """Vectors find rows of the same meaning: k and l share no words."""
    (card,) = pairs(with_near(planted(), [Near("near_duplicate", "k", "l", 0.97)]))[
        "Other rows that are alike"
    ].cards
    assert not any(piece.differs for side in card.sides for _, run in side.cells for piece in run)
    assert card.notes == ("Where nearly everything differs nothing is marked.",)


# the distribution


def histogram(audit: Audit | None = None) -> Histogram:
    (found,) = [block for block in section(audit).blocks if isinstance(block, Histogram)]
    return found


def thresholds(audit: Audit | None = None) -> list[tuple[str, ...]]:
    captions = "How many pairs would count"
    tables = [block for block in section(audit).blocks if isinstance(block, Table)]
    (found,) = [table for table in tables if table.caption.startswith(captions)]
    return [tuple(cell.text for cell in row) for row in found.rows]


def test_the_bars_stand_for_what_was_compared() -> None:
    """Bars of 2.5% from 67.5%, five before the threshold; two pairs under it, four above."""
    found = histogram()
    assert found.ends == ("67.5%", "100%")
    assert len(found.bars) == 13
    assert [bar.counts for bar in found.bars] == [False] * 5 + [True] * 8
    filled = [bar.text for bar in found.bars if bar.height > 0]
    assert filled == [
        "77.5% to 80% alike: 2 pairs",
        "85% to 87.5% alike: 1 pair",
        "87.5% to 90% alike: 1 pair",
        "90% to 92.5% alike: 1 pair",
        "92.5% to 95% alike: 1 pair",
    ]
    assert found.place == pytest.approx(5 / 13)
    assert found.threshold == "threshold 80%"
    assert found.summary.startswith("4 pairs are at least 80% alike and count as near copies.")


def test_other_thresholds_are_counted_from_the_bars() -> None:
    """.93 alone from .925; .93 and .9; with .88 and .85; the two under the threshold are "at least"."""
    assert [row[:2] for row in thresholds()] == [
        ("90%", "2"),
        ("85%", "4"),
        ("80%", "4"),
        ("75%", "6"),
    ]
    assert [row[2] for row in thresholds()] == [
        "all that were found",
        "all that were found",
        "the threshold of this audit",
        "at least; only likely pairs were compared",
    ]


def test_of_vectors_it_is_said_that_only_the_nearest_are_kept() -> None:
    """Nothing is compared because it looks likely: all vectors are, or the nearest of each."""
    audit = with_near(planted(), near=search(how="vectors"))
    assert [row[2] for row in thresholds(audit)][-1] == "at least; only the nearest of each row are kept"
    assert any("only the nearest of each row are kept" in note for note in histogram(audit).notes)
    assert not any("likely" in note for note in histogram(audit).notes)


def test_it_is_said_how_many_pairs_of_a_content_are_kept() -> None:
    assert any(f"at most {MOST} pairs are kept" in note for note in histogram().notes)


def counted(conflict_pairs: int) -> Audit:
    """The planted audit, whose measure counts so many kept pairs in conflict."""
    measure = replace(planted().measures[-1], name="duplicates.near_conflict_pairs", value=conflict_pairs)
    return replace(planted(), measures=(*planted().measures, measure))


def test_where_the_measure_counts_more_conflicts_than_there_are_cards_it_is_said() -> None:
    """One card; the measure counts all kept pairs of rows."""
    assert (
        "1 pair here, 7 pairs of rows in all" in pairs(counted(7))["Alike, but labelled differently"].meaning
    )
    assert "in all" not in pairs(counted(1))["Alike, but labelled differently"].meaning


def test_a_threshold_between_two_bars_counts_the_pairs_of_the_audit() -> None:
    """.83 is no edge of a bar."""
    audit = with_near(planted(), near=search(threshold=0.83, pairs=7))
    assert ("83%", "7", "the threshold of this audit") in thresholds(audit)


@pytest.mark.parametrize(
    ("how", "words"),
    [("texts", "letters"), ("records", "within a thousandth"), ("vectors", "cosine of the angle")],
)
def test_it_is_said_what_the_similarity_means(how: str, words: str) -> None:
    assert any(words in note for note in histogram(with_near(planted(), near=search(how=how))).notes)


def test_the_measured_recall_is_told_where_there_is_one() -> None:
    audit = with_near(planted(), near=search(how="vectors", recall=0.994, sampled=500))
    expected = "The search finds 99.4% of the pairs, measured on 500 rows."
    assert expected in histogram(audit).notes
    assert not any("measured on" in note for note in histogram().notes)


def test_the_pairs_on_the_edge_say_whether_they_count() -> None:
    """From the surest down: .88 and .85 count, .79 does not."""
    block = pairs()["Pairs just above and just below the threshold"]
    assert [(card.title, card.badges[0]) for card in block.cards] == [
        ("88.0% alike", "counts"),
        ("85.0% alike", "counts"),
        ("79.0% alike", "does not count"),
    ]


def test_the_command_tries_another_threshold() -> None:
    assert histogram().command.startswith("auditor audit dataframe")
    assert histogram().command.endswith(" --near-threshold 0.85")
    high = with_near(planted(), near=search(threshold=0.95))
    assert histogram(high).command.endswith(" --near-threshold 0.9")


def test_a_flag_that_stands_there_is_replaced() -> None:
    command = "auditor audit 'my data.csv' --near-threshold 0.7 --lang ko"
    assert with_threshold(command, 0.75) == "auditor audit 'my data.csv' --lang ko --near-threshold 0.75"


def test_a_command_that_never_ends_is_not_told_twice() -> None:
    """A class list of 9,000 characters stands in the command at the end of the page, once."""
    dataset = planted().header["dataset"]
    order = {**dataset["class_order"], "flag": "x" * 9_000}
    header = {**planted().header, "dataset": {**dataset, "class_order": order}}
    found = histogram(replace(planted(), header=header))
    assert (found.command, found.command_text) == (
        "--near-threshold 0.85",
        "To try another threshold, add:",
    )


def test_audits_of_earlier_versions_have_no_distribution() -> None:
    """Neither the member nor the outcome is there."""
    header = {name: value for name, value in planted().header.items() if name != "near"}
    outcomes = [entry for entry in header["outcomes"] if entry["detector"] != "near_duplicates"]
    shown = section(replace(with_near(planted(), []), header={**header, "outcomes": outcomes}))
    assert not any(isinstance(block, Histogram) for block in shown.blocks)
    assert shown.status_text == "1 group"


# states


def test_the_state_counts_exact_groups_and_near_ones_apart() -> None:
    assert (section().status, section().status_text, section().tone) == (
        "found",
        "1 group, 4 near groups",
        "look",
    )


def test_a_search_that_failed_is_told_beside_the_exact_groups() -> None:
    audit = with_near(planted(), [])
    failed = {"detector": "near_duplicates", "status": "failed", "why": WHY}
    outcomes = [failed if e["detector"] == "near_duplicates" else e for e in audit.header["outcomes"]]
    shown = section(replace(audit, header={**audit.header, "outcomes": outcomes, "near": None}))
    notes = [block for block in shown.blocks if isinstance(block, Note)]
    assert shown.status == "found"
    assert [note.tone for note in notes] == ["unknown"]
    assert "RuntimeError: no idea" in notes[0].text


def test_without_any_copy_the_distribution_is_still_shown() -> None:
    """A person may find the threshold too high."""
    frame = tickets().drop(9)
    audit = with_near(auditor.audit(frame), [], search(pairs=0))
    shown = section(audit)
    assert (shown.status, shown.tone, shown.todo) == ("none", "calm", "")
    assert histogram(audit).bars


def test_vectors_without_content_have_near_copies_and_no_exact_ones() -> None:
    """What was not compared is not called clean."""
    audit = with_near(planted(), [Near("near_conflict", "a", "b", 0.97)], groups=1)
    none = {"detector": "exact_duplicates", "status": "not_applicable", "why": WHY}
    outcomes = [none if e["detector"] == "exact_duplicates" else e for e in audit.header["outcomes"]]
    measures = tuple(m for m in audit.measures if m.name == "duplicates.near_groups")
    bare = replace(
        audit,
        header={**audit.header, "outcomes": outcomes},
        measures=measures,
        tables={**audit.tables, "duplicates": audit.tables["duplicates"].slice(0, 0)},
    )
    assert section(bare).status_text == "1 near group"
    cell = verdicts(facts(bare))[2]
    assert (cell.number, cell.word) == ("-", "not measured")
    assert cell.detail.endswith("; + 1 near")


# the first screen, the queue, the item


def test_the_strip_tells_exact_groups_first_and_near_ones_as_more() -> None:
    cell = verdicts(facts())[2]
    assert (cell.number, cell.word, cell.tone) == ("1", "same content", "look")
    assert cell.detail == "0 with different labels; 0 rows leaked across splits; + 4 near"


def test_near_copies_are_not_mixed_into_the_facts() -> None:
    """One exact group; nothing leaked, nothing in conflict."""
    found = facts()
    assert [len(rows) for rows in found.groups.values()] == [2]
    assert found.conflicts == ([], [])
    assert (found.leaked_rows, found.review_first) == (0, 0)
    assert (found.near.conflicts, found.near.leaked_rows) == (1, 1)


def test_near_conflicts_are_not_denied_where_nothing_is_to_review_first() -> None:
    """They stand in the queue, which begins with them; suspects were never looked for."""
    first = verdicts(facts())[1]
    assert (first.number, first.word) == ("0", "decisions")
    assert first.detail == (
        "suspects were not looked for; no exact conflict that can be settled; 1 near conflict"
    )
    (queue,) = [action for action in actions(facts()) if action.href == "#queue"]
    assert queue.why == (
        "Rows that are alike but labelled differently stand first, the most alike at the top."
    )


def test_without_predictions_the_queue_speaks_of_conflicts_only() -> None:
    meaning = page_of(planted()).queue.meaning
    assert meaning.startswith("Rows that are the same or alike and labelled differently")
    assert "probabilities" not in meaning and "Every row" not in meaning


def test_with_predictions_it_is_said_that_near_copies_follow() -> None:
    probs = np.full((len(TICKETS), 4), 0.25)
    audit = auditor.audit(tickets(), predictions=probs)
    words = "Near copies whose own label is doubted stand right behind the row they are like"
    assert words in page_of(with_near(audit)).queue.meaning
    assert words not in page_of(with_near(audit, [])).queue.meaning


def test_without_labels_near_groups_are_the_thing_to_do_and_an_empty_queue_says_why() -> None:
    """Else exact groups; where there is neither there is nothing to do."""
    audit = auditor.audit(tickets().drop(columns="label"), label="none")
    assert [action.title for action in actions(facts(_near_groups(audit, 3)))] == [
        "Look at 3 groups of rows that are alike"
    ]
    assert [action.title for action in actions(facts(_near_groups(audit, 0)))] == [
        "Look at 1 group of rows with the same content"
    ]
    queue = page_of(audit).queue
    assert (queue.total, queue.meaning) == (
        0,
        "Nothing is in the queue: label errors were not looked for (no labels).",
    )
    none = auditor.audit(pd.DataFrame({"text": ["one thing", "another sort"]}), label="none")
    assert actions(facts(none)) == ()


def _near_groups(audit: Audit, n: int) -> Audit:
    others = tuple(m for m in audit.measures if not m.name.startswith("duplicates.near_"))
    groups = next(m for m in audit.measures if m.name == "duplicates.near_groups")
    findings = audit.tables["findings"]
    kinds = findings["kind"].cast(pa.string())
    kept = findings.filter(pc.invert(pc.starts_with(kinds, "near_")))
    return replace(
        audit,
        measures=(*others, replace(groups, value=n)),
        tables={**audit.tables, "findings": kept},
    )


def test_near_conflicts_and_likely_leaks_are_things_to_do() -> None:
    titles = [action.title for action in actions(facts())]
    assert "Compare 1 pair of rows that are alike but labelled differently" in titles
    assert "Look at 1 row of a later split that is likely leaked" in titles
    assert not any("Settle" in title or "Remove" in title for title in titles)


@pytest.mark.parametrize(
    ("code", "item", "expected"),
    [
        ("near-conflict", "a", "A row that is 93% alike, b, is labelled refund."),
        (
            "near-conflict-too-little",
            "g",
            "A row that is 85% alike, h, is labelled billing, but they say too little to decide.",
        ),
        ("near-leak", "d", "A row that is 90% alike, c, stands in an earlier split (train)."),
        ("near-copy", "e", "A row that is 88% alike: f."),
        ("near-leak", "a", ""),
    ],
)
def test_the_reason_is_put_in_words(code: str, item: str, expected: str) -> None:
    assert facts().reason({"reason_code": code, "item": item, "group": None}) == expected


def test_findings_on_classes_of_other_detectors_make_no_class_small() -> None:
    """A class whose name looks like another's may have thousands of rows."""
    before = facts().small_classes
    looks = class_findings(["login"], ["class-looks-alike"], [{"other": "l0gin"}])
    findings = pa.concat_tables([planted().tables["findings"], looks]).unify_dictionaries()
    audit = replace(planted(), tables={**planted().tables, "findings": findings})
    assert facts(audit).small_classes == before


def test_an_item_names_its_nearest_with_similarity_and_label() -> None:
    lines = list(item_lines(planted(), "d"))
    assert ("90% alike", "c (login, train)") in lines
    assert [value for name, value in item_lines(planted(), "a") if name.endswith(" alike")] == [
        "b (refund, train)"
    ]
    assert not any(name.endswith(" alike") for name, _ in item_lines(planted(), "k"))


# the page


def test_the_page_marks_what_differs_and_leaves_nothing_active() -> None:
    """Hostile texts are escaped in every run, hidden characters and blanks that differ are spelled."""
    frame = tickets()
    evil = "<script>alert(1)</script> the parcel came late again "
    frame.loc[frame["id"].isin(["a", "b"]), "text"] = [evil + "\u202etoday", evil + " today"]
    html = render(page_of(with_near(auditor.audit(frame))))
    block = html[html.index("Alike, but labelled differently") :]
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in block
    assert '<mark><span class="mark">U+202E</span></mark>' in block
    assert '<mark><span class="mark">U+0020</span></mark>' in block


def test_the_page_stays_small_however_long_the_texts_are() -> None:
    """Two texts of 20,000 characters with one difference: a few lines of each."""
    frame = tickets()
    long = "word " * 3_990
    frame.loc[frame["id"].isin(["a", "b"]), "text"] = [long + "one" + " x" * 20, long + "two" + " x" * 20]
    audit = with_near(auditor.audit(frame))
    (card,) = pairs(audit)["Alike, but labelled differently"].cards
    assert sum(len(piece.text) for side in card.sides for _, run in side.cells for piece in run) < 1_300
    assert re.search(r"19,\d{3} equal characters", render(page_of(audit)))


def cards(of: Section) -> list[PairCard]:
    return [card for block in of.blocks if isinstance(block, Pairs) for card in block.cards]


def test_an_estimate_is_never_told_as_a_fact() -> None:
    """Every card says how alike, never that rows are the same."""
    assert len(cards(section())) == 4 + 3
    assert all(card.title.endswith(" alike") for card in cards(section()))
