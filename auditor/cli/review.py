"""`auditor review`: the labeller's page of a saved audit."""

from __future__ import annotations

from typing import Any

import click

from auditor.choices import chosen
from auditor.cli.input_flags import configuration, first_said
from auditor.cli.language import language_of_environment, safely, words
from auditor.cli.round_flags import round_flags, said_of_round
from auditor.config import Config
from auditor.wording import LANGUAGES, N_, Text, say

PAGE = "review.html"


@click.command(
    "review",
    help=words(
        N_(
            "Write the labeller's page of the audit in folder AUDIT: one file that works offline.\n\nIt asks "
            "about the next rows of the queue that nobody has decided. What is decided there comes back as a "
            "file, for `auditor apply` and for --decisions."
        )
    ),
)
@click.argument("audit", metavar="AUDIT")
@round_flags
@click.option("--guidelines", metavar="FILE", help=words(N_("Text file with the guidelines for labelling.")))
@click.option("--contact", metavar="TEXT", help=words(N_("Whom the decisions are to be sent to.")))
@click.option(
    "--reviewers",
    metavar="A,B,C",
    help=words(N_("Handles of those who share the round: a page each, review-A.html.")),
)
@click.option(
    "--overlap", metavar="SHARE", help=words(N_("Rows that all of them are asked about.  [default: 15%]"))
)
@click.option(
    "--max-size",
    metavar="SIZE",
    help=words(N_("Size above which the page is written in parts.  [default: 15MB]")),
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the page.")))
@click.option(
    "--config", metavar="FILE", help=words(N_("Configuration; else auditor.toml or [tool.auditor]."))
)
@click.option(
    "-o",
    "output",
    metavar="DIR|FILE",
    help=words(N_("File to write, or a folder for it.  [default: review.html]")),
)
@click.option("--force", is_flag=True, help=words(N_("Replace a file that is there.")))
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(audit: str, **flags: Any) -> int:
    """Load, draw the round, write, say what it asks."""
    from auditor.api import write_review
    from auditor.store.loading import load_audit

    config = configuration(flags)
    lang = chosen("lang", flags["lang"] or config.get("", "lang") or language_of_environment())
    loaded, said = load_audit(audit), _said(flags, config)
    written = write_review(
        loaded,
        flags["output"] or config.get("review", "output") or PAGE,
        lang=lang,
        force=flags["force"],
        **said,
    )
    if not flags["quiet"]:
        for line in [*_lines(written), *_more_drawn(loaded, said["estimate"])]:
            click.echo(safely(line, lang))
    return 0


def _said(flags: dict[str, Any], config: Config) -> dict[str, Any]:
    """What the page is to ask and to show: from the flags, else from the configuration."""

    def said(name: str) -> Any:
        return first_said(flags[name] or None, config.get("review", name))

    return {
        **said_of_round(flags, config),
        "guidelines": said("guidelines"),
        "contact": said("contact") or "",
        **_sharing(flags, config),
        "max_size": said("max_size"),
    }


def _sharing(flags: dict[str, Any], config: Config) -> dict[str, Any]:
    """Who shares the round; an overlap in the configuration alone waits for reviewers."""
    reviewers = first_said(flags["reviewers"], config.get("review", "reviewers"))
    usual = config.get("review", "overlap") if reviewers is not None else None
    return {"reviewers": reviewers, "overlap": first_said(flags["overlap"], usual)}


def _lines(written: Any) -> list[Text]:
    from auditor.report.terminal import size_of

    asks = say(
        N_("round {round}: {n:,} row of the queue, {spot:,} spot checks among them, {controls:,} controls"),
        N_("round {round}: {n:,} rows of the queue, {spot:,} spot checks among them, {controls:,} controls"),
        n=written.frozen,
        round=written.round,
        spot=written.spots,
        controls=written.controls,
    )
    if written.rated:
        asks = say(
            N_("{asks}; {n:,} row asked for the error rate"),
            N_("{asks}; {n:,} rows asked for the error rate"),
            asks=asks,
            n=written.rated,
        )
    files = [say(N_("wrote {file} ({size})"), file=str(path), size=size_of(path)) for path in written.paths]
    return [asks, *map(_share_line, written.shares), *files]


def _share_line(share: Any) -> Text:
    """What a reviewer got."""
    return say(
        N_("{reviewer}: {n:,} row, {common:,} of them common"),
        N_("{reviewer}: {n:,} rows, {common:,} of them common"),
        reviewer=share.reviewer,
        n=share.rows,
        common=share.common,
    )


def _more_drawn(audit: Any, wanted: int) -> list[Text]:
    """That an estimate takes more rows than were asked for; [] where it does not."""
    from auditor.rounds import drawn_for_estimate

    n = len(drawn_for_estimate(audit.tables, wanted))
    if n <= wanted:
        return []
    few = N_("--estimate {wanted:,}: {n:,} row is drawn, a few of every stretch of the queue")
    many = N_("--estimate {wanted:,}: {n:,} rows are drawn, a few of every stretch of the queue")
    return [say(few, many, n=n, wanted=wanted)]
