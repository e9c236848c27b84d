"""Random programs of loops, branches, lists and tensors: on sizes they say what Python does, or they are refused."""

from __future__ import annotations

import random
import re
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import engine as ag
from engine.sizes import Size, evaluate, symbol

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
SIZES = {"n": symbol("n"), "m": symbol("m")}
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
        "for {new} in {range}:\n    {block}", "for {new} in {range}:\n    {block}",
        "for {new} in {range}:\n    {block}", "if {test}:\n    {block}", "if {test}:\n    {block}\nelse:\n    {block}",
    ),
}  # fmt: skip

# State that is carried in other ways than by a name of the loop's own text, and lists that are changed in place.
SNEAKY_STEPS = (
    "a, b = b, a + 1", "b = peek() + 1", "box.c = box.c + 1", "box.step()", "box.turn()",
    "box.c, box.d = box.d, box.c + 1", "rows[0].append({number})", "{name} = {list}.pop()", "del {list}[0]",
    "{list}.insert(0, {number})", "{list}.clear()", "{list} = {list}[1:]", "{list} = Q.copy()",
    "{name} = {list}[-1]", "Q[0] = {number}", "{list}.extend([{number}] * n)",
    "{list}.extend([{number} for v in range(m)])", "a = 5 if isinstance({atom}, int) else 6",
    "a = 5 if {atom} in {1, 2, 3} else 6", "b = {1: 5, 2: 6}.get({atom}, 7)", "a = len({{atom}, {atom}})",
)  # fmt: skip
SNEAKY_COMPOUNDS = (
    "for {new} in upto(n):\n    {block}",
    "for {new} in range(n):\n    for k in range({new} + 1):\n        {step}",
    "for {new} in {range}:\n    {block}\n    if {test}:\n        break",
    "for {new} in {range}:\n    if {test}:\n        continue\n    {block}",
    "for row in rows:\n    row.append({number})",
    "for k in range(n):\n    pass\na = k + 1",
    "z = 0.0\nfor k in range(n):\n    z += 1.0\na = int(z)",
    "{new} = 0\nwhile {new} < 3:\n    {new} += 1\n    {block}",
    "match {atom}:\n    case 1:\n        {block}\n    case _:\n        {block}",
    "try:\n    {block}\nfinally:\n    pass",
    "if {index} == 7:\n    {block}",
)
SNEAKY = {
    **PLAIN,
    "step": PLAIN["step"] + 3 * SNEAKY_STEPS,
    "compound": PLAIN["compound"] + SNEAKY_COMPOUNDS,
}

DEEPEST = 2  # blocks in blocks: deeper ones say no more and take longer
POINTS = [dict(zip("nm", pair, strict=True)) for pair in [(1, 1), (1, 2), (3, 2), (2, 4), (9, 2), (2, 9)]]


def drawing(data):
    """How Hypothesis chooses one of several texts."""
    return lambda texts: data.draw(st.sampled_from(texts))


def program(choose, grammar):
    """The text of a program; `choose` draws one of several texts."""
    lines = _block(choose, grammar, (), 0).split("\n")
    return HEAD + "".join(f"    {line}\n" for line in [*lines, FOOT])


def _block(choose, grammar, indices, depth):
    kinds = ("step", "step", "compound") if depth < DEEPEST else ("step",)
    steps = [choose(grammar[choose(kinds)]) for _ in range(choose((1, 2) if depth else (2, 3, 4)))]
    return "\n".join(_filled(step, choose, grammar, indices, depth) for step in steps)


def _filled(text, choose, grammar, indices, depth):
    """The text with something drawn for every slot; what stands in a loop knows its index."""
    inner = (*indices, f"i{depth}") if "{new}" in text else indices

    def slot(found):
        margin, name = found["margin"] or "", found["name"]
        if name == "block":
            return margin + _block(choose, grammar, inner, depth + 1).replace("\n", "\n" + margin)
        if name == "new":
            return inner[-1]
        if name == "index":
            return choose((*reversed(inner if margin else indices), "b"))
        return margin + _filled(choose(grammar[name]), choose, grammar, inner if margin else indices, depth)

    return re.sub(r"(?P<margin>^ +)?\{(?P<name>\w+)\}", slot, text, flags=re.MULTILINE)


def followed(source):
    """The trace at two symbols; None where it is refused."""
    try:
        return ag.run_listing(source, CALL, SIZES)
    except ag.ListingError:
        return None


def by_python(source, values):
    """What Python itself makes of a program: numbers, and the lengths of lists; None where it raises."""
    known: dict[str, Any] = {"ag": ag, "np": np}
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


def totals_at(trace, values):
    """What every line and function did and cost, at plain numbers; lines that did nothing are left out."""
    amounts = {place: [at(amount, values) for amount in totals.amounts] for place, totals in trace.totals.items()}
    return {place: row for place, row in amounts.items() if any(row)}


def at(size, values):
    """A size as a number."""
    return evaluate(size, values) if isinstance(size, Size) else size


def check(source):
    """That a trace says what Python and a real run do at every admissible point; whether the program is followed."""
    trace = followed(source)
    if trace is None:
        return False
    for values in POINTS:
        truth = by_python(source, values) if ag.is_admissible(trace, values) else None
        if truth is not None:
            said, real, where = by_trace(trace, values), ag.run_listing(source, CALL, values), f"{values}\n{source}"

            assert truth == by_trace(real, {}), where
            assert {name: truth[name] for name in said} == said, where
            assert totals_at(real, {}) == totals_at(trace, values), where
    return True


@given(st.data())
def test_a_program_of_loops_is_followed_as_python_runs_it_or_refused(data):
    check(program(drawing(data), PLAIN))


@given(st.data())
def test_a_program_with_hidden_state_is_followed_as_python_runs_it_or_refused(data):
    check(program(drawing(data), SNEAKY))


@settings(max_examples=50)
@given(st.data())
def test_nothing_disagrees_with_a_trace_that_python_confirms(data):
    source = program(drawing(data), PLAIN)
    trace = followed(source)
    for values in POINTS if trace is not None else ():
        if ag.is_admissible(trace, values) and by_python(source, values) is not None:
            assert [] == ag.disagreements(trace, SIZES, values), source


def test_most_programs_are_not_refused():
    dice = random.Random(1)
    n_followed = sum(followed(program(dice.choice, PLAIN)) is not None for _ in range(30))

    assert n_followed >= 24
