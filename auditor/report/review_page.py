"""The labeller's page as one HTML file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def render_review(data: Mapping[str, Any], lang: str) -> str:
    """The page."""
    return "<!DOCTYPE html>" + lang + json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
