"""Every sentence can be said in Korean, prints on a Korean console, and holds the right numbers."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from babel.messages import Catalog, Message
from hypothesis import given
from hypothesis import strategies as st

from auditor.detect import detectors
from auditor.report import page as page_module
from auditor.wording import LANGUAGES, N_, Text, catalogue, listed, say, share, text_from, text_json

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "auditor").rglob("*.py"))
TEMPLATES = sorted((ROOT / "report_templates").rglob("*.j2"))
HANGUL = re.compile("[가-힣]")
IN_TEMPLATE = re.compile(r"%\((\w+)\)s")
NOT_WORDS = {"{file} (--classes)"}
"""Sentences without a word of their own."""


def load(path: Path) -> ModuleType:
    """A script of the repository as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


translate = load(ROOT / "docs" / "translate.py")
"""The documented command: the same extraction, the same catalogue, nothing written."""


@pytest.fixture(scope="module")
def found() -> list[Any]:
    """Every marked sentence of the sources, with the file it stands in."""
    return list(translate.sentences())


@pytest.fixture(scope="module")
def po() -> Catalog:
    """The catalogue as it stands in auditor.po."""
    read: Catalog = translate.translations()
    return read


def messages(catalogue: Catalog) -> Iterator[Message]:
    """The messages of a catalogue without its header."""
    return (message for message in catalogue if message.id)


def several(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms of a sentence: one, or its singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """Calls of functions or methods of these names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in names:
                yield node


def test_the_code_is_searched_whole(found: list[Any]) -> None:
    """What babel finds in auditor/ is what a reading of the syntax finds: no `N_` is overlooked."""
    read = set()
    for path in MODULES:
        for call in calls(path, "N_"):
            assert isinstance(call.args[0], ast.Constant), f"{path}:{call.lineno}: no plain text"
            read.add(call.args[0].value)
    pages = {paragraph for member in detectors().values() for paragraph in member.paragraphs}
    assert {sentence.id for sentence in found if not sentence.in_template} == read | pages
    assert len(read) > 400


def test_no_sentence_is_marked_inside_an_f_string() -> None:
    """Python before 3.12 reads an f-string as one token, in which babel sees no `N_`."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
                assert "N_" not in names, f"{path}:{node.lineno}"


def test_the_templates_are_searched_as_they_are_rendered(found: list[Any]) -> None:
    """What babel finds in the templates is what the page's own environment asks the catalogue for."""
    environment = page_module._environment("en")
    asked = set()
    for path in TEMPLATES:
        source = path.read_text(encoding="utf-8")
        for _, _, text in environment.extract_translations(source):  # type: ignore[attr-defined]
            forms = tuple(form for form in several(text) if form is not None)
            asked.add(forms if len(forms) > 1 else forms[0])
    assert {sentence.id for sentence in found if sentence.in_template} == asked
    assert len(asked) > 40


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_word_of_a_template_stands_outside_a_translation(path: Path) -> None:
    """Between the tags of a template there are only translated blocks, values and signs."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{#.*?#\}|\{% trans\b.*?endtrans %\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    assert not re.search(r"\w", re.sub(r"<[^>]*>", "", text))


def test_every_sentence_has_a_korean_translation(found: list[Any], po: Catalog) -> None:
    """auditor.po holds the sentences of the sources, each with a sure translation, and no others."""
    assert {message.id for message in messages(po)} == {sentence.id for sentence in found}
    assert not po.obsolete
    assert [message.id for message in messages(po) if message.fuzzy] == []
    assert [message.id for message in messages(po) if not any(several(message.string))] == []
    assert {text for m in messages(po) for text in several(m.string) if not HANGUL.search(text)} == NOT_WORDS


def test_the_compiled_catalogue_is_current(po: Catalog) -> None:
    """auditor.mo is, byte for byte, what `python docs/translate.py` compiles from auditor.po."""
    assert translate.MO.read_bytes() == translate.compiled(po)
    with translate.MO.open("rb") as stream:
        korean = gettext.GNUTranslations(stream)
    for message in messages(po):
        singular, *plural = several(message.id)
        for n in (0, 1, 2):
            said = korean.ngettext(singular, plural[0], n) if plural else korean.gettext(singular)
            assert said == several(message.string)[0]


def test_the_catalogue_holds_nothing_that_changes_by_itself() -> None:
    """No dates, versions, paths or line numbers: the same sentences give the same files."""
    text = translate.PO.read_text(encoding="utf-8")
    assert not re.search(r"-Date|Generated-By|^#:|^#~", text, re.MULTILINE)
    ids = [several(message.id)[0] for message in messages(translate.translations())]
    assert ids == sorted(ids)


def braces(text: str) -> Counter[tuple[str, str, str]]:
    """The placeholders of `str.format` with their conversions and format specs."""
    parts = Formatter().parse(text)
    return Counter((name, how or "", spec or "") for _, name, spec, how in parts if name is not None)


def test_translations_keep_the_placeholders(po: Catalog) -> None:
    """The same names with the same format specs, in any order; none is lost and none is invented."""
    for message in messages(po):
        for english in several(message.id):
            for korean in several(message.string):
                assert braces(korean) == braces(english)
                assert Counter(IN_TEMPLATE.findall(korean)) == Counter(IN_TEMPLATE.findall(english))


def test_sentences_of_templates_have_no_lone_percent_sign(found: list[Any], po: Catalog) -> None:
    """Jinja fills every sentence with `%`: a share in words would break the page."""
    for sentence in found:
        if sentence.in_template:
            message = po.get(several(sentence.id)[0])
            assert message is not None
            for text in (*several(message.id), *several(message.string)):
                assert "%" not in IN_TEMPLATE.sub("", text)


def encodable(text: str) -> bool:
    """Whether a Korean console can print a text."""
    try:
        text.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


def test_every_sentence_prints_on_a_korean_console(found: list[Any], po: Catalog) -> None:
    """cp949 has every character, in both languages; only the page may use others in its own words."""
    printed = {sentence.id for sentence in found if not sentence.in_template}
    for message in messages(po):
        english = "".join(several(message.id))
        assert encodable(english) or message.id not in printed, english
        assert encodable("".join(several(message.string))) or not encodable(english), english


def test_a_sentence_is_never_said_bare() -> None:
    """`say` takes a marked sentence, or a flag or command, which no language changes."""
    for path in MODULES:
        for call in calls(path, "say"):
            first = call.args[0] if call.args else None
            assert not isinstance(first, ast.JoinedStr), f"{path}:{call.lineno}"
            if isinstance(first, ast.Constant):
                words = re.sub(r"^auditor [a-z]+\b", "", str(first.value))
                assert not re.search(r"\b[a-z]+ [a-z]+\b", words), f"{path}:{call.lineno}: {words}"


def templates_of(call: ast.Call) -> list[str]:
    """The texts of a call of `say`, as far as they stand in it."""
    marked = (arg.args[0] for arg in call.args if isinstance(arg, ast.Call) and arg.args)
    plain = (arg for arg in (*call.args, *marked) if isinstance(arg, ast.Constant))
    return [arg.value for arg in plain if isinstance(arg.value, str)]


def test_a_sentence_is_given_the_values_it_names() -> None:
    """A missing value would be a KeyError in the middle of an error message."""
    for path in MODULES:
        for call in calls(path, "say"):
            values = {keyword.arg for keyword in call.keywords}
            texts = templates_of(call)
            if not texts or None in values:
                continue
            named = {name for text in texts for name, _, _ in braces(text)}
            assert named | ({"n"} if len(texts) > 1 else set()) == values, f"{path}:{call.lineno}"


@pytest.mark.parametrize("n", [0, 1, 2, 1_000])
def test_the_number_chooses_singular_or_plural(n: int) -> None:
    """One is singular, every other number plural; Korean has one form for both."""
    text = say(N_("{n:,} group"), N_("{n:,} groups"), n=n)
    assert str(text) == text.to("en") == (f"{n:,} group" if n == 1 else f"{n:,} groups")
    assert text.to("ko") == f"그룹 {n:,}개"


def test_a_sentence_in_a_sentence_is_translated_too() -> None:
    """Values that are sentences are said in the reader's language; other values stay as they are."""
    source = say(N_("names of the probability columns of {file}"), file="oof.csv")
    text = say(N_("class order: {source}"), source=source)
    assert text.to("en") == "class order: names of the probability columns of oof.csv"
    assert text.to("ko") == "클래스 순서의 출처: oof.csv의 확률 열 이름"


def test_a_sentence_that_no_catalogue_knows_stays_english() -> None:
    """An unknown template falls back to itself, an empty one to nothing and not to the header."""
    assert Text("an unknown {word}", {"word": "word"}).to("ko") == "an unknown word"
    assert Text("").to("ko") == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_a_catalogue(lang: str) -> None:
    """Each language that can be asked for can be spoken."""
    said = catalogue(lang).gettext("none found")
    assert said == {"en": "none found", "ko": "발견 없음"}[lang]


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0, 1, "0%"),
        (1, 1, "100%"),
        (0.0, 0, "0%"),
        (1.0, 0, "100%"),
        (0.5, 1, "50.0%"),
        (0.5, 0, "50%"),
        (0.0341, 1, "3.4%"),
        (0.001, 1, "0.1%"),
        (0.0004, 1, "<0.1%"),
        (5e-324, 1, "<0.1%"),
        (0.999, 1, "99.9%"),
        (0.9996, 1, ">99.9%"),
        (1 - 2**-53, 1, ">99.9%"),
        (0.01, 0, "1%"),
        (0.004, 0, "<1%"),
        (0.99, 0, "99%"),
        (0.996, 0, ">99%"),
        (0.12345, 2, "12.35%"),
        (0.00004, 2, "<0.01%"),
        (0.99996, 2, ">99.99%"),
    ],
)
def test_a_share_as_worked_out_by_hand(value: float, digits: int, expected: str) -> None:
    """0% and 100% are said only of nothing and of all; what is nearer is said with < and >."""
    assert share(value, digits) == expected


@given(st.floats(0, 1, exclude_min=True, exclude_max=True), st.integers(0, 2))
def test_a_share_never_rounds_into_a_lie(value: float, digits: int) -> None:
    """Some is never nothing and never all, a bound is a true one, a number is within half a step."""
    text = share(value, digits)
    number, step = float(text.strip("<>%")), 10.0**-digits
    assert 0 < number < 100
    if text[0] == "<":
        assert 100 * value < number
    elif text[0] == ">":
        assert 100 * value > number
    else:
        assert math.isclose(100 * value, number, abs_tol=0.5001 * step)


def test_a_sentence_survives_json_in_any_language() -> None:
    """Template, values and plural, also numbers of numpy and sentences within sentences."""
    inner = say(N_("{n:,} row read"), N_("{n:,} rows read"), n=np.int64(3650))
    text = say(
        "{what}: {share:.2f} {flag} {rows}", what=inner, share=np.float32(0.25), flag=True, rows=(1, 2)
    )
    again = text_from(json.loads(json.dumps(text_json(text))))

    assert str(again) == str(text) == "3,650 rows read: 0.25 True (1, 2)"


@pytest.mark.parametrize(
    ("names", "most", "expected"),
    [
        ([], 3, ""),
        (["a"], 3, "a"),
        (["a", "b", "c"], 3, "a, b, c"),
        (["a", "b", "c", "d"], 3, "a, b, c, ..."),
    ],
)
def test_a_long_list_says_that_it_is_cut(names: list[str], most: int, expected: str) -> None:
    """Not where all of it is there."""
    assert listed(names, most) == expected
