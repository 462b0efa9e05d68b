"""Fixtures of the whole test suite."""

from __future__ import annotations

import pytest
from example_page import make_hostile_page, make_page

from auditor.report.elements import Page


@pytest.fixture(params=["en", "ko"])
def example_page(request: pytest.FixtureRequest) -> Page:
    """An ordinary report page, in each language."""
    return make_page(request.param)


@pytest.fixture(params=["en", "ko"])
def hostile_page(request: pytest.FixtureRequest) -> Page:
    """The same page over data that attacks it, in each language."""
    return make_hostile_page(request.param)
