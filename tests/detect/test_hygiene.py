"""Hygiene: planted faults are found with their places, clean real texts have none."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from audit_inputs import inputs_of

from auditor.characters.text_faults import TESTS
from auditor.detect import Inputs
from auditor.detect.hygiene import REASONS, Settings, find
from auditor.findings import Ran
from auditor.read.choice import InputChoice
from auditor.read.columns import ColumnChoice
from auditor.read.dataset import read_inputs
from auditor.similar.content import ContentIndex
from auditor.ties import tie_keys
from auditor.wording import Text

CLEAN = "a clean sentence about nothing"
PLANTED = {
    "empty": " ",
    "too-short": "goooood!",
    "broken-encoding": "what a caf\ufffd that was",
    "letters-lost": "?? ??? ????? ??",
    "mojibake": "what a cafÃ© that was",
    "invisible-characters": "nothing \u200bto see here",
    "decomposed": unicodedata.normalize("NFD", "재미있는 영화였어요"),
    "markup-left": "one line<br />another line",
}


def outcome(texts: list[str], **options: Any) -> Ran:
    """What is found in some texts, each an item of its own."""
    frame = pd.DataFrame({"id": [f"i{row}" for row in range(len(texts))], "text": texts, "label": "a"})
    frame.loc[len(frame)] = ["last", CLEAN, "b"]
    return find(inputs_of(frame), Settings(**options))


def found(ran: Ran) -> list[tuple[str, str, dict[str, Any]]]:
    """(item or class, reason code, evidence) of every finding."""
    return [
        (entry["item"] or entry["part"], entry["reason_code"], json.loads(entry["evidence"]))
        for table in ran.findings
        for entry in table.to_pylist()
    ]


def counts(ran: Ran) -> dict[str, int]:
    """Name -> value of the measures."""
    return {measure.name: int(measure.value) for measure in ran.measures}


def test_every_fault_is_found_in_the_row_that_has_it() -> None:
    """One row of each; a text of question marks is also too short, nothing else is found twice."""
    ran = outcome(list(PLANTED.values()))
    place = {f"i{row}": code for row, code in enumerate(PLANTED)}

    pairs = {(place[item], code) for item, code, _ in found(ran)}
    assert pairs == {(code, code) for code in PLANTED} | {("letters-lost", "too-short")}
    assert counts(ran) == {
        "hygiene.empty": 1,
        "hygiene.too_short": 2,
        "hygiene.broken_encoding": 1,
        "hygiene.letters_lost": 1,
        "hygiene.mojibake": 1,
        "hygiene.invisible": 1,
        "hygiene.decomposed": 1,
        "hygiene.markup": 1,
        "classes.names_alike": 0,
        "classes.names_mistyped": 0,
    }


def test_facts_are_certain_and_estimates_are_not() -> None:
    """The measure says so, and the suspicion."""
    ran = outcome(list(PLANTED.values()))
    exact = {measure.name for measure in ran.measures if measure.exact}
    sure = {entry["reason_code"]: entry["suspicion"] for table in ran.findings for entry in table.to_pylist()}

    assert set(counts(ran)) - exact == {
        "hygiene.letters_lost",
        "hygiene.mojibake",
        "classes.names_mistyped",
    }
    assert {code: value for code, value in sure.items() if value < 1} == {
        "mojibake": 0.9,
        "letters-lost": 0.8,
    }


def test_the_evidence_tells_the_place_and_never_the_text() -> None:
    """Characters are counted from 1."""
    told = {code: evidence for _, code, evidence in found(outcome(list(PLANTED.values())))}

    assert told["invisible-characters"] == {"at": 9, "places": 1, "what": "U+200B"}
    assert told["mojibake"] == {
        "at": 11,
        "how": "UTF-8 read as cp1252",
        "places": 1,
        "was": "é",
        "what": "Ã©",
    }
    assert told["letters-lost"] == {"at": 1, "places": 4, "what": "?"}
    assert all(len(str(value)) < 40 for evidence in told.values() for value in evidence.values())


def test_every_reason_can_be_said_of_its_evidence() -> None:
    frame = pd.DataFrame({"text": [*PLANTED.values(), CLEAN], "label": ["a", "A", "b", *"cdefgh"]})
    for _, code, evidence in found(find(inputs_of(frame), Settings())):
        sentence = Text(REASONS[code], evidence).to("en")
        assert sentence.endswith(".") and "{" not in sentence


@pytest.mark.parametrize(
    ("text", "letters", "short"),
    [
        ("good", 6, True),
        ("굿", 6, True),
        ("ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ", 6, True),
        ("aaaaaaaaaaaaaaaaaaa", 6, True),
        ("abcabc", 6, False),
        ("abcab", 6, True),
        ("재미없", 6, False),
        ("재미", 6, True),
        ("ㅋ" * 80 + " 정말 재미있다", 6, False),  # what it says stands after the beginning
        ("good", 4, True),  # g, o, d
        ("good", 3, False),
        ("abcdefghij", 11, True),
        ("abcdefghij", 10, False),
        (".", 0, False),
    ],
)
def test_a_text_is_too_short_below_so_many_letters(text: str, letters: int, short: bool) -> None:
    """After repeats are collapsed; a Hangul syllable counts as two."""
    codes = [code for item, code, _ in found(outcome([text], letters=letters)) if item == "i0"]
    assert codes == (["too-short"] if short else [])


@pytest.mark.parametrize("letters", [-1, 61])
def test_a_number_of_letters_that_cannot_be_is_refused(letters: int) -> None:
    with pytest.raises(ValueError, match="letters"):
        Settings(letters=letters)


def test_of_several_columns_the_one_with_the_fault_is_named() -> None:
    """Rows are empty when all cells are; a short cell is no short text."""
    frame = pd.DataFrame(
        {
            "id": ["p", "q", "r"],
            "premise": ["short", "one thing and another", ""],
            "hypothesis": ["ok", "what a cafÃ© that was", ""],
            "label": ["a", "b", "a"],
        }
    )
    ran = find(inputs_of(frame), Settings())

    assert [(item, code, told.get("column")) for item, code, told in found(ran)] == [
        ("r", "empty", None),
        ("q", "mojibake", "hypothesis"),
    ]
    assert "hygiene.too_short" not in counts(ran)


def test_without_content_only_names_are_compared() -> None:
    """No measure of what could not be looked at."""
    frame = pd.DataFrame({"id": list("abcd"), "label": ["cat", "cat", "Cat", "dog"]})
    ran = find(inputs_of(frame), Settings())

    assert [(name, code) for name, code, _ in found(ran)] == [("Cat", "class-names-alike")]
    assert set(counts(ran)) == {"classes.names_alike", "classes.names_mistyped"}


def test_without_labels_only_content_is_looked_at() -> None:
    frame = pd.DataFrame({"text": [*PLANTED.values()]})
    ran = find(inputs_of(frame, columns=ColumnChoice(label="none")), Settings())

    assert counts(ran)["hygiene.mojibake"] == 1
    assert "classes.names_alike" not in counts(ran)


def test_class_names_are_counted_with_the_name_they_are_taken_for() -> None:
    """Labels outside the class list too."""
    labels = ["positive"] * 60 + ["postive"] * 2 + ["Negative"] * 20 + ["negative"] * 30 + ["p\u043esitive"]
    frame = pd.DataFrame({"text": [f"{CLEAN} {row}" for row in range(len(labels))], "label": labels})
    ran = find(inputs_of(frame, class_names=("positive", "postive", "Negative", "negative")), Settings())

    assert found(ran) == [
        ("Negative", "class-names-alike", {"name": "Negative", "count": 20, "other": "negative", "of": 30}),
        ("postive", "class-name-mistyped", {"name": "postive", "count": 2, "other": "positive", "of": 60}),
        (
            "p\u043esitive",
            "class-names-look-alike",
            {"name": "p\u043esitive", "count": 1, "other": "positive", "of": 60},
        ),
    ]
    assert counts(ran)["classes.names_alike"] == 2
    assert counts(ran)["classes.names_mistyped"] == 1


def test_equal_rows_without_ids_have_keys_that_do_not_depend_on_their_order() -> None:
    """One text composed and in pieces, and twice the same fault at other places."""
    texts = [
        PLANTED["decomposed"],
        unicodedata.normalize("NFC", PLANTED["decomposed"]),
        "Some \u200btext OF ours",
        "some \u200bTEXT of ours",
        "some \u200btext of ours &amp; yours",
        PLANTED["decomposed"],
    ]
    frame = pd.DataFrame({"text": texts, "label": list("aabbab")})

    def known(given: pd.DataFrame) -> list[tuple[str, str, str]]:
        tables = find(inputs_of(given), Settings()).findings
        entries = [entry for table in tables for entry in table.to_pylist()]
        return sorted((entry["key"], entry["reason_code"], entry["evidence"]) for entry in entries)

    assert known(frame) == known(frame.iloc[::-1])
    assert len({key for key, _, _ in known(frame)}) == len(known(frame))


# real texts


@lru_cache
def real_inputs(folder: Path, pack: str) -> Inputs:
    """A pack as a detector is given it."""
    (path,) = (folder / pack).glob("dataset.*")
    dataset = read_inputs(path, [], InputChoice()).dataset
    index = ContentIndex(dataset)
    return Inputs(dataset=dataset, index=index, ties=tie_keys(dataset, index))


@pytest.mark.parametrize(
    "pack", ["imdb", "20news", "nsmc", "korean_hate", "banking77", "klue_nli", "music_genre"]
)
def test_real_texts_raise_no_false_alarm(pack: str, shared_data: Path) -> None:
    """Nothing lost, in pieces; the control characters of imdb and 20news are real, also those of cp1252."""
    ran = find(real_inputs(shared_data, pack), Settings())
    counted = counts(ran)
    both = {"hygiene.invisible", "hygiene.mojibake"}
    expected = {"imdb": both | {"hygiene.markup"}, "20news": both}
    garbled = [evidence["how"] for _, code, evidence in found(ran) if code == "mojibake"]

    assert set(garbled) <= {"cp1252 read as latin-1"}

    assert {name for name, value in counted.items() if value} - {"hygiene.too_short"} == expected.get(
        pack, set()
    )


GARBLING: dict[str, Callable[[str], str]] = {
    "UTF-8 as latin-1": lambda text: text.encode().decode("latin-1"),
    "cp949 as latin-1": lambda text: text.encode("cp949", "ignore").decode("latin-1"),
    "UTF-8 as cp949": lambda text: text.encode().decode("cp949", "replace"),
    "UTF-8 as cp949, question marks": lambda text: (
        text.encode().decode("cp949", "replace").replace("\ufffd", "?")
    ),
}


@pytest.mark.parametrize("how", GARBLING)
@pytest.mark.parametrize("pack", ["nsmc", "korean_hate", "klue_nli"])
def test_garbled_korean_is_found_in_99_of_100(how: str, pack: str, shared_data: Path) -> None:
    """Of up to 1,000 sentences with ten Korean letters or more."""
    content = real_inputs(shared_data, pack).dataset.content.columns
    texts = sorted({text for text in content[content.column_names[0]].to_pylist() if text})
    korean = [text for text in texts if sum("가" <= char <= "힣" for char in text) >= 10]
    chosen = random.Random(0).sample(korean, min(1000, len(korean)))

    ran = outcome([GARBLING[how](text) for text in chosen])
    assert len(chosen) > 600
    assert counts(ran)["hygiene.mojibake"] >= 0.99 * len(chosen)


def test_every_text_test_has_a_reason() -> None:
    assert set(TESTS) < set(REASONS)
