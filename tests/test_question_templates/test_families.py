"""The families that walk a graph backward: their orders, names, numbers and solutions; bytes in a new process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import engine as ag
from question_templates import answers
from question_templates.bank import open_bank
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue, variant_from
from question_templates.mistaking import known_mistakes
from question_templates.solution import write_solution
from question_templates.solving import solve
from question_templates.wording import write_question

BANK = open_bank()
FAMILIES = ("graph/power-chain", "graph/rnn-cell")
PLACES = [(family, level) for family in FAMILIES for level in BANK.shelf(family).family.levels]
N_SEEDS = 60


def drawn(family: str, level: int, seed: int) -> Issue:
    return issue(BANK.shelf(family), Dice(f"seed {seed}".encode()), level=level)


def issues(family: str, level: int) -> Iterator[Issue]:
    return (drawn(family, level, seed) for seed in range(N_SEEDS))


def stored(value: Any) -> str:
    return json.dumps(value.to_json(), sort_keys=True)


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_the_same_seed_draws_the_same(family: str, level: int):
    assert [stored(made.variant) + stored(made.question) for made in issues(family, level)] == [
        stored(made.variant) + stored(made.question) for made in issues(family, level)
    ]


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_numbers_are_whole_and_small_and_relu_is_never_at_0(family: str, level: int):
    magnitude = BANK.shelf(family).family.limits.magnitude
    for made in issues(family, level):
        run = ag.run_listing(made.variant.listing)
        relus = [run.values[node.inputs[0]] for node in run.graph.nodes if node.op == "relu"]
        numbers = [*run.values.values(), *run.gradients.values()]

        assert all(isinstance(n, (int, Fraction)) and n.denominator == 1 for n in numbers)
        assert all(abs(float(n)) <= magnitude for n in numbers)
        assert 0 not in relus


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_no_known_mistake_earns_the_marks(family: str, level: int):
    definition = BANK.shelf(family).family
    for made in list(issues(family, level))[:10]:
        key = solve(made.question, made.variant, BANK.shelf(family).family)
        for mistake in known_mistakes(made.question, made.variant, definition):
            truth, wrong = key.answers["trace"], mistake.answers["trace"]

            assert isinstance(truth, answers.Trace)
            assert isinstance(wrong, answers.Trace)
            assert truth.expected.gradients != wrong.expected.gradients


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_an_order_is_either_printed_or_asked(family: str, level: int):
    seen = set()
    for made in issues(family, level):
        printed = ", ".join(str(node) for node in made.question.figures[0].graph.nodes) in made.question.body
        asked = any(field.kind == "order" for field in made.question.fields)
        seen.add(asked)

        assert printed is not asked
    assert {True, False} == seen


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_a_node_is_worth_naming_in_the_question(family: str, level: int):
    for made in issues(family, level):
        labels = set(made.question.figures[0].graph.labels)
        hidden = labels - set(made.question.names)

        assert hidden == {label for label in hidden if label.startswith("n")}
        assert bool(hidden) is made.variant.parameters["nested"]
        assert bool(hidden) is ("n1" in made.question.body.partition("topological order")[0])


@pytest.mark.parametrize(("family", "level"), PLACES)
def test_a_solution_names_every_node_and_every_answer(family: str, level: int):
    for made in list(issues(family, level))[:10]:
        key = solve(made.question, made.variant, BANK.shelf(family).family)
        solution = write_solution(BANK.shelf(family), made.variant, key)
        assert key.run is not None
        gradients = key.run.gradients

        assert all(f"`{label}.grad == {gradients[label]}`" in solution.body for label in key.run.graph.labels[:-1])
        assert set(key.run.graph.labels) == set(solution.values) == set(solution.gradients)


def test_the_practice_exams_quartic_is_solved_as_printed():
    shelf = BANK.shelf("graph/power-chain")
    variant = variant_from(shelf, shelf.family.worked_examples[0].parameters)
    body = write_solution(shelf, variant, solve(write_question(shelf, variant), variant, shelf.family)).body

    assert "z2.grad += z2.value*z3.grad   # 4*1 = 4\nz2.grad += z2.value*z3.grad   # 4*1 = 4\n" in body
    assert "After iteration 0: `z2.grad == 8`." in body
    assert "*Iteration 2.* The output node is `z1`, a leaf: there is no operation, so it is skipped." in body
    assert "**Result:** `x.grad == z1.grad == 32`." in body


DRAW_ALL = """
import sys
sys.path.insert(0, sys.argv[1])
from question_templates.bank import open_bank
from question_templates.exam import make_paper
from question_templates.exam_file import read_exam
slots = "\\n".join(f"  - {{points: 5, topic: graph, level: {level}}}" for level in (1, 2, 3))
bank = open_bank()
exam = read_exam("format: chainrule-exam/1\\ntitle: T\\nslots:\\n" + slots + "\\n", bank)
sys.stdout.buffer.write(
    b"".join(make_paper(exam, bank, secret=b"s", paper_id=f"P{n}").to_text().encode() for n in range(5))
)
"""


def test_a_new_process_with_other_hashes_makes_the_same_bytes(repository: Path):
    command = [sys.executable, "-c", DRAW_ALL, str(repository)]
    made = [
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "4242")
    ]

    assert made[0] == made[1]
    assert made[0].count(b'"format": "chainrule-paper/1"') == 5

