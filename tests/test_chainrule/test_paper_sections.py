"""The head and the parts of a paper: time, sections, and solutions on papers for practice only."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from chainrule.pages import BrokenPage, paper_page
from question_templates.paper import ExamHead, Item, Paper, SectionHead
from question_templates.question import Field, Question
from question_templates.solution import Solution
from question_templates.variant import Variant

SECTIONS = (
    SectionHead("Graphs", "Draw **neatly**.", Fraction(4), 12),
    SectionHead("Memory", "", Fraction(2)),
)


def item(number: str, section: int) -> Item:
    field = Field("size", "number", "", "How many?", Fraction(1))
    question = Question(f"Title {number}", "# Setting", "", (), (), (field,))
    return Item(number, Fraction(2), Variant("im2col/entry", "1", "digest", {}, ""), question, section=section)


def paper(**head: Any) -> Paper:
    sections = head.get("sections", ())
    places = (1, 1, 2) if sections else (0, 0, 0)
    return Paper("K7QF-2MXP", ExamHead("Final", **head), tuple(item(str(n), at) for n, at in enumerate(places, 1)))


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<header") : page.index("<footer")]).split())


@pytest.mark.parametrize(
    ("head", "expected"),
    [({"duration": 75, "minutes": 60}, "Time 75 minutes"), ({"minutes": 60}, "Time about 60 minutes")],
)
def test_the_head_says_the_granted_time_and_else_the_estimated_one(head: dict[str, Any], expected: str) -> None:
    assert expected in words(paper_page(paper(**head)))


def test_a_paper_without_a_time_says_none() -> None:
    assert "Time" not in words(paper_page(paper()))


def test_a_section_stands_above_its_questions_with_text_points_and_minutes() -> None:
    said = words(paper_page(paper(sections=SECTIONS)))
    main = said[said.rindex("Graphs 4 points") :]

    assert main.startswith("Graphs 4 points, about 12 minutes Draw neatly . 1 Title 1")
    assert main.index("2 Title 2") < main.index("Memory 2 points 3 Title 3")


@pytest.mark.parametrize(("sections", "expected"), [((), [1, 2, 2, 2]), (SECTIONS, [1, 2, 3, 3, 2, 3])])
def test_headings_of_questions_stand_below_those_of_sections(
    sections: tuple[SectionHead, ...], expected: list[int]
) -> None:
    page = paper_page(paper(sections=sections)).replace("<h3>Setting</h3>", "")

    assert expected == [int(level) for level in re.findall(r"<h(\d)", page)]


def test_the_contents_name_every_section() -> None:
    page = paper_page(paper(sections=SECTIONS))
    contents = page[page.index("<nav") : page.index("</nav>")]

    assert ["Graphs", "Memory"] == re.findall(r'section-name">(\w+)<', contents)
    assert ["question-1", "question-2", "question-3"] == re.findall(r'href="#([\w-]+)"', contents)


def solution(body: str) -> Solution:
    return Solution(body, None, {}, {})


def test_a_paper_for_practice_folds_each_solution_behind_its_question() -> None:
    page = paper_page(paper(practice=True), solutions={"1": solution("It is **77**."), "3": solution("Count.")})

    assert ["1", "3"] == re.findall(r"Worked solution<span[^>]*> of question (\d)", page)
    assert page.index("Title 1") < page.index("<strong>77</strong>") < page.index("Title 2</h2>")
    assert 2 == page.count('<details class="solution">')


def test_a_paper_that_is_not_for_practice_refuses_solutions() -> None:
    solutions: Mapping[str, Solution] = {"1": solution("77")}

    with pytest.raises(BrokenPage) as refused:
        paper_page(paper(), solutions=solutions)

    assert "paper K7QF-2MXP: solutions on a paper that is not for practice." == str(refused.value)


def test_a_plain_paper_has_no_fold_for_solutions() -> None:
    assert "<details" not in paper_page(replace(paper(practice=True), id="A"))
