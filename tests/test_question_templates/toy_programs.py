"""Small programs whose figures are counted by hand, and families that live in memory: for tests of the answer arm."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from question_templates.family import Family, MalRule
from question_templates.lab import Lab
from question_templates.program import NO_PROGRAM, Program, SizeRange
from question_templates.question import Field, Question
from question_templates.variant import Variant

#: Two layers, of which a function of its own does the first; X is (N, D), V is (D, K), W is (K, C).
NETWORK = """\
def hidden(X, V):
    Z = X @ V
    return ag.relu(Z)

def network(X, V, W):
    inputs = N * D
    H = hidden(X, V)
    Y = H @ W
    return Y
"""
NETWORK_CALL = (
    "network(ag.Tensor(np.zeros((N, D))), "
    "ag.Tensor(np.zeros((D, K)), requires_grad=True), ag.Tensor(np.zeros((K, C)), requires_grad=True))"
)
#: Numbers for its sizes, all different.
NUMBERS = {"N": 2, "D": 3, "K": 4, "C": 5}

#: One layer and its loss, with the walk back: what the ledger is asked about.
LOSS = """\
def forward(x, w):
    h = x @ w
    y = ag.relu(h)
    return ag.sum(y)
"""
LOSS_CALL = """\
loss = forward(ag.Tensor(np.zeros((N, D))), ag.Tensor(np.zeros((D, K)), requires_grad=True))
loss.backward()
"""

#: y = 3*3 = 9 and z = 9*3 = 27, so that dz/dy = 3 and dz/dx = 9 + 3*(3 + 3) = 27.
CUBE = 'x = ag.Scalar(3.0, label="x")\ny = x*x\nz = y*x\nz.backward()\n'

#: What the ledger of the tests counts unless they say otherwise: not the leaves.
ACTIVATIONS = {"discard_after_use": False, "frees_as_it_goes": False, "count_leaves": False, "leave_out": ()}


def open_sizes(names: str) -> dict[str, SizeRange]:
    """Open sizes, one a letter, measured at 1 to 4."""
    return {name: SizeRange(f"number of {name}", 1, 4) for name in names}


def variant_of(listing: str, program: Program = NO_PROGRAM, **parameters: Any) -> Variant:
    """A variant of the family `toy/program`."""
    return Variant("toy/program", "1", "digest", parameters, listing, program)


def network(**parameters: Any) -> Variant:
    """The network on open sizes."""
    return variant_of(NETWORK, Program(NETWORK_CALL, open_sizes("NDKC")), **parameters)


def network_at_numbers(**parameters: Any) -> Variant:
    """The network at its plain numbers."""
    call = NETWORK_CALL
    for name, number in NUMBERS.items():
        call = re.sub(rf"\b{name}\b", str(number), call)
    return variant_of(NETWORK.replace("N * D", "2 * 3"), Program(call), **parameters)


def lab_of(listing: str, program: Program = NO_PROGRAM, **parameters: Any) -> Lab:
    """A laboratory for a listing."""
    return Lab(variant_of(listing, program, **parameters))


def field_of(kind: str, asks: str, *, name: str = "answer", **more: Any) -> Field:
    """A field of weight 1."""
    return Field(name, kind, asks, "What is it?", Fraction(1), **more)


def question_of(*fields: Field, body: str = "Look at the program.", listing: str = "") -> Question:
    """A question that prints what it is told to."""
    return Question("Toy", body, listing, (), (), fields)


def family_of(*mal_rules: MalRule, solver: str = "", **more: Any) -> Family:
    """The family `toy/program`, in memory alone."""
    return Family(
        id="toy/program",
        version="1",
        digest="digest",
        title="Toy",
        topic="toy",
        levels=(1,),
        minutes=1,
        goal="Try it.",
        parameters={},
        fields=(),
        mal_rules=mal_rules,
        solver=solver,
        **more,
    )


def mal_rule(tag: str = "slip", **change: Any) -> MalRule:
    """A known mistake with its one change."""
    return MalRule(tag, "It looks as if something slipped.", **change)
