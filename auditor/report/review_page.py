"""The labeller's page as one HTML file that opens offline.

The data stand in it as JSON; scripts build the page from them by text alone. Scripts and the one style
sheet are inline and named by hash in the content security policy: nothing else runs, nothing is fetched, and
no style comes from anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.report.html import encodable, environment_of, hash_of, policy_of
from auditor.report.marks import PATTERNS

SCRIPTS = (
    "static/values.js",
    *(
        f"static/review/{name}.js"
        for name in (
            *("sha256", "records", "progress", "storage", "model", "exchange", "keys", "settings"),
            *("build", "classes", "item", "pictures", "evidence", "answers", "list", "work", "pages", "main"),
        )
    ),
)
STYLE = "static/review/review.css"


def render_review(data: Mapping[str, Any], lang: str) -> str:
    """The page as HTML text; the same data give the same bytes.

    Args:
        data: the JSON of the page (`auditor.review/1`).
        lang: "en" or "ko".
    """
    environment = environment_of(lang)
    hashes = [hash_of(environment.get_template(name).render().encode("utf-8")) for name in (*SCRIPTS, STYLE)]
    html = environment.get_template("review.html.j2").render(
        lang=lang,
        data=data,
        policy=policy_of(hashes[:-1], hashes[-1]),
        style=STYLE,
        scripts=SCRIPTS,
        patterns=PATTERNS,
    )
    return encodable(html)
