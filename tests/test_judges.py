"""Who judges the items of an audit: the same persons in every audit and round that has the item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from audit_inputs import planted
from hypothesis import given
from hypothesis import strategies as st

import auditor
from auditor.review.standing import STANDINGS
from auditor.rounds import judges

PEOPLE = ("kim", "lee", "박")
Item = tuple[str, str]
"""Its id and the hash of its content, "" for none."""
ITEMS = st.lists(
    st.tuples(st.uuids().map(str), st.sampled_from(["", *(f"{n:016x}" for n in range(30))])),
    max_size=12,
    unique_by=lambda item: item[0],
)


def tables_of(items: Sequence[Item], said: Sequence[dict[str, Any]] = ()) -> dict[str, pa.Table]:
    """The tables of an audit of these items, in this order: equal contents are one group."""
    rows = range(len(items))
    contents = [content for _, content in items]
    groups = [content if content and contents.count(content) > 1 else None for content in contents]
    return {
        "items": pa.table(
            {
                "item": pa.array([item for item, _ in items], pa.string()),
                "row": pa.array(rows, pa.int64()),
                "content": pa.array(contents, pa.string()),
            }
        ),
        "scores": pa.table({"group": pa.array(groups, pa.string())}),
        "decisions": pa.Table.from_pylist(list(said), STANDINGS),
    }


def judged(
    items: Sequence[Item], people: Sequence[str] = PEOPLE, overlap: float = 0.2
) -> dict[str, set[str]]:
    """Item -> who judges it."""
    found = judges(tables_of(items), people, overlap)
    return {item: set(found.of(row)) for row, (item, _) in enumerate(items)}


@given(ITEMS, ITEMS, st.data())
def test_an_item_keeps_its_reviewers_whatever_else_is_there(
    items: list[Item], more: list[Item], data: st.DataObject
) -> None:
    """Rows come, go and change their places, the handles too: who judges what stays."""
    others = [item for item in more if item[0] not in {name for name, _ in items}]
    kept = data.draw(st.lists(st.sampled_from(items), unique=True)) if items else []
    again = judged(data.draw(st.permutations([*kept, *others])), data.draw(st.permutations(PEOPLE)))
    before = judged(items)
    assert {item: again[item] for item, _ in kept} == {item: before[item] for item, _ in kept}


@given(ITEMS)
def test_exact_copies_go_to_the_same_reviewers(items: list[Item]) -> None:
    """They are one decision."""
    found = judged(items)
    for item, content in items:
        copies = [other for other, same in items if content and same == content]
        assert all(found[copy] == found[item] for copy in copies)


def test_images_of_one_group_go_together_though_their_bytes_differ() -> None:
    """The smallest hash of the group stands for all, in whatever order its rows are."""
    tables = tables_of([("a", "0b"), ("b", "0a"), ("c", "0c"), ("d", "")])
    tables["scores"] = pa.table({"group": ["g", "g", "g", None]})
    alone = judges(tables_of([("b", "0a")]), PEOPLE, 0.2)
    found = judges(tables, PEOPLE, 0.2)
    assert [found.of(row) for row in range(3)] == [alone.of(0)] * 3
    assert found.names[3] == "item d"


def test_whoever_could_not_settle_an_item_is_not_asked_again() -> None:
    """Unsure, outvoted, or alone with an exclusion: another is asked; of a stale word nobody was heard."""
    items = [(f"i{n}", f"{n:016x}") for n in range(60)]
    first = judges(tables_of(items), PEOPLE, 0.2)
    states = ["unsure", "conflict", "needs_votes", "stale", "unknown"]
    said = [
        {"row": row, "state": states[row % 5], "reviewers": ";".join(first.of(row)[:2])} for row in range(60)
    ]
    again = judges(tables_of(items, said), PEOPLE, 0.2)
    for row, entry in enumerate(said):
        heard = set(entry["reviewers"].split(";")) if row % 5 < 3 else set()
        assert not heard & set(again.of(row))
        assert heard or again.of(row) == first.of(row)


def test_an_audit_made_again_of_more_rows_in_another_order_asks_the_same_persons() -> None:
    """From the datasets themselves: only the shared content says who."""
    frame, probs, _ = planted()
    few = frame.iloc[:150]
    many = frame.sample(frac=1, random_state=7)
    one = auditor.audit(few, predictions=probs[:150], seed=1)
    other = auditor.audit(many, predictions=probs[many.index], seed=2)
    found = [by_item(audit) for audit in (one, other)]
    shared = set(found[0]) & set(found[1])
    assert len(shared) == 150 and len(set(map(tuple, found[1].values()))) == 4
    assert {item: found[0][item] for item in shared} == {item: found[1][item] for item in shared}


def by_item(audit: auditor.Audit) -> dict[str, tuple[str, ...]]:
    """Item -> who judges it."""
    found = judges(audit.tables, PEOPLE, 0.2)
    items = audit.tables["items"]
    return {
        item: found.of(row)
        for item, row in zip(items["item"].to_pylist(), items["row"].to_pylist(), strict=True)
    }
