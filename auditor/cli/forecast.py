"""`auditor forecast`: errors to expect, when to stop, the dataset's error rate."""

from __future__ import annotations

import json
from typing import Any

import click

from auditor.choices import count_of, share_of
from auditor.cli.input_flags import configuration
from auditor.cli.language import language_of_environment, safely, words
from auditor.wording import LANGUAGES, N_, Text


@click.command(
    "forecast",
    help=words(
        N_(
            "Say from DECISIONS how many errors to expect in the first rows of the queue of the audit in "
            "folder AUDIT, when to stop, and how many labels of the whole dataset are wrong.\n\nNothing is "
            "said before enough rows are judged: the first of review.html are spread over the queue for "
            "that, and `auditor review --estimate N` draws rows of the whole dataset."
        )
    ),
)
@click.argument("audit", metavar="AUDIT")
@click.argument("decisions", metavar="DECISIONS...", nargs=-1)
@click.option(
    "--first",
    multiple=True,
    metavar="N",
    help=words(N_("Rows of the queue to forecast; may be given again.  [default: 50, 100, 200, 500]")),
)
@click.option(
    "--limit",
    metavar="SHARE",
    help=words(N_("Stop where the next row is less likely than this to be wrong.  [default: 10%]")),
)
@click.option(
    "--width",
    metavar="SHARE",
    help=words(N_("Wanted width of the interval of the dataset's error rate: says how many rows it takes.")),
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages.")))
@click.option("--json", "as_json", is_flag=True, help=words(N_("Print one JSON object instead of text.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(audit: str, decisions: tuple[str, ...], **flags: Any) -> int:
    """Load, forecast, print."""
    from auditor.api import forecast_errors
    from auditor.forecasts import LIMIT, SIZES
    from auditor.store.loading import load_audit

    lang = flags["lang"] or configuration({"config": None}).get("", "lang") or language_of_environment()
    found = forecast_errors(
        load_audit(audit),
        decisions,
        first=[count_of("first", n, 0, least=1) for n in flags["first"]] or SIZES,
        limit=share_of("limit", flags["limit"], LIMIT),
        width=flags["width"],
    )
    if flags["as_json"]:
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
        return 0
    for line in _lines(found):
        click.echo(safely(line, lang))
    return 0


def _lines(found: Any) -> list[Text]:
    from auditor.report.forecast_words import (
        basis,
        first_lines,
        left_out_lines,
        promise,
        rate_lines,
        what_next,
    )

    lines = basis(found) + first_lines(found) + what_next(found) + left_out_lines(found) + rate_lines(found)
    return [*lines, promise()] if found.enough else lines
