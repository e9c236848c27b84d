"""Listings on sizes that are not known: what a loop adds up, what is relied on, pinned, fitted, and what is refused."""

from __future__ import annotations

import pytest

import engine as ag
from engine.sizes import declare, rewritten, same, symbol, to_python
from tests.test_engine.listing_points import check, symbols


def lines(*statements):
    return "\n".join(statements) + "\n"


def traced(statements, call, names, *, facts=(), **options):
    declared = declare(*facts)
    return ag.run_listing(lines(*statements), call, symbols(names, facts=declared), **options)


def sizes_of(statements, names, wanted, **options):
    """The sizes of some names after the statements of a function `f` of the given names."""
    body = [f"def f({', '.join(names.split())}):", *(f"    {statement}" for statement in statements), "    return 0"]
    trace = traced(body, f"f({', '.join(names.split())})", names, **options)
    return [to_python(rewritten(trace.binding(name, function="f").size, order=("n", "k"))) for name in wanted.split()]


LOOPS = {
    "an append in a loop counts its rounds": (
        ["rows = []", "for i in range(n):", "    rows.append(i)", "m = len(rows)"],
        "n",
    ),
    "an append in nested loops counts the product of their rounds": (
        ["rows = []", "for i in range(n):", "    for j in range(k):", "        rows.append(i*k + j)", "m = len(rows)"],
        "n*k",
    ),
    "two appends a round count twice": (
        ["rows = [1]", "for i in range(n):", "    rows.append(i)", "    rows.append(i)", "m = len(rows)"],
        "2*n + 1",
    ),
    "an amount that is added each round is multiplied": (["m = 3", "for i in range(n):", "    m += k"], "n*k + 3"),
    "an amount that is taken away each round is multiplied": (["m = k", "for i in range(n):", "    m -= 2"], "k - 2*n"),
    "a count that begins anew each round is that of one round": (
        ["for i in range(n):", "    m = 0", "    for j in range(k):", "        m += 1"],
        "k",
    ),
    "an accumulation in the inner loop counts both": (
        ["m = 0", "for i in range(n):", "    for j in range(k):", "        m += 1"],
        "n*k",
    ),
    "a loop of plain rounds inside one of unknown rounds is gone through": (
        ["m = 0", "for i in range(n):", "    for j in range(3):", "        m += 1"],
        "3*n",
    ),
    "a range may begin and step": (["m = 0", "for i in range(2, n, 3):", "    m += 1"], "n//3"),
    "a comprehension has as many entries as rounds": (["rows = [k for _ in range(n)]", "m = len(rows)"], "n"),
    "a comprehension of comprehensions has rows of one length": (
        ["rows = [[0 for _ in range(k)] for _ in range(n)]", "m = len(rows)*len(rows[0])"],
        "n*k",
    ),
    "a list times a size is as long": (["m = len([0, 1]*n)"], "2*n"),
    "lists put together add up": (["m = len(list(range(n)) + [1, 2])"], "n + 2"),
    "a slice takes what it says": (["m = len(list(range(n))[1:])"], "n - 1"),
    "enumerate and zip go through what they are given": (
        ["m = 0", "for i, (a, b) in enumerate(zip([k for _ in range(n)], range(n))):", "    m += a"],
        "n*k",
    ),
    "reversed has the same rounds": (["m = 0", "for i in reversed(range(n)):", "    m += 2"], "2*n"),
    "sum adds entries that are the same": (["m = sum([k for _ in range(n)])"], "n*k"),
    "min and max of sizes stay": (["m = max(n, k) - min(n, k)"], "-k + n + 2*max(0, k - n)"),
}


@pytest.mark.parametrize(("statements", "expected"), LOOPS.values(), ids=LOOPS)
def test_loops_and_lists_of_unknown_length(statements, expected):
    assert [expected] == sizes_of(statements, "n k", "m", facts=("2 <= n",))


CARRIED = {
    "a round uses x of the one before": (["x = n", "for i in range(n):", "    x = x*k"], "uses x of the one before"),
    "names are swapped": (["a, b = n, k", "for i in range(n):", "    a, b = b, a"], "uses a, b of the one before"),
    "a branch depends on the round": (
        ["m = 0", "for i in range(n):", "    if i > 2:", "        m += 1"],
        "branch depends",
    ),
    "a loop is left": (["for i in range(n):", "    m = 1", "    break"], "break inside the loop"),
    "an entry is changed": (["rows = [0, 1]", "for i in range(n):", "    rows[0] = i"], r"assigning to rows\[0\]"),
    "an amount depends on the round": (["m = 0", "for i in range(n):", "    m += i"], "depends on the round"),
    "the last round's index is used": (["for i in range(n):", "    m = i", "m = i + 1"], "last round left in i"),
    "a list is looked at while it grows": (
        ["rows, m = [], 0", "for i in range(n):", "    rows.append(i)", "    m += len(rows)"],
        "looked at in the loop that it grows in",
    ),
    "a closure sees later rounds": (
        ["rows = []", "for i in range(n):", "    rows.append(lambda: i)", "m = rows[0]()"],
        "uses i of the one before",
    ),
    "entries differ": (["rows = [i*k for i in range(n)]", "m = rows[1]"], "whose entries differ"),
}


@pytest.mark.parametrize(("statements", "why"), CARRIED.values(), ids=CARRIED)
def test_what_a_loop_carries_is_found_and_the_line_said(statements, why):
    body = ["def f(n, k):", *(f"    {statement}" for statement in statements), "    return 2**n"]
    # 2**n is no polynomial, so that no formula can be fitted and the reason comes to light.
    with pytest.raises(ag.ListingError, match=rf"^line \d+: a loop of n rounds cannot be followed as a whole: .*{why}"):
        traced([*body, "m = f(n, k)", "for _ in range(m):", "    pass"], "m", "n k")


FITTED = {
    "sums of indices": (["m = 0", "for i in range(n):", "    m += i"], "(n**2 - n)//2"),
    "rounds that grow": (
        ["m = 0", "for i in range(n):", "    for j in range(i):", "        m += k"],
        "(n**2*k - n*k)//2",
    ),
    "a product of the last index": (["for i in range(n):", "    m = i", "m = i*k"], "n*k - k"),
    "a first round that differs": (
        ["m = 0", "for i in range(n):", "    if i == 0:", "        m += k", "    m += 1"],
        "k + n",
    ),
}


@pytest.mark.parametrize(("statements", "expected"), FITTED.values(), ids=FITTED)
def test_formulas_are_fitted_where_a_loop_carries_something(statements, expected):
    body = ["def f(n, k):", *(f"    {statement}" for statement in statements), "    return m"]
    trace = traced(body, "f(n, k)", "n k")

    assert ("n",) == trace.fitted
    assert expected == to_python(trace.result.size)


def test_the_fit_is_of_the_name_that_the_listing_gives_to_the_rounds():
    loop = ["    m = 0", "    for i in range(Hout):", "        m += i", "    return m"]
    body = ["def f(H, K):", "    Hout = H - K + 1", *loop]
    H, K = symbol("H"), symbol("K")
    trace = traced(body, "f(H, K)", "H K")

    assert ("Hout",) == trace.fitted
    assert same((H - K + 1) * (H - K) // 2, trace.result.size)


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        (["for i in range(n):", "    m = 2*m"], "no polynomial in n of degree 6 or less"),
        (["for i in range(n):", "    if i == 9:", "        m += 1"], "one formula for small n and another at 1"),
        (["for i in range(n):", "    m += i % 2"], "no polynomial in n"),
    ],
)
def test_what_follows_no_polynomial_is_refused(statements, why):
    body = ["def f(n):", "    m = 1", *(f"    {statement}" for statement in statements), "    return m"]

    with pytest.raises(ag.ListingError, match=rf"^line \d: .*Nor can its formulas be fitted: .*{why}"):
        traced(body, "f(n)", "n")


MATMUL = ("def f(a, b):", "    c = a @ b", "    return c")


def test_sizes_that_may_differ_are_refused_with_both_shapes_the_rule_and_the_line():
    rule = "the inner sizes k and m must agree; declare 'k == m'"
    message = rf"^line 2: matmul: left is \(n, k\), right is \(m, p\); {rule}"

    with pytest.raises(ag.ListingError, match=message):
        traced(MATMUL, "f(ag.Tensor(np.zeros((n, k))), ag.Tensor(np.zeros((m, p))))", "n k m p")


def test_a_declared_equality_makes_them_agree():
    trace = traced(MATMUL, "f(ag.Tensor(np.zeros((n, k))), ag.Tensor(np.zeros((m, p))))", "n k m p", facts=("k == m",))

    assert "(n, p)" == f"({', '.join(map(str, trace.result.shape))})"


def test_a_size_that_may_be_1_does_not_broadcast():
    with pytest.raises(ag.ListingError, match="the sizes n and m must agree or one of them be 1"):
        traced(("def f(a, b):", "    return a + b"), "f(ag.Tensor(np.zeros(n)), ag.Tensor(np.zeros(m)))", "n m")


def test_what_a_shape_rule_relies_on_is_recorded():
    trace = traced((), "ag.conv2d(ag.Tensor(np.zeros((N, C, H, W))), ag.Tensor(np.zeros((D, C, K, K))))", "N C H W D K")

    assert ("K <= H", "K <= W") == trace.assumptions


def test_what_a_listing_asserts_is_recorded_and_decides_later_branches():
    body = ["def f(n, k):", "    assert k <= n", "    if n >= k:", "        return n - k", "    return k - n"]
    trace = traced(body, "f(n, k)", "n k")

    assert ("k <= n",) == trace.assumptions
    assert "n - k" == to_python(trace.result.size)


def test_an_assertion_of_an_equality_must_be_declared():
    with pytest.raises(ag.ListingError, match=r"^line 2: n == k depends on the sizes; declare 'n == k' or 'n != k'"):
        traced(("def f(n, k):", "    assert n == k", "    return n"), "f(n, k)", "n k")


def test_a_branch_that_depends_on_a_size_is_refused_with_its_line():
    with pytest.raises(ag.ListingError, match=r"^line 2: n > 3 depends on the sizes; declare"):
        traced(("def f(n):", "    return 1 if n > 3 else 2"), "f(n)", "n")


@pytest.mark.parametrize("expression", ["1/n", "n/k", "n**0.5", "np.sqrt(n)", "float(n)", "(n + 1)**-0.5"])
def test_a_fraction_or_root_of_sizes_is_a_number_of_which_nothing_is_known(expression):
    trace = traced((), f"np.zeros((n, k)) * ({expression})", "n k")

    assert ("array", "(n, k)") == (trace.result.kind, f"({', '.join(map(str, trace.result.shape))})")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("float(np.zeros(n)[0])", "has no entries, and float"),
        ("1 if np.zeros(n)[0] else 2", "has no entries, and a branch"),
        ("tuple(np.zeros((n, k)))", "has no entries, and its rows"),
        ("np.linalg.norm(np.zeros(n))", "np.linalg is not known to listings; known are abs, arange"),
        ("np.exp(ag.Tensor(np.zeros(n)))", "an operand is a Tensor; use ag.exp"),
        ("csr_matrix((np.ones(n), ([0], [0])), shape=(n, n))", "there are n entries, 1 rows and 1 columns"),
        ("ag.Tensor(np.zeros((n, k))).reshape(n)", "with n.k elements; it cannot become"),
    ],
)
def test_what_cannot_be_followed_says_why(expression, why):
    with pytest.raises(ag.ListingError, match=rf"^the call, line 1: .*{why}"):
        traced((), expression, "n k")


def test_a_size_that_the_listing_assigns_gives_way_to_the_given_one():
    trace = ag.run_listing(lines("n = 10", "x = ag.Tensor(np.zeros((n, 3)))"), "", {"n": symbol("n")})

    assert "24*n" == to_python(trace.binding("x").value_bytes)


def test_a_pinned_size_changes_what_is_computed_from_it():
    body = ("def f(H, K):", "    out = H - K + 1", "    x = ag.Tensor(np.zeros((out, out)))", "    return x")
    H, K = symbol("H"), symbol("K")
    wrong = ag.run_listing(lines(*body), "f(H, K)", {"H": H, "K": K}, pins={("f", "out", 1): H - K})

    assert same(8 * (H - K) ** 2, wrong.result.value_bytes)
    assert "8*out**2" == to_python(wrong.result.value_bytes)


def test_a_pinned_shape_changes_what_follows():
    body = ("def f(n, d):", "    P = ag.Tensor(np.zeros((n, d)))", "    Q = ag.exp(P)", "    return Q")
    n = symbol("n")
    trace = ag.run_listing(lines(*body), "f(n, d)", {"n": n, "d": symbol("d")}, pins={"P": (n, n)})

    assert same(8 * n * n, trace.binding("Q").value_bytes)


def test_gradients_take_the_bytes_of_what_requires_them():
    leaves = ("    w = ag.Tensor(np.zeros(n), requires_grad=True)", "    x = ag.Tensor(np.zeros(n))")
    trace = traced(("def f(n):", *leaves, "    y = w*x", "    ag.sum(y).backward()", "    return y.grad"), "f(n)", "n")

    assert ["8*n", "0", "8*n"] == [str(trace.binding(name).gradient_bytes) for name in "wxy"]
    assert "8*n" == str(trace.result.value_bytes)


def test_float32_takes_half_the_bytes():
    trace = traced((), "ag.exp(ag.Tensor(np.zeros((n, k)).astype(np.float32)))", "n k")

    assert ("float32", "4*n*k") == (trace.result.dtype, str(trace.result.value_bytes))


def test_a_name_bound_in_two_functions_is_asked_for_with_its_function():
    body = ("def f(n):", "    m = n", "    return m", "def g(n):", "    m = 2*n", "    return m")
    trace = traced(body, "f(n) + g(n)", "n")

    assert "2*n" == to_python(trace.binding("m", function="g").size)
    with pytest.raises(ag.EngineError, match=r"'m' is assigned to in m in f, m in g; say in which function"):
        trace.binding("m")
    with pytest.raises(ag.EngineError, match="nothing is called 'q' here"):
        trace.binding("q")


def test_the_call_must_end_in_what_it_gives():
    with pytest.raises(ag.ListingError, match="ends in no expression; its last line is what it gives"):
        traced((), "x = n", "n")


def test_a_mistake_in_the_call_is_told_as_the_calls():
    with pytest.raises(ag.ListingError, match=r"^the call, line 2: name 'q' is not defined"):
        traced((), "m = n\nm + q", "n")
    with pytest.raises(ag.ListingError, match=r"^the call, line 1: this is no Python"):
        traced((), "f(", "n")


PATCHES = lines(
    "def patches(X, K, S):",
    "    N, C, H, W = X.shape",
    "    Hout = (H - K) // S + 1",
    "    Wout = (W - K) // S + 1",
    "    rows = []",
    "    for h in range(Hout):",
    "        for w in range(Wout):",
    "            patch = X[:, :, h*S : h*S + K, w*S : w*S + K]",
    "            rows.append(patch.reshape(N, 1, C*K*K))",
    "    return ag.concatenate(rows, axis=1)",
)


def test_slices_that_stay_inside_in_every_round_are_followed():
    call = "patches(ag.Tensor(np.random.randn(N, C, H, W)), K, S)"
    trace = check(PATCHES, call, "N C H W K S", count=60, K=3, S=3, N=2, C=2)

    assert () == trace.fitted
    assert ("K <= H", "K <= W") == trace.assumptions


def test_a_slice_that_a_round_takes_from_outside_is_refused_with_its_line():
    outside = PATCHES.replace("h*S + K,", "h*S + K + H,")

    with pytest.raises(ag.ListingError, match=r"^line 8: getitem: h\*S \+ K \+ H lies outside an axis of size H\.$"):
        ag.run_listing(outside, "patches(ag.Tensor(np.zeros((N, C, H, W))), K, S)", symbols("N C H W K S"))


COSTS = lines(
    "def layer(x, w):",
    "    return ag.relu(",
    "        x @ w)",
    "",
    "def net(x, w, v):",
    "    return layer(layer(x, w), v)",
)


def test_a_line_counts_what_it_calls_and_a_function_all_its_calls():
    call = "net(ag.Tensor(np.zeros((n, a))), ag.Tensor(np.zeros((a, b))), ag.Tensor(np.zeros((b, c))))"
    trace = ag.run_listing(COSTS, call, symbols("n a b c"))

    for totals in (trace.of_line(2), trace.of_line(6), trace.of_function("layer"), trace.of_function("net")):
        assert "n*b*a + n*c*b" == to_python(totals.multiply_adds)
        assert "n*b + n*c" == to_python(totals.elementwise)
        assert 4 == totals.operations


def test_costs_in_a_loop_count_its_rounds():
    body = ("def f(x, w, n):", "    for i in range(n):", "        y = x @ w", "    return x")
    call = "f(ag.Tensor(np.zeros((k, k))), ag.Tensor(np.zeros((k, k))), n)"
    trace = check(lines(*body), call, "n k")

    assert "n*k**3" == to_python(trace.of_function("f").multiply_adds)
    assert () == trace.fitted
