"""An audit read back from its folder; whatever else stands there is no audit and is said to be none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from auditor.audits import Audit
from auditor.errors import InputError
from auditor.measures import Measure
from auditor.places import PLACES
from auditor.review.standing import STANDINGS
from auditor.store.audit_json import not_an_audit, read_audit_json
from auditor.store.csvs import read_csv_table
from auditor.store.names import AUDIT_JSON, CSV_TABLES, DECISIONS, MAP, PARQUET_TABLES
from auditor.store.shapes import misshapen

EMPTY = {DECISIONS: STANDINGS, MAP: PLACES}
"""The columns of each table that may have no file."""


def load_audit(folder: str | Path) -> Audit:
    """Read an audit back from its folder.

    Args:
        folder: what `auditor audit` or `Audit.save` wrote.

    Raises:
        auditor.InputError: `not-an-audit` or `audit-version`.

    Example:
        >>> import auditor, pandas as pd, tempfile
        >>> audit = auditor.audit(pd.DataFrame({"text": ["a cat", "a dog"], "label": ["cat", "dog"]}))
        >>> folder = audit.save(tempfile.mkdtemp() + "/audit")
        >>> auditor.load_audit(folder).audit_id == audit.audit_id
        True
    """
    path = Path(folder)
    document = read_audit_json(path)
    try:
        bad = misshapen(document)
        if bad is not None:
            raise ValueError(f"{AUDIT_JSON}: {bad}")
        tables = {name: read_csv_table(path / f"{name}.csv", name) for name in CSV_TABLES}
        tables |= {name: pq.read_table(path / f"{name}.parquet") for name in PARQUET_TABLES}
        tables |= {name: _optional(path / f"{name}.parquet", document, EMPTY[name]) for name in EMPTY}
        measures = tuple(Measure(**entry) for entry in document["measures"])
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(not_an_audit(path, f"{type(error).__name__}: {error}")) from error
    header = {name: value for name, value in document.items() if name not in {"measures", "files"}}
    return Audit(header=header, measures=measures, tables=tables)


def _optional(path: Path, document: Mapping[str, Any], columns: pa.Schema) -> pa.Table:
    """A table that has a file only where it has a row."""
    return pq.read_table(path) if path.name in document["files"] else columns.empty_table()
