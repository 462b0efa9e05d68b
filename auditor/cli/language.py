"""The language of what is printed: --lang, AUDITOR_LANG, LC_ALL, LC_MESSAGES, LANG, then English."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

import click

from auditor.wording import LANGUAGES, Text, catalogue


def language_of_environment(args: Sequence[str] = ()) -> str:
    """The language for messages, before or without a command's own `--lang`."""
    for at, arg in enumerate(args):
        if arg == "--lang" and at + 1 < len(args) and args[at + 1] in LANGUAGES:
            return args[at + 1]
        if arg.startswith("--lang=") and arg[7:] in LANGUAGES:
            return arg[7:]
    for name in ("AUDITOR_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            code = re.split("[_.@-]", value)[0]
            return code if code in LANGUAGES else "en"
    return "en"


def words(template: str) -> str:
    """A marked text of the command line itself, in the language of the environment."""
    return catalogue(language_of_environment()).gettext(template)


def painted(text: str, **style: Any) -> str:
    """A text in colour, unless NO_COLOR is set; off a terminal `click.echo` takes the colour out."""
    return text if os.environ.get("NO_COLOR") else click.style(text, **style)


def safely(text: Text, lang: str) -> str:
    """A sentence whose values from the data can no longer move the cursor or start a line."""
    from auditor.report.marks import spelled_out, without_commands

    def safe(value: object) -> object:
        if isinstance(value, Text):
            return safely(value, lang)
        return spelled_out(value) if isinstance(value, str) else value

    values = {name: safe(value) for name, value in text.values.items()}
    return without_commands(Text(text.template, values, text.plural).to(lang))
