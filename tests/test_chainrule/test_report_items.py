"""Questions, reliability, variants, mistakes and unread answers of classes made by hand, odd ones among them."""

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from scipy import stats

from chainrule.report.flags import flags_of
from chainrule.report.item_analysis import analyse_items, reliability
from chainrule.report.mistakes import frequent_mistakes
from chainrule.report.paper_luck import paper_luck
from chainrule.report.rows import PaperRow, gather
from chainrule.report.scores import score_spread
from chainrule.report.unread import unreadable_reasons
from chainrule.report.variant_effects import variant_effects
from grader import Grade
from question_templates.paper import Paper
from tests.test_chainrule.reported_class import grade_of, paper_id, paper_of, scored_class, verdict_of

HALF = Fraction(1, 2)
# Shares of twelve papers in three questions.
SHARES: list[tuple[Fraction | int, ...]] = [
    (1, 1, 1), (1, 1, HALF), (1, HALF, 1), (1, 1, 0), (HALF, 1, 1), (0, HALF, 1),
    (HALF, 0, 1), (0, 1, 0), (0, 0, 1), (HALF, 0, 0), (0, 0, 0), (0, 0, HALF),
]  # fmt: skip


def rows_of(shares: Sequence[tuple[Fraction | int, ...]]) -> tuple[PaperRow, ...]:
    return gather(*scored_class([[Fraction(share) for share in row] for row in shares]))


def test_a_question_is_compared_with_the_rest_of_the_paper() -> None:
    questions, fields = analyse_items(rows_of(SHARES))
    mine, rest = [float(row[0]) for row in SHARES], [float(row[1] + row[2]) for row in SHARES]

    assert ["1", "2", "3"] == [item.id for item in questions]
    assert sum(mine) / 12 == pytest.approx(questions[0].mean)
    assert stats.pearsonr(mine, rest).statistic == pytest.approx(questions[0].correlation)
    assert ["1.value", "2.value", "3.value"] == [item.id for item in fields]
    assert questions[0].correlation == fields[0].correlation


def test_reliability_is_cronbachs_with_its_error_in_points() -> None:
    found = reliability(rows_of(SHARES))
    # By the definition on points, 4 a question: 3/2 * (1 - sum of variances / variance of totals).
    columns = [[4 * float(share) for share in column] for column in zip(*SHARES, strict=True)]
    whole = stats.tvar([sum(row) for row in zip(*columns, strict=True)])
    expected = 3 / 2 * (1 - sum(stats.tvar(column) for column in columns) / whole)

    assert ("1", "2", "3") == found.slots
    assert expected == pytest.approx(found.alpha)
    assert (whole * (1 - expected)) ** 0.5 == pytest.approx(found.error)
    assert {"1", "2", "3"} == set(found.without or {})


def test_the_order_of_papers_changes_no_statistic() -> None:
    papers, grades = scored_class([[Fraction(share) for share in row] for row in SHARES])
    turned = dict(reversed(grades.items()))

    assert gather(papers, grades) == gather(papers, turned)


def test_nine_papers_are_too_few_for_a_correlation_or_a_reliability() -> None:
    questions, _ = analyse_items(rows_of(SHARES[:9]))

    assert [None, None, None] == [item.correlation for item in questions]
    assert None is reliability(rows_of(SHARES[:9])).alpha
    assert None is not questions[0].mean


def test_an_answer_that_waits_for_a_person_is_neither_right_nor_wrong() -> None:
    papers = {paper_id(place): paper_of(place, {"1": ("a", "b")}) for place in range(4)}
    grades = {name: grade_of(paper, {}) for name, paper in papers.items()}
    grades[paper_id(0)] = grade_of(papers[paper_id(0)], {"1.a": verdict_of("unreadable"), "1.b": verdict_of("pending")})

    (question,), fields = analyse_items(gather(papers, grades))

    assert (4, 3, 1.0, 2) == (question.n_papers, question.n_decided, question.mean, question.n_open)
    assert [1.0, 1.0] == [item.mean for item in fields]


def test_equal_papers_have_no_correlation_no_alpha_and_no_flag_for_it() -> None:
    rows = rows_of([(1, 1, 1)] * 12)
    questions, _ = analyse_items(rows)

    assert [None] * 3 == [item.correlation for item in questions]
    assert None is reliability(rows).alpha
    assert {"easy"} == {flag.code for flag in flags_of(questions, alpha=None)}


def test_a_question_on_which_good_papers_do_worse_is_flagged() -> None:
    dice = random.Random(1)
    shares = []
    for _ in range(60):
        able = Fraction(dice.randrange(5), 4)
        shares.append((able, able, 1 - able if dice.random() < 0.9 else able, able))
    questions, _ = analyse_items(rows_of(shares))

    flags = [flag for flag in flags_of(questions, alpha=None) if flag.code == "negative"]
    assert ["3"] == [flag.item for flag in flags]
    assert "more than chance" in flags[0].words
    assert 60 == flags[0].n


def test_blank_wrong_and_open_questions_are_flagged_with_how_many() -> None:
    papers = {paper_id(place): paper_of(place, {"1": ("a",), "2": ("a",), "3": ("a",)}) for place in range(10)}
    verdicts = {
        "1.a": verdict_of("blank"),
        "2.a": verdict_of("wrong", mal_rule="own-operand"),
        "3.a": verdict_of("pending"),
    }
    _, fields = analyse_items(gather(papers, {name: grade_of(paper, verdicts) for name, paper in papers.items()}))

    found = {(flag.item, flag.code): flag.n for flag in flags_of(fields, alpha=None)}
    assert 10 == found["1.a", "blank"] == found["2.a", "hard"] == found["2.a", "mistake"] == found["3.a", "open"]


def test_a_voided_question_counts_nowhere_and_breaks_nothing() -> None:
    papers, grades = scored_class([[Fraction(share) for share in row] for row in SHARES])

    def voided(grade: Grade) -> Grade:
        field = grade.fields[0]
        gone = replace(
            field, verdict=verdict_of("voided"), points=Fraction(0), out_of=Fraction(0), unadjusted=field.verdict
        )
        return replace(grade, fields=(gone, *grade.fields[1:]))

    rows = gather(papers, {name: voided(grade) for name, grade in grades.items()})
    questions, _ = analyse_items(rows)

    assert (False, None, 12) == (questions[0].counts, questions[0].mean, questions[0].n_papers)
    assert ("2", "3") == reliability(rows).slots
    assert (Fraction(8),) == (score_spread(rows) or pytest.fail("no scores")).worths
    assert () == tuple(flag for flag in flags_of(questions, alpha=None) if flag.item == "1")


def test_full_points_for_everybody_leave_what_answers_earned_by_themselves() -> None:
    papers = {paper_id(place): paper_of(place, {"1": ("a",)}) for place in range(4)}
    grades = {}
    for name, paper in papers.items():
        grade = grade_of(paper, {"1.a": verdict_of("credited", share=Fraction(1))})
        grades[name] = replace(grade, fields=(replace(grade.fields[0], unadjusted=verdict_of("wrong")),))

    (question,), _ = analyse_items(gather(papers, grades))
    assert (0.0, {"wrong": 4}) == (question.mean, dict(question.outcomes))


def test_fields_that_are_named_for_what_was_drawn_are_one_field() -> None:
    names = [("trace", "x_grad"), ("trace", "w_grad"), ("trace", "x_grad")]
    papers = {paper_id(place): paper_of(place, {"1": own}) for place, own in enumerate(names)}

    _, fields = analyse_items(gather(papers, {name: grade_of(paper, {}) for name, paper in papers.items()}))
    assert [("1.trace", 3), ("1.*_grad", 3)] == [(item.id, item.n_papers) for item in fields]


def test_families_of_one_slot_are_one_question_and_fields_of_their_own() -> None:
    drawn = [{"1": {"family": family}} for family in ("graph/a", "graph/b", "graph/a")]
    papers = {paper_id(place): paper_of(place, {"1": ("a",)}, drawn=own) for place, own in enumerate(drawn)}

    (question,), fields = analyse_items(gather(papers, {name: grade_of(paper, {}) for name, paper in papers.items()}))
    assert (("graph/a", "graph/b"), 3) == (question.families, question.n_papers)
    assert [("graph/a",), ("graph/b",)] == [item.families for item in fields]


def test_shuffled_questions_are_compared_by_slot() -> None:
    plain, turned = paper_of(0, {"1": ("a",), "2": ("b",)}), paper_of(1, {"1": ("b",), "2": ("a",)})
    items = tuple(replace(item, slot={"1": "2", "2": "1"}[item.number]) for item in turned.items)
    shuffled = replace(turned, items=items)
    wrong = grade_of(shuffled, {"1.b": verdict_of("wrong")})

    questions, _ = analyse_items(
        gather({plain.id: plain, shuffled.id: shuffled}, {plain.id: grade_of(plain, {}), shuffled.id: wrong})
    )
    assert [("1", 1.0), ("2", 0.5)] == [(item.id, item.mean) for item in questions]


def drawn_class(n: int, *, harder: float, seed: int = 4) -> tuple[dict[str, Paper], dict[str, Grade]]:
    """Two families in question 1 by turns; papers of the second are wrong so much more often."""
    dice = random.Random(seed)
    papers, grades = {}, {}
    for place in range(n):
        is_second = place % 2 == 1
        paper = paper_of(
            place,
            {"1": ("a",), "2": ("a",)},
            drawn={"1": {"family": "graph/b" if is_second else "graph/a", "size": place % 3}},
        )
        right = dice.random() > 0.2 + (harder if is_second else 0)
        papers[paper.id] = paper
        grades[paper.id] = grade_of(paper, {} if right else {"1.a": verdict_of("wrong")})
    return papers, grades


def test_a_harder_family_is_found_and_its_papers_are_named() -> None:
    rows = gather(*drawn_class(120, harder=0.4))
    effects = variant_effects(rows)

    families = next(effect for effect in effects if effect.features == ("family",))
    values = [
        [share for row in rows if (share := row.share_of("1")) is not None and row.drawn["1"].family == family]
        for family in ("graph/a", "graph/b")
    ]
    assert stats.kruskal(*values).pvalue == pytest.approx(families.chance)
    assert families.is_certain
    luck = paper_luck(rows, effects)
    assert {paper_id(place) for place in range(1, 120, 2)} == {one.paper for one in luck if one.points < 0}
    # Never more than was seen: the difference of each family's mean from the mean of all, 4 points a question.
    seen = max(abs(group.mean - sum(map(sum, values)) / 120) for group in families.groups)
    assert 0 < max(abs(one.points) for one in luck) < 4 * seen


def test_equally_hard_families_are_not_called_harder() -> None:
    found = [
        paper_luck(rows, variant_effects(rows))
        for seed in range(10)
        for rows in [gather(*drawn_class(60, harder=0, seed=seed))]
    ]

    # At 5% a class, 3 of 10 alarms have a chance of 1%.
    assert 2 >= sum(bool(luck) for luck in found)


def test_groups_under_five_papers_are_shown_and_not_tested() -> None:
    effects = variant_effects(gather(*drawn_class(8, harder=0.5)))

    assert {None} == {effect.chance for effect in effects}
    assert 4 == next(effect for effect in effects if effect.features == ("family",)).groups[0].n


def test_mistakes_are_counted_by_papers_first() -> None:
    papers = {paper_id(place): paper_of(place, {"1": ("a", "b")}) for place in range(3)}
    wrong = verdict_of("wrong", mal_rule="twice")
    grades = {
        paper_id(0): grade_of(papers[paper_id(0)], {"1.a": wrong, "1.b": wrong}),
        paper_id(1): grade_of(papers[paper_id(1)], {"1.a": verdict_of("wrong", mal_rule="once")}),
        paper_id(2): grade_of(papers[paper_id(2)], {"1.a": verdict_of("wrong", mal_rule="once")}),
    }

    found = frequent_mistakes(gather(papers, grades), {})
    assert [("once", 2, 2, 3, ("1.a",)), ("twice", 1, 2, 6, ("1.a", "1.b"))] == [
        (one.tag, one.n_papers, one.n_answers, one.n_asked, one.places) for one in found
    ]


def test_unread_answers_are_grouped_by_reason_whatever_they_quote() -> None:
    papers = {paper_id(place): paper_of(place, {"1": ("a",)}) for place in range(3)}
    reasons = [
        'We do not know the name "n"; say what it is.',
        'We do not know the name "K"; say what it is.',
        "We read 1.5. Units?",
    ]
    grades = {
        paper.id: grade_of(paper, {"1.a": verdict_of("unreadable", reason=reason)})
        for paper, reason in zip(papers.values(), reasons, strict=True)
    }

    found = unreadable_reasons(gather(papers, grades))
    assert [("We do not know the name …; say what it is.", 2), ("We read …. Units?", 1)] == [
        (one.words, one.n_answers) for one in found
    ]
    assert reasons[0] == found[0].responses[0].reason
