"""Everything that can go wrong, and the exit code each ends in.

    AuditorError                 base of all that the library raises on purpose
    |- UsageError        exit 2  a flag, a config key, a column that is not there
    |- InputError        exit 3  input unreadable, unsafe or inconsistent: no verdict is possible

Anything else that is raised is a bug: exit 4. An `AuditorError` carries `Problem`s: one for a
single fault, many where a whole input was checked, so that the user sees everything at once.
A problem is known by its slug; `auditor explain SLUG` prints the entry of `codes.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from auditor.wording import N_, Text, say

FLAG = re.compile(
    r"(?<!\S)--(?P<name>id|label|text|image|image-root|split|align|missing|sep|input-format) "
    r"(?P<value>[^\s'\",;:]+)"
)
"""A flag that is an argument of the same name in Python, with its value."""


class ExitCode(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NO_VERDICT = 3
    BUG = 4
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of the input: what is wrong and where, examples, and what to type next."""

    slug: str
    """Stable code, e.g. `ids-do-not-match`; listed in `auditor.codes`."""
    what: Text
    """What is wrong, where, with an example: one sentence."""
    details: tuple[Text, ...] = ()
    """More lines: examples, what was assumed, why."""
    fixes: tuple[Text, ...] = ()
    """What to do next, each a flag or a command to type."""
    level: str = "error"
    """`error` stops, `warning` is shown and kept in the audit, `note` tells what was understood."""


class AuditorError(Exception):
    """Base of the errors raised on purpose; carries the problems to show."""

    exit_code = ExitCode.NO_VERDICT

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(plainly(problem) + in_python(problem) for problem in self.problems))


class UsageError(AuditorError):
    """The call is wrong: a flag, a config key, a column that does not exist (exit 2)."""

    exit_code = ExitCode.USAGE


class InputError(AuditorError):
    """The input cannot be judged: unreadable, unsafe or inconsistent (exit 3)."""

    exit_code = ExitCode.NO_VERDICT


def plainly(problem: Problem, lang: str = "en") -> str:
    """A problem as plain lines: code, what is wrong, details, fixes."""
    lines = [f"{problem.slug}: {problem.what.to(lang)}"]
    lines += [f"  {detail.to(lang)}" for detail in problem.details]
    lines += ["  " + say(N_("fix: {fix}"), fix=fix).to(lang) for fix in problem.fixes]
    return "\n".join(lines)


def in_python(problem: Problem) -> str:
    """A line that says what the first flag in the fixes of a problem is in Python; "" without a flag."""
    for fix in problem.fixes:
        found = FLAG.search(str(fix))
        if found is not None:
            name, value = found["name"], found["value"]
            call = f"{name.replace('-', '_')}={value!r}"
            return "\n  " + str(
                say(N_("in Python: --{flag} {value} is {call}"), flag=name, value=value, call=call)
            )
    return ""


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The known name that is most like a name nobody knows; None where none is (difflib's own cutoff)."""
    from difflib import get_close_matches  # only where something went wrong

    return next(iter(get_close_matches(name, list(known), n=1, cutoff=cutoff)), None)


def did_you_mean(name: str | None) -> tuple[Text, ...]:
    """The fix that offers a name, as `fixes` of a problem; none for None."""
    return () if name is None else (say(N_("did you mean {name}?"), name=name),)
