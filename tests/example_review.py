"""Data of the labeller's page made by hand: texts, table rows, many classes, Korean, and a hostile twin."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from example_page import HOSTILE

from auditor.report.differences import marked

Data = dict[str, Any]
Item = dict[str, Any]

LONG = "The parcel was promised for Monday. " * 90
"""A text that is folded at first."""

TEXTS = (
    ("My card was charged twice for the same order, please send one payment back.", "delivery", "billing"),
    ("The app closes itself whenever I open the camera.", "technical", "technical"),
    ("Where is my parcel? It should have been here on Monday.", "billing", "delivery"),
    ("I cannot log in since the update; the code never arrives.", "billing", "technical"),
    (LONG, "delivery", "delivery"),
    ("Can the courier leave it with a neighbour?", "technical", "delivery"),
    ("Refund still missing.\nOrder 4471, paid on the 3rd.\n\nThank you", "delivery", "billing"),
    ("Your price list says 12 euro, I paid 15.", "delivery", "billing"),
)
KOREAN = (
    ("국회 예산안 처리, 다음 주 본회의로 넘어가", "경제", "정치"),
    ("반도체 수출 석 달 만에 반등, 무역수지 흑자 전환", "정치", "경제"),
    ("프로야구 개막전 매진, 입장권 암표 기승", "사회", "스포츠"),
    ("수도권 미세먼지 비상저감조치 시행", "정치", "사회"),
    ("환율 1,400원 넘어서자 당국 구두 개입", "사회", "경제"),
    ("월드컵 예선 명단 발표, 새 얼굴 다섯 명", "경제", "스포츠"),
)
TABLE = (
    *("age", "city", "income", "visits", "plan", "since", "device", "country", "referrer", "complaints"),
    *("last_payment", "notes"),
)
ROW = (
    "41",
    "Busan",
    "3120",
    "7",
    "family",
    "2021-04-02",
    "phone",
    "KR",
    "",
    "2",
    "2026-10-30",
    "called twice",
)


def make_review(kind: str = "text", items: int = 8, **more: Any) -> Data:
    """The data of a page.

    Args:
        kind: "text" (3 classes), "table" (12 columns), "many" (77 classes), "korean" or "hostile".
        items: how many; every fourth is blind, the first two are spot checks and the fifth a control.
        more: members of the data that are put in place of the usual ones.
    """
    make = {"text": _text, "table": _table, "many": _many, "korean": _korean, "hostile": _hostile}[kind]
    return {**make(items), **more}


def with_copies(data: Data, at: int = 2, copies: int = 2, near: int = 1) -> Data:
    """The data with exact copies beside an item (one of another label), and near ones with marks."""
    item = data["items"][at]
    classes = data["taxonomy"]["classes"]
    others = [_copy(item, n, classes[n % len(classes)]) for n in range(copies)]
    nearly = [_near(item, n, classes[(n + 1) % len(classes)]) for n in range(near)]
    changed = {
        **item,
        "group": "g1a2b3",
        "near_group": "n1" if near else None,
        "copies": others,
        "near": nearly,
    }
    return {**data, "items": [*data["items"][:at], changed, *data["items"][at + 1 :]]}


def _text(items: int) -> Data:
    rows = [_varied(TEXTS, n) for n in range(items)]
    return _data(
        "tickets.csv",
        ("billing", "technical", "delivery"),
        ("text",),
        [_item(n, *row) for n, row in enumerate(rows)],
    )


def _korean(items: int) -> Data:
    rows = [_varied(KOREAN, n) for n in range(items)]
    made = [{**_item(n, *row), "details": ["train", "김하나"]} for n, row in enumerate(rows)]
    for item in made:
        item["reason"] = (
            f"모델은 이 행을 보지 않고 학습해 {item['suggested']} 93%, {item['given']} 3%로 예측했습니다."
        )
        item["badges"] = ["라벨 오류 의심"]
        item["similar"] = [_similar(item, text, label) for text, _, label in KOREAN[:3]]
    return _data("뉴스 제목.csv", ("정치", "경제", "사회", "스포츠"), ("제목",), made, label="라벨")


def _table(items: int) -> Data:
    made = []
    for n in range(items):
        row = (str(20 + n), *ROW[1:])
        item = _item(n, "", "approved", "declined")
        item["cells"] = list(row)
        item["similar"] = [
            {**_similar(item, "", "declined"), "cells": [str(21 + k), *ROW[1:]]} for k in range(3)
        ]
        made.append(item)
    return _data("credit.csv", ("approved", "declined"), TABLE, made, label="decision")


def _many(items: int) -> Data:
    classes = tuple(_class_name(n) for n in range(77))
    rows = [(f"{TEXTS[n % 4][0]} ({n})", classes[n % 77], classes[(n * 7 + 3) % 77]) for n in range(items)]
    return _data("banking.csv", classes, ("text",), [_item(n, *row) for n, row in enumerate(rows)])


def _class_name(n: int) -> str:
    topics = ("card", "transfer", "top_up", "exchange", "refund", "identity", "cash", "환불", "배송", "계좌")
    events = ("arrival", "not_working", "fee_charged", "pending", "limits", "cancelled", "문의", "지연")
    return f"{topics[n % 10]}_{events[n // 10]}"


def _hostile(items: int) -> Data:
    classes = tuple(dict.fromkeys(text or "(none)" for text in HOSTILE))
    made = []
    for n in range(max(items, len(HOSTILE))):
        text, given, suggested = (
            HOSTILE[n % len(HOSTILE)],
            classes[n % len(classes)],
            classes[(n + 1) % len(classes)],
        )
        item = _item(n, text, given, suggested)
        item |= {
            "item": f"{text[:40]}#{n}",
            "badges": [text[:60]],
            "reason": f"because of {text[:60]}",
            "blind": False,
        }
        item |= {
            "details": [text[:80], ""],
            "asked": {"action": "unsure", "reviewer": text[:40], "comment": text[:90]},
        }
        made.append(item)
    data = _data(HOSTILE[0], classes, ("text",), made, label=HOSTILE[1])
    data |= {"guidelines": "\n".join(HOSTILE), "contact": HOSTILE[3]}
    return data


def _varied(rows: Sequence[tuple[str, str, str]], n: int) -> tuple[str, str, str]:
    text, given, suggested = rows[n % len(rows)]
    return (text if n < len(rows) else f"{text} [{n}]"), given, suggested


def _item(n: int, text: str, given: str, suggested: str) -> Item:
    agrees = given == suggested
    other = None if agrees else suggested
    sample = "spot" if n < 2 else "control" if n == 4 else "queue"
    item: Item = {
        "item": f"train-{n:05d}",
        "row": 10 * n,
        "content": _digest(text or str(n)),
        "given": given,
        "suggested": other,
        "reason": f"The model, trained without this row, gives {suggested} 93% and {given} 3%.",
        "badges": [] if agrees else ["suspected label"],
        "sample": sample,
        "position": n if sample == "queue" else None,
        "blind": sample != "queue" or n % 4 == 3,
        "group": None,
        "near_group": None,
        "cells": [text],
        "details": ["train", "kim"],
        "copies": [],
        "more_copies": 0,
        "near": [],
        "similar": [],
        "asked": None,
    }
    item["similar"] = [_similar(item, row, label) for row, _, label in TEXTS[:3] if row != text]
    return item


def _similar(item: Item, text: str, label: str) -> Item:
    return {"item": f"near-{label}", "given": label, "similarity": 0.61, "cells": [text]}


def _copy(item: Item, n: int, given: str) -> Item:
    return {
        "item": f"copy-{n:02d}",
        "row": 9_000 + n,
        "given": given,
        "content": item["content"],
        "split": "test" if n % 2 else "train",
    }


def _near(item: Item, n: int, given: str) -> Item:
    sides = [marked(cell, f"{cell.replace('.', '!')} No {n}.") for cell in item["cells"]]
    pieces = [[[[piece.text, int(piece.differs)] for piece in side] for side in pair] for pair in sides]
    return {
        "item": f"near-{n:02d}",
        "row": 8_000 + n,
        "given": given,
        "content": _digest(f"near {n}"),
        "similarity": 0.93,
        "marks": [pair[0] for pair in pieces],
        "cells": [pair[1] for pair in pieces],
    }


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _data(
    name: str, classes: Sequence[str], columns: Sequence[str], items: list[Item], label: str = "label"
) -> Data:
    return {
        "schema": "auditor.review/1",
        "report": {"id": "r-0123456789abcdef", "created": None, "tool": "0.6.0", "part": "1/1"},
        "dataset": {"name": name, "rows": 3650, "fingerprint": f"sha256:{'0' * 64}", "label_column": label},
        "taxonomy": {"classes": list(classes), "hash": f"sha256:{'1' * 64}"},
        "round": 1,
        "seconds": 7,
        "contact": "review@example.org",
        "guidelines": "One label an item.\nWhere two fit, take what the customer asks for first.",
        "privacy": "full",
        "columns": list(columns),
        "details": ["split", "annotator"],
        "items": items,
    }
