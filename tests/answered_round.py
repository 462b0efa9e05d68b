"""What two people answer of the round of `exported_round`, in any tool, and what has to come of it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
"""`label`, `verdict`, `reasons`, `comment` as they are answered; `skipped`; `to`: what the form shows."""

ANSWERS: list[tuple[str, Answer]] = [
    ("003", {"label": " 007"}),
    ("067", {"label": "정치"}),  # the given one
    ("047", {"verdict": "exclude", "comment": "기사가 아님"}),
    ("043", {"reasons": ["needs_new_class"]}),
    ("070", {"label": " 007"}),  # 011 is its copy
    ("035", {"label": " 007", "skipped": True}),
    ("079", {"verdict": "unsure", "reasons": ["guideline_unclear", "other"], "comment": "두 가지 다"}),
    ("031", {"label": "경제"}),
    ("031", {"label": "정치"}),  # on second thoughts
    ("007", {}),  # submitted, and nothing chosen
    ("059", {"label": 'a "b" & <c>'}),
    ("019", {"label": " 007"}),
    ("023", {"label": "정치"}),
    ("027", {"verdict": "exclude"}),  # one vote is not enough where two people review
]
"""(item, answer) of the first person, in the order in which they are given."""
OTHER_PERSON: list[tuple[str, Answer]] = [
    ("019", {"label": " 007"}),
    ("023", {"label": "경제"}),  # they disagree
    ("047", {"verdict": "exclude"}),
]
"""Of the second."""


def expected() -> dict[str, str | None]:
    """Item -> its new label, None for a row that is taken out; all other cells stay."""
    return {
        "003": " 007",
        "011": " 007",
        "019": " 007",
        "031": "정치",
        "047": None,
        "059": 'a "b" & <c>',
        "070": " 007",
    }


def expected_without_status() -> dict[str, str | None]:
    """The same where nobody can tell what was discarded: it counts."""
    return {**expected(), "035": " 007"}


def argilla_answers() -> list[tuple[str, int, str, dict[str, Any]]]:
    """The same answers in Argilla, where everybody answers an item once.

    (item, person, status, question -> value) each.     What was skipped is discarded, what was empty a draft.
    """
    last = dict(ANSWERS)
    said = [(item, 1, answer) for item, answer in last.items()]
    return [_in_argilla(*one) for one in [*said, *((item, 2, answer) for item, answer in OTHER_PERSON)]]


def _in_argilla(item: str, person: int, answer: Answer) -> tuple[str, int, str, dict[str, Any]]:
    status = "discarded" if answer.get("skipped") else "submitted" if answer else "draft"
    values = {name: answer[name] for name in ("verdict", "label", "reasons", "comment") if name in answer}
    if "verdict" not in values:
        values["verdict"] = "relabel" if "label" in values else "keep"
    return item, person, status, values


def chosen(answer: Answer) -> list[dict[str, Any]]:
    """An answer as Label Studio's page sends it: `result`."""
    to = answer.get("to", "text")
    out = []
    for name in ("label", "verdict", "reasons", "comment"):
        if name in answer:
            said = answer[name] if isinstance(answer[name], list) else [answer[name]]
            kind, key = ("textarea", "text") if name == "comment" else ("choices", "choices")
            out.append({"from_name": name, "to_name": to, "type": kind, "value": {key: said}})
    return out


def applied_changes(before: Path, after: Path) -> dict[str, str | None]:
    """What differs between a dataset and the one made from it: item -> label, None where it is gone.

    Raises:
        AssertionError: anything else differs than labels and rows that are gone.
    """
    old, new = _rows(before), _rows(after)
    assert list(new) == [item for item in old if item in new]
    changed: dict[str, str | None] = dict.fromkeys(old.keys() - new.keys())
    for item, row in new.items():
        assert {**row, "label": ""} == {**old[item], "label": ""}
        if row["label"] != old[item]["label"]:
            changed[item] = row["label"]
    return changed


def _rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}
