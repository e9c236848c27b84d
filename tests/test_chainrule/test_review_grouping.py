"""Open answers put together: what is equal, what is not, and that nobody's name is with them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from chainrule.pages.review_page import Sheet, review_page
from chainrule.review.decisions_file import Kept
from chainrule.review.group_table import COLUMNS, group_cells, groups_csv
from chainrule.review.grouping import Group, Queue, is_outdated, review_queue
from chainrule.review.sharing_out import shared_out
from chainrule.review.solutions import solutions_from
from grader.decisions import Decision, apply_decisions
from grader.grade import Grade
from grader.verdict import Outcome, Verdict
from tests.test_chainrule.reviewed_class import ESSAY, NAMES, ReviewedClass, build_class


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> ReviewedClass:
    return build_class(tmp_path_factory.mktemp("reviewed"))


@pytest.fixture(scope="module")
def queue(graded: ReviewedClass) -> Queue:
    return graded.queue()


def the(queue: Queue, response: str) -> Group:
    (found,) = [group for group in queue.groups if group.response.strip().startswith(response)]
    return found


def decisions_on(group: Group, points: int, who: str) -> list[Kept]:
    return [Kept(Decision(at.paper, at.field, Fraction(points), "", who), group.id) for at in group.places]


def test_equal_texts_are_one_group_whatever_their_spaces(queue: Queue) -> None:
    assert 3 == len(the(queue, "Every factor").waiting)


def test_the_same_words_to_another_variant_are_a_group_of_their_own(queue: Queue) -> None:
    unreadable = [group for group in queue.groups if group.slot == "1"]

    assert {1} == {len(group.waiting) for group in unreadable}
    assert len(unreadable) == len({group.id for group in unreadable})


def test_every_open_field_is_in_one_group_and_no_other_answer_is(graded: ReviewedClass, queue: Queue) -> None:
    open_fields = {(grade.paper, field) for grade in graded.result.grades.values() for field in grade.open_fields}
    places = [(at.paper, at.field) for group in queue.groups for at in group.waiting]

    assert len(places) == len(set(places))
    assert len(open_fields) == len(places) + queue.untyped
    assert open_fields > set(places)


def test_what_waits_to_be_typed_in_is_counted_and_not_shown(graded: ReviewedClass, queue: Queue) -> None:
    (typed,) = [grade for grade in graded.result.grades.values() if grade.source.startswith("transcript")]
    shown = [at.field for group in queue.groups for at in group.places if at.paper == typed.paper]

    assert ["2.reason"] == shown
    assert len(typed.fields) - 1 == queue.untyped


def test_what_counts_for_nobody_does_not_wait_to_be_typed_in(graded: ReviewedClass, queue: Queue) -> None:
    def everybody(outcome: Outcome) -> list[Grade]:
        changed = {"2.remedy": Verdict(outcome)}
        return [
            replace(grade, fields=tuple(replace(one, verdict=changed.get(one.id, one.verdict)) for one in grade.fields))
            for grade in graded.result.grades.values()
        ]

    # The field of the paper that is half typed in waited, and waits no more.
    for outcome in ("voided", "credited"):
        assert queue.untyped - 1 == review_queue(graded.papers, everybody(outcome), graded.keys).untyped


def test_another_fields_answer_can_not_be_read_as_the_reason(queue: Queue) -> None:
    group = next(group for group in queue.groups if group.field.endswith("_grad"))
    other = replace(group, why="We read 18 or 19.", earlier=(("trace", " z1: a = 2\n"), ("x_grad", " ")))

    assert (
        '[trace was answered with "z1: a = 2"] [x_grad was left empty]'
        == group_cells(other)[COLUMNS.index("why")].partition("We read 18 or 19. ")[2]
    )


def test_an_empty_text_needs_nobody(queue: Queue) -> None:
    assert "" not in {group.response.strip() for group in queue.groups}


def test_an_answer_under_an_unknown_name_is_the_last_group_and_worth_nothing(queue: Queue) -> None:
    stray = queue.groups[-1]

    assert ("9.note", "I swapped seats", Fraction(0)) == (stray.field, stray.response, stray.out_of)


def test_a_group_has_the_keys_answer_and_the_responses_that_it_builds_on(graded: ReviewedClass, queue: Queue) -> None:
    group = next(group for group in queue.groups if group.field.endswith("_grad"))
    (at,) = group.waiting

    assert graded.keys[at.paper][at.field] == group.key
    assert (("trace", graded.keys[at.paper]["1.trace"]),) == group.earlier


def test_equal_responses_after_other_slips_are_told_apart(graded: ReviewedClass, queue: Queue) -> None:
    group = next(group for group in queue.groups if group.field.endswith("_grad"))
    grade = graded.result.grades[group.waiting[0].paper]
    slipped = replace(
        grade,
        fields=tuple(replace(one, response="z2.grad = 1") if one.id == "1.trace" else one for one in grade.fields),
    )
    other = review_queue(graded.papers, [slipped], graded.keys)

    assert group.id not in {one.id for one in other.groups}
    assert group.response in {one.response for one in other.groups}


def test_the_same_answer_to_another_printed_question_is_another_group(graded: ReviewedClass, queue: Queue) -> None:
    essay = the(queue, "Every factor")
    name, others = essay.places[0].paper, {at.paper for at in essay.places[1:]}
    paper = graded.papers[name]
    items = tuple(
        replace(item, question=replace(item.question, body="Forty layers.")) if item.slot == "2" else item
        for item in paper.items
    )
    changed = {**graded.papers, name: replace(paper, items=items)}
    found = review_queue(changed, graded.result.grades.values(), graded.keys).groups
    alike = [group for group in found if group.response.strip().startswith("Every factor")]

    assert [{name}, others] == sorted(({at.paper for at in group.places} for group in alike), key=len)


def test_ids_and_order_do_not_depend_on_the_order_of_papers(graded: ReviewedClass, queue: Queue) -> None:
    backwards = review_queue(graded.papers, reversed(list(graded.result.grades.values())), graded.keys)

    assert queue == backwards


def test_groups_stand_in_the_exams_order_and_the_most_frequent_first(queue: Queue) -> None:
    slots = [group.slot for group in queue.groups]
    reasons = [len(group.waiting) for group in queue.groups if group.field == "reason"]

    assert [*sorted(slots[:-1]), ""] == slots
    assert sorted(reasons, reverse=True) == reasons


def test_a_group_that_was_decided_waits_no_more(graded: ReviewedClass, queue: Queue) -> None:
    essay = the(queue, "Every factor")
    after = graded.queue(decisions_on(essay, 2, "ann"))

    assert essay.id not in {group.id for group in after.waiting}
    assert essay.waiting == the(after, "Every factor").decided


def test_a_group_on_which_people_disagree_waits_again(graded: ReviewedClass, queue: Queue) -> None:
    essay = the(queue, "Every factor")
    after = graded.queue([*decisions_on(essay, 2, "ann"), *decisions_on(essay, 1, "bob")])

    assert essay.id == the(after, "Every factor").id
    assert essay.waiting == the(after, "Every factor").waiting


def test_the_groups_are_the_same_when_the_grades_have_the_decisions_already(
    graded: ReviewedClass, queue: Queue
) -> None:
    kept = decisions_on(the(queue, "Every factor"), 2, "ann") + decisions_on(queue.groups[-1], 0, "ann")
    grades = [apply_decisions(grade, [one.decision for one in kept]) for grade in graded.result.grades.values()]
    again = review_queue(graded.papers, grades, graded.keys, kept=kept)

    assert graded.queue(kept).waiting == again.waiting
    assert the(graded.queue(kept), "Every factor") == the(again, "Every factor")


def test_points_that_were_given_on_paper_are_nobodys_to_decide_again(graded: ReviewedClass, queue: Queue) -> None:
    essay = the(queue, "Every factor")
    by_hand = Decision(essay.places[0].paper, essay.places[0].field, Fraction(2), "graded on paper", "cy")
    grades = [apply_decisions(grade, [by_hand]) for grade in graded.result.grades.values()]
    kept = decisions_on(replace(essay, waiting=essay.waiting[1:]), 3, "ann")

    assert essay.waiting[1:] == the(review_queue(graded.papers, grades, graded.keys), "Every factor").places
    assert essay.waiting[1:] == the(review_queue(graded.papers, grades, graded.keys, kept=kept), "Every factor").decided


def test_an_equal_answer_that_comes_later_has_the_earlier_decision_suggested(
    graded: ReviewedClass, queue: Queue
) -> None:
    first, *others = decisions_on(the(queue, "Every factor"), 2, "ann")
    later = the(graded.queue(others), "Every factor")

    assert [first.decision.paper] == [at.paper for at in later.waiting]
    assert {("ann", Fraction(2))} == {(one.who, one.points) for one in later.suggested}
    assert "Decided before: 2 by ann." in groups_csv([later])


def with_essay(grade: Grade, text: str) -> Grade:
    return replace(
        grade,
        fields=tuple(replace(one, response=text) if one.id == "2.reason" else one for one in grade.fields),
    )


def test_a_decision_on_an_answer_that_has_changed_since_is_reported(graded: ReviewedClass, queue: Queue) -> None:
    kept = decisions_on(the(queue, "Every factor"), 2, "ann")[0]
    paper, grade = graded.papers[kept.decision.paper], graded.result.grades[kept.decision.paper]
    changed = with_essay(grade, "Something else.")

    assert not is_outdated(kept, paper, grade)
    assert not is_outdated(kept, paper, with_essay(grade, f"\t{ESSAY}  "))
    assert is_outdated(kept, paper, changed)
    assert (kept,) == review_queue(graded.papers, [changed], graded.keys, kept=[kept]).outdated


def test_a_stray_answer_that_was_settled_is_no_changed_answer(graded: ReviewedClass, queue: Queue) -> None:
    kept = decisions_on(queue.groups[-1], 0, "ann")
    settled = [apply_decisions(grade, [kept[0].decision]) for grade in graded.result.grades.values()]

    assert () == review_queue(graded.papers, settled, graded.keys, kept=kept).outdated


def test_tables_and_pages_hold_no_name_no_address_and_no_file(graded: ReviewedClass, queue: Queue) -> None:
    groups = [group for group in queue.waiting if "Emil Post" not in group.response]
    solution_of = solutions_from(graded.folder.bank, graded.families)
    page = review_page(groups, Sheet("Midterm", "review.csv", "run"), solution_of)

    for text in (groups_csv(groups), page):
        assert [] == [name for name in NAMES if name in text or name.split()[1] in text]
        assert "@example.edu" not in text
        assert not [grade.source for grade in graded.result.grades.values() if grade.source in text]
        assert "transcript of" not in text


def test_what_students_wrote_stays_as_they_wrote_it(queue: Queue) -> None:
    assert "I, Emil Post, believe in √x and 📐." in groups_csv(queue.waiting)


@pytest.mark.parametrize("n_parts", [1, 2, 3, 7, 40])
def test_shares_are_all_groups_once_and_nearly_of_one_size(queue: Queue, n_parts: int) -> None:
    many = [replace(group, id=f"{group.id}{n}") for group in queue.waiting for n in range(20)]
    shares = shared_out(many, n_parts)
    ideal = len(many) / n_parts

    assert n_parts == len(shares)
    assert many == [group for share in shares for group in share]
    assert all(abs(len(share) - ideal) <= 0.3 * ideal + 1 for share in shares)


def test_a_question_stays_with_one_person_where_the_shares_allow(queue: Queue) -> None:
    one, two = (next(group for group in queue.groups if group.slot == slot) for slot in ("1", "2"))
    first, second = shared_out([one] * 53 + [two] * 47, 2)

    assert {"1"} == {group.slot for group in first}
    assert {"2"} == {group.slot for group in second}


def test_more_people_than_groups_leave_some_with_nothing(queue: Queue) -> None:
    shares = shared_out(queue.groups[:2], 5)

    assert [0, 0, 0, 1, 1] == sorted(map(len, shares))
