"""Matches with other papers' keys: planted copies are found, honest classes give alarms as rarely as is said."""

from dataclasses import replace
from math import comb

import pytest

from chainrule.report.matches import Matches, key_matches
from chainrule.report.rows import gather
from chainrule.report.written_values import written_value
from tests.test_chainrule.reported_class import grade_of, keyed_class, paper_id, paper_of, verdict_of

ALARM = 0.05


def matches_of(n_papers: int, *, seed: int, copies: dict[int, int] | None = None, n_values: int = 40) -> Matches:
    papers, grades, keys = keyed_class(n_papers, seed=seed, copies=copies or {}, n_values=n_values)
    return key_matches(gather(papers, grades), keys)


@pytest.mark.parametrize("seed", range(5))
def test_planted_copies_are_found_and_nobody_else(seed: int) -> None:
    found = matches_of(60, seed=seed, copies={7: 8, 30: 3})

    pairs = {(match.paper, match.other) for match in found.shown if match.expected <= ALARM}
    assert {(paper_id(7), paper_id(8)), (paper_id(30), paper_id(3))} == pairs


def test_in_classes_without_copying_an_alarm_is_as_rare_as_is_said() -> None:
    # 60 classes at 5% each: 3 are expected at most, and 9 or more have a chance below 0.4% (binomial, by SciPy).
    alarms = sum(
        any(match.expected <= ALARM for match in matches_of(30, seed=1000 + seed, n_values=8).shown)
        for seed in range(60)
    )

    assert 8 >= alarms


def test_the_chance_of_a_pair_is_the_share_of_papers_that_match_as_well() -> None:
    # 20 papers and two questions. Paper 0 is wrong in both; its answer to question 1 is right on 4 of the 19 others,
    # its answer to question 2 on 2 of them, and on paper 1 both are: 4/19 * 2/19.
    slots = {"1": ("value",), "2": ("value",)}
    papers = {paper.id: paper for paper in (paper_of(place, slots) for place in range(20))}
    keys = {
        paper_id(place): {
            "1.value": "7" if 1 <= place <= 4 else str(100 + place),
            "2.value": "9" if place in (1, 5) else "3",
        }
        for place in range(20)
    }
    grades = {name: grade_of(paper, {}) for name, paper in papers.items()}
    wrong = {"1.value": "7", "2.value": "18/2"}
    grades[paper_id(0)] = grade_of(papers[paper_id(0)], dict.fromkeys(wrong, verdict_of("wrong")), wrong)

    found = key_matches(gather(papers, grades), keys)

    best = found.shown[0]
    assert (paper_id(0), paper_id(1)) == (best.paper, best.other)
    assert 4 / 19 * 2 / 19 == pytest.approx(best.chance)
    assert 19 == found.n_pairs
    assert best.chance * 19 == pytest.approx(best.expected)
    assert [("1.value", 4), ("2.value", 2)] == [(answer.id, answer.n_equal) for answer in best.answers]


def test_what_a_known_mistake_explains_is_no_match() -> None:
    papers, grades, keys = keyed_class(40, seed=1, copies={5: 6})
    explained = {
        name: replace(
            grade,
            fields=tuple(
                replace(field, verdict=replace(field.verdict, mal_rule="own-operand")) for field in grade.fields
            ),
        )
        for name, grade in grades.items()
    }

    assert () != key_matches(gather(papers, grades), keys).shown
    assert (0, ()) == (lambda found: (found.n_papers, found.shown))(key_matches(gather(papers, explained), keys))


def test_a_small_class_says_nothing_about_anybody() -> None:
    assert () == matches_of(9, seed=1, copies={1: 2}).shown


def test_the_order_of_papers_changes_nothing() -> None:
    papers, grades, keys = keyed_class(40, seed=3, copies={5: 6})
    turned = dict(reversed(grades.items()))

    assert key_matches(gather(papers, grades), keys) == key_matches(gather(papers, turned), keys)


@pytest.mark.parametrize(
    ("kind", "written", "same"),
    [
        ("number", "36/2", "18"),
        ("number", "x.grad = 18", "18.0"),
        ("bytes", "8*N*K", "K * 8 * n"),
        ("bytes", "4*(N*K + M)", "(M + K*N)×4"),
        ("expression", "N^2 + 1", "1 + N**2"),
        ("shape", "(N, K)", "[n, k]"),
        ("order", "z1, z2, z3", "[z1 z2 z3]"),
        ("trace", "z2: z1.grad = 4", "Then z1.grad == 4"),
        ("choice", "B, A", "b a"),
    ],
)
def test_the_same_value_in_another_notation_is_the_same(kind: str, written: str, same: str) -> None:
    assert written_value(kind, written) == written_value(kind, same)


@pytest.mark.parametrize(
    ("kind", "written", "other"),
    [
        ("number", "18", "81"),
        ("expression", "N - K", "K - N"),
        ("expression", "N/K", "K/N"),
        ("bytes", "N*K + M", "N*(K + M)"),
        ("shape", "(N, K)", "(K, N)"),
        ("order", "z1, z2", "z2, z1"),
        ("trace", "z1.grad = 4", "z1.grad = 5"),
    ],
)
def test_another_value_is_another_one(kind: str, written: str, other: str) -> None:
    assert written_value(kind, written) != written_value(kind, other)


@pytest.mark.parametrize("text", ["", "  \n", "(" * 5000, "-" * 5000 + "1", "N" + "*N" * 5000, "\0", "\ud800", "1 +"])
def test_no_text_is_too_strange_to_be_compared(text: str) -> None:
    for kind in ("number", "bytes", "order", "trace", "text", "choice"):
        written_value(kind, text)


def test_the_binomial_bound_of_the_simulation_is_right() -> None:
    chance = sum(comb(60, n) * 0.05**n * 0.95 ** (60 - n) for n in range(9, 61))

    assert 0.005 > chance
