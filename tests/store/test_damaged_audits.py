"""An audit.json that was damaged or made by hand: a coded error or an audit, never a crash."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from audit_inputs import planted_audit

from auditor import InputError, load_audit
from auditor.report.item import item_lines
from auditor.report.page import render
from auditor.report.view import page_of
from auditor.store.folder import write
from auditor.store.shapes import LATER, MEMBERS, misshapen

VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 7, 1e300, 10**400, float("nan"), "", "ran", "{x.y}", "{0}", "{", "\ud800"),
    *([], [1], ["a"], {}, {"a": 1}, {"template": "{x}", "values": {}}, [[]], [None]),
)
"""What stands in place of something else."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(
        planted_audit(), tmp_path_factory.mktemp("saved") / "audit", {"report.html": "<p>a page</p>"}
    )


@pytest.fixture(scope="module")
def document(saved: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((saved / "audit.json").read_text(encoding="utf-8"))
    return read


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, entry in inner:
        yield (*at, name)
        yield from places(entry, (*at, name))


def damaged(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """The document with one value gone, or another in its place."""
    chance = random.Random(seed)
    spoiled = copy.deepcopy(document)
    way = chance.choice([way for way in places(document) if way[0] not in ("files", "schema")])
    holder = spoiled
    for step in way[:-1]:
        holder = holder[step]
    if chance.random() < 0.3:
        del holder[way[-1]]
    else:
        holder[way[-1]] = copy.deepcopy(chance.choice(VALUES))
    return spoiled


def read_everything(folder: Path) -> None:
    """Load the audit and show all of it."""
    try:
        audit = load_audit(folder)
    except InputError as error:
        assert [problem.slug for problem in error.problems] == ["not-an-audit"]
        return
    for lang in ("en", "ko"):
        render(page_of(audit, lang))
        list(item_lines(audit, "item-010", lang))


def test_250_damaged_audits_are_refused_or_shown(
    saved: Path, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.report.page._plotly", lambda: None)
    for seed in range(250):
        (saved / "audit.json").write_text(json.dumps(damaged(document, seed)), encoding="utf-8")
        read_everything(saved)


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("value", [7, "x", [7], {"x": 7}], ids=str)
def test_a_member_of_another_shape_is_named(document: dict[str, Any], name: str, value: Any) -> None:
    if MEMBERS[name](value):
        pytest.skip("of the same shape")
    assert misshapen(document) is None
    assert misshapen(document | {name: value}) == name
    without = {key: entry for key, entry in document.items() if key != name}
    assert misshapen(without) == (None if name in LATER else name)


@pytest.mark.parametrize(
    ("template", "values", "good"),
    [
        ("{n:,} rows of {name}", {"n": 3, "name": "x"}, True),
        ("{share:.1f}%", {"share": 0.5}, True),
        ("{{n}}", {}, True),
        ("{x.__class__}", {"x": "a"}, False),
        ("{x[0]}", {"x": "a"}, False),
        ("{x!r}", {"x": "a"}, False),
        ("{x:{y}}", {"x": 1, "y": "d"}, False),
        ("{n:999999999}", {"n": 1}, False),
        ("{}", {}, False),
        ("{0}", {}, False),
        ("{", {}, False),
        ("{n}", {}, False),
        ("{n:,}", {"n": "three"}, False),
        ("{a}", {"a": {"template": "{b.c}", "values": {"b": 1}}}, False),
        ("{a}", {"a": [1]}, False),
    ],
)
def test_a_sentence_of_a_file_can_only_name_its_values(
    document: dict[str, Any], template: str, values: dict[str, Any], good: bool
) -> None:
    """`str.format` would follow `{x.__class__}` into the program."""
    note = {"slug": "x", "level": "note", "details": [], "fixes": []}
    note |= {"what": {"template": template, "values": values}}
    assert misshapen(document | {"notes": [note]}) == (None if good else "notes")


def test_every_sentence_of_ours_has_fields_that_a_file_may_have() -> None:
    """What was written must come back: no message id asks for more than names and plain formats."""
    from auditor.store.shape_pieces import _names_only
    from auditor.wording import catalogue

    known = [key if isinstance(key, str) else key[0] for key in catalogue("ko")._catalog]
    sentences = [text for text in known if "%(" not in text]
    assert len(sentences) > 100
    assert [text for text in sentences if not _names_only(text)] == []
