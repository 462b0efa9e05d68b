"""A real Chromium that opens report files and reports every request, error and policy violation."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest

CHROMIUM = (
    os.environ.get("AUDITOR_CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
)
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.effectiveDirective} ${event.blockedURI || "inline"}`));
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the session; CI must have it, elsewhere the tests are skipped."""
    sync_api = _needed("playwright.sync_api")
    if not CHROMIUM:
        _missing("no Chromium found: install it or set AUDITOR_CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> Any:
    """The accessibility checker; `axe.run(page)`."""
    return _needed("axe_playwright_python.sync_playwright").Axe()


def _needed(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        _missing(f"{module} is not installed")


def _missing(why: str) -> NoReturn:
    """CI must run these tests; elsewhere they are skipped with the reason."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture
def open_html(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open HTML text as a file; keywords go to the browser context, `before` runs before the page's scripts.

    At the end of the test no request, console error or policy violation may have happened.
    """
    opened: list[tuple[Any, list[str]]] = []

    def open_html(html: str, *, before: str = "", **context: Any) -> Any:
        path = tmp_path / f"report-{len(opened)}.html"
        path.write_text(html, encoding="utf-8", newline="")
        page = browser.new_context(**context).new_page()
        opened.append((page, _watch(page, path.as_uri())))
        page.add_init_script(WATCH + before)
        page.goto(path.as_uri())
        return page

    yield open_html
    for page, seen in opened:
        violations = page.evaluate("window.violations ?? []")
        page.context.close()
        assert (violations, seen) == ([], [])


def _watch(page: Any, url: str) -> list[str]:
    seen: list[str] = []

    def on_request(request: Any) -> None:
        if request.url.split("#")[0] != url and not request.url.startswith(("data:", "blob:")):
            seen.append(f"request {request.url}")

    page.on("request", on_request)
    page.on("pageerror", lambda error: seen.append(f"error {error}"))
    page.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
    return seen
