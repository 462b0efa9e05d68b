"""An audit as the labeller's page: what is asked, what stands beside it, in how many files."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from audit_inputs import planted, planted_audit
from review_files import record, write_decisions

import auditor
from auditor import Audit
from auditor.decided import merged_files, with_decisions
from auditor.prioritise.round import Plan
from auditor.report.review_files import review_files
from auditor.report.review_options import ReviewOptions
from auditor.report.review_page import render_review
from auditor.report.review_view import review_data, taxonomy_hash
from auditor.report.view import page_of


def data_of(audit: Audit, lang: str = "en", **options: Any) -> dict[str, Any]:
    """The JSON of a page."""
    return review_data(audit, ReviewOptions(**options), lang)


@lru_cache(maxsize=1)
def page() -> dict[str, Any]:
    return data_of(planted_audit(), plan=Plan(items=120, spot=10))


def test_an_item_says_what_the_dataset_says() -> None:
    """Item, row, given label, content and its hash are those of the row."""
    frame, _, _ = planted()
    for item in page()["items"]:
        row = frame.iloc[item["row"]]
        assert (item["item"], item["given"]) == (row["id"], row["label"])
        assert item["content"].startswith("sha256:") and len(item["content"]) == 7 + 16
        assert item["suggested"] != item["given"]
    assert len({item["item"] for item in page()["items"]}) == len(page()["items"])


def test_the_round_is_the_one_in_audit_json() -> None:
    """Spot checks stand at the positions that were drawn; controls are rows that nobody suspects."""
    sampling = planted_audit().header["sampling"]
    items = data_of(planted_audit())["items"]
    assert sorted(item["position"] for item in items if item["sample"] == "spot") == sampling["spots"]
    assert sum(item["sample"] == "control" for item in items) == sampling["controls"]
    assert sum(item["sample"] != "control" for item in items) == sampling["frozen"]
    suspects = set(planted_audit().findings.query("kind == 'label_issue'")["item"])
    assert not suspects & {item["item"] for item in items if item["sample"] == "control"}


def test_copies_and_near_copies_stand_beside_an_item() -> None:
    """Exact copies with their labels; near ones with what differs marked; neither among the similar rows."""
    _, _, faults = planted()
    items = {item["item"]: item for item in page()["items"]}
    copied = [item for item in items.values() if item["copies"]]
    assert copied and all(copy["content"] == item["content"] for item in copied for copy in item["copies"])
    assert {item["item"] for item in copied} <= faults["exact_duplicate"]
    near = [(item, other) for item in items.values() for other in item["near"]]
    assert near
    for item, other in near:
        assert {item["item"], other["item"]} <= faults["near_duplicate"]
        assert "".join(text for text, _ in other["marks"][0]) == item["cells"][0]
        assert any(differs for text, differs in [*other["marks"][0], *other["cells"][0]])
        assert other["item"] not in {row["item"] for row in item["similar"]}


def test_similar_rows_are_rows_of_the_dataset_with_their_labels() -> None:
    frame, _, _ = planted()
    labels = dict(zip(frame["id"], frame["label"], strict=True))
    similar = [row for item in page()["items"] for row in item["similar"]]
    assert similar and all(row["given"] == labels[row["item"]] for row in similar)
    assert all(0 < row["similarity"] <= 1 for row in similar)


def test_nothing_of_the_content_is_there_without_it() -> None:
    """Under --privacy ids items are known by their names and hashes alone."""
    frame, probs, _ = planted()
    data = data_of(auditor.audit(frame, predictions=probs, privacy="ids"))
    assert data["columns"] == [] and all(item["cells"] == [] for item in data["items"])
    assert frame["text"][0] not in json.dumps(data, ensure_ascii=False)


def test_the_page_speaks_the_language_of_the_reader() -> None:
    assert any("모델" in item["reason"] for item in data_of(planted_audit(), "ko")["items"])


def test_the_same_audit_gives_the_same_page_and_another_round_another_id() -> None:
    one = render_review(page(), "en")
    assert one == render_review(data_of(planted_audit(), plan=Plan(items=120, spot=10)), "en")
    other = data_of(planted_audit(), plan=Plan(items=100, spot=10))
    assert other["report"]["id"] != page()["report"]["id"]


def test_a_date_comes_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert page()["report"]["created"] is None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert data_of(planted_audit())["report"]["created"] == "2023-11-14T22:13:20Z"


def test_columns_and_kinds_are_those_that_the_lead_names() -> None:
    """In the order they are named; unknown ones are refused with what there is."""
    data = data_of(planted_audit(), columns=("text",), only=("near_conflict",))
    assert data["columns"] == ["text"]
    wanted = {item["item"] for item in data["items"] if item["sample"] != "control"}
    assert wanted == set(planted_audit().findings.query("kind == 'near_conflict'")["item"])
    for options, slug in (
        ({"columns": ("txt",)}, "column-not-found"),
        ({"only": ("conflct",)}, "option-value"),
    ):
        with pytest.raises(auditor.UsageError) as error:
            data_of(planted_audit(), **options)
        assert error.value.problems[0].slug == slug


def test_a_large_page_is_cut_into_parts_that_lose_nothing() -> None:
    """Each part is under the limit and says which it is; groups stay together."""
    whole = page()
    size = len(render_review(whole, "en").encode())
    empty = len(render_review({**whole, "items": []}, "en").encode())
    limit = empty + (size - empty) // 3
    parts = review_files(whole, "en", name="review.html", max_size=limit)
    assert list(parts) == [f"review-{at}of{len(parts)}.html" for at in range(1, len(parts) + 1)]
    assert len(parts) >= 3 and all(len(html.encode()) <= limit for html in parts.values())
    found = [json.loads(_block(html)) for html in parts.values()]
    assert [item["item"] for part in found for item in part["items"]] == [
        item["item"] for item in whole["items"]
    ]
    assert [part["report"]["part"] for part in found] == [
        f"{at}/{len(parts)}" for at in range(1, len(parts) + 1)
    ]


def _block(html: str) -> str:
    start = html.index(">", html.index('id="review-data"')) + 1
    return html[start : html.index("</script>", start)]


def test_what_was_decided_is_not_asked_again(tmp_path: Path) -> None:
    """Kept, changed and excluded items are left out, unsure ones come back with what was said."""
    first = [item for item in page()["items"] if item["sample"] != "control"]
    said = [
        record(first[0]["item"], "keep", given=first[0]["given"], content=first[0]["content"]),
        record(first[1]["item"], "relabel", first[1]["suggested"], given=first[1]["given"]),
        record(first[2]["item"], "exclude", given=first[2]["given"]),
        record(first[3]["item"], "unsure", given=first[3]["given"], comment="which of both?"),
        record(first[4]["item"], "keep", given="another"),  # stale
    ]
    audit = with_decisions(planted_audit(), merged_files([write_decisions(tmp_path / "d.json", said)]))
    data = data_of(audit, plan=Plan(items=240, spot=10))
    asked = {item["item"]: item for item in data["items"]}
    assert data["round"] == 2
    assert not {first[at]["item"] for at in range(3)} & asked.keys()
    assert asked[first[3]["item"]]["asked"] == {
        "action": "unsure",
        "reviewer": "kim",
        "comment": "which of both?",
    }
    assert asked[first[4]["item"]]["asked"] is None


def test_an_audit_counts_no_suspect_that_was_kept(tmp_path: Path) -> None:
    """Kept suspects leave the count, the findings and the queue, and are counted apart."""
    frame, probs, _ = planted()
    suspects = planted_audit().findings.query("kind == 'label_issue'")
    item, given = suspects["item"].iloc[0], suspects["given"].iloc[0]
    file = write_decisions(tmp_path / "d.json", [record(item, "keep", given=given)])
    audit = auditor.audit(frame, predictions=probs, decisions=file)
    before, after = (one.measure("label_issues.count").value for one in (planted_audit(), audit))
    assert after == before - 1 and audit.header["decisions"]["kept_suspects"] == 1
    assert page_of(audit).verdicts[0].detail.endswith("; 1 more was kept by a reviewer")
    assert item not in set(audit.queue["item"]) and audit.audit_id != planted_audit().audit_id
    assert list(audit.decisions["state"]) == ["kept"]
    loaded = auditor.load_audit(audit.save(tmp_path / "audit"))
    assert list(loaded.decisions["item"]) == [item]


def test_a_reason_that_no_class_fits_is_never_silenced(tmp_path: Path) -> None:
    frame, probs, _ = planted()
    suspects = planted_audit().findings.query("kind == 'label_issue'")
    item, given = suspects["item"].iloc[0], suspects["given"].iloc[0]
    said = record(item, "keep", given=given, reasons=["more_than_one_class"])
    audit = auditor.audit(frame, predictions=probs, decisions=write_decisions(tmp_path / "d.json", [said]))
    assert audit.measure("label_issues.count").value == planted_audit().measure("label_issues.count").value
    assert item in set(audit.queue["item"]) and list(audit.decisions["state"]) == ["to_settle"]


def test_taxonomies_differ_in_names_and_order() -> None:
    assert len({taxonomy_hash(names) for names in (["a", "b"], ["b", "a"], ["ab"], [])}) == 4
