"""Intervals for shares and for differences of two."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""


def wilson(hits: float, n: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a share (Wilson, JASA 1927); (0, 1) for n = 0.

    Equals `scipy.stats.binomtest(hits, n).proportion_ci(method="wilson")`.

    >>> low, high = wilson(8, 10)
    >>> round(low, 4), round(high, 4)
    (0.4902, 0.9433)
    """
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    centre = share + z * z / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if hits == 0 else (centre - spread) / scale
    high = 1.0 if hits == n else (centre + spread) / scale
    return low, high


def newcombe(hits: int, n: int, other_hits: int, other_n: int, z: float = Z95) -> tuple[float, float]:
    """The interval of a share minus another one (Newcombe, Statistics in Medicine 1998, method 10).

    Made of the two Wilson intervals, so it stays within -1..1 also for shares of 0 and 1.

    >>> low, high = newcombe(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    low, high = wilson(hits, n, z)
    other_low, other_high = wilson(other_hits, other_n, z)
    share = hits / n if n else 0.5
    other = other_hits / other_n if other_n else 0.5
    apart = share - other
    return (
        apart - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        apart + sqrt((high - share) ** 2 + (other - other_low) ** 2),
    )
