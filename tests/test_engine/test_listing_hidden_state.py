"""Programs that an adversary wrote: each is followed as Python runs it, or refused, and none is said wrongly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine as ag
from engine.sizes import Size, evaluate, symbol

PROGRAMS = {
    "a sum that is begun anew in some rounds": """
def f(n):
    t = 0
    for i in range(n):
        if n > 0:
            t = 0
        t += 1
    return t
""",
    "an assignment inside a condition": """
def f(n):
    x = 1
    for i in range(n):
        y = (x := 5) if n > 99 else 0
        x = x + 1
    return x
""",
    "a comprehension's own name": """
def f(n):
    x = 1
    for i in range(n):
        y = [0 for x in (1, 2)]
        x = x + 1
    return x
""",
    "a loop inside __init__": """
class Box:
    def __init__(self, n):
        self.t = 0
        for i in range(n):
            self.t += 1
def f(n):
    return Box(n).t
""",
    "an object that __init__ is handed": """
class Counter:
    def __init__(self):
        self.c = 1
class User:
    def __init__(self, counter):
        counter.c = counter.c + 1
def f(n):
    counter = Counter()
    for i in range(n):
        user = User(counter)
    return counter.c
""",
    "an exception that is swallowed": """
def f(n):
    x = 1
    try:
        for i in range(n):
            x = x + 1
    except ValueError:
        x = 0
    return x
""",
    "an iterator that is used up": """
def f(n):
    g = zip([1, 2, 3], [4, 5, 6])
    m = 0
    for i in range(n):
        for v in g:
            m += 1
    return m
""",
    "one name for two sizes": """
def g(n):
    k = n*2
    s = 0
    for i in range(k):
        s = s + 1
    return s
def h(n):
    k = n + 5
    return len([0]*k)
def f(n):
    return g(n) + h(n)
""",
    "a threshold that the text names": """
def f(n):
    t = 0
    for i in range(n):
        t += min(i, 20)
    return t
""",
    "every twentieth round": """
def f(n):
    t = 0
    for i in range(n):
        t += 1 if i % 20 == 0 else 0
    return t
""",
    "rounds that may be none": """
def f(n):
    P = n - 3
    x = 0
    for i in range(P):
        y = x
        x = 1
    return x + 1
""",
    "another type after the first round": """
def f(n):
    x = 1
    for i in range(n - 1):
        y = x
        x = [1, 2]
    return x if n == 1 else len(x)
""",
    "the last entry of a range": """
def f(n):
    return range(n)[-1] + list(range(n + 2))[1:][0]
""",
    "entries that are kept when a list grows": """
def f(n):
    rows = list(range(n + 3))
    rows.append(0)
    return rows[2]
""",
    "a list that is compared": """
def f(n):
    return 1 if [0]*n != [] else 2
""",
    "a list that is doubled under two names": """
def f(n):
    rows = [0]*n
    other = rows
    rows *= 2
    return len(other)
""",
    "a list that takes itself": """
def f(n):
    rows = [1]
    rows += rows
    return len(rows)*n
""",
    "a whole float": """
def f(n):
    return 1 if n == 2.0 else 2
""",
    "a fraction that may be whole": """
def f(n):
    return 1 if n / 2 == 1 else 2
""",
    "rows of many lists": """
def f(n):
    rows = [[] for _ in range(n + 1)]
    for i in range(n):
        for row in rows:
            row.append(1)
    return len(rows[0])
""",
    "a function that reads what the loop assigns": """
def f(n):
    b = 1
    def peek():
        return b
    for i in range(n):
        b = peek() + 1
    return b
""",
    "a set of sizes": """
def f(n):
    return len({n, 3})
""",
    "a name that is assigned again": """
n = 6
n = n // 2
def f(k):
    return n
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_hidden_state_is_followed_as_python_runs_it_or_refused(name):
    try:
        trace = ag.run_listing(PROGRAMS[name], "f(n)", {"n": symbol("n")})
    except ag.ListingError:
        return
    for n in (1, 2, 3, 7, 12, 25, 45):
        if ag.is_admissible(trace, {"n": n}):
            said = trace.result.size
            start = PROGRAMS[name].replace("n = 6", f"n = {n}")
            known: dict[str, Any] = {"np": np, "ag": ag}
            exec(compile(start, "<program>", "exec"), known)

            assert known["f"](n) == (evaluate(said, {"n": n}) if isinstance(said, Size) else said)


def test_a_loop_of_the_call_sees_what_the_listings_functions_read():
    listing = "t = 0\ndef g():\n    return t\n"
    trace = ag.run_listing(listing, "for i in range(n):\n    t = g() + 1\n[0]*t", {"n": symbol("n")})

    assert 5 == evaluate(trace.result.shape[0], {"n": 5})


def test_what_is_computed_of_a_growing_part_is_not_taken_for_one_size():
    listing = "def f(x, n):\n    for i in range(n):\n        y = x[:i + 1]*2\n    return y\n"
    trace = ag.run_listing(listing, "f(ag.Tensor(np.zeros(n)), n)", {"n": symbol("n")})

    assert ("n",) == trace.fitted
    assert 4 * 5 // 2 == evaluate(trace.of_function("f").elementwise, {"n": 4})


@pytest.mark.parametrize("scale", ["np.sqrt(n)", "n**0.5", "(n/2)"])
def test_scaling_by_a_root_or_fraction_of_a_size_keeps_float32(scale):
    listing = f"def f(x, n):\n    return x / {scale}\n"
    call = "f(ag.Tensor(np.zeros((n, n)).astype(np.float32)), n)"
    symbolic = ag.run_listing(listing, call, {"n": symbol("n")})
    real = ag.run_listing(listing, call, {"n": 3})

    assert "float32" == symbolic.result.dtype == real.result.dtype
    assert 36 == evaluate(symbolic.result.value_bytes, {"n": 3}) == real.result.value_bytes
