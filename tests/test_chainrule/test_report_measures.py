"""The report's statistics against SciPy, NumPy and numbers worked out by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from chainrule.report.measures import (
    alpha,
    feldt,
    fisher,
    holm,
    kruskal_wallis,
    pearson,
    shrinkage,
    tail_difference,
    wilson,
)

# Three questions, five papers. By hand: totals 3, 6, 2, 9, 5 have mean 5 and variance (4+1+9+16+0)/4 = 7.5.
# The columns' variances: 1, 2, 0, 3, 2 -> mean 1.6, squares 0.36+0.16+2.56+1.96+0.16 = 5.2, variance 1.3;
# 1, 2, 1, 3, 1 -> mean 1.6, 0.36+0.16+0.36+1.96+0.36 = 3.2, 0.8; 1, 2, 1, 3, 2 -> mean 1.8, 0.64+0.04+0.64+1.44+0.04
# = 2.8, 0.7. So alpha = 3/2 * (1 - 2.8/7.5) = 0.94.
TABLE = ([1, 2, 0, 3, 2], [1, 2, 1, 3, 1], [1, 2, 1, 3, 2])

shares = st.sampled_from([0.0, 0.25, 0.5, 1.0])
rows = st.lists(st.tuples(shares, shares), min_size=4, max_size=30)


def test_alpha_is_the_one_worked_out_by_hand() -> None:
    assert 0.94 == pytest.approx(alpha(TABLE))


def test_alpha_of_two_parallel_halves_is_spearman_and_browns() -> None:
    # Two columns of equal variance: alpha = 2r / (1 + r), a textbook identity.
    first, second = [1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 4.0, 3.0]
    r = float(np.corrcoef(first, second)[0, 1])

    assert 2 * r / (1 + r) == pytest.approx(alpha([first, second]))


@pytest.mark.parametrize(
    "columns", [[], [[1.0, 0.0]], [[1.0], [0.0]], [[1.0, 1.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]]
)
def test_there_is_no_alpha_without_two_items_two_papers_and_a_variance(columns: list[list[float]]) -> None:
    assert None is alpha(columns)


@given(rows, st.floats(0.5, 8))
def test_alpha_does_not_change_with_the_size_of_a_point(pairs: list[tuple[float, float]], factor: float) -> None:
    columns = [list(column) for column in zip(*pairs, strict=True)]
    found = alpha(columns)

    scaled = alpha([[factor * value for value in column] for column in columns])
    assert (found is None) == (scaled is None)
    assert found is None or found == pytest.approx(scaled)


@settings(max_examples=50)
@given(rows)
def test_the_correlation_is_scipys(pairs: list[tuple[float, float]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert None is pearson(first, second)
    else:
        assert stats.pearsonr(first, second).statistic == pytest.approx(pearson(first, second), abs=1e-12)


def test_the_correlation_of_a_right_or_wrong_item_is_the_point_biserial_one() -> None:
    item, rest = [False, False, True, True, True], [1.0, 3.0, 2.0, 5.0, 4.0]

    assert stats.pointbiserialr(item, rest).statistic == pytest.approx(pearson(item, rest))


def test_fishers_interval_is_scipys() -> None:
    first, second = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2.0, 1.0, 4.0, 3.0, 6.0, 5.0]
    expected = stats.pearsonr(first, second).confidence_interval(0.95)
    found = fisher(pearson(first, second) or 0, 6)

    assert (expected.low, expected.high) == pytest.approx(found)


@pytest.mark.parametrize(("right", "n"), [(0, 5), (3, 10), (27, 30), (8, 8)])
def test_wilsons_interval_is_scipys(right: int, n: int) -> None:
    expected = stats.binomtest(right, n).proportion_ci(0.95, method="wilson")

    assert (expected.low, expected.high) == pytest.approx(wilson(right / n, n))


def test_feldts_interval_holds_alpha_of_a_known_table() -> None:
    # Feldt, Woodruff and Salih 1987: 1 - (1 - alpha) F, with F of n-1 and (n-1)(k-1) degrees of freedom.
    low, high = (1 - 0.2 * float(stats.f.ppf(part, 40, 160)) for part in (0.975, 0.025))

    assert (low, high) == pytest.approx(feldt(0.8, 41, 5))


@pytest.mark.parametrize(
    "groups",
    [
        [[1.0, 2.0, 3.0], [2.0, 3.0, 4.0], [5.0, 6.0, 7.0]],
        [[0.0, 0.0, 0.5, 1.0, 1.0], [1.0, 1.0, 1.0, 0.5, 1.0, 1.0]],
        [[0.1, 0.2], [0.3]],
    ],
)
def test_kruskal_and_wallis_agree_with_scipy_ties_and_all(groups: list[list[float]]) -> None:
    assert stats.kruskal(*groups).pvalue == pytest.approx(kruskal_wallis(groups))


@pytest.mark.parametrize("groups", [[], [[1.0, 2.0]], [[1.0, 1.0], [1.0]]])
def test_there_is_no_test_without_two_groups_and_two_values(groups: list[list[float]]) -> None:
    assert None is kruskal_wallis(groups)


def test_holm_corrects_as_in_the_textbook() -> None:
    # Sorted 0.01, 0.02, 0.03, 0.5 times 4, 3, 2, 1, and never less than one before it.
    assert [0.06, 0.04, 0.06, 0.5] == pytest.approx(holm([0.03, 0.01, 0.02, 0.5]))


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_is_never_kinder_than_no_correction_and_keeps_the_order(chances: list[float]) -> None:
    adjusted = holm(chances)

    assert all(chance <= found <= 1 for chance, found in zip(chances, adjusted, strict=True))
    by_chance = [adjusted[place] for place in sorted(range(len(chances)), key=lambda place: chances[place])]
    assert sorted(adjusted) == by_chance


def test_the_tails_are_27_percent_each() -> None:
    # Of 100 papers the best 27 all have it, the weakest 27 a third of them.
    rest = [float(place) for place in range(100)]
    item = [1.0 if place % 3 == 0 or place >= 73 else 0.0 for place in range(100)]

    assert 1 - 9 / 27 == pytest.approx(tail_difference(item, rest))


@given(rows)
def test_the_tails_do_not_depend_on_the_order_of_papers(pairs: list[tuple[float, float]]) -> None:
    mixed = sorted(pairs, key=lambda pair: (pair[1], -pair[0]))

    assert _tails(mixed) == _tails(pairs) or _tails(mixed) == pytest.approx(_tails(pairs))


def _tails(pairs: Sequence[tuple[float, float]]) -> float | None:
    return tail_difference([a for a, _ in pairs], [b for _, b in pairs])


def test_shrinkage_is_one_less_the_inverse_of_f() -> None:
    groups = [[0.1, 0.3, 0.2, 0.4], [0.6, 0.9, 0.7, 0.8]]

    assert 1 - 1 / stats.f_oneway(*groups).statistic == pytest.approx(shrinkage(groups))


def test_differences_that_chance_gives_are_not_believed_at_all() -> None:
    assert 0 == shrinkage([[0.0, 1.0, 0.5], [0.1, 1.0, 0.4]])
    assert 0 == shrinkage([[1.0, 1.0], [1.0, 1.0]])


def test_a_perfect_correlation_has_no_interval() -> None:
    assert None is fisher(1.0, 20)
    assert not math.isnan(fisher(0.999, 20)[0])  # type: ignore[index]  # there is one
