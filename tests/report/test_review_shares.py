"""A round shared out among reviewers: who is asked what, and the files they get."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from audit_inputs import planted_audit
from picture_audit import pictured

import auditor
from auditor import Audit
from auditor.errors import UsageError
from auditor.prioritise.round import Plan
from auditor.report.review_options import ReviewOptions
from auditor.report.review_shares import Share, shares_of
from auditor.report.review_view import review_data

PEOPLE = ("kim", "lee", "박서연")


def whole_and_shares(audit: Audit, **more: Any) -> tuple[dict[str, Any], tuple[Share, ...]]:
    """The data of the round, and of each reviewer's part of it."""
    given: dict[str, Any] = {"reviewers": PEOPLE, "overlap": 0.2, "plan": Plan(items=120, spot=10)}
    options = ReviewOptions(**given | more)
    data = review_data(audit, options, "en")
    return data, shares_of(audit, options, data)


def test_each_item_is_asked_of_one_reviewer_or_of_all() -> None:
    """Nothing is lost; the items stand in the order of the round, as they do for one reviewer."""
    data, shares = whole_and_shares(planted_audit())
    asked = Counter(item["item"] for share in shares for item in share.data["items"])
    assert set(asked) == {item["item"] for item in data["items"]}
    assert set(asked.values()) == {1, 3}
    common = sum(times == 3 for times in asked.values())
    assert [share.common for share in shares] == [common] * 3
    for share in shares:
        mine = {item["item"] for item in share.data["items"]}
        assert share.data["items"] == [item for item in data["items"] if item["item"] in mine]
        assert share.rows == len(mine)


def test_every_kind_of_sample_is_shared_out_by_the_same_rule() -> None:
    """Spot checks, controls and rows of the estimate too: some alone, some common."""
    _, shares = whole_and_shares(planted_audit(), plan=Plan(items=200, spot=60, controls=0.4, estimate=60))
    found: dict[str, Counter[int]] = {}
    people = Counter(item["item"] for share in shares for item in share.data["items"])
    for share in shares:
        for item in share.data["items"]:
            found.setdefault(item["sample"], Counter())[people[item["item"]]] += 1
    assert set(found) == {"queue", "spot", "control", "rate"}
    assert all(set(counts) == {1, 3} for counts in found.values())


def test_exact_copies_stand_on_one_page() -> None:
    _, shares = whole_and_shares(planted_audit(), overlap=0.0, plan=Plan(items=500))
    owner = {item["item"]: share.reviewer for share in shares for item in share.data["items"]}
    copied = [item for share in shares for item in share.data["items"] if item["copies"]]
    assert copied
    for item in copied:
        assert {owner[copy["item"]] for copy in item["copies"] if copy["item"] in owner} <= {
            owner[item["item"]]
        }


def test_a_page_knows_whose_it_is_and_marks_no_common_item() -> None:
    """How many are common is said, but nothing tells them apart; each page has an id of its own."""
    data, shares = whole_and_shares(planted_audit())
    for share in shares:
        assigned = share.data["assigned"]
        assert assigned == {
            "reviewer": share.reviewer,
            "people": 3,
            "rows": share.rows,
            "common": share.common,
        }
        assert set(share.data) - set(data) == {"assigned"}
    assert len({share.data["report"]["id"] for share in shares} | {data["report"]["id"]}) == 4
    assert "assigned" not in data


def test_all_common_pages_of_two_reviewers_have_two_ids() -> None:
    """They ask the same, and are not the same page."""
    _, shares = whole_and_shares(planted_audit(), overlap=1.0)
    assert shares[0].data["items"] == shares[1].data["items"]
    assert len({share.data["report"]["id"] for share in shares}) == 3


def test_a_page_has_the_pictures_of_its_items_alone() -> None:
    data, shares = whole_and_shares(pictured(planted_audit()))
    for share in shares:
        shown = {
            entry["item"] for item in share.data["items"] for entry in (item, *item["near"], *item["similar"])
        }
        assert set(share.data["pictures"]) == shown & set(data["pictures"])


# files


def names(folder: Path) -> list[str]:
    """What stands in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_a_file_each_into_a_folder_that_is_made(tmp_path: Path) -> None:
    written = auditor.write_review(
        planted_audit(), f"{tmp_path}/pages/", reviewers=["kim", "박서연"], overlap="20%", items=60
    )
    assert names(tmp_path / "pages") == ["review-kim.html", "review-박서연.html"]
    assert [path.name for path in written.paths] == names(tmp_path / "pages")
    assert [(share.reviewer, share.paths) for share in written.shares] == [
        ("kim", written.paths[:1]),
        ("박서연", written.paths[1:]),
    ]
    assert sum(share.rows - share.common for share in written.shares) + written.shares[0].common == (
        written.frozen + written.controls
    )


def test_parts_are_numbered_for_each_reviewer(tmp_path: Path) -> None:
    """All of a part say how many items the reviewer has, and have one id."""
    written = auditor.write_review(
        planted_audit(), tmp_path / "r.html", reviewers="kim,lee", items=60, max_size="150kB"
    )
    for share in written.shares:
        n = len(share.paths)
        assert n > 1
        assert [path.name for path in share.paths] == [
            f"r-{share.reviewer}-{k}of{n}.html" for k in range(1, n + 1)
        ]
        parts = [_data(path) for path in share.paths]
        assert sum(len(part["items"]) for part in parts) == share.rows
        assert {part["assigned"]["rows"] for part in parts} == {share.rows}
        assert len({part["report"]["id"] for part in parts}) == 1


def _data(path: Path) -> dict[str, Any]:
    html = path.read_text(encoding="utf-8")
    text = html.split('id="review-data"', 1)[1].split(">", 1)[1].split("</script>", 1)[0]
    found: dict[str, Any] = json.loads(text)
    return found


def test_without_reviewers_a_folder_gets_review_html(tmp_path: Path) -> None:
    """Of everybody; the bytes are those of the file."""
    auditor.write_review(planted_audit(), tmp_path, items=20)
    auditor.write_review(planted_audit(), tmp_path / "other.html", items=20)
    assert names(tmp_path) == ["other.html", "review.html"]
    assert (tmp_path / "other.html").read_bytes() == (tmp_path / "review.html").read_bytes()


def test_one_page_that_is_there_stops_all(tmp_path: Path) -> None:
    """And is not touched; with `force` all are written."""
    (tmp_path / "review-lee.html").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"review-lee\.html is there already"):
        auditor.write_review(planted_audit(), tmp_path, reviewers="kim,lee", items=20)
    assert names(tmp_path) == ["review-lee.html"]
    assert (tmp_path / "review-lee.html").read_text(encoding="utf-8") == "mine"
    auditor.write_review(planted_audit(), tmp_path, reviewers="kim,lee", items=20, force=True)
    assert names(tmp_path) == ["review-kim.html", "review-lee.html"]


def test_a_page_that_cannot_be_written_leaves_none(tmp_path: Path) -> None:
    """A folder of the name of the second page: neither the first nor a half one stays."""
    (tmp_path / "review-lee.html").mkdir()
    with pytest.raises(UsageError) as error:
        auditor.write_review(planted_audit(), tmp_path, reviewers="kim,lee", items=20, force=True)
    assert error.value.problems[0].slug == "output-not-writable"
    assert names(tmp_path) == ["review-lee.html"]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        auditor.write_review(planted_audit(), f"{tmp_path}/no/where/", reviewers="kim,lee", items=20)
    assert error.value.problems[0].slug == "output-not-writable"
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "more",
    [{"reviewers": "kim,kim"}, {"reviewers": "a/b"}, {"overlap": 0.1}, {"reviewers": "kim", "overlap": 2}],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, more: dict[str, Any]) -> None:
    """Before anything is written."""
    with pytest.raises(UsageError) as error:
        auditor.write_review(planted_audit(), tmp_path / "review.html", **more)
    assert error.value.problems[0].slug == "option-value"
    assert names(tmp_path) == []
