"""Random programs of loops, branches, lists and tensors: on sizes they say what Python does, or they are refused."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import engine as ag
from engine.sizes import Size, evaluate, symbol
from engine.tensors import functions

HEAD = """\
class Box:
    def __init__(self):
        self.c = 0
        self.d = 1

    def step(self):
        self.c += 1

    def turn(self):
        self.c, self.d = self.d, self.c + 1

def grow(entries, entry):
    entries.append(entry)

def twice(number):
    return number * 2

def upto(count):
    for number in range(count):
        yield number

def f(n, m):
    a = 0
    b = 1
    P = []
    Q = [1]
    rows = [[] for _ in range(m)]
    box = Box()
    w = ag.Tensor(np.zeros((m, m)))
    x = ag.Tensor(np.zeros((n, m)))
    s = ag.Tensor(np.zeros(()))

    def peek():
        return b

"""
FOOT = "return x, s, a, b, P, Q, rows[0], box.c"
CALL = "x, s, a, b, P, Q, row, c = f(n, m)\nx"
COMPARED = ("a", "b", "P", "Q", "row", "c")

# What may stand in a slot; a choice that is named twice is drawn twice as often.
PLAIN = {
    "atom": ("1", "2", "3", "a", "b", "n", "m", "len(P)", "{index}", "{index}"),
    "number": (
        "{atom}", "{atom}", "{atom} + {atom}", "{atom} * 2", "{atom} - 1", "{atom} % 3", "{atom} // 2",
        "min({atom}, {atom})", "twice({atom})",
    ),
    "test": (
        "{index} % 2 == 0", "{index} == 2", "{index} < 3", "{index} > 0", "a % 2 == 0", "b < 3", "len(P) > 2", "2 > 1",
        "n >= 1", "{index} >= {atom}",
    ),
    "range": (
        "range(n)", "range(n)", "range(m)", "range(m)", "range(2)", "range(3)", "range(n + 1)", "range(m - 1)",
        "range(1, n + 1)", "reversed(range(m))", "range(0, n, 2)", "range(2, m + 2)",
    ),
    "name": ("a", "b"),
    "list": ("P", "Q"),
    "step": (
        "{list}.append({number})", "{list}.append({number})", "{list}.append({number})", "grow({list}, {number})",
        "{list}.extend([{number}, {number}])", "{list} += [{number}]", "P = P + [{number}]", "{name} = len({list})",
        "{name} += {number}", "{name} += {number}", "{name} -= {number}", "{name} = {number}",
        "{name} = {name} + {number}", "a = a + {number}", "b = b + {number}",
        "y = x @ w", "y = ag.relu(x)", "y = ag.sum(x, axis=0)", "x = x @ w", "x = ag.relu(x)", "x += x @ w",
        "s += ag.sum(x)", "s -= ag.sum(x @ w)",
    ),
    "compound": (
        "for {new} in {range}:\n    {block}", "for {new} in {range}:\n    {block}", "for {new} in {range}:\n    {block}",
        "if {test}:\n    {block}", "if {test}:\n    {block}\nelse:\n    {block}",
    ),
}  # fmt: skip

# State that is carried in other ways than by a name of the loop's own text, and lists that are changed in place.
SNEAKY_STEPS = (
    "a, b = b, a + 1", "b = peek() + 1", "box.c = box.c + 1", "box.step()", "box.turn()",
    "box.c, box.d = box.d, box.c + 1", "rows[0].append({number})", "{name} = {list}.pop()", "del {list}[0]",
    "{list}.insert(0, {number})", "{list}.clear()", "{list} = {list}[1:]", "{list} = Q.copy()", "P *= 2",
    "{name} = {list}[-1]", "Q[0] = {number}", "{list}.extend([{number}] * n)",
    "{list}.extend([{number} for v in range(m)])", "a = 5 if isinstance({atom}, int) else 6",
    "a = 5 if {atom} in {1, 2, 3} else 6", "b = {1: 5, 2: 6}.get({atom}, 7)", "a = len({{atom}, {atom}})",
)  # fmt: skip
SNEAKY_COMPOUNDS = (
    "for {new} in upto(n):\n    {block}", "for row in rows:\n    row.append({number})",
    "for {new} in range({index} + 1):\n    {block}", "for k in range(n):\n    pass\na = k + 1",
    "z = 0.0\nfor k in range(n):\n    z += 1.0\na = int(z)", "for {new} in {range}:\n    {block}\n    if {test}:\n        break",
    "for {new} in {range}:\n    if {test}:\n        continue\n    {block}", "k = 0\nwhile k < 3:\n    k += 1\n    {block}",
    "match {atom}:\n    case 1:\n        {block}\n    case _:\n        {block}",
    "try:\n    {block}\nfinally:\n    pass", "if {index} == 7:\n    {block}",
)  # fmt: skip
SNEAKY = {
    **PLAIN,
    "step": PLAIN["step"] + SNEAKY_STEPS,
    "compound": PLAIN["compound"] + SNEAKY_COMPOUNDS,
}

DEEPEST = 2  # loops in loops; 9**3 rounds of a test say no more than 9**2
POINTS = [dict(zip("nm", pair, strict=True)) for pair in [(1, 1), (1, 2), (2, 1), (2, 3), (3, 2), (5, 4), (9, 2), (2, 9)]]


def program(choose, grammar):
    """The text of a program; `choose` draws one of several texts."""
    lines = _block(choose, grammar, ()).split("\n")
    return HEAD + "".join(f"    {line}\n" for line in [*lines, FOOT])


def _block(choose, grammar, indices):
    kinds = [choose(("step", "step", "step", "compound", "compound")) for _ in range(choose((1, 2, 3)))]
    kinds = kinds if len(indices) < DEEPEST else ["step"] * len(kinds)
    return "\n".join(_filled(choose(grammar[kind]), choose, grammar, indices) for kind in kinds)


def _filled(text, choose, grammar, indices):
    """The text with something drawn for every slot; a block knows the loop that it stands in."""
    inner = (*indices, f"i{len(indices)}") if "{new}" in text else indices

    def slot(found):
        margin, name = found["margin"] or "", found["name"]
        if name == "block":
            return margin + _block(choose, grammar, inner).replace("\n", "\n" + margin)
        if name in ("new", "index"):
            return margin + (inner[-1] if name == "new" else choose((*reversed(indices), "b")))
        return margin + _filled(choose(grammar[name]), choose, grammar, indices)

    return re.sub(r"(?P<margin>^ +)?\{(?P<name>\w+)\}", slot, text, flags=re.MULTILINE)


def followed(source):
    """The trace at two symbols; None where it is refused."""
    try:
        return ag.run_listing(source, CALL, {"n": symbol("n"), "m": symbol("m")})
    except ag.ListingError:
        return None


def by_python(source, values):
    """What Python itself makes of a program: numbers, and the lengths of lists; None where it raises."""
    known = {"ag": ag, "np": np}
    exec(compile(source, "<program>", "exec"), known)
    try:
        _, _, *results = known["f"](**values)
    except Exception:  # noqa: BLE001, a program that is none at these sizes
        return None
    return {name: len(got) if isinstance(got, list) else got for name, got in zip(COMPARED, results, strict=True)}


def by_trace(trace, values):
    """The same as the trace says it, at plain numbers; what it says nothing of is left out."""
    said = {found.name: found for found in trace.bindings if found.function == "(call)" and found.name in COMPARED}
    return {name: at(found.size if found.kind == "size" else found.shape[0], values) for name, found in said.items()}


def at(size, values):
    """A size as a number."""
    return evaluate(size, values) if isinstance(size, Size) else size


def check(source):
    """A program is refused, or its trace says what Python does at every admissible point; whether it is followed."""
    trace = followed(source)
    if trace is None:
        return False
    for values in POINTS:
        truth = by_python(source, values) if ag.is_admissible(trace, values) else None
        if truth is not None:
            said = by_trace(trace, values)
            assert {name: truth[name] for name in said} == said, f"{values}\n{source}\n{CALL}"
            assert [] == ag.disagreements(trace, {"n": symbol("n"), "m": symbol("m")}, values), source
    return True


@given(st.data())
def test_a_random_program_is_followed_as_python_runs_it_or_refused(data):
    assume(check(program(lambda texts: data.draw(st.sampled_from(texts)), PLAIN)))
