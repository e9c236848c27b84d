"""The solution key: the question as shown, every answer in its box, the worked solution; escaped and self-contained."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from chainrule.pages.key_page import key_page
from chainrule.pages.markdown import BrokenPage
from engine.graph import Graph, Node
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Figure, Question
from question_templates.solution import Solution
from question_templates.variant import Variant

HOSTILE = "</pre></style><script>alert(1)</script><img src=http://evil.example/x>\"'&"
LISTING = 'x = ag.Scalar(2.0, label="z1:leaf(x)")\nz1 = x\nz2 = z1*z1\nz3 = z2*z2\nz3.backward()\n'
GRAPH = Graph((Node("z1", "leaf(x)"), Node("z2", "mul", ("z1", "z1")), Node("z3", "mul", ("z2", "z2"))))
FIELDS = (
    Field("trace", "trace", "backward", "What does **each step** change?", Fraction(3)),
    Field("x_grad", "number", "x.grad", "What is `x.grad`?", Fraction(1), ("trace",)),
)
BODY = f"Follow `backward`.\n\n```python\n{LISTING}```\n\n![The graph](figure:graph)\n"
QUESTION = Question("A quartic", BODY, LISTING, ("x",), (Figure("graph", GRAPH),), FIELDS)
# The numbers are the practice exam's, problem 1.1.
SOLUTION = Solution(
    "![All values](figure:graph)\n\n**Backward computation.**\n\n```text\nz2.grad += 4*1\n```\n",
    Figure("graph", GRAPH),
    {"z1": "2", "z2": "4", "z3": "16"},
    {"z1": "32", "z2": "8", "z3": "1"},
)
ANSWERS = {"trace": "z3: z2.grad = 8\nz2: z1.grad = 32", "x_grad": "32"}


def paper(*questions: Question) -> Paper:
    variant = Variant("graph/power-chain", "1", "digest", {}, LISTING)
    items = tuple(Item(str(n), Fraction(4), variant, question) for n, question in enumerate(questions, 1))
    return Paper("K7QF-2MXP", ExamHead("Practice final", "CS 577", "12 December"), items)


def key(*questions: Question, solution: Solution = SOLUTION, answers: dict[str, str] = ANSWERS) -> str:
    exam = paper(*(questions or (QUESTION,)))
    numbers = [item.number for item in exam.items]
    return key_page(exam, dict.fromkeys(numbers, solution), dict.fromkeys(numbers, answers))


def test_each_answer_stands_in_a_box_of_its_own_with_its_points() -> None:
    boxes = re.findall(r'<div class="answer">(.*?)</div>', key(), re.DOTALL)
    said = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", box)).strip() for box in boxes]

    assert [
        "What does each step change? 3 points z3: z2.grad = 8 z2: z1.grad = 32",
        "What is x.grad? 1 point 32",
    ] == said


def test_the_question_stands_there_as_it_was_shown() -> None:
    page = key()

    assert "Follow <code>backward</code>." in page
    assert 5 == page.count('<span class="line">')


def test_the_solutions_graph_has_every_value_and_gradient() -> None:
    solved = key().partition("Worked solution")[2]

    for note in ("value 2<", "value 4<", "value 16<", "gradient 32<", "gradient 8<", "gradient 1<"):
        assert note in solved


def test_the_questions_graph_has_no_values() -> None:
    asked = key().partition("Worked solution")[0].partition("<main")[2]

    assert "computational-graph" in asked
    assert "gradient 32" not in asked


def test_two_questions_with_the_same_figures_have_different_ids() -> None:
    ids = re.findall(r'\sid="([^"]+)"', key(QUESTION, QUESTION))

    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("place", ["title", "prompt", "answer", "solution"])
def test_no_text_can_leave_its_place(place: str) -> None:
    question, solution, answers = QUESTION, SOLUTION, ANSWERS
    if place == "title":
        question = replace(QUESTION, title=HOSTILE)
    elif place == "prompt":
        question = replace(QUESTION, fields=(replace(FIELDS[0], prompt=HOSTILE), FIELDS[1]))
    elif place == "answer":
        answers = {**ANSWERS, "x_grad": HOSTILE}
    else:
        solution = replace(SOLUTION, body=HOSTILE)
    page = key(question, solution=solution, answers=answers)

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_needs_no_network_and_runs_no_script() -> None:
    page = key()

    assert "script-src 'none'" in page
    assert "default-src 'none'" in page
    assert [] == re.findall(r'\s(?:src|href)="(?!#)', page)
    assert [] == re.findall(r'\sstyle="', page)


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", key())]

    assert [1, 2, 3, 3] == levels


def test_the_same_key_gives_the_same_bytes() -> None:
    assert key() == key()


def test_a_missing_solution_is_named() -> None:
    with pytest.raises(BrokenPage, match=r"^paper K7QF-2MXP: question 1 has no solution\.$"):
        key_page(paper(QUESTION), {}, {"1": ANSWERS})


def test_a_missing_answer_is_named_with_those_there_are() -> None:
    with pytest.raises(BrokenPage, match=r"field 'x_grad' of question 1 has no answer; there are .* to trace\."):
        key_page(paper(QUESTION), {"1": SOLUTION}, {"1": {"trace": "z3"}})
