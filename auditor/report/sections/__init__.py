"""The sections of the lead's report: one file per section, in the order of `MODULES`.

A section is a function `section(facts) -> Section` in a module of this folder.
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
    "class_balance",
    "hygiene",
    "trust",
)


def all_sections(facts: Facts) -> tuple[Section, ...]:
    """Every section, in order."""
    return tuple(import_module(f"auditor.report.sections.{name}").section(facts) for name in MODULES)
