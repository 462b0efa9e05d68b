"""The sections of the lead's report: one file per section, in the order of `MODULES`.

A section is a function `section(facts) -> Section` in a module of this folder. A module may say with
`applies(facts) -> bool` that an audit has nothing of the kind: then there is no such section at all.
"""

from __future__ import annotations

from importlib import import_module

from auditor.report.elements import Section
from auditor.report.facts import Facts

MODULES = (
    "label_issues",
    "review",
    "annotators",
    "duplicates",
    "outliers",
    "map",
    "class_balance",
    "hygiene",
    "images",
    "trust",
    "since",
)


def all_sections(facts: Facts) -> tuple[Section, ...]:
    """Every section, in order."""
    modules = [import_module(f"auditor.report.sections.{name}") for name in MODULES]
    return tuple(module.section(facts) for module in modules if getattr(module, "applies", _always)(facts))


def _always(facts: Facts) -> bool:
    return True
