"""How a decision stands against the dataset as it is now."""

from __future__ import annotations

from pathlib import Path

import pytest
from review_files import record, write_decisions

from auditor.decided import merged_files
from auditor.review.merging import Judgement, Merged
from auditor.review.standing import Now, counts, standings, standings_table, state_of


def judged(tmp_path: Path, *records: dict[str, object]) -> Merged:
    """The merged decisions of one file."""
    found = merged_files([write_decisions(tmp_path / "d.json", records)])
    assert found is not None
    return found


def now(given: str, content: str = "sha256:aa") -> Now:
    return Now(row=0, given=given, content=content)


CASES = [
    # action, label, given seen, content seen, reasons -> what the dataset says -> state
    ("keep", None, "cat", "sha256:aa", [], now("cat"), "kept"),
    ("keep", None, "cat", "sha256:aa", [], now("dog"), "stale"),
    ("keep", None, "cat", "sha256:bb", [], now("cat"), "stale"),
    ("keep", None, "cat", "", [], now("cat"), "kept"),
    ("keep", None, "cat", "sha256:aa", ["needs_new_class"], now("cat"), "to_settle"),
    ("keep", None, "cat", "sha256:aa", ["more_than_one_class"], now("cat"), "to_settle"),
    ("keep", None, "cat", "sha256:aa", ["guideline_unclear"], now("cat"), "kept"),
    ("relabel", "dog", "cat", "sha256:aa", [], now("cat"), "to_apply"),
    ("relabel", "dog", "cat", "sha256:aa", [], now("dog"), "done"),
    ("relabel", "dog", "cat", "sha256:aa", [], now("eel"), "stale"),
    ("relabel", "dog", None, "", [], now("dog"), "kept"),
    ("relabel", "dog", None, "", [], now("cat"), "to_apply"),
    ("relabel", "cat", "cat", "sha256:aa", [], now("cat"), "kept"),
    ("exclude", None, "cat", "sha256:aa", [], now("cat"), "to_apply"),
    ("exclude", None, "cat", "sha256:aa", [], None, "done"),
    ("keep", None, "cat", "sha256:aa", [], None, "unknown"),
    ("unsure", None, "cat", "sha256:aa", [], now("cat"), "unsure"),
    ("unsure", None, "cat", "sha256:aa", [], now("dog"), "stale"),
]


@pytest.mark.parametrize(("action", "label", "given", "content", "reasons", "there", "state"), CASES)
def test_states(
    tmp_path: Path,
    action: str,
    label: str | None,
    given: str | None,
    content: str,
    reasons: list[str],
    there: Now | None,
    state: str,
) -> None:
    """What was seen and what is there now say what is left to do."""
    said = record("a", action, label, given=given, content=content, reasons=reasons)
    (one,) = judged(tmp_path, said).judgements
    assert state_of(one, there) == state


def test_the_last_round_overtakes_those_before(tmp_path: Path) -> None:
    """Cat became dog in the first round and cat again in the second: it stays cat."""
    first = record("a", "relabel", "dog", given="cat", round=1)
    second = record("a", "relabel", "cat", given="dog", round=2)
    merged = judged(tmp_path, first, second)
    for given, state in (("cat", "done"), ("dog", "to_apply")):
        (found,) = standings(merged, lambda one, given=given: now(given, ""))  # type: ignore[misc]
        assert (found.state, found.judgement.label) == (state, "cat")


def test_the_table_holds_a_row_for_each_item(tmp_path: Path) -> None:
    """Sorted by item, with what was said and how it stands."""
    merged = judged(
        tmp_path, record("b", given="cat", comment="sure"), record("a", "relabel", "dog", given="cat")
    )

    def lookup(one: Judgement) -> Now:
        return Now(row=7, given="cat", content="")

    table = standings_table(standings(merged, lookup))
    rows = table.to_pylist()
    assert [(row["item"], row["state"], row["is_error"], row["reviewers"]) for row in rows] == [
        ("a", "to_apply", True, "kim"),
        ("b", "kept", False, "kim"),
    ]
    assert rows[1]["comment"] == "sure" and rows[0]["row"] == 7
    assert dict(counts(table)) == {"kept": 1, "to_apply": 1}
