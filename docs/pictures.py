"""The pictures of the README: the pages that its own commands write, seen in a headless Chromium.

python docs/pictures.py            run the commands of the README and take docs/pictures/*.webp anew
python docs/pictures.py FOLDER     the same, and keep what the commands wrote in FOLDER

It needs `pip install playwright` and a Chromium (`chromium-headless-shell`, `chromium`, or what
AUDITOR_CHROMIUM names) with fonts for Korean. CI does not run it: fonts differ, and so would the pictures.
Look at each picture before it goes in, and at the words in its `alt` in the README.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from readme_steps import ROOT, run, steps

PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT, SCALE = 640, 758, 2
"""The window in CSS pixels, and pixels of a picture for each: two pictures stand side by side on GitHub."""
QUALITY = 88
"""Of WebP; letters stay sharp and a page is under 100 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture."""

    name: str
    page: str
    """File to open, as the commands of the README wrote it."""
    before: Callable[[Any], None]
    """What is done on the page first."""
    of: Callable[[Any], dict[str, float]]
    """The part of the page that is taken."""
    dark: bool = False


def from_top(top: float, height: float) -> Callable[[Any], dict[str, float]]:
    """A part of the whole width."""
    return lambda page: {"x": 0, "y": top, "width": WIDTH, "height": height}


def between(first: str, last: str) -> Callable[[Any], dict[str, float]]:
    """From the top of one element to the end of another, over the whole width."""

    def box(page: Any) -> dict[str, float]:
        top, end = page.locator(first).bounding_box(), page.locator(last).bounding_box()
        return {"x": 0, "y": top["y"], "width": WIDTH, "height": end["y"] + end["height"] + 12 - top["y"]}

    return box


def nothing(page: Any) -> None:
    """The page as it opens."""


def begin(name: str) -> Callable[[Any], None]:
    """Somebody types a name and starts."""

    def started(page: Any) -> None:
        page.locator("form input").first.fill(name)
        page.keyboard.press("Enter")

    return started


SHOTS = (
    Shot(name="audit", page="audit/report.html", before=nothing, of=from_top(56, HEIGHT)),
    Shot(name="check", page="audit/review.html", before=begin("kim"), of=from_top(0, HEIGHT)),
    Shot(name="forecast", page="forecast.html", before=nothing, of=between("#yield", "#yield .first")),
    Shot(
        name="conflict-ko-dark",
        page="conflicts-ko.html",
        before=begin("choi"),
        of=from_top(0, 665),
        dark=True,
    ),
)
MADE = (
    "auditor report audit --decisions first.json -o forecast.html",
    "auditor merge first.json kim.json lee.json -o merged-ko.json --conflicts conflicts-ko.html --lang ko",
)
"""Commands besides those of the README."""


def written(folder: Path) -> Path:
    """Run the commands of the README in a folder; the folder with the pages."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    here = folder
    for command in (*(step.command for step in steps(readme)), *MADE):
        print(f"$ {command}")
        here, _ = run(command, here)
    return here


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser."""
    from playwright.sync_api import sync_playwright

    named = os.environ.get("AUDITOR_CHROMIUM")
    program = named or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        yield browser
        browser.close()


def take(browser: Any, shot: Shot, folder: Path) -> None:
    """One picture, as WebP."""
    page = browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT},
        device_scale_factor=SCALE,
        color_scheme="dark" if shot.dark else "light",
        reduced_motion="reduce",
    )
    page.goto((folder / shot.page).resolve().as_uri())
    page.wait_for_timeout(1000)
    shot.before(page)
    page.wait_for_timeout(500)
    raw = page.screenshot(clip=shot.of(page), full_page=shot.before is nothing)
    path = PICTURES / f"{shot.name}.webp"
    Image.open(io.BytesIO(raw)).convert("RGB").save(path, quality=QUALITY, method=6)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")
    page.close()


def main() -> None:
    """Run the commands, then take every picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        here = written(folder)
        with chromium() as browser:
            for shot in SHOTS:
                take(browser, shot, here)


if __name__ == "__main__":
    main()
