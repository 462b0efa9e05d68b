"""Section "Since last time": the comparison with an earlier audit as the report shows it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from audit_inputs import WRONG, planted, planted_audit, refusal, slugs, texts_of

import auditor
from auditor import Audit, InputError, Measure, compare_audits
from auditor.comparison import Comparison
from auditor.report.comparison_text import comparison_lines
from auditor.report.comparison_words import beside, footnotes, number, shown
from auditor.report.elements import Section, Table
from auditor.report.facts import Facts
from auditor.report.page import render
from auditor.report.sections.since import applies, section
from auditor.report.view import page_of

CORRECTED = f"item-{WRONG[0]:03d}"


@lru_cache
def later(privacy: str = "full") -> Audit:
    """The planted data with one label corrected, one row removed, and one new row that is wrong."""
    frame, model, _ = planted()
    frame.loc[WRONG[0], "label"] = ("cat", "dog", "eel")[WRONG[0] % 3]
    more = pd.DataFrame([frame.iloc[110].to_dict() | {"id": "new", "text": "a text that only this row has"}])
    more["label"] = ("cat", "dog", "eel")[(110 + 1) % 3]
    keep = np.arange(240) != WRONG[1]
    both = pd.concat([frame[keep], more], ignore_index=True)
    return auditor.audit(both, predictions=np.vstack([model[keep], model[110]]), privacy=privacy)


@lru_cache
def found() -> Comparison:
    return compare_audits(planted_audit(), later())


def since(lang: str = "en", audit: Audit | None = None) -> Section:
    return section(Facts(audit=audit or later(), lang=lang, since=found()))


def table(caption: str, shown: Section) -> list[list[str]]:
    """The cells of a table of the section."""
    one = next(block for block in shown.blocks if isinstance(block, Table) and block.caption == caption)
    return [[cell.text for cell in row] for row in one.rows]


def test_there_is_no_such_section_without_an_earlier_audit() -> None:
    """It stands last where one was named."""
    assert not applies(Facts(audit=later(), lang="en"))
    assert "since" not in [one.id for one in page_of(later()).sections]
    assert [one.id for one in page_of(later(), "en", found()).sections][-1] == "since"


def test_it_counts_what_is_new_gone_and_still_there() -> None:
    """Of four suspects two are gone, one came; copies stand as they stood."""
    kinds = {row[0]: row[1:] for row in table("Findings then and now", since())}
    assert kinds["suspected label"] == ["4", "3", "1", "2", "2"]
    assert kinds["conflict"][2:4] == ["0", "0"]
    why = {row[0]: row[1:] for row in table("Why they came and went", since())}
    assert why["suspected label"] == ["1 in a new row", "1 whose row was removed; 1 whose label was changed"]


def test_it_names_items_and_what_their_labels_became() -> None:
    """The corrected suspect with its label now; the new one with its content."""
    gone = [row for row in table("Gone, the first of each kind", since()) if row[1] == CORRECTED]
    assert gone[0][2:] == ["eel", "dog", "label changed"]
    new = [row for row in table("New, the first of each kind", since()) if row[1] == "new"]
    assert new[0][4:] == ["new row", "a text that only this row has | ann"] or "only this row" in new[0][5]


def test_no_text_is_shown_where_the_audit_keeps_none() -> None:
    """An audit made with --privacy ids has items and labels alone, also of what is gone."""
    audit = later("ids")
    shown = section(Facts(audit=audit, lang="en", since=compare_audits(planted_audit(), audit)))
    texts = " ".join(texts_of(shown))
    assert not any(text in texts for text in [*planted()[0]["text"], "a text that only this row has"])


def test_the_same_audit_twice_is_calm() -> None:
    """Nothing new, no table of reasons, no advice."""
    same = compare_audits(later(), later())
    shown = section(Facts(audit=later(), lang="en", since=same))
    assert (shown.tone, shown.todo) == ("calm", "")
    assert [block.caption for block in shown.blocks if isinstance(block, Table)] == ["Findings then and now"]


def test_the_page_holds_nothing_of_the_place_of_the_old_audit(tmp_path: Path) -> None:
    """Same audits, same bytes, wherever the old one lies."""
    pages = []
    for name in ("here", "secret_place"):
        folder = planted_audit().save(tmp_path / name)
        path = auditor.write_report(later(), tmp_path / f"{name}.html", since=folder)
        pages.append(path.read_bytes())
    assert pages[0] == pages[1] and b"secret_place" not in pages[1]
    assert pages[0] == render(page_of(later(), "en", found())).encode()


def test_the_old_audit_is_read_before_it_is_replaced(tmp_path: Path) -> None:
    """`-o audit --since audit`: the folder is the new audit's, and its report tells of the old one."""
    folder = planted_audit().save(tmp_path / "audit")
    later().save(folder, since=folder)
    assert auditor.load_audit(folder).audit_id == later().audit_id
    assert 'id="since"' in (folder / "report.html").read_text(encoding="utf-8")
    # the tables are those of an audit that was compared with nothing
    plain = later().save(tmp_path / "plain")
    names = sorted(
        path.name for path in plain.iterdir() if path.suffix != ".html" and path.name != "audit.json"
    )
    assert all((folder / name).read_bytes() == (plain / name).read_bytes() for name in names)


def test_nothing_is_written_where_the_audits_cannot_be_compared(tmp_path: Path) -> None:
    """The page of another task."""
    frame = planted()[0]
    other = auditor.audit(frame.assign(label=[f"{one}s" for one in frame["label"]]), model="none")
    problems = refusal(InputError, auditor.write_report, later(), tmp_path / "r.html", since=other)
    assert slugs(problems) == ["compare-other-task"] and not list(tmp_path.iterdir())


# numbers in words


def measure(value: float, kind: str = "count", n: int = 100, **more: float) -> Measure:
    return Measure(name="m", value=value, n=n, kind=kind, bad="up", exact=False, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (measure(1234), measure(1230), ("1,234", "1,230", "-4")),
        (measure(3), measure(3), ("3", "3", "0")),
        (measure(0.034, "rate"), measure(0.021, "rate"), ("3.4%", "2.1%", "-1.3 pp")),
        # as many digits as it takes to see that they differ
        (measure(0.03401, "rate"), measure(0.03404, "rate"), ("3.401%", "3.404%", "+0.003 pp")),
        (measure(0.9012, "score"), measure(0.9011, "score"), ("0.9012", "0.9011", "-0.0001")),
        (measure(0.5, "score"), measure(0.75, "score"), ("0.50", "0.75", "+0.25")),
        (None, measure(0.75, "score"), ("", "0.75", "")),
    ],
)
def test_two_numbers_are_shown_apart(old: Measure | None, new: Measure, said: tuple[str, str, str]) -> None:
    """Never `3.4% -> 3.4%, better`; shares differ by percentage points."""
    from auditor.measures_beside import measures_beside

    (one,) = measures_beside([] if old is None else [old], [new])
    assert shown(one) == said


def test_small_words() -> None:
    """Pairs, and numbers."""
    assert beside((12, None)) == "12 -> -"
    assert number(0.0, "rate") == "0%"


def test_intervals_that_overlap_are_explained() -> None:
    """The word `may be chance` has a sentence of its own, on the page and on the terminal."""
    ends = {"low": 0.01, "high": 0.05}
    old = replace(later(), measures=(measure(0.03, "rate", **ends),))
    new = replace(old, measures=(measure(0.02, "rate", **ends),), header={**old.header, "audit_id": "0" * 16})
    both = compare_audits(old, new)
    lines = "\n".join(comparison_lines(both, "en"))
    assert "may be chance" in lines and "interval: 1.0%-5.0% then, 1.0%-5.0% now" in lines
    assert len(list(footnotes(both))) == 1
    row = table("Measures then and now", section(Facts(audit=new, lang="en", since=both)))[0]
    assert row == ["m", "3.0%", "2.0%", "-1.0 pp", "may be chance", "1.0%-5.0%", "100"]


def test_both_languages_show_the_same_tables() -> None:
    """As many rows and numbers, whatever the words."""
    one, other = since(), since("ko")
    assert [type(block) for block in one.blocks] == [type(block) for block in other.blocks]
    for here, there in zip(one.blocks, other.blocks, strict=True):
        if isinstance(here, Table) and isinstance(there, Table):
            assert len(here.rows) == len(there.rows)
            assert all(len(row) == len(here.columns) for row in here.rows)
