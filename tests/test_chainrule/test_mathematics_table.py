"""Formulas of deep learning and every command there is: both outputs say the same, by Typst's own MathML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from chainrule.mathematics import formula_faults, mathml
from chainrule.mathematics.commands import (
    BUILT,
    CHARACTERS,
    DELIMITERS,
    ENVIRONMENTS,
    FONTS,
    FUNCTIONS,
    SIGNS,
    WORDS,
)
from tests.test_chainrule.formula_witness import bones, characters, compiled, letters, words

TABLE: list[str] = yaml.safe_load((Path(__file__).parent / "formulas.yaml").read_text(encoding="utf-8"))


def every_command() -> Iterator[str]:
    yield from (f"a {sign} b" for sign in SIGNS)
    yield from (f"a {character} b" for character in sorted(CHARACTERS))
    yield from (f"{function} x" for function in FUNCTIONS)
    yield from (command + "{a}" + "{b}" * (n_arguments - 1) for command, n_arguments in BUILT.items())
    yield from (f"{font}{{{letter}}}" for font in FONTS for letter in ("A", "z", "1"))
    yield from (f"{command}{{ab 1}}" for command in WORDS)
    yield from (f"\\left{mark} x \\right." for mark in DELIMITERS)
    yield from (f"\\left. x \\right{mark}" for mark in DELIMITERS)
    yield from (f"\\begin{{{name}}} a & b, c \\\\ d & e \\end{{{name}}}" for name in ENVIRONMENTS)


FORMULAS = [*TABLE, *every_command()]
# Where Typst's MathML is built otherwise: a brace and what it says in one, lines without a table, a letter below op.
OTHER_BONES = ("\\underbrace", "\\begin{aligned}", "\\begin{cases}")


@pytest.fixture(scope="module")
def witnesses() -> dict[str, str]:
    return dict(zip(FORMULAS, compiled(FORMULAS), strict=True))


def test_the_table_is_long():
    assert 90 <= len(TABLE) == len(set(TABLE))


def test_no_formula_has_a_fault():
    assert {} == {tex: formula_faults(tex) for tex in FORMULAS if formula_faults(tex)}


def test_both_outputs_hold_the_same_characters(witnesses: dict[str, str]):
    different = {tex: (characters(mathml(tex)), characters(math)) for tex, math in witnesses.items()}

    assert {} == {tex: pair for tex, pair in different.items() if pair[0] != pair[1]}


def test_both_outputs_have_the_same_fractions_scripts_and_cells(witnesses: dict[str, str]):
    compared = {tex: math for tex, math in witnesses.items() if not any(name in tex for name in OTHER_BONES)}
    different = {tex: (bones(mathml(tex)), bones(math)) for tex, math in compared.items()}

    assert {} == {tex: pair for tex, pair in different.items() if pair[0] != pair[1]}


def test_the_words_hold_every_letter_of_the_formula():
    assert {} == {
        tex: (words(tex), letters(characters(mathml(tex))))
        for tex in FORMULAS
        if words(tex) != letters(characters(mathml(tex)))
    }
