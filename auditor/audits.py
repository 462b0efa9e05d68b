"""The result of an audit: plain tables and numbers, on disk and back without loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from auditor.measures import Measure
from auditor.store.names import REPORT

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from auditor.label_noise import LabelNoise


@dataclass(frozen=True, kw_only=True, repr=False)
class Audit:
    """What an audit found. `queue`, `findings`, `scores`, `classes` and `duplicates` are DataFrames.

    Example:
        >>> import auditor
        >>> from auditor.sample_data import path_of
        >>> folder = path_of("intents_en")
        >>> audit = auditor.audit(folder / "dataset.csv", predictions=folder / "oof.npz")
        >>> audit.measure("label_issues.count").value > 0
        True
        >>> list(audit.queue.columns[:3]), audit.partial
        (['rank', 'item', 'row'], False)
    """

    header: Mapping[str, Any]
    """Everything of `audit.json` but `measures` and `files`: plain JSON values."""
    measures: tuple[Measure, ...]
    tables: Mapping[str, pa.Table]
    """`queue`, `scores`, `findings`, `items`, `duplicates`, `classes`, `decisions`, as Arrow tables."""
    traces: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Detector -> traceback of a detector that failed; not saved."""
    timings: Mapping[str, float] = field(default_factory=dict, repr=False)
    """Phase -> CPU seconds; not saved, since the same input gives the same bytes."""

    @property
    def audit_id(self) -> str:
        """Hash of fingerprint, settings and predictions."""
        return str(self.header["audit_id"])

    @property
    def partial(self) -> bool:
        """Whether a detector failed: the rest is there, its findings are not."""
        return any(outcome["status"] == "failed" for outcome in self.header["outcomes"])

    def measure(self, name: str, scope: str = "all") -> Measure:
        """A measure by its name.

        Raises:
            KeyError: this audit has no such measure; the message lists those it has.
        """
        for measure in self.measures:
            if measure.name == name and measure.scope == scope:
                return measure
        known = ", ".join(sorted({measure.name for measure in self.measures}))
        raise KeyError(f"no measure {name!r} for scope {scope!r}; measures: {known}")

    @property
    def label_noise(self) -> LabelNoise | None:
        """How many labels of each class are estimated to be wrong, and which classes overlap.

        None where label errors were not looked for, and in audits of versions that did not keep it.
        """
        from auditor.label_noise import label_noise_in

        return label_noise_in(self.header)

    @cached_property
    def queue(self) -> pd.DataFrame:
        """The review order, a row per item; the columns of queue.csv."""
        return self._frame("queue")

    @cached_property
    def findings(self) -> pd.DataFrame:
        """Every finding, a row each."""
        return self._frame("findings")

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Every row of the dataset with its scores."""
        return self._frame("scores")

    @cached_property
    def classes(self) -> pd.DataFrame:
        """Every class with its counts and how the model does on it."""
        return self._frame("classes")

    @cached_property
    def duplicates(self) -> pd.DataFrame:
        """The rows of every duplicate group."""
        return self._frame("duplicates")

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """What reviewers had decided, a row per item, and how it stands; empty without `decisions`."""
        return self._frame("decisions")

    def save(
        self,
        folder: str | Path,
        *,
        force: bool = False,
        lang: str = "en",
        max_size: int | str | None = None,
        since: Audit | str | Path | None = None,
    ) -> Path:
        """Write the audit folder with its pages, in one step, and return its path.

        Args:
            folder: where; a folder that an audit wrote before is replaced.
            force: keep files of other origin that stand in the folder, and go on.
            lang: "en" or "ko", the language of the pages.
            max_size: bytes of the labeller's page, or a text like "15MB"; above, it is written in parts.
            since: an earlier audit, or its folder (it may be the one that is replaced), that the report
                compares this one with.

        Raises:
            auditor.InputError: `since` cannot be compared (`auditor.compare_audits`).
            auditor.UsageError: the folder holds something that no audit wrote, or is not writable.
        """
        from auditor.choices import bytes_at_most, chosen
        from auditor.comparison import compare_audits
        from auditor.report.page import render
        from auditor.report.review_files import MAX_SIZE, own_review
        from auditor.report.view import page_of
        from auditor.store.folder import write

        chosen("lang", lang)
        beside = None if since is None else compare_audits(since, self)
        pages = {REPORT: render(page_of(self, lang, beside))}
        pages |= own_review(self, lang, bytes_at_most(max_size, MAX_SIZE))
        return write(self, folder, pages, force=force)

    def __repr__(self) -> str:
        """One line without anything of the content."""
        dataset = self.header["dataset"]
        return f"<Audit {self.audit_id} of {dataset['name']!r}, {dataset['rows']:,} rows>"

    def _frame(self, name: str) -> pd.DataFrame:
        frame: pd.DataFrame = self.tables[name].to_pandas()
        return frame

    def _repr_html_(self) -> str:
        from auditor.report.notebook import summary

        return summary(self)
