"""A merged file in the lead's report: the forecast that the library makes of it, in the browser too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_yield import decided, listed, load, of_sample, page, sentences, shown, spots, written

from auditor.merges import merge_files

__all__ = ["page"]


def merged_from(folder: Path, lead: str = "") -> Path:
    """Kim and lee find every second spot check wrong; park, who may lead, none of the first nineteen."""
    kim = written(folder, "kim.json", of_sample(spots(2), reviewer="kim"))
    lee = written(folder, "lee.json", of_sample(spots(2), reviewer="lee"))
    park = written(folder, "park.json", of_sample(spots(99)[:19], reviewer="park"))
    out = folder / f"merged-{lead}.json"
    merge_files([kim, lee, park], lead=lead, output=out)
    return out


@pytest.mark.parametrize("lead", ["", "park"])
def test_the_page_says_what_the_library_says(page: Any, tmp_path: Path, lead: str) -> None:
    """With and without a lead who overruled somebody; the two forecasts differ."""
    file = merged_from(tmp_path, lead)
    load(page, file)
    found = decided(file)
    assert found.enough and shown(page) == (sentences(found), listed(found))


def test_a_lead_makes_a_difference(tmp_path: Path) -> None:
    """Without which the test above would hold for a page that knows no leads."""
    plain, led = (decided(merged_from(tmp_path, lead)) for lead in ("", "park"))
    assert sentences(plain) != sentences(led)


def test_the_files_it_was_made_of_change_nothing(page: Any, tmp_path: Path) -> None:
    """Loaded beside it, before or after."""
    file = merged_from(tmp_path, "park")
    load(page, tmp_path / "kim.json")
    load(page, file)
    load(page, tmp_path / "lee.json")
    found = decided(file)
    assert shown(page) == (sentences(found), listed(found))


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        ('"sources": [0, 1, 2]', '"sources": [9]'),
        ('"sources": [0, 1, 2]', '"sources": "x"'),
        ('"reviewer": "park"', '"reviewer": 1'),
    ],
)
def test_a_lead_over_something_else_is_refused(page: Any, tmp_path: Path, found: str, wrong: str) -> None:
    """The file was changed by hand: nothing of it is taken over, and nothing breaks."""
    file = merged_from(tmp_path, "park")
    whole = file.read_text(encoding="utf-8")
    at = whole.index('"leads": [')
    assert found in whole[at : at + 100]
    file.write_text(whole[:at] + whole[at:].replace(found, wrong, 1), encoding="utf-8")
    assert "damaged" in load(page, file) or "no decisions" in load(page, file)
