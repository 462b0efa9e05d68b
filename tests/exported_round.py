"""A small dataset with everything that other tools stumble over, its audit, and what is decided of it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import auditor
from auditor import Audit

CLASSES = ("정치", "경제", 'a "b" & <c>', " 007")
"""Hangul, quotes and markup, a leading blank before a number."""
AWKWARD = (
    '=HYPERLINK("http://example.test","x")',
    "여러 줄\n둘째 줄, 쉼표",
    "<script>alert(1)</script>",
    "$given {text} 100%",
    "이모지 👩‍👩‍👧 \u200b 폭 없는 공백",
)
WORDS = {
    "정치": "국회 의원 선거 법안 대통령 정당 투표 장관",
    "경제": "주가 환율 금리 수출 시장 은행 투자 물가",
    'a "b" & <c>': "축구 야구 농구 감독 선수 우승 경기 득점",
    " 007": "영화 배우 감독 드라마 음악 공연 무대 노래",
}


def rows() -> list[tuple[str, str, str]]:
    """(id, text, label) of 80 rows; every eighth label is wrong, and two rows are exact copies."""
    out = []
    for n in range(80):
        name = CLASSES[n % 4]
        words = WORDS[name].split()
        text = " ".join(words[(n + k * (1 + n % 3)) % 8] for k in range(6)) + f" {n * n}"
        if n < len(AWKWARD):
            text = f"{AWKWARD[n]} {text}"
        wrong = CLASSES[(n + 1) % 4] if n % 8 == 3 else name
        out.append((f"{n:03}", text, wrong))
    out[70] = ("070", out[11][1], out[70][2])  # a copy of a mislabelled row, with another label
    return out


def write_dataset(path: Path, found: Sequence[tuple[str, str, str]] | None = None) -> Path:
    """The dataset as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id", "text", "label"))
        writer.writerows(found or rows())
    return path


def audited(folder: Path) -> tuple[Path, Audit]:
    """The dataset in a folder, and its audit."""
    data = write_dataset(folder / "train.csv")
    return data, auditor.audit(data, id="id", text="text", label="label")


def labels_of(path: Path) -> dict[str, str]:
    """Id -> label of a dataset as it was written."""
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row["label"] for row in csv.DictReader(stream)}
