"""Verdicts made by hand, of every kind, and names that attack whoever reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from auditor.errors import Problem
from auditor.gating.baseline import Baseline, baseline_of
from auditor.gating.judge import FailOn, Judged, judge
from auditor.gating.limits import Limit
from auditor.gating.rules import Rule
from auditor.gating.subject import Found, Outcome, Subject, nothing
from auditor.measures import Measure, measured
from auditor.wording import N_, say

PLANTED = "this sentence stands in a cell of the dataset"
"""What an exception quotes; no format may tell it."""
HOSTILE = (
    "<script>window.PWNED=1</script>",
    "]]></failure><x/>",
    "two\n::error::pwn\r\n::warning::pwn",
    "::error file=a,title=b::pwn",
    "##[error]pwn ##vso[task.complete result=Failed;]",
    "a|b`c``d```e",
    "`<img src=x onerror=pwn>`",
    "[pwn](http://evil.example/x) ![pwn](http://evil.example/y) http://evil.example www.evil.example",
    "@team #1 :smile: user@evil.example GH-1",
    "\x00\x01\x1b]0;pwn\x07\x1b[31mred",
    "lone \ud800 surrogate \udfff",
    "\u202egpj.exe\u2066\u200b\U000e0041",
    "\ufffe\uffff",
    "w" * 10_000,
    "`" * 300 + "|" * 300,
    "정치 사회",
    "",
    "  edges  ",
    "../../../etc/passwd",
    "50% of 100%25 &lt; &amp; \"quoted\" 'single' \\",
    "| a | b |\n|---|---|\n# title\n> quote\n- [ ] list\n\n```\ncode",
)


def key_of(*parts: object) -> str:
    """16 hex digits."""
    text = repr(parts)
    return sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def found(kind: str, item: str, row: int | None, reason: str = "model-contradicts") -> Found:
    """A finding as the file of keys has it."""
    encoded = quote(item, safe="", errors="surrogatepass")
    return Found(key=key_of(kind, item, row), kind=kind, item=encoded or "-", row=row, reason=reason)


def subject(
    findings: Sequence[Found] = (),
    measures: Sequence[Measure] = (),
    *,
    outcomes: dict[str, Outcome] | None = None,
    **more: Any,
) -> Subject:
    """An audit of 1,000 rows in which every detector ran that the measures need."""
    ran = {name: Outcome(status="ran") for name in ("label_issues", "class_balance", "exact_duplicates")}
    given: dict[str, Any] = {
        "name": "train",
        "audit_id": "0123456789abcdef",
        "rows": 1000,
        "label": "label",
        "classes": ("cat", "dog"),
        "has_ids": True,
        "predictions": ("oof.npz",),
        "out_of_sample": "yes",
        "measures": tuple(measures),
        "outcomes": ran | {"slices": Outcome(status="ran")} | (outcomes or {}),
        "settings": {},
        "read_keys": lambda: tuple(findings),
        "folder": "audit",
        "source": "data/train.csv",
    }
    return Subject(**(given | more))


SUSPECTS = tuple(found("label_issue", f"id-{at}", at) for at in range(3))
FAILING = Rule(id="suspects", measure="label_issues.count", error_if=Limit(">", 2), source="auditor.toml")
WARNING = Rule(id="suspect-share", measure="label_issues.rate", warn_if=Limit(">", 0.002, percent=True))
PASSING = Rule(id="smallest", measure="classes.min_count", error_if=Limit("<", 20))
UNJUDGED = Rule(id="errors", measure="label_errors.rate", error_if=Limit(">", 0.03, percent=True))
OPTIONAL = replace(UNJUDGED, id="errors-if-known", required=False)
APART = Rule(id="far", measure="outliers.count", error_if=Limit(">", 0))
MEASURES = (
    measured("label_issues.count", 3, 1000),
    measured("label_issues.rate", 0.003, 1000),
    measured("classes.min_count", 400, 2),
)
NOT_HERE = {"outliers": Outcome(status="not_applicable", why=say(N_("without embeddings")))}


def whole(
    rules: Sequence[Rule], *, fail_on: FailOn = "error", baseline: Baseline | None = None, **more: Any
) -> Judged:
    """Three suspects among 1,000 rows, judged by some rules."""
    one = subject(SUSPECTS, MEASURES, outcomes=NOT_HERE, **more)
    return judge(one, rules, fail_on=fail_on, baseline=baseline, config="auditor.toml")


def known(findings: Sequence[Found] = SUSPECTS[:1]) -> Baseline:
    """A baseline that holds some of the suspects, and one finding that is gone."""
    before = subject((*findings, found("label_issue", "gone", 9)), (measured("label_issues.count", 1, 1000),))
    return replace(baseline_of(before), name="baseline.json")


def crashed() -> Judged:
    """A detector failed with an error that quotes the dataset."""
    why = say("{error}", error=f"ValueError: could not convert string to float: '{PLANTED}'")
    failed = {"label_issues": Outcome(status="failed", why=why)}
    one = subject((), (measured("classes.min_count", 400, 2),), outcomes=failed)
    return judge(one, (FAILING, PASSING))


def ended() -> Judged:
    """A bug ended the audit with an error that quotes the dataset and names a place."""
    return Judged(subject=nothing("data.csv"), rulings=(), crash=f"KeyError: '/home/kim/{PLANTED}'")


def unreadable() -> Judged:
    """An input that cannot be judged; its problem quotes the dataset."""
    problem = Problem(
        slug="ids-do-not-match",
        what=say(N_('{name}: the ids do not match: "{value}"'), name="/home/kim/oof.npz", value=PLANTED),
        details=(say("{text}", text=PLANTED),),
        fixes=(say("auditor check {name}", name="/home/kim/data.csv"),),
    )
    return Judged(subject=nothing("/home/kim/data.csv"), rulings=(), problems=(problem,))


def empty() -> Judged:
    """A dataset without rows, which was allowed."""
    return Judged(subject=nothing("data.csv"), rulings=(), notes=(say(N_("the dataset has no rows")),))


def hostile(name: str) -> Judged:
    """A verdict in which all that a dataset can name is called so, and which is judged against a baseline."""
    findings = (
        *(found("label_issue", name, at) for at in range(2)),
        found("class", name, None, "class-missing"),
    )
    slices = Rule(id="slices", measure="slices.suspect_rate", error_if=Limit(">", 0.1, percent=True))
    lost = replace(slices, id="lost", of=f"{name}?", required=False)
    rules = (replace(FAILING, scope="new", error_if=Limit(">", 0)), slices, lost)
    one = subject(
        findings,
        (*MEASURES, measured("slices.suspect_rate", 0.5, 50, low=0.3, high=0.7, scope=name)),
        classes=(name, "dog"),
        name=name,
        source=name,
        folder=name,
    )
    notes = (say(N_("classes are new since the baseline: {names}"), names=name),)
    before = replace(known(()), classes=("dog",), name=name)
    return replace(judge(one, rules, baseline=before, notes=notes), config=name)


VERDICTS = {
    "passed": whole((PASSING, APART)),
    "failed": whole((FAILING, WARNING, PASSING, OPTIONAL, APART)),
    "failed by what is new": whole(
        (replace(FAILING, scope="new", error_if=Limit(">", 0)),), baseline=known()
    ),
    "warned": whole((WARNING,)),
    "no verdict": whole((UNJUDGED, FAILING)),
    "crashed": crashed(),
    "ended": ended(),
    "unreadable": unreadable(),
    "empty": empty(),
}
"""What happened -> the verdict."""
EXIT_CODES = {
    "passed": 0,
    "failed": 1,
    "failed by what is new": 1,
    "warned": 0,
    "no verdict": 3,
    "crashed": 4,
    "ended": 4,
    "unreadable": 3,
    "empty": 0,
}
