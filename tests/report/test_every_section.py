"""What holds of every section of the report, over audits of every kind: a new one is tested by its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from audit_inputs import answers_of, modelled_audit, planted, planted_audit, texts_of
from damaged_images import dataset
from picture_audit import mapped, pictured

import auditor
from auditor import Audit
from auditor.report import sections
from auditor.report.elements import Block, Chart, Groups, Recipe, Section, Status, Table, Tone
from auditor.report.facts import Facts
from auditor.report.sections import MODULES, all_sections

FAILED = {"template": "{error}", "values": {"error": "RuntimeError: no idea"}}


def odd_frame() -> pd.DataFrame:
    """Labels missing and foreign, content that says too little, splits of other names."""
    frame = planted()[0]
    frame["text"] = ["good" if row % 3 == 0 else text for row, text in enumerate(frame["text"])]
    frame.loc[:2, "label"] = ["", "zebra", "cat "]
    return frame.assign(split=["fold 1", ""] * 120)


def two_classes() -> Audit:
    """Eels are called dogs."""
    frame, probs, _ = planted()
    labels = frame["label"].replace("eel", "dog")
    return auditor.audit(frame.assign(label=labels), predictions=np.c_[probs[:, 0], 1 - probs[:, 0]])


def failed(audit: Audit) -> Audit:
    """The same audit, had every detector failed."""
    outcomes = [entry | {"status": "failed", "why": FAILED} for entry in audit.header["outcomes"]]
    empty = {name: audit.tables[name].slice(0, 0) for name in ("findings", "duplicates", "queue")}
    header = {**audit.header, "outcomes": outcomes}
    return replace(audit, header=header, measures=(), tables={**audit.tables, **empty})


def damaged_images() -> Audit:
    """Images of which some are dark, blurred, odd, or cannot be opened."""
    with TemporaryDirectory() as folder:
        return auditor.audit(dataset(Path(folder)), model="none")


AUDITS: dict[str, Callable[[], Audit]] = {
    "planted": planted_audit,
    "without predictions": lambda: planted_audit(False),
    "built-in model": modelled_audit,
    "without labels": lambda: auditor.audit(planted()[0], label="none"),
    "without content": lambda: auditor.audit(planted()[0][["id", "label"]], predictions=planted()[1]),
    "two classes": two_classes,
    "odd": lambda: auditor.audit(odd_frame(), predictions=planted()[1], classes=["cat", "dog", "eel"]),
    "a short queue": lambda: planted_audit(top=2),
    "no content kept": lambda: planted_audit(privacy="ids"),
    "several annotators": lambda: auditor.audit(
        planted()[0], predictions=planted()[1], annotations=answers_of(planted()[0])
    ),
    "answers alone": lambda: auditor.audit(planted()[0], annotations=answers_of(planted()[0]), model="none"),
    "nothing done": lambda: failed(planted_audit()),
    "pictures and a map": lambda: mapped(pictured(planted_audit())),
    "damaged images": damaged_images,
}
RESTS_ON_NONE = {"review", "map", "since"}
"""Sections of decisions, of vectors and of an earlier audit, which no detector finds."""
every_section = pytest.mark.parametrize("name", MODULES)
every_audit = pytest.mark.parametrize("kind", AUDITS)


@lru_cache
def audit_of(kind: str) -> Audit:
    """One of the audits, made once."""
    return AUDITS[kind]()


def section(name: str, kind: str, lang: str = "en") -> Section:
    """One section of one audit."""
    module = import_module(f"auditor.report.sections.{name}")
    found: Section = module.section(Facts(audit=audit_of(kind), lang=lang))
    return found


def test_every_file_of_the_folder_is_a_section() -> None:
    """A section that is not named in `MODULES` would never be shown."""
    files = {path.stem for path in Path(sections.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == set(MODULES)


@every_audit
def test_anchors_and_charts_have_names_of_their_own(kind: str) -> None:
    """Links and figures are found by them."""
    shown = all_sections(Facts(audit=audit_of(kind), lang="en"))
    charts = [block.id for part in shown for block in part.blocks if isinstance(block, Chart)]
    names = [part.id for part in shown] + charts
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z][a-z-]*", name) for name in names)


@every_section
@every_audit
def test_a_section_is_whole(name: str, kind: str) -> None:
    """A title, a state and a meaning; the state is one of those that the page can draw."""
    found = section(name, kind)
    assert found.title and found.status_text and found.meaning
    assert found.status in get_args(Status)
    assert found.tone in get_args(Tone)
    prose = replace(found, blocks=tuple(block for block in found.blocks if not isinstance(block, Recipe)))
    texts = [text for text in texts_of(prose) if not text.startswith("data:")]
    assert not any(word in text for text in texts for word in ("None", "nan", "{", "}"))


@every_section
@every_audit
def test_tables_are_rectangles_and_weights_are_shares(name: str, kind: str) -> None:
    """As many cells as columns; bars and shades from 0 to 1."""
    for block in section(name, kind).blocks:
        assert isinstance(block, get_args(Block))
        if isinstance(block, Table):
            assert all(len(row) == len(block.columns) for row in block.rows)
            weights = [cell.weight for row in block.rows for cell in row if cell.weight is not None]
            assert all(0 <= weight <= 1 for weight in weights)


@every_section
@every_audit
def test_both_languages_say_the_same(name: str, kind: str) -> None:
    """As many texts with the same digits, and words of ours in Korean."""
    english, korean = section(name, kind), section(name, kind, "ko")
    one, other = list(texts_of(english)), list(texts_of(korean))
    assert len(one) == len(other)
    assert [sorted(re.findall(r"\d+", text)) for text in one] == [
        sorted(re.findall(r"\d+", text)) for text in other
    ]
    assert (english.id, english.status, english.tone) == (korean.id, korean.status, korean.tone)
    assert all(re.search("[가-힣]", text) for text in (korean.title, korean.meaning, korean.todo or "가"))


@pytest.mark.parametrize("name", [name for name in MODULES if name not in RESTS_ON_NONE])
def test_a_section_whose_detector_failed_says_so(name: str) -> None:
    """Never "none found", never calm: it is not known, and why. What was checked before is known."""
    found = section(name, "nothing done")
    assert (found.status, found.tone) == ("failed", "unknown")
    assert "RuntimeError: no idea" in found.status_text
    shown = [block for block in found.blocks if isinstance(block, Table | Chart | Groups)]
    assert [block for block in shown if getattr(block, "caption", "") != "What was checked"] == []


@every_section
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_section_is_the_same_twice_and_changes_nothing(name: str, lang: str) -> None:
    """The same audit gives the same section."""
    facts = Facts(audit=planted_audit(), lang=lang)
    module = import_module(f"auditor.report.sections.{name}")
    before = {table: facts.audit.tables[table].to_pylist() for table in facts.audit.tables}
    assert module.section(facts) == module.section(Facts(audit=planted_audit(), lang=lang))
    assert before == {table: facts.audit.tables[table].to_pylist() for table in facts.audit.tables}


@every_section
def test_a_section_says_what_it_is_about(name: str) -> None:
    """Its module and its function have a docstring."""
    module = import_module(f"auditor.report.sections.{name}")
    assert module.__doc__ and module.section.__doc__
