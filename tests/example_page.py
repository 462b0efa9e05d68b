"""A report page made by hand: support tickets in English, headlines in Korean, and a hostile twin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from auditor.report import charts
from auditor.report.differences import marked
from auditor.report.elements import (
    Action,
    Bar,
    Block,
    Cell,
    Chart,
    Column,
    GroupCard,
    Groups,
    Histogram,
    Member,
    Note,
    Page,
    PairCard,
    Pairs,
    PairSide,
    QueueRow,
    QueueView,
    Section,
    Table,
    VerdictCell,
    tone_of,
)

HOSTILE = (
    "</script><script>window.PWNED=1</script>",
    "<img src=x onerror=window.PWNED=1>",
    "<b>bold</b>",
    '" onmouseover="window.PWNED=1',
    "{{7*7}}{% raw %}",
    "\u202egpj.exe\u202c",
    "zero\u200bwidth\U000e0041",
    "=1+1",
    "two\nlines\tand a tab",
    " 007 ",
    "w" * 5_000,
    "",
    "<!--<script>",
    "a & b &lt; c",
    "\x00\x1b[31mred",
    "javascript:window.PWNED=1",
)


@dataclass(frozen=True, slots=True)
class Words:
    """The content of one language; the page is the same in both."""

    lang: str
    dataset: str
    classes: tuple[str, ...]
    texts: tuple[str, ...]
    column: str
    say: dict[str, str]


ENGLISH = Words(
    lang="en",
    dataset="support_tickets.csv",
    classes=("billing", "refund", "login", "shipping", "bug_report", "feature_request", "account_closure"),
    texts=(
        "I was charged twice for March and the second payment never shows up in my invoices.",
        "The parcel has been at the depot in Leipzig for nine days. Can somebody look into it?",
        "After the update the app closes as soon as I tap the camera button (Android 15, Pixel 8).",
        "Please delete everything you hold about me, including the two old addresses.",
        "Would be great to export the monthly view as a spreadsheet, we copy it by hand right now.",
        "My code from the text message is refused although I type it within ten seconds.",
        "Returned the shoes on the 4th, the money is still not back. Order in the attachment.\n\n"
        "Timeline as far as I can tell:\n- 4 March: handed in at the shop\n- 6 March: scanned by you\n"
        "- 9 March: 'refund on its way' mail\n- today: nothing on the account. My bank says nothing is "
        "pending either, so I assume that the refund was started for the wrong card. Please check.",
    ),
    column="text",
    say={},
)

KOREAN = Words(
    lang="ko",
    dataset="뉴스_헤드라인_학습.csv",
    classes=("정치", "경제", "사회", "생활문화", "세계", "IT과학", "스포츠"),
    texts=(
        "한은 기준금리 동결…물가 안정세에 하반기 인하 가능성 열어둬",
        "삼성전자 3분기 영업이익 9조원대 회복, 반도체가 실적 이끌어",
        "여야 예산안 협상 막판 진통…본회의 처리 시한 넘길 듯",
        "손흥민 시즌 10호골 폭발, 토트넘 3연승 견인",
        "서울 지하철 9호선 출근길 신호 장애로 40분간 운행 지연",
        "네이버·카카오 생성형 AI 검색 정면승부…하반기 출시 경쟁",
        '美 연준 의장 "물가 목표 달성까지 갈 길 멀다"…뉴욕증시 혼조 마감. 전문가들은 이번 발언이 시장의 '
        "조기 인하 기대를 누그러뜨리려는 의도라고 해석했다. 다만 고용 지표가 빠르게 식고 있어 연내 한 차례 "
        "인하는 여전히 유효하다는 관측이 우세하다. 국내 증시는 외국인 매도세가 이어지며 약보합으로 출발했고 "
        "원/달러 환율은 전날보다 4.2원 오른 1,342.7원에 거래를 시작했다. 채권 금리는 전 구간에서 올랐다. "
        "시장에서는 이달 말 발표되는 물가 지표가 방향을 가를 것으로 보고 있다.",
    ),
    column="제목",
    say={
        "rows": "행",
        "classes": "클래스",
        "audit id": "감사 ID",
        "version": "버전",
        "out of sample": "예측 파일 predictions.csv로 만들었습니다. 입력하신 대로 표본 외 예측입니다.",
        "weak": "모델 정확도가 61.2%입니다. 의심 목록의 앞부분은 믿을 만하지만 뒷부분은 잡음이 많습니다.",
        "left out": "예측이 없는 12개 행은 검사하지 못했습니다.",
        "Labels suspected": "의심 라벨",
        "suspected": "의심됨",
        "3.4% of rows": "전체 행의 3.4%",
        "Review first": "먼저 볼 행",
        "about 8 minutes": "약 8분",
        "rows to look at": "확인할 행",
        "Duplicate groups": "중복 그룹",
        "4 with different labels": "4개 그룹은 라벨이 서로 다름",
        "found": "발견됨",
        "Smallest class": "가장 작은 클래스",
        "not judged": "기준 없음",
        "check 25": "목록 전체에 고르게 퍼진 25개 행을 확인하세요",
        "why 25": "약 3분이면 됩니다. 의심 행 가운데 실제 오류가 얼마나 되는지 알려 줍니다.",
        "first 60": "큐의 앞 60개 행을 다시 라벨링하세요",
        "why 60": "가장 확실한 의심 행이 먼저 나옵니다. 중간에 멈춰도 앞선 작업은 그대로 쓸 수 있습니다.",
        "groups": "라벨이 다른 중복 4개 그룹을 하나로 정하세요",
        "why groups": "같은 글에 두 라벨이 붙어 있으면 적어도 하나는 틀렸습니다.",
        "forecast": "아직 판정이 없어 실제 오류 수는 추정하지 않습니다. "
        "25개 행을 확인하면 다음 보고서에 구간과 함께 표시됩니다.",
        "reason": "모델은 {suggested}에 가깝다고 봅니다",
        "near duplicate": "비슷한 글 있음",
        "Suspected label errors": "라벨 오류 의심",
        "124 suspected": "124개 의심",
        "meaning labels": "모델이 다른 라벨을 훨씬 더 그럴듯하게 본 행입니다.",
        "pairs": "어떤 라벨이 어떤 라벨로 의심되는가",
        "given": "원래 라벨",
        "suggested": "제안 라벨",
        "clear example": "뚜렷한 예",
        "pairs note": "가장 많은 6쌍만 보입니다. 나머지는 pairs.csv에 있습니다.",
        "matrix": "원래 라벨 × 제안 라벨",
        "todo labels": "auditor review로 앞쪽 행부터 보세요. 두 라벨의 경계가 모호하면 지침을 먼저 고치세요.",
        "share help": "그 클래스의 행 가운데 의심되는 비율",
        "Duplicates": "중복",
        "18 groups": "18개 그룹",
        "meaning duplicates": "내용이 같거나 거의 같은 항목입니다.",
        "group": "같은 글 {n}개",
        "groups caption": "라벨이 서로 다른 그룹",
        "groups note": "중복 18개 그룹은 duplicates.csv에 모두 있습니다.",
        "todo duplicates": "라벨을 하나로 정하고, 학습과 평가에 걸친 항목은 한쪽에서 빼세요.",
        "near caption": "비슷하지만 라벨이 다른 글",
        "near meaning": "한 단어 차이로 라벨이 달라질 수도 있습니다. 추정이지 사실이 아닙니다.",
        "near note": "열 2개는 같습니다.",
        "near command": "다른 기준값으로 해 보려면:",
        "likeness caption": "비교한 쌍이 얼마나 비슷한가",
        "Class balance": "클래스 균형",
        "7 classes": "7개 클래스",
        "meaning balance": "클래스마다 행이 얼마나 있는지 보여 줍니다.",
        "share": "비율",
        "balance chart": "클래스별 행 수",
        "balance summary": "가장 큰 클래스는 가장 작은 클래스의 23배입니다.",
        "order chart": "순위에 따른 의심도",
        "order summary": "의심도는 124위까지 0.5를 넘고 그 뒤로 천천히 내려갑니다.",
        "heat summary": "가장 많은 이동은 첫째 라벨에서 둘째 라벨로 가는 31개 행입니다.",
        "Hygiene": "데이터 위생",
        "none found": "발견되지 않음",
        "meaning hygiene": "비어 있거나 깨진 글, 알 수 없는 라벨, 겹치는 ID를 찾습니다.",
        "Since last time": "지난번과 비교",
        "no baseline": "해당 없음: 기준 감사가 없음",
        "meaning baseline": "기준 감사와 비교해 새로 생기거나 사라진 것을 보여 줍니다.",
        "Can this be trusted?": "믿을 수 있는가",
        "could not": "확인하지 못함: 검토 결과 없음",
        "meaning trust": "모델이 얼마나 맞는지, 이 방법이 무엇을 보지 못하는지 알려 줍니다.",
        "blind": "주석자 모두가 같은 실수를 하면 모델도 그대로 배우므로 찾을 수 없습니다.",
        "seed": "시드",
        "predictions": "예측 파일",
        "settings": "설정",
    },
)

_ENGLISH_SENTENCES = {
    "out of sample": "Made from predictions.csv: out of sample, as stated.",
    "weak": "The model is right on 61.2% of rows. The top of the queue can be relied on, its end is noisy.",
    "left out": "12 rows without a prediction could not be checked.",
    "check 25": "Check 25 rows spread over the list",
    "why 25": "About 3 minutes: they tell how many of the suspects are real errors.",
    "first 60": "Relabel the first 60 rows of the queue",
    "why 60": "The surest suspects come first, so the work is worth it even if you stop half-way.",
    "groups": "Settle 4 duplicate groups with different labels",
    "why groups": "The same text under two labels: at least one of them is wrong.",
    "forecast": "No number of real errors is given yet, because nobody has checked any. Once the 25 rows are "
    "checked, the next report gives it with an interval.",
    "reason": "the model finds {suggested} far more likely",
    "meaning labels": "Rows for which the model finds another label far more likely than the given one.",
    "pairs": "Which labels are suspected of being which",
    "pairs note": "The 6 commonest pairs; all of them stand in pairs.csv.",
    "matrix": "Given label × suggested label",
    "todo labels": "Go through the queue with auditor review. Where labels overlap, mend the guide first.",
    "share help": "Suspected rows as a share of the rows of that class.",
    "meaning duplicates": "Items whose content is the same, or nearly so.",
    "group": "{n} items with the same text",
    "groups caption": "Groups with different labels",
    "groups note": "All 18 groups stand in duplicates.csv.",
    "todo duplicates": "Give each group one label; take items that cross the split out of one side.",
    "near caption": "Alike, but labelled differently",
    "near meaning": "One word may well change the label: an estimate, no fact.",
    "near note": "2 columns are equal.",
    "near command": "To try another threshold:",
    "likeness caption": "How alike the compared pairs are",
    "meaning balance": "How many rows each class has.",
    "balance chart": "Rows per class",
    "balance summary": "The largest class has 23 times the rows of the smallest.",
    "order chart": "Suspicion by rank",
    "order summary": "Suspicion stays above 0.5 up to rank 124 and falls slowly from there.",
    "heat summary": "The commonest move is from the first label to the second: 31 rows.",
    "meaning hygiene": "Empty or broken texts, unknown labels, ids that occur twice.",
    "no baseline": "not applicable: no baseline",
    "meaning baseline": "What is new and what is gone since the baseline audit.",
    "could not": "could not be measured: no reviews yet",
    "meaning trust": "How good the model is, and what this method cannot see.",
    "blind": "A mistake that every annotator makes is learnt by the model too, and cannot be found.",
}

COUNTS = (943, 812, 655, 544, 430, 225, 41)
SUSPECTED = (38, 24, 21, 17, 13, 9, 2)
PAIRS = ((0, 1, 31), (1, 0, 15), (2, 3, 12), (3, 2, 9), (4, 5, 8), (5, 4, 5))


def make_page(lang: str = "en", *, rows: int = 500) -> Page:
    """An ordinary report in English or Korean with `rows` rows in the queue."""
    words = KOREAN if lang == "ko" else ENGLISH
    return _page(words, tuple(_queue_row(words, rank) for rank in range(1, rows + 1)))


def make_hostile_page(lang: str = "en") -> Page:
    """The same report over data that attacks it: labels, items, contents, columns, file name."""
    words = KOREAN if lang == "ko" else ENGLISH
    twin = replace(words, dataset=HOSTILE[0], classes=HOSTILE, texts=HOSTILE, column=HOSTILE[1])
    page = _page(twin, tuple(_hostile_row(rank) for rank in range(1, 61)))
    return replace(page, command=f"auditor audit '{HOSTILE[0]}'", made=(*page.made, (HOSTILE[1], HOSTILE[2])))


def _queue_row(words: Words, rank: int) -> QueueRow:
    given = words.classes[rank * rank % len(words.classes)]
    suggested = words.classes[(rank * rank + 1 + rank % 3) % len(words.classes)]
    surest = max(0.99 - rank / 900, 0.35)
    return QueueRow(
        rank=rank,
        item=f"train-{rank * 7919 % 99991:05d}",
        given=given,
        suggested=suggested,
        p_given=f"{(1 - surest) / 3:.2f}",
        p_suggested=f"{surest:.2f}",
        badges=(_say(words, "near duplicate"),) if rank % 6 == 2 else (),
        reason=_say(words, "reason").format(suggested=suggested),
        content=((words.column, words.texts[rank % len(words.texts)]),),
    )


def _hostile_row(rank: int) -> QueueRow:
    evil = [HOSTILE[(rank + step) % len(HOSTILE)] for step in range(6)]
    return QueueRow(
        rank=rank,
        item=evil[0],
        given=evil[1],
        suggested=evil[2],
        p_given="0.01",
        p_suggested="0.98",
        badges=(evil[3][:40], "<i>badge</i>"),
        reason=f"the model finds {evil[2]} far more likely",
        content=((evil[3], evil[4]), (evil[5], evil[0])),
    )


def _say(words: Words, text: str) -> str:
    return words.say.get(text) or _ENGLISH_SENTENCES.get(text, text)


def _page(words: Words, rows: tuple[QueueRow, ...]) -> Page:
    def say(text: str) -> str:
        return _say(words, text)

    return Page(
        lang=words.lang,
        dataset=words.dataset,
        facts=(
            (say("rows"), "3,650"),
            (say("classes"), str(len(words.classes))),
            (say("audit id"), "a41c07d2"),
            (say("version"), "auditor 0.1.0"),
        ),
        provenance=say("out of sample"),
        warnings=(Note(text=say("weak"), tone="look"), Note(text=say("left out"), tone="unknown")),
        verdicts=_verdicts(words),
        actions=_actions(words),
        forecast=say("forecast"),
        queue=QueueView(rows=rows, total=8_000),
        sections=_sections(words),
        made=(
            (say("predictions"), "predictions.csv · sha256 9f2c1b7e"),
            (say("settings"), "limit 0.5"),
            (say("seed"), "0"),
        ),
        command=f"auditor audit {words.dataset} --predictions predictions.csv --out audit",
        data=_data(words),
    )


def _data(words: Words) -> dict[str, Any]:
    measures = {"label_issues": {"value": 124, "share": 0.034, "high": float("nan")}}
    return {"schema": "auditor.audit/1", "dataset": words.dataset, "measures": measures}


def _verdicts(words: Words) -> tuple[VerdictCell, ...]:
    def cell(title: str, number: str, word: str, detail: str, href: str, tone: Any = "calm") -> VerdictCell:
        shown = (_say(words, text) for text in (title, word, detail))
        return VerdictCell(
            **dict(zip(("title", "word", "detail"), shown, strict=True)), number=number, href=href, tone=tone
        )

    return (
        cell("Labels suspected", "124", "suspected", "3.4% of rows", "#label-issues", "look"),
        cell("Review first", "60", "rows to look at", "about 8 minutes", "#queue"),
        cell("Duplicate groups", "18", "found", "4 with different labels", "#duplicates", "look"),
        cell("Smallest class", "41", "not judged", "1:23", "#class-balance", "unknown"),
    )


def _actions(words: Words) -> tuple[Action, ...]:
    def say(text: str) -> str:
        return _say(words, text)

    return (
        Action(
            title=say("check 25"),
            why=say("why 25"),
            command="auditor review audit --spread 25",
            href="#do-first",
        ),
        Action(
            title=say("first 60"), why=say("why 60"), command="auditor review audit --first 60", href="#queue"
        ),
        Action(title=say("groups"), why=say("why groups"), href="#duplicates"),
    )


def _sections(words: Words) -> tuple[Section, ...]:
    def part(
        id: str, title: str, status: Any, text: str, meaning: str, *blocks: Block, todo: str = ""
    ) -> Section:
        shown = {"title": title, "status_text": text, "meaning": meaning, "todo": todo}
        said = {name: _say(words, value) for name, value in shown.items()}
        return Section(id=id, status=status, tone=tone_of(status, look=True), blocks=blocks, **said)

    return (
        part("label-issues", "Suspected label errors", "found", "124 suspected", "meaning labels",
             _pairs(words), _matrix(words), _heat(words), _order(words), todo="todo labels"),
        part("duplicates", "Duplicates", "found", "18 groups", "meaning duplicates",
             _groups(words), _alike(words), _bars_of_likeness(words), todo="todo duplicates"),
        part("class-balance", "Class balance", "found", "7 classes", "meaning balance",
             _balance(words), _bars(words)),
        part("hygiene", "Hygiene", "none", "none found", "meaning hygiene"),
        part("trust", "Can this be trusted?", "could_not", "could not", "meaning trust",
             Note(text=_say(words, "blind"), tone="unknown")),
        part("since", "Since last time", "not_applicable", "no baseline", "meaning baseline"),
    )  # fmt: skip


def _columns(words: Words, *columns: tuple[str, Any]) -> tuple[Column, ...]:
    help = {"share": _say(words, "share help")}
    return tuple(
        Column(title=_say(words, title), kind=kind, help=help.get(title, "")) for title, kind in columns
    )


def _pairs(words: Words) -> Table:
    columns = _columns(
        words, ("given", "label"), ("suggested", "label"), ("rows", "number"), ("clear example", "content")
    )
    rows = tuple(
        (
            Cell(text=words.classes[given]),
            Cell(text=words.classes[suggested]),
            Cell(text=str(n), weight=n / 31),
            Cell(text=words.texts[given]),
        )
        for given, suggested, n in PAIRS
    )
    return Table(
        caption=_say(words, "pairs"), columns=columns, rows=rows, style="bars", note=_say(words, "pairs note")
    )


def _matrix(words: Words) -> Table:
    counts = _counts(words)
    rows = tuple(
        (Cell(text=name), *(Cell(text=str(n) if n else "", weight=n / 31 if n else None) for n in row))
        for name, row in zip(words.classes, counts, strict=True)
    )
    head = (Column(title=_say(words, "given"), kind="label"),)
    columns = head + tuple(Column(title=name, kind="number") for name in words.classes)
    return Table(caption=_say(words, "matrix"), columns=columns, rows=rows, style="heat")


def _counts(words: Words) -> list[list[int]]:
    counts = [[0] * len(words.classes) for _ in words.classes]
    for given, suggested, n in PAIRS:
        counts[given][suggested] = n
    return counts


def _balance(words: Words) -> Table:
    columns = _columns(
        words, ("classes", "label"), ("rows", "number"), ("suspected", "number"), ("share", "number")
    )
    rows = tuple(
        (
            Cell(text=name),
            Cell(text=f"{n:,}", weight=n / COUNTS[0]),
            Cell(text=str(bad), weight=bad / SUSPECTED[0]),
            Cell(text=f"{bad / n:.1%}"),
        )
        for name, n, bad in zip(words.classes, COUNTS, SUSPECTED, strict=False)
    )
    return Table(caption=_say(words, "Class balance"), columns=columns, rows=rows, style="bars")


def _bars(words: Words) -> Chart:
    names = words.classes
    counts = [COUNTS[i % len(COUNTS)] for i in range(len(names))]
    suspected = [SUSPECTED[i % len(COUNTS)] for i in range(len(names))]
    return Chart(
        id="balance",
        title=_say(words, "balance chart"),
        summary=_say(words, "balance summary"),
        figure=charts.class_balance(names, counts, suspected),
    )


def _heat(words: Words) -> Chart:
    return Chart(
        id="moves",
        title=_say(words, "matrix"),
        summary=_say(words, "heat summary"),
        figure=charts.given_by_suggested(
            words.classes, {(given, suggested): n for given, suggested, n in PAIRS}
        ),
    )


def _order(words: Words) -> Chart:
    ranks = range(1, 3_651)
    scores = [1 / (1 + (rank / 124) ** 1.5) for rank in ranks]
    return Chart(
        id="order",
        title=_say(words, "order chart"),
        summary=_say(words, "order summary"),
        figure=charts.order_curve(ranks, scores, 124),
    )


def _alike(words: Words) -> Pairs:
    """Pairs of every kind: a letter, a long text, a hidden character, several columns, nothing kept."""
    text, other, long = words.texts[0], words.texts[1], words.texts[-1]
    columns = (("a", "b", True), (words.column, text + " 1", False), ("c", text + "\u200b", False))
    texts = ((text, text[:-1]), (long, long.replace(long[9:12], "xy")), (text, other), ("a b", "a  b"))
    cards = [_pair(words, [(words.column, a, b)], at) for at, (a, b) in enumerate(texts)]
    cards.append(_pair(words, [(name, value, text) for name, value, _ in columns], 4))
    cards.append(_pair(words, [], 5))
    return Pairs(
        caption=_say(words, "near caption"),
        meaning=_say(words, "near meaning"),
        cards=tuple(cards),
        note=_say(words, "groups note"),
    )


def _pair(words: Words, cells: list[tuple[str, str, str]], at: int) -> PairCard:
    runs = [(name, marked(a, b)) for name, a, b in cells]
    sides = tuple(
        PairSide(
            item=f"train-{at}{side:04d}",
            label=words.classes[(at + side) % 7],
            split="train" if side else "test",
            cells=tuple((name, pieces[side]) for name, pieces in runs),
        )
        for side in (0, 1)
    )
    return PairCard(
        title=f"{99 - at}%",
        sides=(sides[0], sides[1]),
        badges=(words.classes[at % 7], _say(words, "near duplicate")),
        single=len(cells) == 1,
        notes=(_say(words, "near note"),) if at % 2 else (),
    )


def _bars_of_likeness(words: Words) -> Histogram:
    heights = (0.9, 1.0, 0.7, 0.0, 0.4, 0.2, 0.5, 0.05)
    return Histogram(
        caption=_say(words, "likeness caption"),
        summary=_say(words, "near meaning"),
        bars=tuple(
            Bar(height=height, text=f"{80 + 2.5 * at}%", counts=at > 3) for at, height in enumerate(heights)
        ),
        ends=("80%", "100%"),
        threshold="90%",
        place=0.5,
        notes=(_say(words, "near note"),),
        command_text=_say(words, "near command"),
        command=f"auditor audit {words.dataset} --near-threshold 0.95",
    )


def _groups(words: Words) -> Groups:
    cards = tuple(
        GroupCard(
            title=_say(words, "group").format(n=n),
            labels=((words.classes[n % 7], n - 1), (words.classes[(n + 1) % 7], 1)),
            content=((words.column, words.texts[n % len(words.texts)]),),
            members=tuple(
                Member(
                    item=f"train-{n}{i:04d}",
                    label=words.classes[(n + (i == 0)) % 7],
                    split="test" if i == 1 else "train",
                )
                for i in range(min(n, 4))
            ),
            more=max(n - 4, 0),
            conflict=True,
        )
        for n in (6, 3, 2)
    )
    return Groups(caption=_say(words, "groups caption"), cards=cards, note=_say(words, "groups note"))
