"""Cells of a table as numbers and days: what is written, not yet what it means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import whole

MISSING = (
    *("", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null", "none", "nil", "missing", "unknown"),
    *("-", "--", "---", ".", "?", "없음", "결측", "미상", "모름", "해당없음", "해당 없음"),
)
"""What people write into a cell that has nothing to say; compared in lower case."""
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?inf(inity)?$"
THOUSANDS = r"^[^\d.,]*\d{1,3}(,\d{3})+(\.\d*)?[^\d.,]*$"
DECIMAL_COMMA = r"^[+-]?\d+,\d+$"
DATE = (
    r"^(?P<y>\d{4})(?:[-/.]|년 ?| ?\. ?)(?P<m>\d{1,2})(?:[-/.]|월 ?|\. ?)(?P<d>\d{1,2})일?\.?"
    r"(?:[t ]+(?P<h>\d{1,2}):(?P<i>\d{2})(?::\d{2}(?:\.\d+)?)?(?:z| ?[+-]\d{2}:?\d{2})?)?$"
)
"""Year first, as in ISO 8601 and in Korean, perhaps with a time of day."""
COMPACT = r"^(?P<y>19\d\d|20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])$"
YEAR_LAST = (
    r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4})(?: +(?P<h>\d{1,2}):(?P<i>\d{2})(?::\d{2})?)?$"
)
"""Day or month first: which of both, the whole column tells."""
FIRST_YEAR, LAST_YEAR = 1, 9999


def filled_cells(column: pa.ChunkedArray) -> pa.Array:
    """(n,) large strings without spaces around them, null where the cell says nothing.

    >>> filled_cells(pa.chunked_array([["a ", "N/A", "없음", None]])).to_pylist()
    ['a', None, None, None]
    """
    cells = pc.utf8_trim_whitespace(whole(column).cast(pa.large_string()))
    blank = pc.is_in(pc.utf8_lower(cells), value_set=pa.array(MISSING, pa.large_string()))
    return pc.if_else(pc.fill_null(blank, True), pa.scalar(None, pa.large_string()), cells)


def as_numbers(cells: pa.Array) -> NDArray[np.float64]:
    """(n,) the number that each cell writes, NaN where there is none; infinite where it says so.

    Percent and currency signs are left away. A comma parts thousands where all cells with a comma allow that,
    else it is the decimal comma.

    >>> as_numbers(pa.array(["1,234", "12 %", "-.5", "x"], pa.large_string())).tolist()
    [1234.0, 12.0, -0.5, nan]
    """
    plain = pc.utf8_lower(cells)
    if _some(pc.match_substring_regex(plain, r"[%$€£₩−]")):
        plain = pc.replace_substring(plain, "−", "-")
        plain = pc.replace_substring_regex(plain, r"^([+-]?)[$€£₩] ?|[ ]?[%₩€]$", r"\1")
    if _some(pc.match_substring(plain, ",")):
        plain = _without_commas(plain)
    written = pc.fill_null(pc.match_substring_regex(plain, NUMBER), False)
    plain = pc.if_else(written, plain, pa.scalar(None, pa.large_string()))
    numbers = pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False)
    return np.asarray(numbers, np.float64)


def _without_commas(plain: pa.Array) -> pa.Array:
    commas = plain.filter(pc.fill_null(pc.match_substring(plain, ","), False))
    if not _every(pc.match_substring_regex(commas, THOUSANDS)) and _every(
        pc.match_substring_regex(commas, DECIMAL_COMMA)
    ):
        return pc.replace_substring(plain, ",", ".")
    thousands = pc.match_substring_regex(plain, THOUSANDS)
    return pc.if_else(thousands, pc.replace_substring(plain, ",", ""), plain)


def as_days(cells: pa.Array) -> NDArray[np.float64]:
    """(n,) days since 1970-01-01 with their time as a fraction, NaN where a cell is no date.

    All cells are read in the one way of writing that most of them have. Time zones are left away.

    >>> as_days(pa.array(["1970-01-02 12:00", "x"], pa.large_string())).tolist()
    [1.5, nan]
    """
    plain = pc.utf8_lower(cells)
    ways = [_read(plain, pattern) for pattern in (DATE, COMPACT, YEAR_LAST)]
    return max(ways, key=lambda days: int(np.isfinite(days).sum()))


def _read(plain: pa.Array, pattern: str) -> NDArray[np.float64]:
    days = np.full(len(plain), np.nan)
    hit = np.asarray(pc.fill_null(pc.match_substring_regex(plain, pattern), False))
    if not hit.any():
        return days
    parts = pc.extract_regex(plain.filter(pa.array(hit)), pattern)
    fields = {field.name: _integers(parts.field(at)) for at, field in enumerate(parts.type)}
    if "a" in fields:
        swapped = bool((fields["a"] > 12).any())
        fields["m"], fields["d"] = (fields["b"], fields["a"]) if swapped else (fields["a"], fields["b"])
    days[hit] = _days(fields)
    return days


def _integers(texts: pa.Array) -> NDArray[np.int64]:
    numbers = pc.cast(pc.if_else(pc.equal(texts, ""), "0", texts), pa.int64())
    return np.asarray(numbers.to_numpy(zero_copy_only=False), np.int64)


def _days(fields: dict[str, NDArray[np.int64]]) -> NDArray[np.float64]:
    """Days since 1970 of years, months, days, hours, minutes; NaN where the calendar has no such day."""
    year, month, day = fields["y"], fields["m"], fields["d"]
    sound = (month >= 1) & (month <= 12) & (day >= 1) & (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    months = ((np.where(sound, year, 1970) - 1970) * 12 + np.where(sound, month, 1) - 1).astype("M8[M]")
    days = months.astype("M8[D]").astype(np.int64) + day - 1
    sound &= days < (months + 1).astype("M8[D]").astype(np.int64)
    clock = np.zeros(len(days))
    if "h" in fields:
        clock = fields["h"] / 24 + fields["i"] / 1440
    return np.where(sound, days + clock, np.nan)


def _some(true: pa.Array) -> bool:
    return bool(pc.any(true).as_py())


def _every(true: pa.Array) -> bool:
    found: Any = pc.all(true).as_py()
    return bool(found)
