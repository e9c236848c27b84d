"""The statistics themselves: small functions on numbers, each from the textbook that its docstring names.

A measure that can't be computed (no variance, too few numbers) is None and never 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import NormalDist, variance

__all__ = [
    "Interval",
    "alpha",
    "feldt",
    "fisher",
    "holm",
    "kruskal_wallis",
    "pearson",
    "shrinkage",
    "tail_difference",
    "wilson",
]

#: A confidence interval at 95 %.
Interval = tuple[float, float]

_CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf(0.5 + _CONFIDENCE / 2)
# Sums of shares that are equal in exact arithmetic differ by this much at most; a variance below it is none.
_NOISE = 1e-12


def wilson(mean: float, n: int) -> Interval:
    """The score interval of a proportion; for a mean of shares between 0 and 1 it is wider than need be.

    Source: Wilson 1927. A share between 0 and 1 varies at most as much as a proportion of the same mean.
    """
    centre, spread = mean + _Z**2 / (2 * n), _Z * math.sqrt(max(mean * (1 - mean), 0) / n + (_Z / (2 * n)) ** 2)
    whole = 1 + _Z**2 / n
    return max(0.0, (centre - spread) / whole), min(1.0, (centre + spread) / whole)


def pearson(first: Sequence[float], second: Sequence[float]) -> float | None:
    """The correlation of two rows of equal length; None when one of them does not vary."""
    n = len(first)
    if n < 2:
        return None
    mean_1, mean_2 = math.fsum(first) / n, math.fsum(second) / n
    off_1, off_2 = [a - mean_1 for a in first], [b - mean_2 for b in second]
    square_1, square_2 = math.fsum(a * a for a in off_1), math.fsum(b * b for b in off_2)
    if square_1 <= _NOISE or square_2 <= _NOISE:
        return None
    product = math.fsum(a * b for a, b in zip(off_1, off_2, strict=True))
    return max(-1.0, min(1.0, product / math.sqrt(square_1 * square_2)))


def fisher(correlation: float, n: int) -> Interval | None:
    """The interval of a correlation by Fisher's z (1921); None for 3 pairs or fewer, and at exactly 1 or -1."""
    if n <= 3 or abs(correlation) >= 1:
        return None
    z, width = math.atanh(correlation), _Z / math.sqrt(n - 3)
    return math.tanh(z - width), math.tanh(z + width)


def tail_difference(shares: Sequence[float], rest: Sequence[float], *, tail: float = 0.27) -> float | None:
    """Mean share of the best 27 % by the rest, less that of the weakest 27 %; None where the rest does not vary.

    Papers of equal rest at the border count in part, so that no order of papers matters.
    Source: Kelley 1939.
    """
    if not rest or max(rest) - min(rest) <= _NOISE:
        return None
    pairs = sorted(zip(rest, shares, strict=True))
    size = tail * len(pairs)
    return _tail_mean(pairs[::-1], size) - _tail_mean(pairs, size)


def _tail_mean(pairs: Sequence[tuple[float, float]], size: float) -> float:
    total, left = 0.0, size
    for _, found in groupby(pairs, key=lambda pair: pair[0]):
        equal = [share for _, share in found]
        taken = min(left, len(equal))
        total += taken * math.fsum(equal) / len(equal)
        left -= taken
        if left <= _NOISE:
            break
    return total / size


def alpha(columns: Sequence[Sequence[float]]) -> float | None:
    """Cronbach's alpha (1951): a column an item, an entry a paper; None under 2 items, 2 papers or any variance."""
    k = len(columns)
    if k < 2 or len(columns[0]) < 2:
        return None
    whole = variance([math.fsum(row) for row in zip(*columns, strict=True)])
    if whole <= _NOISE:
        return None
    return k / (k - 1) * (1 - math.fsum(variance(column) for column in columns) / whole)


def feldt(reliability: float, n_papers: int, n_items: int) -> Interval | None:
    """The interval of alpha by the F distribution (Feldt 1965); None for fewer than 2 papers or items."""
    if n_papers < 2 or n_items < 2:
        return None
    from scipy.special import fdtri

    free, other = n_papers - 1, (n_papers - 1) * (n_items - 1)
    low, high = (float(fdtri(free, other, part)) for part in (0.5 - _CONFIDENCE / 2, 0.5 + _CONFIDENCE / 2))
    return 1 - (1 - reliability) * high, 1 - (1 - reliability) * low


def kruskal_wallis(groups: Sequence[Sequence[float]]) -> float | None:
    """The probability of groups that differ so much in their ranks by chance alone; None when all values are equal.

    Corrected for ties; by the chi-square approximation, so groups should have 5 values or more.
    Source: Kruskal and Wallis 1952.
    """
    from scipy.special import chdtrc

    values = sorted(value for group in groups for value in group)
    n = len(values)
    ranks = dict(_mean_ranks(values))
    ties = sum(size**3 - size for size in (len(list(equal)) for _, equal in groupby(values)))
    if len(groups) < 2 or not n or ties == n**3 - n:
        return None
    sums = math.fsum(math.fsum(ranks[value] for value in group) ** 2 / len(group) for group in groups)
    statistic = (12 / (n * (n + 1)) * sums - 3 * (n + 1)) / (1 - ties / (n**3 - n))
    return float(chdtrc(len(groups) - 1, max(statistic, 0.0)))


def _mean_ranks(ordered: Sequence[float]) -> Iterator[tuple[float, float]]:
    before = 0
    for value, equal in groupby(ordered):
        n = len(list(equal))
        yield value, before + (n + 1) / 2
        before += n


def holm(chances: Sequence[float]) -> list[float]:
    """The probabilities, each corrected for how many were looked at (Holm 1979), in the order given."""
    n, worst = len(chances), 0.0
    adjusted = [0.0] * n
    for place, index in enumerate(sorted(range(n), key=lambda index: chances[index])):
        worst = max(worst, min(1.0, (n - place) * chances[index]))
        adjusted[index] = worst
    return adjusted


def shrinkage(groups: Sequence[Sequence[float]]) -> float:
    """How much of the differences between group means to believe, from 0 to 1: all but what chance gives by itself.

    The variance of true means over that of observed ones, by the method of moments: 1 - 1/F, or 0 where that is less.
    Source: Efron and Morris 1973.
    """
    sizes, n = [len(group) for group in groups], sum(len(group) for group in groups)
    means = [math.fsum(group) / len(group) for group in groups]
    if len(groups) < 2 or n <= len(groups):
        return 0.0
    whole = math.fsum(mean * size for mean, size in zip(means, sizes, strict=True)) / n
    between = math.fsum(size * (mean - whole) ** 2 for mean, size in zip(means, sizes, strict=True))
    within = math.fsum((value - mean) ** 2 for group, mean in zip(groups, means, strict=True) for value in group)
    if between <= _NOISE:
        return 0.0
    return max(0.0, 1 - (within / (n - len(groups))) / (between / (len(groups) - 1)))
