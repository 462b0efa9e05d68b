"""`auditor audit`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from auditor.choices import ALLOWED, TOP, chosen, rows_at_most
from auditor.cli.input_flags import (
    configuration,
    data_path,
    first_said,
    input_choice,
    input_flags,
    prediction_paths,
)
from auditor.cli.language import language_of_environment, words
from auditor.cli.run_audit import audit_and_write
from auditor.wording import LANGUAGES, N_


@click.command(
    "audit",
    help=words(
        N_(
            "Audit a labelled dataset: likely label errors, copies and imbalance.\n\nDATA is a table (CSV, "
            "TSV, JSON, Parquet, ...), an export of a labelling tool, or a folder of either. Writes one "
            "folder with report.html and queue.csv. Exits 0 whatever it finds."
        )
    ),
)
@click.argument("data", required=False)
@input_flags
@click.option(
    "--privacy",
    type=click.Choice(ALLOWED["privacy"]),
    help=words(N_("How much content the folder keeps.  [default: full]")),
)
@click.option("--top", metavar="N|all", help=words(N_("Rows of the queue at most.  [default: 20000]")))
@click.option("--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the report and messages.")))
@click.option("-o", "output", metavar="DIR", help=words(N_("Folder to write.  [default: audit]")))
@click.option(
    "--force", is_flag=True, help=words(N_("Write into a folder that holds other files; they stay."))
)
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--json", "as_json", is_flag=True, help=words(N_("Print the summary as one JSON object.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(data: str | None, **flags: Any) -> int:
    """Parse, audit, write, show."""
    from auditor.pipeline import AuditOptions

    config = configuration(flags)
    lang = chosen("lang", flags["lang"] or config.get("", "lang") or language_of_environment())
    options = AuditOptions(
        top=rows_at_most(first_said(flags["top"], config.get("audit", "top"), TOP)),
        privacy=chosen("privacy", first_said(flags["privacy"], config.get("audit", "privacy"), "full")),
        lang=lang,
        detect=config.detect,
    )
    return audit_and_write(
        data_path(data, config),
        prediction_paths(flags, config),
        input_choice(flags, config),
        options,
        Path(flags["output"] or config.get("audit", "output") or "audit"),
        flags,
        config.source,
    )
