"""auditor: makes labelled data trustworthy, from Python as from the command line.

    import auditor
    audit = auditor.audit("train.csv", predictions="oof.npz", label="target", text="text")
    audit.queue.head()
    audit.save("audit/")

Names are imported when they are first used, so that `import auditor` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from auditor.version import __version__

if TYPE_CHECKING:
    from auditor.api import (
        apply_decisions,
        audit,
        check,
        cross_val_predictions,
        export_items,
        forecast_errors,
        measure_gain,
        merge_decisions,
        write_report,
        write_review,
    )
    from auditor.audits import Audit
    from auditor.comparison import Comparison, compare_audits
    from auditor.errors import AuditorError, InputError, Problem, UsageError
    from auditor.forecasts import Forecast
    from auditor.gain import Gain
    from auditor.gates import gate, write_baseline
    from auditor.gating.judge import Judged
    from auditor.inspection import Inspection
    from auditor.measures import Measure
    from auditor.merges import MergedReview
    from auditor.predictions import Predictions
    from auditor.store.loading import load_audit

_HOME = {
    "Audit": "auditor.audits",
    "AuditorError": "auditor.errors",
    "Comparison": "auditor.comparison",
    "Forecast": "auditor.forecasts",
    "Gain": "auditor.gain",
    "InputError": "auditor.errors",
    "Inspection": "auditor.inspection",
    "Judged": "auditor.gating.judge",
    "Measure": "auditor.measures",
    "MergedReview": "auditor.merges",
    "Predictions": "auditor.predictions",
    "Problem": "auditor.errors",
    "UsageError": "auditor.errors",
    "apply_decisions": "auditor.api",
    "audit": "auditor.api",
    "check": "auditor.api",
    "compare_audits": "auditor.comparison",
    "cross_val_predictions": "auditor.api",
    "export_items": "auditor.api",
    "forecast_errors": "auditor.api",
    "gate": "auditor.gates",
    "load_audit": "auditor.store.loading",
    "measure_gain": "auditor.api",
    "merge_decisions": "auditor.api",
    "write_baseline": "auditor.gates",
    "write_report": "auditor.api",
    "write_review": "auditor.api",
}

__all__ = [
    "Audit",
    "AuditorError",
    "Comparison",
    "Forecast",
    "Gain",
    "InputError",
    "Inspection",
    "Judged",
    "Measure",
    "MergedReview",
    "Predictions",
    "Problem",
    "UsageError",
    "__version__",
    "apply_decisions",
    "audit",
    "check",
    "compare_audits",
    "cross_val_predictions",
    "export_items",
    "forecast_errors",
    "gate",
    "load_audit",
    "measure_gain",
    "merge_decisions",
    "write_baseline",
    "write_report",
    "write_review",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'auditor' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
