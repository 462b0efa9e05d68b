"""Problems and errors: codes first, everything at once, the exit code of each."""

from __future__ import annotations

import pytest

import auditor
from auditor.errors import AuditorError, ExitCode, InputError, Problem, UsageError, plainly
from auditor.wording import say

ONE = Problem(
    slug="ids-do-not-match",
    what=say("ids do not match between {a} and {b}", a="train.csv", b="preds.csv"),
    details=(say('train.csv has "train-00017"'), say('preds.csv has "17"')),
    fixes=(say("--align position"),),
)
OTHER = Problem(slug="file-empty", what=say("x.csv is empty"))


def test_the_exit_codes_are_those_of_the_contract() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "DONE": 0,
        "FAILED": 1,
        "USAGE": 2,
        "NO_VERDICT": 3,
        "BUG": 4,
        "INTERRUPTED": 130,
    }


@pytest.mark.parametrize(("kind", "code"), [(UsageError, 2), (InputError, 3), (AuditorError, 3)])
def test_an_error_knows_its_exit_code(kind: type[AuditorError], code: int) -> None:
    assert int(kind(ONE).exit_code) == code
    assert issubclass(kind, AuditorError)


def test_a_problem_reads_code_first_then_details_then_what_to_type() -> None:
    assert plainly(ONE).splitlines() == [
        "ids-do-not-match: ids do not match between train.csv and preds.csv",
        '  train.csv has "train-00017"',
        '  preds.csv has "17"',
        "  fix: --align position",
    ]


def test_the_code_stands_first_in_korean_too() -> None:
    """So that it can be searched."""
    assert plainly(ONE, "ko").startswith("ids-do-not-match: ")


def test_an_error_of_one_problem_carries_it() -> None:
    error = InputError(OTHER)
    assert error.problems == (OTHER,)
    assert str(error) == "file-empty: x.csv is empty"


def test_an_error_of_many_problems_shows_them_all() -> None:
    error = InputError([ONE, OTHER])
    assert error.problems == (ONE, OTHER)
    assert str(error).splitlines()[0].startswith("ids-do-not-match")
    assert str(error).splitlines()[-1] == "file-empty: x.csv is empty"


@pytest.mark.parametrize(
    ("fix", "line"),
    [
        ("--align position if so", "in Python: --align position is align='position'"),
        ("write the same ids, or --align position", "in Python: --align position is align='position'"),
        ("--input-format csv", "in Python: --input-format csv is input_format='csv'"),
        ("--label label_text", "in Python: --label label_text is label='label_text'"),
        ("--force", None),
        ("--top 5", None),
        ("rename it", None),
    ],
)
def test_an_error_says_what_a_flag_is_in_python(fix: str, line: str | None) -> None:
    """An error that is printed by Python; the command line prints its problems."""
    error = InputError(Problem(slug="file-empty", what=say("x"), fixes=(say(fix),)))
    assert str(error).splitlines()[2:] == ([] if line is None else [f"  {line}"])


def test_an_error_is_caught_by_its_public_name() -> None:
    with pytest.raises(auditor.AuditorError):
        auditor.load_audit("there is no such folder")
    with pytest.raises(auditor.InputError, match="not-an-audit"):
        auditor.load_audit("there is no such folder")
