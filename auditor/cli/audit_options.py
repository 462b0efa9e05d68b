"""What is said of an audit itself: from flags, else from the configuration; shared by `audit` and `gate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from auditor.choices import TOP, chosen, count_of, rarity, rows_at_most, split_weights
from auditor.cli.input_flags import first_said
from auditor.cli.language import language_of_environment
from auditor.config import Config

if TYPE_CHECKING:
    from auditor.pipeline import AuditOptions


def language(flags: Mapping[str, Any], config: Config) -> str:
    """--lang, else that of the configuration, else of the environment."""
    return chosen("lang", flags["lang"] or config.get("", "lang") or language_of_environment())


def audit_options(
    flags: Mapping[str, Any], config: Config, *, decisions: Sequence[str], privacy: str = "full"
) -> AuditOptions:
    """The options of an audit.

    Args:
        flags: those that the command has.
        config: the configuration that applies.
        decisions: files of what reviewers decided.
        privacy: where neither says.

    Raises:
        UsageError: a value that is not allowed.
        InputError: a decisions file is none, or is damaged.
    """
    from auditor.decided import merged_files
    from auditor.pipeline import AuditOptions
    from auditor.prioritise.round import Plan
    from auditor.prioritise.weights import Weights

    def said(name: str) -> Any:
        return first_said(flags.get(name), config.get("audit", name))

    return AuditOptions(
        top=rows_at_most(first_said(said("top"), TOP)),
        privacy=chosen("privacy", said("privacy") or privacy),
        lang=language(flags, config),
        detect=config.detect,
        seed=count_of("seed", said("seed"), 0),
        weights=Weights(
            splits=split_weights(flags.get("split_weight") or config.get("audit", "split_weight")),
            rarity=rarity(said("rarity")),
        ),
        plan=Plan(items=count_of("items", said("items"), 500, least=1)),
        decisions=merged_files(decisions),
    )
