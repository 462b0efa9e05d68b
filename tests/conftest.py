"""Fixtures of the whole test suite."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from example_page import make_hostile_page, make_page
from hypothesis import settings

from auditor.report.elements import Page

settings.register_profile(
    "ci", derandomize=True
)  # the same examples each time: a red run is about the change
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(params=["en", "ko"])
def example_page(request: pytest.FixtureRequest) -> Page:
    """An ordinary report page, in each language."""
    return make_page(request.param)


@pytest.fixture(params=["en", "ko"])
def hostile_page(request: pytest.FixtureRequest) -> Page:
    """The same page over data that attacks it, in each language."""
    return make_hostile_page(request.param)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real datasets beside the project; without it the test is skipped.

    With AUDITOR_REQUIRE_SHARED set a missing folder is a failure.
    """
    folder = Path(__file__).parents[2] / "shared" / "data"
    if folder.is_dir():
        return folder
    if os.environ.get("AUDITOR_REQUIRE_SHARED"):
        pytest.fail(f"{folder} is missing, and AUDITOR_REQUIRE_SHARED is set")
    pytest.skip(f"the real datasets of {folder} are not here")
