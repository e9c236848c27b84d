"""The written form of sizes: the listing's names and order, in Python, text, LaTeX and MathML."""

from __future__ import annotations

import ast
import operator
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.sizes import (
    AmbiguousName,
    Size,
    SizeError,
    SizeTooLarge,
    UnhashableSize,
    as_size,
    ceil_divide,
    definitions,
    distinct_names,
    evaluate,
    free_symbols,
    growth_of,
    named,
    same,
    size_max,
    size_min,
    spelled_out,
    substitute,
    symbol,
    to_mathml,
    to_python,
    to_tex,
    to_text,
)

H, W, K, S, N, CIN = (symbol(name) for name in ("Hin", "Win", "K", "S", "N", "Cin"))
HOUT = named((H - K) // S + 1, "Hout")
WOUT = named((W - K) // S + 1, "Wout")
P = named(HOUT * WOUT, "P")
BYTES = 8 * N * P * CIN * K * K

RENDERED = [
    (BYTES, "8*N*P*Cin*K**2", "8·N·P·Cin·K²", "8 N P C_{in} K^2"),
    (
        (H - K) // S + 1,
        "(Hin - K)//S + 1",
        "⌊(Hin − K)/S⌋ + 1",
        r"\left\lfloor \frac{H_{in} - K}{S} \right\rfloor + 1",
    ),
    (N * ((H - K) // S), "N*((Hin - K)//S)", "N·⌊(Hin − K)/S⌋", r"N \left\lfloor \frac{H_{in} - K}{S} \right\rfloor"),
    (N - N // 2, "N - N//2", "N − ⌊N/2⌋", r"N - \left\lfloor \frac{N}{2} \right\rfloor"),
    (-(N // 2), "-(N//2)", "−⌊N/2⌋", r"-\left\lfloor \frac{N}{2} \right\rfloor"),
    (ceil_divide(N, K), "-(-N//K)", "⌈N/K⌉", r"\left\lceil \frac{N}{K} \right\rceil"),
    (ceil_divide(N + 1, K * S), "-(-(N + 1)//(K*S))", "⌈(N + 1)/(K·S)⌉", None),
    (N % S, "N % S", "N mod S", r"N \bmod S"),
    (H - N % S, "Hin - N % S", "Hin − (N mod S)", r"H_{in} - \left(N \bmod S\right)"),
    (2 * (H + 1), "2*(Hin + 1)", "2·(Hin + 1)", r"2 \left(H_{in} + 1\right)"),
    ((H + 1) ** 2, "(Hin + 1)**2", "(Hin + 1)²", r"\left(H_{in} + 1\right)^2"),
    ((2 * N * K) ** 2, "4*N**2*K**2", "4·N²·K²", "4 N^2 K^2"),
    (K**12, "K**12", "K¹²", "K^{12}"),
    (K**N, "K**N", "K^N", "K^N"),
    (K ** (N - 1), "K**(N - 1)", "K^(N − 1)", "K^{N - 1}"),
    ((2 * K) ** N, "(2*K)**N", "(2·K)^N", r"\left(2 K\right)^N"),
    (3 * 2**N, "3*2**N", "3·2^N", r"3 \cdot 2^N"),
    ((N // 2) ** 2, "(N//2)**2", "⌊N/2⌋²", r"\left\lfloor \frac{N}{2} \right\rfloor^2"),
    (size_max(N, K + 1), "max(N, K + 1)", "max(N, K + 1)", r"\max\left(N, K + 1\right)"),
    (size_min(N, K) * 2, "2*min(N, K)", "2·min(N, K)", r"2 \min\left(N, K\right)"),
    ((N * K + N) / N, "(N*K + N)//N", "(N·K + N)/N", r"\frac{N K + N}{N}"),
    (N * 8 * K, "8*N*K", "8·N·K", "8 N K"),
    (H - (K - N), "Hin - K + N", "Hin − K + N", "H_{in} - K + N"),
    (8 * N * K + 8 * N * K, "16*N*K", "16·N·K", "16 N K"),
    (N - N, "0", "0", "0"),
    (as_size(-3), "-3", "−3", "-3"),
    (-N - 3, "-N - 3", "−N − 3", "-N - 3"),
    (symbol("n_samples") * symbol("n_context") ** 2, "n_samples*n_context**2", None, "n_{samples} n_{context}^2"),
    (8 * symbol("num_layers") * N, "8*num_layers*N", None, r"8 \cdot \mathit{num\_layers} \cdot N"),
    (symbol("x1") + symbol("h_0"), "x1 + h_0", "x1 + h_0", "x_1 + h_0"),
]


@pytest.mark.parametrize("row", RENDERED, ids=[row[1] for row in RENDERED])
def test_a_size_is_shown_as_the_listing_wrote_it(row: tuple[Size, str, str | None, str | None]) -> None:
    size, python, text, tex = row

    assert python == to_python(size) == str(size)
    assert text in (None, to_text(size))
    assert tex in (None, to_tex(size))


def test_definitions_come_before_the_names_they_use() -> None:
    assert [
        ("P", "Hout*Wout"),
        ("Hout", "(Hin - K)//S + 1"),
        ("Wout", "(Win - K)//S + 1"),
    ] == [(name, to_python(size)) for name, size in definitions(BYTES)]


def test_a_name_used_early_and_late_is_defined_after_both_users() -> None:
    assert ["P", "Hout", "Wout"] == [name for name, _ in definitions(HOUT * P)]


def test_sizes_without_named_parts_need_no_definitions() -> None:
    assert () == definitions(H * W)


def test_parts_can_be_spelled_out() -> None:
    patch_size = named(CIN * K * K, "patch_size")

    assert "8*N*P*Cin*K**2" == to_python(spelled_out(8 * N * P * patch_size, keep=("P", "Hout", "Wout")))
    assert "Hout*Wout" == to_python(spelled_out(P, keep=("Hout", "Wout")))
    assert "((Hin - K)//S + 1)*((Win - K)//S + 1)" == to_python(spelled_out(P))


def test_a_name_hides_how_a_number_came_about() -> None:
    three = named(3, "layers")

    assert "layers*N" == to_python(three * N)
    assert (("layers", "3"),) == tuple((name, to_python(size)) for name, size in definitions(three * N))
    assert same(three * N, 3 * N)


def test_naming_a_symbol_by_its_own_name_changes_nothing() -> None:
    assert () == definitions(named(K, "K"))


def test_equality_ignores_the_written_form() -> None:
    assert P == HOUT * WOUT
    assert P == spelled_out(P)


def test_a_size_that_depends_on_symbols_is_in_no_set_and_looked_for_in_none() -> None:
    for use in (lambda: {P}, lambda: P in {3}, lambda: dict.fromkeys([P])):
        with pytest.raises(UnhashableSize, match="a set or dictionary looks for P, which depends on the sizes"):
            use()


def test_one_name_for_two_sizes_is_refused_and_can_be_told_apart() -> None:
    first = named((H - K) // S + 1, "Hout")
    second = named((first - K) // S + 1, "Hout")
    both = first * second

    with pytest.raises(AmbiguousName, match=r"Hout stands for both \(Hin - K\)//S \+ 1 and \(Hout - K\)//S \+ 1"):
        definitions(both)
    apart = distinct_names(both)
    assert "Hout*Hout_2" == to_python(apart)
    assert [("Hout_2", "(Hout - K)//S + 1"), ("Hout", "(Hin - K)//S + 1")] == [
        (name, to_python(size)) for name, size in definitions(apart)
    ]


def test_a_part_with_the_name_of_a_symbol_gives_way() -> None:
    size = distinct_names(named(2 * K, "N") * N)

    assert "N_2*N" == to_python(size)
    assert {"N", "K"} == free_symbols(size)


def test_substituting_changes_both_forms_and_the_definitions() -> None:
    size = substitute(BYTES, {"K": 3, "Hin": W})

    assert "72*N*P*Cin" == to_python(size)
    assert [("P", "Hout*Wout"), ("Hout", "(Win - 3)//S + 1"), ("Wout", "(Win - 3)//S + 1")] == [
        (name, to_python(part)) for name, part in definitions(size)
    ]
    point = {"N": 2, "Cin": 3, "Hin": 9, "Win": 9, "K": 3, "S": 2}
    assert evaluate(BYTES, point) == evaluate(size, point)


def test_long_chains_of_names_need_no_recursion() -> None:
    total = N
    for i in range(3000):
        total = named(total + 1, f"t{i}")

    assert 3000 == len(definitions(total))
    assert "N + 3000" == to_python(spelled_out(total))


def test_a_written_form_that_nobody_can_read_is_refused() -> None:
    size = as_size(0)
    with pytest.raises(SizeTooLarge, match="Give a part of it a name"):
        for _ in range(100):
            size = size_max(N, size + 0 * K) % (K * 2**N)


def test_mathml_is_well_formed_and_presentational() -> None:
    tree = ElementTree.fromstring(to_mathml(spelled_out(BYTES + ceil_divide(N, K) ** 2 - N % S)))

    tags = {element.tag.split("}")[1] for element in tree.iter()}
    assert {"math", "mrow", "mi", "mn", "mo", "msub", "msup", "mfrac"} == tags


def test_mathml_of_the_output_height() -> None:
    assert (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><mrow><mrow><mo>⌊</mo><mfrac><mrow><msub><mi>H</mi>'
        "<mi>in</mi></msub><mo>−</mo><mi>K</mi></mrow><mi>S</mi></mfrac><mo>⌋</mo></mrow><mo>+</mo><mn>1</mn></mrow>"
        "</math>"
    ) == to_mathml(spelled_out(HOUT))


BINARY: dict[type[ast.operator], Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}


def spoken(node: Any, values: dict[str, int]) -> int:
    """The value of printed Python: our own walk over its tree."""
    if isinstance(node, ast.Expression):
        return spoken(node.body, values)
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -spoken(node.operand, values)
    if isinstance(node, ast.BinOp):
        value: int = BINARY[type(node.op)](spoken(node.left, values), spoken(node.right, values))
        return value
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return {"max": max, "min": min}[node.func.id](*(spoken(part, values) for part in node.args))


def read_plain_text(text: str) -> str:
    """Plain text for people as Python, by rewriting signs: a second reader, used in tests only."""
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda match: "**" + match[0].translate(raised), text)
    text = text.replace("−", "-").replace("·", "*").replace("^", "**").replace(" mod ", " % ").replace("/", "//")
    return text.replace("⌊", "(").replace("⌋", ")").replace("⌈", "up(").replace("⌉", ")")


def spoken_text(text: str, values: dict[str, int]) -> int:
    tree = ast.parse(read_plain_text(text), mode="eval")

    class Upwards(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            self.generic_visit(node)
            if isinstance(node.func, ast.Name) and node.func.id == "up":
                quotient = node.args[0]
                assert isinstance(quotient, ast.BinOp)
                down = ast.BinOp(ast.UnaryOp(ast.USub(), quotient.left), ast.FloorDiv(), quotient.right)
                return ast.UnaryOp(ast.USub(), down)
            return node

    return spoken(Upwards().visit(tree), values)


def sizes() -> st.SearchStrategy[Size]:
    leaves = st.sampled_from([N, K, S, H]) | st.integers(-3, 4).map(as_size)

    def grow(children: st.SearchStrategy[Size]) -> st.SearchStrategy[Size]:
        divisors = st.sampled_from([K, S, K * S, as_size(2), S + 1, as_size(-2)])
        return (
            st.builds(operator.add, children, children)
            | st.builds(operator.sub, children, children)
            | st.builds(operator.mul, children, children)
            | st.builds(operator.neg, children)
            | st.builds(operator.floordiv, children, divisors)
            | st.builds(operator.mod, children, divisors)
            | st.builds(ceil_divide, children, divisors)
            | st.builds(lambda a, d: a * d / d, children, divisors)
            | st.builds(lambda a, b: size_max(a, b), children, children)
            | st.builds(lambda a, b: size_min(a, b), children, children)
            | st.builds(operator.pow, children, st.integers(0, 3))
            | st.builds(lambda a, b: a**b, st.sampled_from([as_size(2), K, 2 * K]), st.sampled_from([S, S + 1, 2 * S]))
        )

    return st.recursive(leaves, grow, max_leaves=8)


PLACES = st.fixed_dictionaries(
    {"N": st.integers(1, 30), "K": st.integers(1, 4), "S": st.integers(1, 4), "Hin": st.integers(1, 30)}
)


@given(sizes(), PLACES)
def test_printed_python_gives_the_same_number(size: Size, point: dict[str, int]) -> None:
    assert evaluate(size, point) == spoken(ast.parse(to_python(size), mode="eval"), point)


@given(sizes(), PLACES)
def test_plain_text_gives_the_same_number(size: Size, point: dict[str, int]) -> None:
    assert evaluate(size, point) == spoken_text(to_text(size), point)


@given(sizes())
def test_mathml_is_always_well_formed_and_tex_always_balanced(size: Size) -> None:
    tree = ElementTree.fromstring(to_mathml(size))
    tex = to_tex(size)

    wrong = [e for e in tree.iter() if e.tag.endswith(("msup", "msub", "mfrac")) and len(e) != 2]
    assert [] == wrong
    assert tex.count("{") == tex.count("}") and tex.count(r"\left") == tex.count(r"\right")


@given(sizes(), sizes(), PLACES)
def test_named_parts_keep_the_value(part: Size, other: Size, point: dict[str, int]) -> None:
    try:
        size = named(part, "part") * other + part
    except SizeError:
        assume(False)
    values = {**point, "part": evaluate(part, point)}

    assert evaluate(size, point) == spoken(ast.parse(to_python(size), mode="eval"), values)
    assert evaluate(size, point) == spoken(ast.parse(to_python(spelled_out(size)), mode="eval"), point)


@pytest.mark.parametrize(
    ("size", "growth"),
    [
        (4 * N * K**2 + 2 * N**2 * K + N * S * K + N * K * S + 7, "N*K**2 + N*K*S + N**2*K"),
        (N * K + N * K * S, "N*K*S"),
        (N + 3, "N"),
        (5 * (N - N + 1), "1"),
        ((H - K) // S + 1, "(Hin - K)//S + 1"),
        (N * K - S, "N*K - S"),
    ],
)
def test_a_growth_has_no_constants_and_no_terms_inside_others(size, growth):
    assert sorted(growth.split(" + ")) == sorted(to_python(growth_of(size)).split(" + "))
