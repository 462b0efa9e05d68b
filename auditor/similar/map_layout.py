"""Points in the plane that lie near one another where they are neighbours: t-SNE, its sums on a grid.

van der Maaten and Hinton (2008), with what makes it affordable: neighbours of one weight, not calibrated
(Boehm, Berens and Kobak 2022), the forces of all pairs as convolutions on a grid (Linderman et al. 2019), a
start from principal components (Kobak and Berens 2019) and a step that grows with the number of points
(Belkina et al. 2019). Nothing is drawn at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOGETHER, APART = 60, 140
"""Steps with neighbours drawn together more strongly, then as they are: more change little."""
EXAGGERATION = 12.0
MOMENTUM = (0.5, 0.8)
LEAST_GRID, MOST_GRID = 48, 176
"""Nodes of the grid on a side, two for a unit of the plane where that is between them."""
START = 1e-2
"""Spread of the start: small, so that neighbours find together before the rest holds them apart."""

Points = NDArray[np.float64]
Edges = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""(first, second, weight) of each pair of neighbours, once."""


def laid_out(start: Points, edges: Edges) -> Points:
    """Move points until neighbours are near and others are not.

    Args:
        start: (m, 2) where they begin, in any unit.
        edges: pairs of neighbours; weights sum to one half.

    Returns:
        (m, 2) float64, around the origin.
    """
    spread = start.std() or 1.0
    points = start / spread * START
    speed = np.zeros_like(points)
    step = max(len(points) / EXAGGERATION, min(len(points) / 6, 50.0))
    for at in range(TOGETHER + APART):
        early = at < TOGETHER
        pull = _pull(points, edges) * (EXAGGERATION if early else 1.0)
        speed = MOMENTUM[not early] * speed - step * (pull - _push(points))
        points = points + speed
        points -= points.mean(axis=0)
    return points


def _pull(points: Points, edges: Edges) -> Points:
    """(m, 2) how neighbours draw each point to themselves."""
    first, second, weight = edges
    apart = points[first] - points[second]
    force = apart * (weight / (1 + (apart**2).sum(axis=1)))[:, None]
    m = len(points)
    sums = [np.bincount(first, force[:, axis], m) - np.bincount(second, force[:, axis], m) for axis in (0, 1)]
    return np.stack(sums, axis=1)


def _push(points: Points) -> Points:
    """(m, 2) how all points hold each other off, by sums over a grid instead of over pairs."""
    grid = _grid(points)
    ones = np.ones(len(points))
    mass = grid.spectrum(ones)
    near, far = grid.kernels()
    whole = float(grid.at_points(mass * near).sum()) - len(points)  # without each point's pair with itself
    around = grid.at_points(mass * far)
    drawn = [grid.at_points(grid.spectrum(points[:, axis]) * far) for axis in (0, 1)]
    force: Points = np.stack([points[:, axis] * around - drawn[axis] for axis in (0, 1)], axis=1)
    return force / max(whole, 1e-9)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """A square grid around points, and how each point stands among the nine nodes around it."""

    side: int
    """Nodes on a side."""
    padded: int
    """Nodes on a side of what is transformed: twice as many, so that no end meets the other."""
    gap: float
    nodes: NDArray[np.int64]
    """(9, m) places in the padded grid."""
    shares: NDArray[np.float64]
    """(9, m) weights, by quadratic interpolation."""

    def spectrum(self, charge: NDArray[np.float64]) -> NDArray[np.complexfloating]:
        """The transform of charges spread over the grid."""
        from scipy.fft import rfft2

        flat = np.bincount(self.nodes.ravel(), (self.shares * charge).ravel(), self.padded**2)
        found: NDArray[np.complexfloating] = rfft2(flat.reshape(self.padded, self.padded).astype(np.float32))
        return found

    def kernels(self) -> tuple[NDArray[np.complexfloating], NDArray[np.complexfloating]]:
        """The transforms of 1 / (1 + d^2) and of its square."""
        from scipy.fft import rfft2

        steps = np.minimum(np.arange(self.padded), self.padded - np.arange(self.padded)) * self.gap
        near = (1 / (1 + steps[:, None] ** 2 + steps[None, :] ** 2)).astype(np.float32)
        return rfft2(near), rfft2(near**2)

    def at_points(self, spectrum: NDArray[np.complexfloating]) -> NDArray[np.float64]:
        """(m,) a field at the points."""
        from scipy.fft import irfft2

        field = irfft2(spectrum, s=(self.padded, self.padded)).ravel()
        found: NDArray[np.float64] = (field[self.nodes] * self.shares).sum(axis=0)
        return found


def _grid(points: Points) -> _Grid:
    from scipy.fft import next_fast_len

    low = points.min(axis=0)
    span = float((points.max(axis=0) - low).max()) or 1.0
    side = int(np.clip(np.ceil(2 * span), LEAST_GRID, MOST_GRID))
    gap = span / (side - 3)
    padded = int(next_fast_len(2 * side, real=True))
    placed = (points - low) / gap + 1
    middle = np.rint(placed).astype(np.int64)
    off = placed - middle  # -.5 .. .5
    parts = np.stack([off * (off - 1) / 2, 1 - off**2, off * (off + 1) / 2])  # (3, m, 2)
    shares = (parts[:, None, :, 0] * parts[None, :, :, 1]).reshape(9, -1)
    around = np.arange(-1, 2)
    nodes = (
        (middle[:, 0] + around[:, None])[:, None] * padded + (middle[:, 1] + around[:, None])[None]
    ).reshape(9, -1)
    return _Grid(side=side, padded=padded, gap=gap, nodes=nodes, shares=shares)
