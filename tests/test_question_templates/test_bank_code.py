"""A family's own Python: how it is loaded, how messages call it, and what each of its hooks is for."""

from __future__ import annotations

import json
import py_compile
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from question_templates.bank import Shelf
from question_templates.bank_code import load
from question_templates.dice import Dice
from question_templates.drawing import draw, issue, variant_from
from question_templates.errors import BrokenFamily, NoAdmissibleDraw
from question_templates.family_file import read_family
from question_templates.question import Question
from question_templates.solution import write_solution
from question_templates.solving import solve
from question_templates.variant import Variant
from question_templates.wording import write_question

ToyShelf = Callable[..., Shelf]


# Loading.


def test_a_text_becomes_a_module():
    module = load("from fractions import Fraction\n\nHALF = Fraction(1, 2)\n", "toy/doubling/solver.py")

    assert "1/2" == str(module.HALF)
    assert "chainrule_family_toy_doubling_solver" == module.__name__


def test_each_text_is_run_once():
    code = "thing = object()\n"

    assert load(code, "toy/once/solver.py").thing is load(code, "toy/once/solver.py").thing


def test_two_families_with_the_same_code_have_two_modules():
    code = "names = []\n"

    assert load(code, "toy/one/solver.py").names is not load(code, "toy/two/solver.py").names


def test_another_text_is_another_module():
    assert [1, 2] == [load(f"n = {number}\n", "toy/changed/solver.py").n for number in (1, 2)]


def test_a_module_is_nobody_elses_to_import():
    before = set(sys.modules)
    load("import fractions\n", "toy/hidden/solver.py")

    assert set() == {name for name in set(sys.modules) - before if name.startswith("chainrule_family")}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def f(:\n", r"^toy/broken/solver\.py: SyntaxError: .*\(solver\.py, line 1\)$"),
        ("x = 1\n  y = 2\n", r"^toy/broken/solver\.py: IndentationError: .*line 2\)$"),
        ("x = nothing\n", r"^toy/broken/solver\.py: NameError: name 'nothing' is not defined$"),
        ("import no_such_module_here\n", r"^toy/broken/solver\.py: ModuleNotFoundError: No module named 'no_such"),
        ("1/0\n", r"^toy/broken/solver\.py: ZeroDivisionError: division by zero$"),
        ("raise ValueError('not today')\n", r"^toy/broken/solver\.py: ValueError: not today$"),
        ("assert False, 'no'\n", r"^toy/broken/solver\.py: AssertionError: no$"),
    ],
)
def test_what_goes_wrong_while_loading_is_told_with_the_place(code: str, message: str):
    with pytest.raises(BrokenFamily, match=message):
        load(code, "toy/broken/solver.py")


def test_the_error_keeps_its_cause():
    with pytest.raises(BrokenFamily) as caught:
        load("1/0\n", "toy/cause/solver.py")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_an_error_in_a_function_has_the_place_in_its_traceback():
    function = load("def f():\n    x = 1\n    return x / 0\n", "toy/later/solver.py").f

    with pytest.raises(ZeroDivisionError) as caught:
        function()
    assert [("toy/later/solver.py", 3)] == [
        (frame.filename, frame.lineno) for frame in traceback.extract_tb(caught.value.__traceback__)[-1:]
    ]


GENERATOR = 'def draw(dice, level, drawn):\n    return {"value": dice.integer(2, 9)}\n'
SOLVER = """\
from fractions import Fraction


def show(lab):
    return {"steps": [step.node for step in lab.run.walk], "value": lab.parameters["value"]}


def explain(lab):
    return {"double": 2 * lab.parameters["value"], "seen": lab.shown["value"]}


def objection(lab):
    return "seven is unlucky" if lab.parameters["value"] == 7 else ""


def gradient(lab):
    return lab.run.look_up("x.grad")
"""
HOOKED = {
    "solver.py": SOLVER,
    "question.md.j2": "{{ shown.steps | join(' then ') }}, at {{ shown.value }}\n",
    "solution.md.j2": "Twice {{ seen }} is {{ double }}, for {{ shown.steps[0] }} and {{ answers.x_grad.expected }}.\n",
}


@pytest.fixture
def hooked(toy_shelf: ToyShelf) -> Shelf:
    """The toy family with a solver that has every hook."""
    return toy_shelf(HOOKED, old="asks: x.grad", new="asks: solver.gradient")


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_no_files_are_left_behind(toy_shelf: ToyShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shelf = toy_shelf({**HOOKED, "generator.py": GENERATOR})
    monkeypatch.chdir(tmp_path)  # so that the place, `toy/doubling/solver.py`, is a file that there is
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    before = files_of(tmp_path)
    made = issue(shelf, Dice(b"1"))
    write_solution(shelf, made.variant, made.key)

    assert before == files_of(tmp_path)


def test_what_was_compiled_earlier_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    place = Path("toy/old/solver.py")
    place.parent.mkdir(parents=True)
    place.write_text("n = 1\n", encoding="utf-8")
    py_compile.compile(str(place), doraise=True)

    assert 2 == load("n = 2\n", place.as_posix()).n


def test_a_solver_is_read_with_its_family(hooked: Shelf):
    assert SOLVER == hooked.family.solver
    assert SOLVER == read_family(hooked.folder).solver


def test_a_family_without_a_solver_has_none(toy_shelf: ToyShelf):
    assert "" == toy_shelf().family.solver


# Hooks.


def test_show_is_frozen_in_the_variant(hooked: Shelf):
    variant = variant_from(hooked, {"value": 3})

    assert {"steps": ["y", "x"], "value": 3} == variant.shown
    assert variant == Variant.from_json(json.loads(json.dumps(variant.to_json())))


def test_a_question_prints_what_was_shown(hooked: Shelf):
    assert "y then x, at 3\n" == write_question(hooked, variant_from(hooked, {"value": 3})).body


def test_a_question_is_not_shown_anew(hooked: Shelf):
    variant = variant_from(hooked, {"value": 3})
    stored = {**variant.to_json(), "shown": {"steps": ["another"], "value": 5}}

    assert "another, at 5\n" == write_question(hooked, Variant.from_json(stored)).body


def test_explain_adds_to_the_solution(hooked: Shelf):
    variant = variant_from(hooked, {"value": 3})
    key = solve(write_question(hooked, variant), variant, hooked.family)

    assert "Twice 3 is 6, for y and 2.\n" == write_solution(hooked, variant, key).body


def test_explain_is_not_for_questions(toy_shelf: ToyShelf):
    shelf = toy_shelf({"solver.py": SOLVER, "question.md.j2": "{{ double }}\n"})

    with pytest.raises(BrokenFamily, match=r"^toy/doubling/question\.md\.j2:1: 'double' is undefined$"):
        write_question(shelf, variant_from(shelf, {"value": 3}))


def test_an_objection_refuses_draws_with_its_reason(hooked: Shelf):
    issues = [issue(hooked, Dice(bytes([seed]))) for seed in range(60)]

    assert 7 not in {made.variant.parameters["value"] for made in issues}
    assert {"seven is unlucky"} == {reason for made in issues for reason in made.refused}


def test_an_objection_to_everything_says_why_nothing_is_drawn(toy_shelf: ToyShelf):
    shelf = toy_shelf({"solver.py": "def objection(lab):\n    return 'never'\n"})

    with pytest.raises(NoAdmissibleDraw, match=r"^toy/doubling: 500 draws were refused \(never: 500\)\.$"):
        issue(shelf, Dice(b"1"))


def test_a_broken_solver_is_told_before_anything_is_drawn(toy_shelf: ToyShelf):
    shelf = toy_shelf({"solver.py": "import\n"})

    with pytest.raises(BrokenFamily, match=r"^toy/doubling/solver\.py: SyntaxError: "):
        draw(shelf, Dice(b"1"))


def test_a_solver_may_be_graded_with_when_its_folder_is_gone(hooked: Shelf):
    variant = variant_from(hooked, {"value": 3})
    question = Question.from_json(json.loads(json.dumps(write_question(hooked, variant).to_json())))
    family = type(hooked.family).from_json(json.loads(json.dumps(hooked.family.to_json())))
    for path in hooked.folder.iterdir():
        path.unlink()

    assert 2 == getattr(solve(question, variant, family).answers["x_grad"], "expected", None)


def test_a_generator_has_the_dice_the_level_and_what_was_drawn(toy_shelf: ToyShelf):
    code = 'def draw(dice, level, drawn):\n    return {"value": dice.integer(3, 3), "told": [level, drawn["value"]]}\n'
    shelf = toy_shelf({"generator.py": code}, old="[1, 9]", new="[5, 5]")

    assert {"level": 2, "value": 3, "told": [2, 5]} == draw(shelf, Dice(b"1"), level=2).parameters
