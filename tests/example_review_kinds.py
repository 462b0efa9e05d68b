"""Pages of the labeller of every kind: texts, table rows, many classes, Korean, and a hostile twin."""

from __future__ import annotations

from collections.abc import Sequence

from example_page import HOSTILE
from example_review import Data, Item, copy_of, make_item, make_review, near_copy, similar_row

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


def review_of(kind: str, items: int = 8) -> Data:
    """The data of a page.

    Args:
        kind: "text" (3 classes), "table" (12 columns), "many" (77 classes), "korean" or "hostile".
        items: how many; every fourth is blind, the first two are spot checks and the fifth a control.
    """
    make = {"text": _text, "table": _table, "many": _many, "korean": _korean, "hostile": _hostile}[kind]
    return make(items)


def with_copies(data: Data, at: int = 2, copies: int = 2, near: int = 1) -> Data:
    """The data with exact copies beside an item (of several labels), and near ones with marks."""
    item, classes = data["items"][at], data["taxonomy"]["classes"]
    beside = {
        "copies": [
            copy_of(n, classes[n % len(classes)], "test" if n % 2 else "train") | {"content": item["content"]}
            for n in range(copies)
        ],
        "near": [near_copy(n, classes[(n + 1) % len(classes)], item["cells"]) for n in range(near)],
    }
    return {**data, "items": [*data["items"][:at], item | beside, *data["items"][at + 1 :]]}


def _text(items: int) -> Data:
    made = [_item(n, *_varied(TEXTS, n)) for n in range(items)]
    return _named(make_review(made, classes=("billing", "technical", "delivery")), "tickets.csv")


def _korean(items: int) -> Data:
    made = [_item(n, *_varied(KOREAN, n)) for n in range(items)]
    for item in made:
        suggested, given = item["suggested"], item["given"]
        item["reason"] = f"모델은 이 행을 보지 않고 학습해 {suggested} 93%, {given} 3%로 예측했습니다."
        item["badges"] = ["라벨 오류 의심"]
        item["details"] = ["train", "김하나"]
        item["similar"] = [similar_row(text, label) for text, _, label in KOREAN[:3]]
    data = make_review(made, classes=("정치", "경제", "사회", "스포츠"), columns=["제목"])
    return _named(data, "뉴스 제목.csv")


def _table(items: int) -> Data:
    made = []
    for n in range(items):
        item = _item(n, "", "approved", "declined") | {"cells": [str(20 + n), *ROW[1:]]}
        item["similar"] = [similar_row("", "declined") | {"cells": [str(21 + k), *ROW[1:]]} for k in range(3)]
        made.append(item)
    return _named(make_review(made, classes=("approved", "declined"), columns=list(TABLE)), "credit.csv")


def _many(items: int) -> Data:
    classes = tuple(_class_name(n) for n in range(77))
    made = [
        _item(n, f"{TEXTS[n % 4][0]} ({n})", classes[n % 77], classes[(n * 7 + 3) % 77]) for n in range(items)
    ]
    return _named(make_review(made, classes=classes), "banking.csv")


def _class_name(n: int) -> str:
    topics = ("card", "transfer", "top_up", "exchange", "refund", "identity", "cash", "환불", "배송", "계좌")
    events = ("arrival", "not_working", "fee_charged", "pending", "limits", "cancelled", "문의", "지연")
    return f"{topics[n % 10]}_{events[n // 10]}"


def _hostile(items: int) -> Data:
    classes = tuple(dict.fromkeys(text or "(none)" for text in HOSTILE))
    made = []
    for n in range(max(items, len(HOSTILE))):
        text = HOSTILE[n % len(HOSTILE)]
        item = _item(n, text, classes[n % len(classes)], classes[(n + 1) % len(classes)])
        item |= {"item": f"{text[:40]}#{n}", "badges": [text[:60]], "reason": f"because of {text[:60]}"}
        item |= {"details": [text[:80], ""], "asked": {"action": "unsure", "reviewer": "x", "comment": text}}
        made.append(item)
    data = make_review(made, classes=classes, contact=HOSTILE[3], guidelines="\n".join(HOSTILE))
    return _named(data, HOSTILE[0])


def _named(data: Data, name: str) -> Data:
    return {**data, "dataset": {**data["dataset"], "name": name}}


def _varied(rows: Sequence[tuple[str, str, str]], n: int) -> tuple[str, str, str]:
    text, given, suggested = rows[n % len(rows)]
    return (text if n < len(rows) else f"{text} [{n}]"), given, suggested


def _item(n: int, text: str, given: str, suggested: str) -> Item:
    sample = "spot" if n < 2 else "control" if n == 4 else "queue"
    return make_item(
        n,
        given=given,
        suggested=None if given == suggested else suggested,
        reason=f"The model, trained without this row, gives {suggested} 93% and {given} 3%.",
        badges=[] if given == suggested else ["suspected label"],
        sample=sample,
        position=n if sample == "queue" else None,
        blind=sample != "queue" or n % 4 == 3,
        cells=[text],
        similar=[similar_row(row, label) for row, _, label in TEXTS[:3] if row != text],
    )
