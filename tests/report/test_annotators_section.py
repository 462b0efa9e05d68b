"""What the section on several annotators says."""

from __future__ import annotations

import pandas as pd
from audit_inputs import answers_of, planted, texts_of

import auditor
from auditor.audits import Audit
from auditor.report.elements import Note, Section, Table
from auditor.report.facts import Facts
from auditor.report.sections.annotators import PEOPLE, section


def answers(more: int = 0) -> pd.DataFrame:
    """Of four good annotators, and of so many others who each say eel to the same twelve rows."""
    found = answers_of(planted()[0])
    assert found is not None
    others = [(f"item-{row:03d}", f"z{at:02d}", "eel") for at in range(more) for row in range(12)]
    return pd.concat([found, pd.DataFrame(others, columns=found.columns)], ignore_index=True)


def audited(table: pd.DataFrame | None, **options: object) -> Audit:
    frame, probs, _ = planted()
    return auditor.audit(frame, predictions=probs, annotations=table, **options)  # type: ignore[arg-type]


def shown(audit: Audit) -> Section:
    return section(Facts(audit=audit, lang="en"))


def tables(found: Section) -> dict[str, Table]:
    return {block.caption: block for block in found.blocks if isinstance(block, Table)}


def test_without_answers_the_section_says_what_would_give_them() -> None:
    found = shown(audited(None))
    assert (found.status, found.blocks, found.todo) == ("not_applicable", (), "")
    assert "--annotations FILE" in found.status_text


def test_the_people_the_rows_that_differ_and_the_next_ones_are_shown() -> None:
    """720 answers, all of them right: the four wrong labels differ."""
    found = shown(audited(answers()))
    assert (found.status, found.status_text, found.tone) == ("found", "4 labels differ", "look")
    note = found.blocks[0]
    assert isinstance(note, Note)
    assert note.text.startswith("4 annotators gave 720 answers to 240 rows. ")
    people, differing, following = tables(found).values()
    assert [row[0].text for row in people.rows] != []
    assert {row[3].text for row in people.rows} == {"100%"}
    faults = planted()[2]["label_issue"]
    assert {row[0].text for row in differing.rows} == faults
    assert {row[3].text for row in differing.rows} == {"3 / 0 / 3"}
    assert all(row[5].text for row in differing.rows)
    assert len(following.rows) == 10


def test_who_is_clear_is_named_and_those_beyond_the_table_are_counted() -> None:
    """Thirty who say eel to twelve rows are many against three; the consensus there may well be theirs."""
    found = shown(audited(answers(more=30)))
    people = tables(found)["How good the annotators are"]
    assert len(people.rows) == PEOPLE
    assert people.note == "14 more are not shown"


def test_a_bad_one_is_named_in_a_sentence() -> None:
    """Who says eel to 60 rows of which 20 are eels."""
    bad = pd.DataFrame(
        [(f"item-{row:03d}", "zed", "eel") for row in range(60)], columns=["item", "annotator", "label"]
    )
    found = shown(audited(pd.concat([answers(), bad], ignore_index=True)))
    words = next(text for text in texts_of(found) if "stands clear" in text)
    assert words.startswith('"zed" stands clear of the others')
    assert tables(found)["How good the annotators are"].rows[0][0].text == "zed"


def test_with_ids_only_no_content_is_shown() -> None:
    found = shown(audited(answers(), privacy="ids"))
    rows = [row for name, table in tables(found).items() if "annotators" not in name for row in table.rows]
    assert {row[-1].text for row in rows} == {""}


def test_where_all_agree_nothing_is_to_do() -> None:
    """Every given label is the consensus, and nobody is clear."""
    frame, probs, _ = planted()
    names = [("cat", "dog", "eel")[row % 3] for row in range(len(frame))]
    audit = auditor.audit(frame.assign(label=names), predictions=probs, annotations=answers())
    found = shown(audit)
    assert (found.status, found.status_text, found.todo) == ("none", "none found", "")
    assert [block.caption for block in found.blocks if isinstance(block, Table)] == [
        "How good the annotators are",
        "Where one more answer would help most",
    ]
