"""Win rates without a test of significance: shares of wins, ties and losses with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 2000
TIE = 0.05
"""Two results match a text alike where a judge's figures differ by no more."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Of ``count`` comparisons, shares where the first was preferred, neither, and the second.

    ``low`` to ``high`` is where the first's share of what was decided (ties half each) lies in 95 % of resamples.
    """

    count: int
    first: float
    tie: float
    second: float
    low: float
    high: float

    @property
    def rate(self) -> float:
        """The first's share, a tie being half a win."""
        return self.first + self.tie / 2

    def __str__(self) -> str:
        shares = " : ".join(f"{100 * share:.0f}" for share in (self.first, self.tie, self.second))
        return f"{shares} of {self.count} ({100 * self.low:.0f} to {100 * self.high:.0f} %)"


def outcome(first: float, second: float) -> int:
    """1 where the first matches better, -1 where the second does, 0 where they do alike."""
    return 0 if abs(first - second) <= TIE else 1 if first > second else -1


def tally(outcomes: Sequence[int], groups: Sequence[object] | None = None, seed: int = 0) -> Tally:
    """Of outcomes 1 (the first wins), 0 (a tie) and -1, at least one of them.

    What is resampled are groups, where votes on one picture belong together; otherwise each outcome.
    """
    values = np.asarray(outcomes, float)
    labels = list(range(len(values))) if groups is None else list(groups)
    members: dict[object, list[int]] = {}
    for index, label in enumerate(labels):
        members.setdefault(label, []).append(index)
    sums = np.array([values[rows].sum() for rows in members.values()])
    sizes = np.array([len(rows) for rows in members.values()])
    rng, rates = np.random.default_rng(seed), np.empty(RESAMPLES)
    for number in range(RESAMPLES):  # one after the other: all at once would be gigabytes where there are many
        drawn = rng.integers(0, len(sums), len(sums))
        rates[number] = 0.5 + 0.5 * sums[drawn].sum() / sizes[drawn].sum()
    low, high = np.quantile(rates, (0.025, 0.975))
    first, tie, second = (float((values == wanted).mean()) for wanted in (1, 0, -1))
    return Tally(len(values), first, tie, second, float(low), float(high))
