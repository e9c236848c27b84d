"""Formulas, written once as LaTeX, for every output: words for a terminal, MathML for a page, Typst for print."""

from chainrule.mathematics.grammar import formula_faults
from chainrule.mathematics.mathml import mathml
from chainrule.mathematics.readable import readable
from chainrule.mathematics.tree import BrokenFormula
from chainrule.mathematics.typst_math import typst_math

__all__ = ["BrokenFormula", "formula_faults", "mathml", "readable", "typst_math"]
