"""Section "Hygiene": counts, examples with their places, class names."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
from audit_inputs import texts_of

import auditor
from auditor import Audit
from auditor.report.elements import Note, Section, Table
from auditor.report.facts import Facts
from auditor.report.marks import spelled_out
from auditor.report.sections.hygiene import section

LONG = "word " * 100


def frame() -> pd.DataFrame:
    """Forty rows: two empty, four invisible characters, one garbled at its end, a class in two ways."""
    texts = [f"a clean sentence about subject {row}" for row in range(40)]
    texts[3] = texts[5] = ""
    for row in range(10, 14):
        texts[row] += "\u200b"
    texts[20] = LONG + "cafÃ© noir"
    labels = ["cat", "dog"] * 20
    labels[7] = "Dog"
    labels[8] = ""
    ids = [f"item-{row:02d}" for row in range(40)]
    return pd.DataFrame({"id": ids, "text": texts, "label": labels})


@lru_cache
def audit(privacy: str = "full") -> Audit:
    """An audit of them."""
    return auditor.audit(frame(), privacy=privacy)


def shown(of: Audit, lang: str = "en") -> Section:
    return section(Facts(audit=of, lang=lang))


def tables(of: Section) -> dict[str, list[list[str]]]:
    """Caption -> the texts of its cells."""
    return {
        block.caption: [[cell.text for cell in row] for row in block.rows]
        for block in of.blocks
        if isinstance(block, Table)
    }


def test_every_fault_is_counted_also_where_there_is_none() -> None:
    """2 empty, 4 invisible, 1 garbled; one row without a label."""
    counts = {row[2]: row[1] for row in tables(shown(audit()))["What was looked for"]}
    assert {name: count for name, count in counts.items() if count != "0"} == {
        "hygiene.empty": "2",
        "hygiene.invisible": "4",
        "hygiene.mojibake": "1",
        "labels.missing": "1",
    }
    assert counts["hygiene.decomposed"] == counts["labels.unknown"] == "0"


def test_the_words_beside_the_title_count_rows_and_names() -> None:
    """2 + 4 + 1 rows with a fault, 1 without a label, 1 class name."""
    found = shown(audit())
    assert (found.status, found.tone, found.status_text) == ("found", "look", "8 rows, 1 class name")


def test_three_examples_are_shown_with_the_hidden_character_spelled_out() -> None:
    """The page spells it: the cell holds the text as it is."""
    rows = tables(shown(audit()))["Invisible characters (4)"]
    assert len(rows) == 3
    assert {row[0] for row in rows} < {"item-10", "item-11", "item-12", "item-13"}
    assert all("[U+200B]" in spelled_out(row[1], "content") and "U+200B" in row[2] for row in rows)


def test_a_fault_at_the_end_of_a_long_text_is_shown() -> None:
    """The text around it, not its beginning; character 504 is the garbled one."""
    ((item, text, why),) = tables(shown(audit()))["Text read in a wrong encoding (1)"]
    assert item == "item-20"
    assert text.startswith("...") and "cafÃ© noir" in text and len(text) < 200
    assert "character 504" in why


def test_empty_rows_are_named() -> None:
    rows = tables(shown(audit()))["No content (2)"]
    assert {row[0] for row in rows} == {"item-03", "item-05"}


def test_class_names_stand_beside_the_ones_they_are_taken_for() -> None:
    rows = tables(shown(audit()))["Class names that are taken for others"]
    assert rows == [["Dog", "1", "dog", "19", "case, blanks or Unicode form"]]


def test_names_that_look_the_same_tell_the_character_that_is_to_blame() -> None:
    """The Cyrillic i; the Latin name has none, and nothing else of either is marked."""
    data = frame()
    data["label"] = ["positive", "negative"] * 20
    data.loc[:3, "label"] = "pos\u0456tive"
    (table,) = [
        block
        for block in shown(auditor.audit(data)).blocks
        if isinstance(block, Table) and block.caption == "Class names that are taken for others"
    ]
    odd, _, other, _, _ = table.rows[0]
    assert (odd.text, odd.odd) == ("pos\u0456tive", "\u0456")
    assert (other.text, other.odd) == ("positive", "")


def test_without_faulty_rows_only_the_names_are_counted() -> None:
    data = frame()
    data["text"] = [f"a clean sentence about subject {row}" for row in range(40)]
    data["label"] = ["cat", "dog"] * 19 + ["cat", "Dog"]
    assert shown(auditor.audit(data)).status_text == "1 class name"


def test_under_privacy_no_text_is_shown() -> None:
    """Neither from the items nor from the evidence, but for the few characters of the fault."""
    found = shown(audit("ids"))
    assert tables(found)["Invisible characters (4)"][0][0].startswith("item-")
    assert not any("sentence" in text or "noir" in text for text in texts_of(found))


def test_a_snippet_is_shown_from_its_beginning_where_the_fault_is_cut_off() -> None:
    ((_, text, _),) = tables(shown(audit("snippet")))["Text read in a wrong encoding (1)"]
    assert text.startswith("word word") and len(text) <= 120


def test_where_nothing_was_found_it_says_so() -> None:
    """And still what was looked for."""
    clean = frame()
    clean["text"] = [f"a clean sentence about subject {row}" for row in range(40)]
    clean["label"] = ["cat", "dog"] * 20
    found = shown(auditor.audit(clean))
    assert (found.status, found.tone, found.status_text, found.todo) == ("none", "calm", "none found", "")
    assert list(tables(found)) == ["What was looked for"]


def test_without_content_it_says_that_only_names_were_compared() -> None:
    found = shown(auditor.audit(frame()[["id", "label"]]))
    assert [block.text for block in found.blocks if isinstance(block, Note)] == [
        "There is no content to look at: only names were compared."
    ]
