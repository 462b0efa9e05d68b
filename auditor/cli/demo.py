"""`auditor demo`: audits a packaged sample."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.language import language_of_environment, words
from auditor.wording import LANGUAGES, N_

KINDS = ("text", "images")
SAMPLES = {
    ("text", "en"): "intents_en",
    ("text", "ko"): "reviews_ko",
    **{("images", lang): "digits" for lang in LANGUAGES},
}
"""Kind of content, language -> the folder of the sample."""


@click.command(
    "demo",
    help=words(
        N_(
            "Audit a packaged sample: English bank questions, Korean film reviews with --lang ko, or "
            "handwritten digits with --kind images."
        )
    ),
)
@click.option("-o", "output", metavar="DIR", help=words(N_("Folder to write.  [default: demo-audit]")))
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default=KINDS[0],
    help=words(N_("Content of the sample.  [default: text]")),
)
@click.option(
    "--lang", type=click.Choice(LANGUAGES), help=words(N_("Language of the sample and the report."))
)
@click.option(
    "--force", is_flag=True, help=words(N_("Write into a folder that holds other files; they stay."))
)
@click.option("--quiet", is_flag=True, help=words(N_("Print nothing but errors.")))
@click.option("--json", "as_json", is_flag=True, help=words(N_("Print the summary as one JSON object.")))
@click.option("--debug", is_flag=True, help=words(N_("Print the traceback of a bug.")))
def command(
    output: str | None, kind: str, lang: str | None, force: bool, quiet: bool, as_json: bool, debug: bool
) -> int:
    """Audit the sample of the kind and the language."""
    from auditor.cli.run_audit import audit_and_write
    from auditor.pipeline import AuditOptions
    from auditor.read.choice import InputChoice
    from auditor.resources import sample

    lang = lang or language_of_environment()
    folder = sample(SAMPLES[kind, lang])
    flags = {"force": force, "quiet": quiet, "as_json": as_json, "debug": debug}
    return audit_and_write(
        folder / "dataset.csv",
        [folder / "oof.npz"],
        InputChoice(out_of_sample="yes"),
        AuditOptions(lang=lang),
        Path(output or "demo-audit"),
        flags,
    )
