"""`auditor merge`: several reviewers' decisions as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from auditor.choices import chosen
from auditor.cli.input_flags import configuration
from auditor.cli.language import language_of_environment, words
from auditor.errors import ExitCode
from auditor.wording import LANGUAGES, N_

AUDIT = Path("audit")
"""Where an audit stands unless said otherwise."""


@click.command(
    "merge",
    help=words(
        N_(
            "Merge the DECISIONS of several reviewers, or of several rounds, into one file.\n\nSays how far "
            "they agree and what they confirmed. What all who judged an item agree on, or two thirds of "
            "three or more, is settled; the rest goes onto a page for whoever settles it. Without -o "
            "nothing is written."
        )
    ),
)
@click.argument("decisions", metavar="DECISIONS...", nargs=-1, required=True)
@click.option("--lead", metavar="HANDLE", help=words(N_("The reviewer whose word wins over the others.")))
@click.option(
    "--audit",
    metavar="AUDIT",
    help=words(N_("Audit to take the content of open items from.  [default: audit, if it is of that data]")),
)
@click.option(
    "--conflicts",
    metavar="FILE",
    help=words(N_("Page for what is open.  [default: review-conflicts.html beside -o]")),
)
@click.option("-o", "output", metavar="FILE", help=words(N_("File to write.")))
@click.option("--strict", is_flag=True, help=words(N_("Exit 1 where anything is left open.")))
@click.option("--force", is_flag=True, help=words(N_("Replace files that are there.")))
@click.option(
    "--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the messages and the page."))
)
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--json", "as_json", is_flag=True, help=words(N_("Print one JSON object instead of text.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(decisions: tuple[str, ...], **flags: Any) -> int:
    """Merge, show."""
    from auditor.cli.show_merged import show_merged
    from auditor.merges import merge_files

    config = configuration({"config": None})
    lang = chosen("lang", flags["lang"] or config.get("", "lang") or language_of_environment())
    done = merge_files(
        decisions,
        lead=flags["lead"] or "",
        output=None if flags["output"] is None else Path(flags["output"]),
        audit=_audit(flags, decisions),
        page=None if flags["conflicts"] is None else Path(flags["conflicts"]),
        lang=lang,
        force=flags["force"],
    )
    show_merged(done, decisions, lang, flags)
    return ExitCode.FAILED if flags["strict"] and not done.is_settled else ExitCode.DONE


def _audit(flags: dict[str, Any], decisions: tuple[str, ...]) -> Any:
    """The audit that was named; else the folder `audit`, where it is of the data that was reviewed."""
    from auditor.decided import merged_files
    from auditor.errors import AuditorError
    from auditor.merges import fits
    from auditor.store.loading import load_audit

    if flags["output"] is None:
        return None
    if flags["audit"]:
        return load_audit(flags["audit"])
    try:
        found = load_audit(AUDIT) if AUDIT.is_dir() else None
    except AuditorError:  # it was not named, and need not be one
        return None
    merged = merged_files(decisions)
    return found if found is not None and merged is not None and fits(found, merged) else None
