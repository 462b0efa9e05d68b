"""Every format: read back by what reads it, inert whatever the dataset calls its things, the same again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from gate_readers import (
    read_commands,
    read_gate,
    read_gitlab,
    read_junit,
    read_markdown,
    read_sarif,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from judged_examples import EXIT_CODES, HOSTILE, PLANTED, SUSPECTS, VERDICTS, hostile, whole
from judged_examples import FAILING as FAILING_RULE

from auditor.characters.hidden import HIDDEN, ODD_SPACES
from auditor.gating.formats import MODULES, formats, written
from auditor.gating.judge import Judged

NAMES = list(formats())
HOSTILE_IDS = [ascii(name)[:40] for name in HOSTILE]
NEVER = {
    code
    for first, last in (*HIDDEN, *ODD_SPACES)
    for code in range(first, last + 1)
    if code not in (0x0A, 0x3000)
}
"""Code points that no file holds as they are."""


def read_text(text: str) -> list[str]:
    """The lines as a runner sees them: none is a command."""
    lines = text.split("\n")
    assert not any(line.lstrip().startswith(("::", "##[")) for line in lines)
    return lines


READERS: dict[str, Callable[[str], Any]] = {
    "text": read_text,
    "json": read_gate,
    "junit": read_junit,
    "gitlab": read_gitlab,
    "sarif": read_sarif,
    "markdown": read_markdown,
    "github": read_commands,
}


def test_every_format_is_registered_and_has_a_reader_here() -> None:
    """A new format is tested by all of this as soon as it is listed."""
    assert list(MODULES) == NAMES == list(READERS)
    assert all(found.doc.strip() for found in formats().values())


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("case", VERDICTS)
@pytest.mark.parametrize("name", NAMES)
def test_every_verdict_is_read_back(name: str, case: str, lang: str) -> None:
    """Each format of each verdict, in both languages, is taken by its reader, and is the same again."""
    text = written(name, VERDICTS[case], lang)
    READERS[name](text)
    assert written(name, VERDICTS[case], lang) == text
    assert int(VERDICTS[case].exit_code) == EXIT_CODES[case]


@pytest.mark.parametrize("called", HOSTILE, ids=HOSTILE_IDS)
@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_stay_inert(name: str, called: str) -> None:
    """Ids, classes, slices, files called so: read back, no hidden character as it is, no runner's command."""
    text = written(name, hostile(called))
    READERS[name](text)
    assert not {hex(ord(sign)) for sign in text if ord(sign) in NEVER}
    assert "##[" not in text
    assert "##vso[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.split("\n") if name != "github" and line)
    text.encode()
    assert len(text) < 20_000 or name == "text"


@given(called=st.text(max_size=60))
@settings(max_examples=60)
def test_any_name_stays_inert(called: str) -> None:
    """Names that hypothesis thinks of."""
    judged = hostile(called)
    for name in NAMES:
        text = written(name, judged)
        READERS[name](text)
        assert not {hex(ord(sign)) for sign in text if ord(sign) in NEVER}


@pytest.mark.parametrize("name", NAMES)
def test_no_text_of_the_dataset_is_told(name: str) -> None:
    """Errors quote cells; their kind is told, not their words, nor the details of a problem."""
    for case in ("crashed", "ended", "unreadable"):
        assert PLANTED not in written(name, VERDICTS[case])


@pytest.mark.parametrize("name", [one for one in NAMES if one != "text"])
def test_no_absolute_place_and_no_key_is_told(name: str) -> None:
    """Paths that name a user and addresses with a key are cut; the terminal alone has what was typed."""
    judged = whole((FAILING_RULE,), folder="/home/kim/audit", source="/home/kim/train.csv")
    signed = "https://kim:word@store.example/a/train.csv?signature=k3y"
    for one in (judged, VERDICTS["unreadable"], whole((FAILING_RULE,), source=signed, name=signed)):
        text = written(name, one)
        assert "kim" not in text
        assert "k3y" not in text


def _in_another_order(judged: Judged) -> Judged:
    subject = replace(judged.subject, read_keys=lambda: tuple(reversed(SUSPECTS)))
    return replace(judged, subject=subject)


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_the_findings_changes_nothing(name: str) -> None:
    """Findings are ordered by their keys, whatever order they come in."""
    judged = whole((FAILING_RULE,))
    assert written(name, judged) == written(name, _in_another_order(judged))


@pytest.mark.parametrize("name", NAMES)
def test_a_pass_and_an_empty_file_do_not_look_alike(name: str) -> None:
    """The four verdicts differ in every format; annotations and issues are there for all but a pass."""
    texts = {written(name, VERDICTS[case]) for case in ("passed", "failed", "no verdict", "crashed")}
    assert len(texts) == 4


def test_formats_need_no_heavy_library() -> None:
    """A saved audit is judged and told without numpy, pandas, Arrow or jinja2."""
    code = (
        "import sys; sys.path.insert(0, 'tests/gating')\n"
        "from judged_examples import VERDICTS\n"
        "from auditor.gating.formats import formats\n"
        "[one.write(judged, 'en') for one in formats().values() for judged in VERDICTS.values()]\n"
        "print(sorted({'numpy', 'pandas', 'pyarrow', 'jinja2', 'gzip'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_the_examples_are_what_they_say() -> None:
    """The hostile verdict has new findings behind a rule that trips, so that names are told at all."""
    judged = hostile("<x>")
    assert judged.verdict == "failed"
    assert [ruling.status for ruling in judged.rulings] == ["fail", "fail", "not_judged"]
    assert len(judged.new) == 3
    assert "<x>" in json.loads(written("gitlab", judged))[0]["description"]
