"""Every formula of the bank, at every level and several seeds: sound, and the same in MathML, in Typst and in words."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from chainrule.mathematics import formula_faults, mathml
from chainrule.mathematics.mathml import ELEMENTS
from chainrule.pages.markdown import formulas
from question_templates.bank import Shelf, open_bank
from question_templates.dice import Dice
from question_templates.drawing import issue
from question_templates.solution import write_solution
from tests.test_chainrule.formula_witness import bones, characters, compiled, letters, words

N_SEEDS = 2
pytestmark = pytest.mark.slow
OF_MATHML = "{http://www.w3.org/1998/Math/MathML}"


def texts(shelf: Shelf, seed: int, level: int) -> list[str]:
    made = issue(shelf, Dice(f"seed {seed}".encode()), level=level)
    fields = [text for asked in made.question.fields for text in (asked.prompt, *asked.options.values())]
    return [made.question.body, *fields, write_solution(shelf, made.variant, made.key).body]


@pytest.fixture(scope="module")
def bank_formulas() -> list[str]:
    found = {
        tex: None
        for shelf in open_bank().shelves.values()
        for level in shelf.family.levels
        for seed in range(N_SEEDS)
        for text in texts(shelf, seed, level)
        for tex in formulas(text)
    }
    return list(found)


def test_the_bank_has_formulas(bank_formulas: list[str]):
    assert len(bank_formulas) > 20


def test_every_formula_is_sound(bank_formulas: list[str]):
    assert {} == {tex: formula_faults(tex) for tex in bank_formulas if formula_faults(tex)}


def test_every_formula_is_mathml_core(bank_formulas: list[str]):
    found = {element.tag for tex in bank_formulas for element in ElementTree.fromstring(mathml(tex)).iter()}

    assert set() == found - {OF_MATHML + name for name in ELEMENTS}


def test_typst_says_the_same_as_mathml(bank_formulas: list[str]):
    pairs = {tex: (mathml(tex), math) for tex, math in zip(bank_formulas, compiled(bank_formulas), strict=True)}

    assert {} == {tex: pair for tex, pair in pairs.items() if characters(pair[0]) != characters(pair[1])}
    assert {} == {tex: pair for tex, pair in pairs.items() if bones(pair[0]) != bones(pair[1])}


def test_the_terminal_says_the_same_as_mathml(bank_formulas: list[str]):
    assert {} == {tex: words(tex) for tex in bank_formulas if words(tex) != letters(characters(mathml(tex)))}
