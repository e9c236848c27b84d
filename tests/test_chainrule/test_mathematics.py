"""Formulas: what is wrong with one is said in words, and what is right can stand in any page and any print."""

from __future__ import annotations

import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.mathematics import BrokenFormula, formula_faults, mathml, readable
from chainrule.mathematics.mathml import ELEMENTS

OF_MATHML = "{http://www.w3.org/1998/Math/MathML}"


@pytest.mark.parametrize(
    ("tex", "fault"),
    [
        (r"\mathbf h_t", r"\mathbf without braces; write \mathbf{...}"),
        (r"\mathcal L", r"\mathcal without braces; write \mathcal{...}"),
        (r"\frac12", r"\frac without braces; write \frac{...}{...}"),
        (r"\sqrt x", r"\sqrt without braces; write \sqrt{...}"),
        (r"\hat y", r"\hat without braces; write \hat{...}"),
        (r"\text", r"\text without braces; write \text{...}"),
        (r"x^\frac{a}{b}", r"^\frac without braces; write ^{\frac ...}"),
        (r"\mathbf{a + b}", r"\mathbf holds more than letters and digits; write it around each letter alone"),
        ("{a", "a { is never closed; write } where it ends"),
        ("a}", r"a } without its {; write \} for the sign"),
        ("a{}", "{} holds nothing; leave it out"),
        (r"\sqrt[3{x}", r"the [ after \sqrt is never closed; write ] where it ends"),
        (r"\left( a", r"\left without \right; write \right. where nothing shall stand"),
        (r"a \right)", r"\right without its beginning; leave it out"),
        (r"\begin{matrix} a", r"\begin{matrix} is never ended; write \end{matrix}"),
        (r"\begin{matrix} a \end{cases}", r"\begin{matrix} is ended by \end{cases}; write \end{matrix}"),
        (r"\begin{align} a \end{align}", "the environments are matrix, pmatrix"),
        (r"a = \begin{aligned} b \end{aligned}", r"stands beside \begin{aligned}; let it be all of the formula"),
        ("a & b", r"& outside of an environment; it parts cells or rows between \begin and \end"),
        (r"a \\ b", r"\\ outside of an environment"),
        ("a$b", "$ inside of a formula; it ends the formula, so write the word in"),
        (r"\text{if $x$}", r"\text{if $x$} holds more than words; leave formulas and commands outside of it"),
        (r"\foo x", r"\foo is no command that every output knows; write a name as \operatorname{...}"),
        (r"\alhpa", r"\alhpa is no command that every output knows; write \alpha if that is meant"),
        ("a × b", r"'×' can't stand in a formula; write \times"),
        ("größe", r"'ö' can't stand in a formula; write a LaTeX command, or words in \text{...}"),
        ("^2", "nothing stands before ^; write what it belongs to"),
        ("x^", "nothing stands after ^; write what is raised"),
        ("x_i_j", "two _ at the same part; put braces around the first part with its script"),
        (" ", "nothing stands in it; write a formula or leave the dollar signs out"),
        ("{" * 60 + "a" + "}" * 60, "it is nested more than 24 deep; take it apart"),
    ],
)
def test_a_fault_says_what_to_write(tex: str, fault: str):
    assert [found for found in formula_faults(tex) if fault in found]


def test_all_faults_of_a_formula_come_at_once():
    assert 3 == len(formula_faults(r"\mathbf h + \frac12 + \foo"))


def test_a_broken_formula_is_refused_with_its_source():
    with pytest.raises(BrokenFormula) as refused:
        mathml(r"\mathbf h")

    assert r"the formula '\\mathbf h': \mathbf without braces; write \mathbf{...}." == str(refused.value)


@given(st.text() | st.text(alphabet="\\{}[]()^_&'ab1 $leftrighfcmxd"))
def test_whatever_is_written_is_judged_and_read(tex: str):
    assert isinstance(readable(tex), str) and all(isinstance(fault, str) for fault in formula_faults(tex))


@given(st.text(alphabet="\\{}[]()^_'ab1+-<>|,.;:\"#*/ ", max_size=12))
def test_what_has_no_fault_is_mathml_core(tex: str):
    root = None if formula_faults(tex) else ElementTree.fromstring(mathml(tex))

    assert root is None or {element.tag for element in root.iter()} <= {OF_MATHML + name for name in ELEMENTS}


def test_hostile_words_stay_words():
    tex = r"\text{<script>alert(1)</script> \& \"x\"}".replace('\\"', '"')
    math = mathml(tex)

    assert "<script" not in math and readable(tex) == ElementTree.fromstring(math).get("alttext")


def test_a_formula_says_itself_in_words():
    assert 'alttext="(H - K)/S"' in mathml(r"\frac{H - K}{S}")


def test_only_a_formula_of_its_own_line_is_a_block():
    assert ('display="block"' in mathml("x", display=True), "display" in mathml("x")) == (True, False)


def test_names_of_functions_are_one_word_with_a_space_before_a_letter():
    assert ">log</mo><mspace" in mathml(r"\log n") and "mspace" not in mathml(r"\log(n)")


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_a_new_process_writes_the_same_bytes(hash_seed: str):
    tex = r"\sum_{i=1}^{n} \mathbf{W}_i \left( \frac{a}{b} \right)"
    program = f"import sys; from chainrule.mathematics import *\nsys.stdout.buffer.write(mathml({tex!r}).encode())"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program]
    written = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)

    assert mathml(tex).encode() == written.stdout


@pytest.mark.parametrize(
    ("tex", "tag"),
    [(r"\sum_{i=1}^{n} i", "munderover"), (r"\max_i z", "munder"), (r"\log_2 n", "msub"), (r"\int_0^1 x", "msubsup")],
)
def test_limits_stand_below_sums_and_extremes_alone(tex: str, tag: str):
    assert [tag] == [
        element.tag.removeprefix(OF_MATHML)
        for element in ElementTree.fromstring(mathml(tex)).iter()
        if element.tag.startswith((OF_MATHML + "munder", OF_MATHML + "msub"))
    ]
