"""Ways to carry something through a loop that its text hides: each is fitted or refused, and none is said wrongly."""

from __future__ import annotations

import pytest

import engine as ag
from engine.running.patience import MOST, Patience
from engine.sizes import declare, same, symbol
from tests.test_engine.listing_points import check, symbols


def lines(*statements):
    return "\n".join(statements) + "\n"


PROGRAMS = {
    "a generator's rounds": """
def g(n):
    for i in range(n):
        yield i
def f(n):
    m = 1
    for i in g(n):
        m = m + 2
    return m
""",
    "attributes in a tuple": """
class Box:
    def __init__(self):
        self.a, self.b = 0, 0
    def step(self):
        self.a, self.b = self.a + 3, 0
def f(n):
    box = Box()
    for i in range(n):
        box.step()
    return box.a
""",
    "an entry that is taken out": """
def f(n):
    rows = list(range(n + 2))
    for i in range(n):
        top = rows.pop()
    return len(rows)
""",
    "an entry of a dictionary": """
def f(n):
    seen = {"m": 0}
    for i in range(n):
        seen["m"] += 2
    return seen["m"]
""",
    "a set that grows": """
def f(n):
    seen = {0}
    for i in range(n):
        seen.add(0)
        m = len([s for s in seen])
    return m
""",
    "an inner loop's rounds": """
def f(n):
    rows = []
    for i in range(n):
        for j in range(i + 1):
            rows.append(i)
    return len(rows)
""",
    "a deleted entry": """
def f(n):
    rows = list(range(2*n))
    for i in range(n):
        del rows[0]
    return len(rows)
""",
    "a while loop": """
def f(n):
    i, m = 0, 0
    while i < n:
        i, m = i + 1, m + 3
    return m
""",
}
RESULTS = {
    "a generator's rounds": lambda n: 2 * n + 1,
    "attributes in a tuple": lambda n: 3 * n,
    "an entry that is taken out": lambda n: 2,
    "an entry of a dictionary": lambda n: 2 * n,
    "a set that grows": lambda n: 1,
    "an inner loop's rounds": lambda n: (n * n + n) // 2,
    "a deleted entry": lambda n: n,
    "a while loop": lambda n: 3 * n,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_the_text_hides_is_run_at_plain_numbers_instead(name):
    n = symbol("n")
    trace = ag.run_listing(PROGRAMS[name], "f(n)", {"n": n})

    assert ("n",) == trace.fitted
    assert same(RESULTS[name](n), trace.result.size)


def test_a_number_that_a_fitted_loop_goes_on_changing_is_not_told_as_its_first_rounds():
    listing = "def f(n):\n    t = 0\n    for i in range(n):\n        t = t + i\n    return t\n"
    trace = ag.run_listing(listing, "f(n)", {"n": symbol("n")})

    assert same(symbol("n") * (symbol("n") - 1) // 2, trace.result.size)
    with pytest.raises(ag.EngineError, match="nothing is called 't' here"):
        trace.binding("t")


def test_what_a_chain_relies_on_grows_with_its_length():
    body = ("def f(x, w, n):", "    for i in range(n):", "        x = ag.conv2d(x, w)", "    return x")
    call = "f(ag.Tensor(np.zeros((N, C, H, W))), ag.Tensor(np.zeros((C, C, 3, 3))), n)"
    trace = ag.run_listing(lines(*body), call, symbols("n N C H W"))

    assert ("3 <= H", "3 <= W", "2*n + 1 <= H", "2*n + 1 <= W") == trace.assumptions
    assert ag.is_admissible(trace, {"n": 3, "N": 1, "C": 1, "H": 7, "W": 9})
    assert not ag.is_admissible(trace, {"n": 3, "N": 1, "C": 1, "H": 6, "W": 9})


def test_the_formulas_of_such_a_chain_agree_with_arrays_and_counts():
    body = ("def f(x, w, n):", "    for i in range(n):", "        x = ag.conv2d(x, w)", "    return x")
    call = "f(ag.Tensor(np.random.randn(N, C, H, W)), ag.Tensor(np.random.randn(C, C, 3, 3)), n)"

    check(lines(*body), call, "n N C H W", count=50, largest=9, n=3, N=2, C=2)


def test_a_product_of_plain_arrays_costs_what_it_costs():
    body = ("def f(a, b):", "    c = a @ b", "    d = -c * 2", "    return d")
    call = "f(np.random.randn(n, k), np.random.randn(k, m))"
    trace = check(lines(*body), call, "n k m")
    n, k, m = (symbol(name) for name in "nkm")

    assert same(n * k * m, trace.of_line(2).multiply_adds)
    assert same(2 * n * m, trace.of_line(3).elementwise)


RIGHT_IN_EVERY_RUN = {
    "a sum that begins with a number": (
        ["def f(x, n):", "    total = 0", "    for i in range(n):", "        total += x", "    return total"],
        "f(ag.Tensor(np.random.randn(k, 2)), n)",
    ),
    "rows of a tensor": (
        ["def f(x):", "    total = 0", "    for row in x:", "        total += ag.sum(row)", "    return total"],
        "f(ag.Tensor(np.random.randn(n, k)))",
    ),
    "pairs of rows": (
        [
            "def f(x, y):",
            "    rows = []",
            "    for a, b in zip(x, y):",
            "        rows.append(a * b)",
            "    return len(rows)",
        ],
        "f(ag.Tensor(np.random.randn(n, k)), ag.Tensor(np.random.randn(n, k)))",
    ),
    "a product after another on plain arrays": (
        ["def f(a, b):", "    c = a * 2", "    return np.matmul(c, b)"],
        "f(np.random.randn(n, k), np.random.randn(k, n))",
    ),
    "a product after a walk back": (
        ["def f(w, x):", "    ag.sum(x @ w).backward()", "    return x @ w"],
        "f(ag.Tensor(np.random.randn(n, k), requires_grad=True), ag.Tensor(np.random.randn(k, n)))",
    ),
    "logsumexp": (["def f(x):", "    return ag.logsumexp(x, axis=1) * 2"], "f(ag.Tensor(np.random.randn(n, k)))"),
    "an embedding by zeros": (
        ["def f(x, places):", "    return ag.embedding(x, places)"],
        "f(ag.Tensor(np.random.randn(n, k)), np.zeros((n, 2), dtype=np.int64))",
    ),
    "float32 by a conversion": (
        ["def f(a, b):", "    return a @ b"],
        "f(ag.Tensor(np.random.randn(n, k).astype(np.float32)), ag.Tensor(np.random.randn(k, 3).astype(np.float32)))",
    ),
    "a mean of everything": (["def f(x):", "    m = np.sum(x) / n", "    return x * m"], "f(np.random.randn(n, k))"),
    "floats of whole numbers": (
        ["def f(a):", "    b = np.exp(a)", "    c = a / 2", "    d = np.mean(a)", "    return np.sqrt(a)"],
        "f(np.arange(n))",
    ),
    "a maximum with a number": (
        ["def f(x, w):", "    return ag.maximum(x, 0.0) @ w"],
        "f(ag.Tensor(np.random.randn(n, k)), ag.Tensor(np.random.randn(k, n)))",
    ),
}


@pytest.mark.parametrize(("statements", "call"), RIGHT_IN_EVERY_RUN.values(), ids=RIGHT_IN_EVERY_RUN)
def test_symbolic_real_and_counted_runs_agree(statements, call):
    check(lines(*statements), call, "n k", count=30, largest=5)


def test_an_accumulation_that_counts_one_round_only_is_noticed(monkeypatch):
    from engine.running.loops import Loops

    body = lines("def f(n):", "    m = 0", "    for i in range(n):", "        m += 2", "    return m")
    monkeypatch.setattr(Loops, "add_up", lambda self, numbers, is_sum, now, amount: now + amount)
    trace = ag.run_listing(body, "f(n)", {"n": symbol("n")})

    assert [] != ag.disagreements(trace, {"n": symbol("n")}, {"n": 3})


def test_a_listing_that_asks_for_too_many_proofs_is_refused():
    patience = Patience()
    for _ in range(MOST // 100):
        patience.spend(100)
    with pytest.raises(ag.EngineError, match="takes too many proofs or runs to follow; declare what it relies on"):
        patience.spend(100)


def test_a_fact_that_rules_out_small_numbers_is_kept_by_the_fit():
    facts = declare("c <= n")
    loop = ("    for i in range(n):", "        if i in range(c):", "            m += 1")
    body = lines("def f(n, c):", "    m = 0", *loop, "    return m")
    trace = ag.run_listing(body, "f(n, c)", symbols("n c", facts=facts))

    assert same(symbol("c"), trace.result.size)
    assert ("c <= n",) == trace.assumptions[:1]
