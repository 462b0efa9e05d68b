"""What the report shows of slices and splits: from a saved audit, and nothing where there are none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_inputs import planted, sentence

import auditor
from auditor import Audit
from auditor.report.actions import actions
from auditor.report.elements import Note, Table
from auditor.report.facts import Facts
from auditor.report.sections import class_balance, label_issues
from auditor.report.slice_tables import slice_blocks
from auditor.report.split_tables import split_blocks, splits_differ
from auditor.wording import share


def clustered() -> Audit:
    """Two classes; kim has half of 120 labels wrong, ten others 3 % of 120; test has nine a for each b."""
    rng = np.random.default_rng(0)
    n = 11 * 120
    who = rng.permutation(np.repeat(["kim", *(f"p{at:02d}" for at in range(10))], 120))
    split = np.where(np.arange(n) % 5 == 0, "test", "train")
    truth = np.where(split == "test", rng.random(n) < 0.1, rng.random(n) < 0.5).astype(int)
    wrong = rng.random(n) < np.where(who == "kim", 0.5, 0.03)
    sure = np.clip(rng.normal(0.93, 0.03, n), 0.6, 0.999)
    probs = np.where(truth[:, None] == np.arange(2), sure[:, None], 1 - sure[:, None])
    frame = pd.DataFrame(
        {
            "text": [sentence(row) for row in range(n)],
            "label": np.array(["a", "b"])[truth ^ wrong],
            "split": split,
            "annotator": who,
        }
    )
    return auditor.audit(frame, predictions=probs)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """Written, and read back."""
    folder = clustered().save(tmp_path_factory.mktemp("slices") / "audit")
    return Facts(audit=auditor.load_audit(folder), lang="en")


def test_a_table_per_column_with_the_clear_ones_first(saved: Facts) -> None:
    """Rows, suspects, rates, the interval; a word where a value is clear."""
    note, table = slice_blocks(saved)
    assert isinstance(note, Note)
    assert isinstance(table, Table)
    assert note.tone == "look"
    assert "a high rate may also mean harder rows" in note.text
    assert table.caption == 'Suspects by "annotator"'
    assert [row[0].text for row in table.rows][:2] == ["kim", "p00"]
    assert '"kim" (annotator)' in note.text
    assert [row[3].text for row in table.rows] == ["clear", *["-"] * 10]
    assert table.rows[0][4].text == "120"
    assert table.rows[0][2].text.count("%") == 2


def test_what_a_narrow_screen_shows_first_are_the_share_its_interval_and_whether_it_is_clear(
    saved: Facts,
) -> None:
    _, table = slice_blocks(saved)
    assert isinstance(table, Table)
    assert [column.title for column in table.columns] == [
        "value",
        "pooled share",
        "95% interval",
        "clear",
        "rows",
        "suspects",
        "share",
        "elsewhere",
    ]


def with_slices(facts: Facts, *more: dict[str, Any]) -> Facts:
    """The audit, had it these slices: kim's entry changed as each says."""
    tables = facts.audit.header["tables"]
    entries = [tables["slices"][0] | change for change in more]
    header = {**facts.audit.header, "tables": {**tables, "slices": entries}}
    return Facts(audit=replace(facts.audit, header=header), lang="en")


def test_at_most_three_clear_values_are_named_the_farthest_first(saved: Facts) -> None:
    """By how far the lower end of the interval is above the rate elsewhere: .3, .2, .2, .1."""
    low = {"a": 0.15, "b": 0.25, "c": 0.35, "d": 0.25}
    entries = [{"value": name, "expected": 0.05, "low": at} for name, at in low.items()]
    note, *_ = slice_blocks(with_slices(saved, *entries))
    assert isinstance(note, Note)
    assert "4 values stand clear of the rest, " in note.text
    assert '"c" (annotator), "b" (annotator), "d" (annotator), ...:' in note.text


def test_a_clear_value_is_a_thing_to_do_before_the_queue_and_a_split_after_it(saved: Facts) -> None:
    """Kim's share and the one elsewhere are those of the table."""
    entry = saved.audit.header["tables"]["slices"][0]
    titles = [action.title for action in actions(saved)]
    at = titles.index(
        f'Look at 10 suspects of "kim" (annotator): {share(entry["rate"])} suspected, '
        f"{share(entry['expected'])} elsewhere"
    )
    assert titles[at + 1 :] == ["Work through the queue from the top", 'Check how the split "test" was drawn']
    assert [action.href for action in actions(saved)][at] == "#label-issues"


def test_a_clear_value_with_one_suspect_names_one(saved: Facts) -> None:
    titles = [action.title for action in actions(with_slices(saved, {"suspected": 1}))]
    assert any(title.startswith('Look at 1 suspect of "kim"') for title in titles)


def test_the_tables_stand_in_their_sections(saved: Facts) -> None:
    captions = [
        block.caption
        for part in (label_issues.section(saved), class_balance.section(saved))
        for block in part.blocks
        if isinstance(block, Table)
    ]
    assert 'Suspects by "annotator"' in captions
    assert "Label mix of the splits" in captions
    assert "Classes whose share differs between splits" in captions


def test_a_split_with_another_mix_is_shown_and_marks_its_section(saved: Facts) -> None:
    distances, classes = split_blocks(saved)
    assert isinstance(distances, Table)
    assert isinstance(classes, Table)
    assert [cell.text for cell in distances.rows[0]][:2] == ["test", "train"]
    assert distances.rows[0][-1].text == "differs"
    assert {row[1].text for row in classes.rows} == {"a", "b"}
    assert splits_differ(saved)
    assert class_balance.section(saved).tone == "look"


def test_without_slices_and_splits_nothing_is_shown() -> None:
    """Only that they do not apply."""
    frame, probs, _ = planted()
    audit = auditor.audit(frame.drop(columns=["annotator", "split"]), predictions=probs)
    facts = Facts(audit=audit, lang="en")
    assert [*slice_blocks(facts), *split_blocks(facts)] == []
    assert facts.outcome("slices")[0] == facts.outcome("split_labels")[0] == "not_applicable"
    assert not splits_differ(facts)


def test_an_audit_of_an_earlier_version_has_no_such_tables(saved: Facts) -> None:
    old = {"calibration": saved.audit.header["tables"]["calibration"]}
    audit = replace(saved.audit, header={**saved.audit.header, "tables": old})
    facts = Facts(audit=audit, lang="en")
    assert [*slice_blocks(facts), *split_blocks(facts)] == []
    assert not any("annotator" in action.title for action in actions(facts))


def test_where_nothing_is_clear_no_one_is_ranked() -> None:
    """Four annotators who are alike: a calm sentence, the table in the order of rows and names."""
    frame, probs, _ = planted()
    note, table = slice_blocks(Facts(audit=auditor.audit(frame, predictions=probs), lang="en"))
    assert isinstance(note, Note)
    assert isinstance(table, Table)
    assert note.tone == "calm"
    assert [row[0].text for row in table.rows] == sorted(row[0].text for row in table.rows)


def test_at_most_twenty_values_are_shown_and_the_others_counted() -> None:
    """240 rows of 60 annotators."""
    frame, probs, _ = planted()
    who = [f"p{row % 60:02d}" for row in range(240)]
    audit = auditor.audit(frame.assign(annotator=who), predictions=probs)
    _, table = slice_blocks(Facts(audit=audit, lang="en"))
    assert isinstance(table, Table)
    assert (len(table.rows), table.note) == (20, "40 more values are not shown")


def test_a_class_in_one_split_is_said() -> None:
    frame = pd.DataFrame(
        {
            "text": [f"t{row}" for row in range(60)],
            "label": ["a", "b"] * 20 + ["a"] * 15 + ["c"] * 5,
            "split": ["train"] * 40 + ["test"] * 20,
        }
    )
    notes = [
        block
        for block in split_blocks(Facts(audit=auditor.audit(frame), lang="en"))
        if isinstance(block, Note)
    ]
    assert [note.text for note in notes] == [
        "2 classes have all their rows in one split: they are learned or measured, never both."
    ]
