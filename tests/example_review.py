"""Data of the labeller's page made by hand: items, their copies, and the page around them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from auditor.report.differences import marked

Data = dict[str, Any]
Item = dict[str, Any]

CLASSES = ("정치", "경제", "스포츠")
TEXT = "환율 상승에 수출 기업 실적 개선 전망"
ALIKE = ("수출 석 달 만에 반등", "국회 예산안 처리", "프로야구 개막전 매진")


def make_item(n: int, **more: Any) -> Item:
    """Item number `n`: labelled 정치, suggested 경제, asked about because of the model.

    Args:
        n: its row, and the number in its name.
        more: members that are put in place of the usual ones.
    """
    item: Item = {
        "item": f"train-{n:03d}",
        "row": n,
        "content": digest(str(n)),
        "given": "정치",
        "suggested": "경제",
        "reason": "The model, trained without this row, gives 경제 93% and 정치 3%.",
        "badges": ["suspected label"],
        "sample": "queue",
        "position": n + 1,
        "blind": False,
        "group": None,
        "near_group": None,
        "cells": [f"{TEXT} {n}"],
        "details": ["train", "kim"],
        "copies": [],
        "more_copies": 0,
        "near": [],
        "similar": [similar_row(text, label) for text, label in zip(ALIKE, CLASSES, strict=True)],
        "asked": None,
    }
    return item | more


def copy_of(n: int, given: str = "경제", split: str = "test") -> Item:
    """Another row of the same content, called copy-`n`."""
    return {"item": f"copy-{n}", "row": 9_000 + n, "given": given, "content": digest("copy"), "split": split}


def near_copy(n: int, given: str = "경제", cells: Sequence[str] = (TEXT,)) -> Item:
    """A row nearly the same as one of those `cells`, called near-`n`, with what differs marked in both."""
    sides = [marked(cell, f"{cell.rstrip('.')}! ({n})") for cell in cells]
    runs = [[[[piece.text, int(piece.differs)] for piece in side] for side in pair] for pair in sides]
    return {
        "item": f"near-{n}",
        "row": 8_000 + n,
        "given": given,
        "content": digest(f"near {n}"),
        "similarity": 0.93,
        "marks": [pair[0] for pair in runs],
        "cells": [pair[1] for pair in runs],
    }


def similar_row(text: str, given: str) -> Item:
    """A row that is most like an item, and its label."""
    return {"item": f"like-{given}", "given": given, "similarity": 0.61, "cells": [text]}


def make_review(
    items: Sequence[Item] | None = None, *, classes: Sequence[str] = CLASSES, **more: Any
) -> Data:
    """The data of a page (`auditor.review/1`).

    Args:
        items: in the order of the page; None for ten of `make_item`.
        classes: in the order of their numbers.
        more: members of the data that are put in place of the usual ones.
    """
    data: Data = {
        "schema": "auditor.review/1",
        "report": {"id": "r-0123456789abcdef", "created": None, "tool": "0.6.0", "part": "1/1"},
        "dataset": {
            "name": "train.csv",
            "rows": 3650,
            "fingerprint": f"sha256:{'0' * 64}",
            "label_column": "target",
        },
        "taxonomy": {"classes": list(classes), "hash": f"sha256:{'1' * 64}"},
        "round": 1,
        "seconds": 7,
        "contact": "kim@example.org",
        "guidelines": "One label an item.\nWhere two fit, take what is said first.",
        "privacy": "full",
        "columns": ["text"],
        "details": ["split", "annotator"],
        "items": [make_item(n) for n in range(10)] if items is None else list(items),
    }
    return data | more


def digest(text: str) -> str:
    """What ties a decision to the text that was seen."""
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
