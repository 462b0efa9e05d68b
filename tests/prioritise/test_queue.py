"""The queue: who is in it, in which order, under which rank, with which words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from audit_inputs import CHAIN, inputs_of, planted
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auditor.detect import Inputs, reasons, run_detectors
from auditor.prioritise.near import HUB
from auditor.prioritise.order import order_scores
from auditor.prioritise.queue import QUEUE, Order, order_rows, queue_table
from auditor.read.columns import ColumnChoice
from auditor.scan.kernel import scan
from auditor.tables import all_findings

COLUMNS = (
    "rank item row split kinds given_label suggested_label p_given p_suggested suspicion p_error priority "
    "group near_group reason_code reason"
)
TEXTS = ("a text of many words", "nobody reads this line", "seven dogs bark loudly", "good", "굿", "")
NEAR_TEXTS = (
    "a text of many words",
    "a text of many word",
    "A text, of many words",
    "seven dogs bark loudly",
    "good",
    "goods",
)


def drawn(texts: tuple[str, ...]) -> st.SearchStrategy[list[tuple[str, str, float, bool]]]:
    """Rows of text, label, p(first class), and whether the model saw the row."""
    few = st.sampled_from([0.1, 0.3, 0.5, 0.7])  # so that there are ties
    row = st.tuples(st.sampled_from(texts), st.sampled_from(["a", "b", "c", ""]), few, st.booleans())
    return st.lists(row, min_size=3, max_size=24)


ROWS, NEAR_ROWS = drawn(TEXTS), drawn(NEAR_TEXTS)


def made(
    texts: list[str],
    labels: list[str],
    probs: Any = None,
    covered: NDArray[np.bool_] | None = None,
    ids: list[str] | None = None,
) -> Inputs:
    """What detectors and queue are given for some rows of classes a, b, c."""
    frame = pd.DataFrame({"text": texts, "label": labels}, dtype=str)
    if ids is not None:
        frame["id"] = ids
    inputs = inputs_of(
        frame,
        [] if probs is None else [np.asarray(probs)],
        columns=ColumnChoice(text=("text",)),
        class_names=("a", "b", "c"),
    )
    if covered is None or inputs.probabilities is None:
        return inputs
    rows, sums = scan(inputs.probabilities.blocks, inputs.dataset.labels.codes, covered=covered)
    return replace(inputs, rows=rows, sums=sums)


def from_rows(rows: list[tuple[str, str, float, bool]], order: NDArray[np.int64]) -> Inputs:
    """Inputs of drawn rows in some order; the item is the number in the list drawn."""
    texts, labels, p_first, covered = (list(column) for column in zip(*rows, strict=True))
    p = np.array(p_first)[order]
    return made(
        [texts[at] for at in order],
        [labels[at] for at in order],
        np.column_stack([p, (1 - p) * 0.6, (1 - p) * 0.4]),
        np.array(covered)[order],
        [f"i{at}" for at in order],
    )


def order_of(inputs: Inputs, top: int | None = None) -> Order:
    """The order of the queue with the findings of all detectors."""
    return order_rows(inputs, all_findings(run_detectors(inputs, {})), top)


def queue_of(inputs: Inputs, top: int | None = None, lang: str = "en") -> pa.Table:
    """The whole queue with the findings of all detectors."""
    findings = all_findings(run_detectors(inputs, {}))
    return queue_table(inputs, order_rows(inputs, findings, top), findings, reasons(), lang)


def ranked(inputs: Inputs, top: int | None = None) -> list[tuple[int, str]]:
    """(rank, item) from the top."""
    order = order_of(inputs, top)
    items = inputs.dataset.ids.take(pa.array(order.rows)).to_pylist()
    return list(zip(order.ranks.tolist(), items, strict=True))


@settings(max_examples=60)
@given(ROWS)
def test_every_labelled_row_with_a_prediction_and_every_conflict_is_in_it(
    rows: list[tuple[str, str, float, bool]],
) -> None:
    """And no other row."""
    queued = {item for _, item in ranked(from_rows(rows, np.arange(len(rows))))}
    labels_of: dict[str, set[str]] = {}
    for text, label, _, _ in rows:
        labels_of.setdefault(text, set()).update({label} - {""})

    assert queued == {
        f"i{at}"
        for at, (text, label, _, covered) in enumerate(rows)
        if label and (covered or (text and len(labels_of[text]) > 1))
    }


@settings(max_examples=60)
@given(ROWS)
def test_ranks_are_dense_and_shared_by_exact_copies_alone(
    rows: list[tuple[str, str, float, bool]],
) -> None:
    """1, 2, 3, ...; two rows have one rank exactly when they are copies; copies stand together."""
    inputs = from_rows(rows, np.arange(len(rows)))
    order = order_of(inputs, None)
    texts = [rows[row][0] or f"alone {row}" for row in order.rows]

    steps = np.diff(order.ranks, prepend=0)
    assert set(steps.tolist()) <= {0, 1} and (len(steps) == 0 or steps[0] == 1)
    assert len(set(zip(order.ranks.tolist(), texts, strict=True))) == len(set(texts))
    assert len(set(order.ranks.tolist())) == len(set(texts))


@settings(max_examples=60)
@given(ROWS)
def test_groups_stand_where_their_most_suspicious_row_would(
    rows: list[tuple[str, str, float, bool]],
) -> None:
    """Best score first, then the likelier runner-up; conflicts that say too little after the others,
    unscored conflicts last; within a group the same. Copies that agree stand where their score puts them."""
    inputs = from_rows(rows, np.arange(len(rows)))
    labels_of = {text: len({label for other, label, *_ in rows if other == text} - {""}) for text, *_ in rows}
    order = order_of(inputs, None)
    own = np.nan_to_num(order_scores(inputs.scores, inputs.dataset.labels.codes), nan=-np.inf)
    units: list[list[int]] = []
    for row, step in zip(order.rows.tolist(), np.diff(order.ranks, prepend=0), strict=True):
        if step:
            units.append([])
        units[-1].append(row)

    def place(unit: list[int]) -> tuple[float, ...]:
        best = max(own[row] for row in unit)
        if best == -np.inf:
            return (2, 0, 0)
        rival = max(inputs.scores.p_other[row] for row in unit if own[row] == best)
        too_little = rows[unit[0]][0] in ("good", "굿") and labels_of[rows[unit[0]][0]] > 1
        return (1 if too_little else 0, -best, -rival)

    places = [place(unit) for unit in units]
    assert places == sorted(places)
    for unit in units:
        assert [own[row] for row in unit] == sorted((own[row] for row in unit), reverse=True)


@settings(max_examples=60)
@given(ROWS | NEAR_ROWS, st.randoms(use_true_random=False))
def test_the_queue_does_not_depend_on_the_order_of_rows(
    rows: list[tuple[str, str, float, bool]], random: Any
) -> None:
    """The same items in the same order under the same ranks, ties and all."""
    order = np.arange(len(rows))
    random.shuffle(order)

    assert ranked(from_rows(rows, order)) == ranked(from_rows(rows, np.arange(len(rows))))


@settings(max_examples=60)
@given(ROWS | NEAR_ROWS, st.integers(1, 24))
def test_top_cuts_between_groups(rows: list[tuple[str, str, float, bool]], top: int) -> None:
    """The beginning of the whole queue, as many whole groups as fit, and at least the first."""
    inputs = from_rows(rows, np.arange(len(rows)))
    whole, cut = ranked(inputs), ranked(inputs, top)
    following = [entry for entry in whole if entry[0] == len({rank for rank, _ in cut}) + 1]

    assert cut == whole[: len(cut)]
    assert order_of(inputs, top).total == len(whole)
    if whole:
        assert len(cut) <= top or {rank for rank, _ in cut} == {1}
        assert len(cut) + len(following) > top or not following


def scored(p_given: list[float]) -> list[list[float]]:
    """Probabilities of rows labelled a; the rest goes to b."""
    return [[p, 1 - p, 0.0] for p in p_given]


def test_near_copies_follow_the_most_suspicious_of_them_under_ranks_of_their_own() -> None:
    """Alone they would stand first, third and last; the row between them is no copy."""
    texts = [
        "the film was wonderful",
        "seven dogs bark loudly",
        "the film was wonderful?",
        "THE film was wonderful",
    ]
    inputs = made(texts, ["a"] * 4, scored([0.1, 0.2, 0.3, 0.9]), ids=list("pqrs"))
    queue = queue_of(inputs).to_pylist()

    assert [(row["rank"], row["item"]) for row in queue] == [(1, "p"), (1, "s"), (2, "r"), (3, "q")]
    assert queue[0]["group"] == queue[1]["group"] is not None
    assert queue[0]["near_group"] == queue[2]["near_group"] is not None
    assert queue[3]["near_group"] is None
    assert queue[0]["priority"] == queue[2]["priority"] > queue[3]["priority"]


def test_a_near_copy_of_a_near_copy_stands_at_its_own_place() -> None:
    """A near B near C does not make A near C: what follows leads nobody."""
    texts = [*CHAIN, "seven dogs bark loudly"]
    inputs = made(texts, ["a"] * 4, scored([0.1, 0.4, 0.45, 0.2]), ids=list("pqrs"))
    near = inputs.index.near
    assert near is not None
    assert list(zip(near.search.pairs.first, near.search.pairs.second, strict=True)) == [(0, 1), (1, 2)]

    assert [item for _, item in ranked(inputs)] == ["p", "q", "s", "r"]


@pytest.mark.parametrize(("copies", "place"), [(HUB + 1, HUB + 1), (HUB + 12, 1)], ids=["a group", "a hub"])
def test_a_hub_of_near_copies_does_not_crowd_out_the_rest(copies: int, place: int) -> None:
    """A group follows its first row; the rows of a pattern stand where their scores put them."""
    texts = [f"the film was wonderful{'?' * n}" for n in range(copies)] + ["seven dogs bark loudly"]
    scores = scored([0.1, *[0.4] * (copies - 1), 0.2])
    inputs = made(texts, ["a"] * len(texts), scores, ids=[f"i{n:02d}" for n in range(len(texts))])
    items = [item for _, item in ranked(inputs)]

    assert items[0] == "i00"
    assert items.index(f"i{copies:02d}") == place


def test_a_near_copy_whose_label_the_model_finds_right_is_not_moved_up() -> None:
    """It would take the place of a row that is likely wrong; the page shows it beside the suspect."""
    texts = ["the film was wonderful", "seven dogs bark loudly", "the film was wonderful?"]
    inputs = made(texts, ["a", "a", "b"], [[0.1, 0.9, 0], [0.2, 0.8, 0], [0.1, 0.9, 0]], ids=list("pqr"))

    assert [item for _, item in ranked(inputs)] == ["p", "q", "r"]


def test_contents_that_say_too_little_neither_lead_nor_follow() -> None:
    """`good` and `good?` are alike, and that says nothing."""
    texts = ["good", "seven dogs bark loudly", "good?"]
    inputs = made(texts, ["a"] * 3, scored([0.1, 0.2, 0.9]), ids=list("pqr"))

    assert [item for _, item in ranked(inputs)] == ["p", "q", "r"]


def test_without_a_model_near_conflicts_stand_behind_the_exact_ones() -> None:
    """Those that say too little last; the two of a pair beside each other."""
    texts = ["good", "good?", "the film was wonderful", "the film was wonderful?", "many words here"]
    labels = ["a", "b", "a", "b", "a", "b", "b"]
    inputs = made([*texts, "seven dogs", "Many words here"], labels, ids=list("pqrstuv"))

    assert [set(part) for part in ("tv", "rs", "pq")] == [
        {item for _, item in ranked(inputs)[at : at + 2]} for at in (0, 2, 4)
    ]
    assert len(ranked(inputs)) == 6


def test_without_ids_rows_are_told_apart_by_what_they_say() -> None:
    """Ties among rows without ids: the same contents and labels in the same order, however sorted."""
    texts = ["a text of many words"] * 3 + ["another text of words"] * 2 + ["x", "y", "z"]
    labels = ["a", "b", "a", "c", "b", "a", "a", "b"]
    probs = np.full((8, 3), 1 / 3)

    def said(order: NDArray[np.int64]) -> list[tuple[int, str, str]]:
        inputs = made([texts[at] for at in order], [labels[at] for at in order], probs)
        found = order_of(inputs, None)
        return [
            (rank, texts[order[row]], labels[order[row]])
            for rank, row in zip(found.ranks.tolist(), found.rows.tolist(), strict=True)
        ]

    for seed in range(5):
        assert said(np.random.default_rng(seed).permutation(8)) == said(np.arange(8))


def test_unscored_conflicts_stand_by_how_many_rows_must_be_wrong() -> None:
    """Without predictions: 3 rows with 2 labels have 1 wrong at least, 5 rows with 2 + 2 + 1 have 3; content
    that says too little comes last; rows without a label are not counted."""
    texts = ["three of this text"] * 6 + ["five of this text"] * 5 + ["good"] * 9 + ["a text alone"]
    labels = [*"aab", "", "", "", *"aabbc", *"abcabcabc", "a"]
    queue = queue_of(made(texts, labels))

    assert [texts[row] for row in queue["row"].to_pylist()] == (
        ["five of this text"] * 5 + ["three of this text"] * 3 + ["good"] * 9
    )
    assert queue["rank"].to_pylist() == [1] * 5 + [2] * 3 + [3] * 9
    assert queue["priority"].null_count == len(queue)


def test_the_columns_are_those_of_the_contract() -> None:
    """Names and order of queue.csv; p_error is empty until people have judged rows."""
    frame, probs, _ = planted()
    queue = queue_of(inputs_of(frame, [probs]))

    assert queue.schema == QUEUE
    assert queue.column_names == COLUMNS.split()
    assert queue["p_error"].null_count == len(queue) == 240
    assert queue["near_group"].null_count == 236  # two pairs


def test_a_row_of_the_queue_says_what_is_known() -> None:
    """By hand: given a, and the model says b with .8. Of a there are 2 rows; of 2.75, which the two likeliest
    classes of the three rows make up, .75 are expected, scaled to 3 rows .818."""
    probs = [[0.15, 0.8, 0.05], [0.6, 0.3, 0.1], [0.1, 0.7, 0.2]]
    inputs = made(
        ["the first text", "the second text", "the third text"], ["a", "a", "b"], probs, ids=list("xyz")
    )
    first = queue_of(inputs).to_pylist()[0]

    assert {
        name: value for name, value in first.items() if name not in ("kinds", "reason_code", "reason")
    } == {
        "rank": 1,
        "item": "x",
        "row": 0,
        "split": None,
        "given_label": "a",
        "suggested_label": "b",
        "p_given": 0.15,
        "p_suggested": 0.8,
        "suspicion": 0.85,
        "p_error": None,
        "priority": pytest.approx(-np.log(0.15) + 0.2 * np.log(0.8) - 0.75 * np.log(22 / 20.8181818)),
        "group": None,
        "near_group": None,
    }


def test_kinds_are_those_found_there() -> None:
    """Joined by semicolons, in the order of the detectors."""
    frame, probs, faults = planted()
    kinds = {entry["item"]: entry["kinds"] for entry in queue_of(inputs_of(frame, [probs])).to_pylist()}

    for kind, items in faults.items():
        assert {item for item, found in kinds.items() if kind in found.split(";")} == items
    assert kinds["item-040"] == "exact_duplicate;conflict"
    assert kinds["item-237"] == "exact_duplicate;leak"
    assert kinds["item-000"] == ""


def test_a_foreign_label_in_conflict_is_queued_without_scores() -> None:
    """Its label is shown as written; the model says nothing of a class it does not know. It stands by the
    score of its copy: of a there is 1 scored row of 2, and 1 of 1.85 is expected."""
    texts = ["the same text", "the same text", "another text of words"]
    inputs = made(texts, ["a", "x", "b"], [[0.9, 0.05, 0.05]] * 2 + [[0.1, 0.8, 0.1]])
    own, foreign = sorted(queue_of(inputs).to_pylist(), key=lambda entry: entry["row"])[:2]

    assert foreign["given_label"] == "x"
    assert [foreign[name] for name in ("suggested_label", "p_given", "p_suggested")] == [None] * 3
    score = -np.log(0.9) + 0.2 * np.log(0.05) - 0.75 * np.log(21 / (20 + 2 / 1.85))
    assert foreign["priority"] == own["priority"] == pytest.approx(score)
    assert foreign["reason_code"] == "conflict"


CONFLICT = "Rows with the same content are labelled a (1), b (1)"
REASONS = [
    pytest.param(
        ["a text of many words", "nobody reads this line"],
        [[0.2, 0.7, 0.1], [0.1, 0.8, 0.1]],
        "model-prefers-other",
        'The model prefers "b" (70%) to the given label "a" (20%).',
        id="prefers another",
    ),
    pytest.param(
        ["a text of many words", "nobody reads this line"],
        [[0.4, 0.35, 0.25], [0.1, 0.8, 0.1]],
        "model-unsure",
        'The model agrees with "a", but only with 40%; next is "b" with 35%.',
        id="unsure",
    ),
    pytest.param(
        ["a text of many words", "nobody reads this line"],
        [[0.9, 0.06, 0.04], [0.1, 0.8, 0.1]],
        "model-agrees",
        'The model agrees with "a" (90%).',
        id="agrees",
    ),
    pytest.param(
        ["a text of words", "A text of  words"],
        [[0.9, 0.06, 0.04], [0.1, 0.8, 0.1]],
        "conflict",
        f"{CONFLICT}: they cannot all be right from what is shown.",
        id="conflict",
    ),
    pytest.param(
        ["good", "Good"],
        None,
        "conflict-too-little",
        f"{CONFLICT}, but it says too little to decide.",
        id="conflict over too little",
    ),
    pytest.param(
        ["the film was wonderful", "the film was wonderful?"],
        [[0.9, 0.06, 0.04], [0.1, 0.8, 0.1]],
        "near-conflict",
        "A row that is 100% alike, row-1, is labelled b.",
        id="near conflict",
    ),
    pytest.param(
        ["good", "good?"],
        [[0.9, 0.06, 0.04], [0.1, 0.8, 0.1]],
        "near-conflict-too-little",
        "A row that is 100% alike, row-1, is labelled b, but they say too little to decide.",
        id="near conflict over too little",
    ),
]


@pytest.mark.parametrize(("texts", "probs", "code", "english"), REASONS)
def test_every_row_has_a_reason_in_either_language(
    texts: list[str], probs: Any, code: str, english: str
) -> None:
    """A code and a sentence with the numbers of the row."""
    inputs = made(texts, ["a", "b"], probs)
    row = {entry["row"]: entry for entry in queue_of(inputs).to_pylist()}[0]
    in_korean = {entry["row"]: entry for entry in queue_of(inputs, lang="ko").to_pylist()}[0]

    assert (row["reason_code"], row["reason"]) == (code, english)
    assert in_korean["reason_code"] == code
    assert re.search("[가-힣]", in_korean["reason"])
    for value in re.findall(r"\d+%|[ab] \(1\)", english):
        assert value in in_korean["reason"]


def test_a_flagged_row_says_that_the_model_contradicts() -> None:
    """The four planted label errors, and no other row."""
    frame, probs, faults = planted()
    queue = queue_of(inputs_of(frame, [probs])).to_pylist()

    contradicted = {entry["item"] for entry in queue if entry["reason_code"] == "model-contradicts"}
    assert contradicted == faults["label_issue"]
    assert all(entry["reason"] for entry in queue)


def test_a_scored_conflict_over_too_little_says_why_it_stands_last() -> None:
    """Its score plays no part in its place, so it has no priority, and the reason is the conflict."""
    texts = ["good", "Good", "a text of words"]
    queue = queue_of(made(texts, ["a", "b", "a"], [[0.1, 0.8, 0.1], [0.9, 0.06, 0.04], [0.9, 0.06, 0.04]]))

    assert queue["row"].to_pylist()[0] == 2
    assert queue["reason_code"].to_pylist() == ["model-agrees"] + ["conflict-too-little"] * 2
    assert queue["priority"].to_pylist()[1:] == [None, None]


@settings(max_examples=60)
@given(ROWS)
def test_the_queue_is_sorted_by_its_priority_column(rows: list[tuple[str, str, float, bool]]) -> None:
    """Largest first, the rows without one last; copies share it."""
    queue = queue_of(from_rows(rows, np.arange(len(rows)))).to_pylist()
    priorities = [-np.inf if entry["priority"] is None else entry["priority"] for entry in queue]

    assert priorities == sorted(priorities, reverse=True)
    assert len({(entry["rank"], entry["priority"]) for entry in queue}) == len(
        {entry["rank"] for entry in queue}
    )


def test_without_labels_nothing_is_queued() -> None:
    """Neither rows nor ranks."""
    queue = queue_of(made(["a text", "a text", "b text"], ["", "", ""]))

    assert len(queue) == 0
    assert queue.schema == QUEUE
