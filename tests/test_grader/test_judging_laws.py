"""Laws of judging: a formula is the same in every notation and after algebra, another one is not."""

from __future__ import annotations

import ast
import decimal
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader import Verdict, judge, judge_all
from question_templates.answers import Answer, Bytes, Expression, Growth, Shape
from tests.test_grader import formula_witness as witness
from tests.test_grader.test_equality_laws import NAMES, TURNS, VARIABLES, changed, divisors, formulas, parsed, parts

# The same formula in other notations


class Written(NamedTuple):
    """A part as written: its `strength` is 1 for a sum, 2 for a product, 3 for a minus, 4 for a power, else 5."""

    text: str
    strength: int

    def within(self, least: int) -> str:
        return self.text if self.strength >= least else f"({self.text})"


def slashed(above: Written, below: Written) -> str:
    return f"{above.within(2)}/{below.within(3)}"


class Style(NamedTuple):
    """How one notation writes each thing; without `times`, factors stand side by side."""

    times: str
    minus: str
    floor: str
    ceil: str
    power: Callable[[str, str], str]
    name: Callable[[str], str] = str
    over: Callable[[Written, Written], str] = slashed
    call: str = ""


RAISED = str.maketrans("23", "²³")
LATEX = {"Hin": "H_{in}", "Cin": r"C_{\text{in}}"}
STYLES = (
    Style("·", "−", "⌊{}⌋", "⌈{}⌉", lambda base, power: base + power.translate(RAISED)),
    Style(" × ", " - ", "floor({})", "ceil({})", lambda base, power: f"{base}^{power}"),
    Style(" x ", "-", "math.floor({})", "math.ceil({})", lambda base, power: f"pow({base}, {power})", str.lower),
    Style("", "-", "⌊{}⌋", "⌈{}⌉", lambda base, power: f"{base}^{power}"),
    Style(r" \cdot ", "-", r"\left\lfloor {} \right\rfloor", r"\lceil {} \rceil",
          lambda base, power: f"{base}^{{{power}}}", lambda name: LATEX.get(name, name),
          lambda above, below: rf"\frac{{{above.text}}}{{{below.text}}}", "\\"),
)  # fmt: skip


def written(node: ast.expr, style: Style) -> Written:
    """A formula in another notation."""
    match node:
        case ast.Constant(value=number):
            return Written(str(number), 5)
        case ast.Name(id=name):
            return Written(style.name(name), 5)
        case ast.Call(func=ast.Name(id=("floor" | "ceil") as name), args=[inside]):
            return Written(getattr(style, name).format(written(inside, style).text), 5)
        case ast.Call(func=ast.Name(id=name), args=inside):
            return Written(f"{style.call}{name}({', '.join(written(one, style).text for one in inside)})", 5)
        case ast.BinOp(left=left, op=operation, right=right):
            return operated(written(left, style), operation, written(right, style), style)
    raise ValueError(ast.dump(node))


def operated(left: Written, operation: ast.operator, right: Written, style: Style) -> Written:
    match operation:
        case ast.Add():
            return Written(f"{left.within(1)} + {right.within(2)}", 1)
        case ast.Sub():
            return Written(f"{left.within(1)}{style.minus}{right.within(2)}", 1)
        case ast.Div():
            return Written(style.over(left, right), 4 if style.call else 2)
        case ast.FloorDiv():
            return Written(style.floor.format(style.over(left, right)), 5)
        case ast.Pow():
            return Written(style.power(left.within(5), right.text), 4)
    return product(left, right, style)


def product(left: Written, right: Written, style: Style) -> Written:
    if style.times:
        return Written(f"{left.within(2)}{style.times}{right.within(3)}", 2)
    before = left.within(3 if "/" in left.text and left.strength == 2 else 2)  # a/b c could be a/(b c)
    behind = right.within(4)
    if behind[0].isdigit():
        return Written(f"{before}*{behind}", 2)
    return Written(before + ("" if before[-1].isalnum() and behind.isalnum() else " ") + behind, 2)


def outcomes(answer: Answer, responses: Sequence[str]) -> dict[str, str]:
    return {response: judge(answer, response).outcome for response in responses}


@given(formulas())
def test_a_formula_is_right_in_every_notation(text: str) -> None:
    notations = [text, text.replace(" ", ""), *(written(parsed(text), style).text for style in STYLES)]

    assert dict.fromkeys(notations, "right") == outcomes(Expression(text, VARIABLES), notations)


AROUND = (
    "{} bytes", "{} B", "M = {} bytes", "The answer is {}.", "${}$", "({}) octets", "So we need {} bytes in total",
    "memory: {}", "= {}", "Ergebnis: {} Bytes", "On obtient {} octets.", "1) {}", "`{}`", "\\[ {} \\]", "**{}**",
    "{}, since every entry is stored once", "I get:\n{}", "{} bytes (see the lecture)",
)  # fmt: skip


@given(formulas(), st.sampled_from(AROUND), st.sampled_from(STYLES))
def test_words_and_units_around_a_formula_change_nothing(text: str, around: str, style: Style) -> None:
    response = around.format(f"({written(parsed(text), style).text})")

    assert "right" == judge(Bytes(text, VARIABLES), response).outcome, response


# Algebra, and other formulas

#: What each kind of part may be written as; {t} is never 0, the rest as `changed` says.
ALGEBRA = {
    "any": ("{whole} + {t} - {t}", "{whole}*{t}/{t}", "{t}*({whole}/{t})"),
    "Add": ("{b} + {a}", "{t}*({a}/{t} + {b}/{t})"), "Sub": ("-{b} + {a}", "-({b} - {a})", "{t}*({a}/{t} - {b}/{t})"),
    "Mult": ("{b}*{a}", "{a}/(1/{t})*{b}/{t}"), "Div": ("{a}*(1/{b})", "1/{b}*{a}"), "Pow": ("{a}*{a}**({b} - 1)",),
    "Mult Add": ("{c}*{b} + {d}*{b}",), "Mult Sub": ("{c}*{b} - {d}*{b}",), "Div Add": ("{c}/{b} + {d}/{b}",),
    "Add Add": ("{c} + ({d} + {b})",), "Mult Mult": ("{c}*({d}*{b})",), "FloorDiv FloorDiv": ("{c}//({d}*{b})",),
    "FloorDiv": ("floor({a}/{b})", "({a} - {a} % {b})/{b}", "-ceil(-{a}/{b})", "({a} + {b})//{b} - 1"),
    "floor": ("-ceil(-{a})",), "ceil": ("-floor(-{a})",), "floor Div": ("{c}//{d}",), "ceil Div": ("-((-{c})//{d})",),
    "min": ("min({b}, {a})", "{a} + {b} - max({a}, {b})", "-max(-{a}, -{b})"),
    "max": ("max({b}, {a})", "{a} + {b} - min({a}, {b})", "-min(-{a}, -{b})"),
}  # fmt: skip
#: What slips make of them.
SLIPS = {
    "any": ("{whole} + 1", "2*{whole}", "-{whole}"), "Name": ("{a} - 1", "{a}**2", *NAMES), "Constant": ("{a} + 1",),
    **dict.fromkeys(("Add", "Sub", "Mult", "Pow"), tuple(f"{{a}}{sign}{{b}}" for sign in ("+", "-", "*", "/", "//"))),
    **dict.fromkeys(("Div", "FloorDiv"), ("{b}//{a}", "{a}//{b}", "{a}/{b}", "ceil({a}/{b})", "({a} - 1)//{b} + 1")),
    "floor": ("ceil({a})", "round({a})", "{a}"), "ceil": ("floor({a})", "floor({a}) + 1", "{a}"),
    "floor Div": ("({c} - 1)//{d}", "floor({d}/{c})"), "ceil Div": ("({c} - 1)//{d}", "{c}//{d} + 1"),
    "min": ("max({a}, {b})", "{a}", "{b}"), "max": ("min({a}, {b})", "{a}", "{b}"),
}  # fmt: skip


@given(formulas(), st.lists(st.tuples(TURNS, divisors()), min_size=1, max_size=4))
def test_rewriting_by_algebra_keeps_a_right_answer_right(text: str, turns: list[tuple[int, str]]) -> None:
    response = text
    for turn, term in turns:
        response = changed(response, ALGEBRA, turn, term)

    assert "right" == judge(Expression(text, VARIABLES), response).outcome, response


def question(text: str) -> witness.Question:
    return witness.question({"expected": text, "variables": VARIABLES})


@given(formulas(), st.sampled_from(NAMES), st.sampled_from(("({})*{name}", "({}) + 1", "2*({})", "({})/2", "-({})")))
def test_a_further_factor_one_more_or_the_double_is_wrong(text: str, name: str, change: str) -> None:
    response = change.format(text, name=name)
    assume(witness.counterexample(question(text), response))

    assert "wrong" == judge(Expression(text, VARIABLES), response).outcome, response


@given(formulas(), TURNS)
def test_a_verdict_is_what_brute_force_says(text: str, turn: int) -> None:
    for response in {changed(text, SLIPS, turn + step) for step in range(0, 25, 5)}:
        assert is_true(judge(Expression(text, VARIABLES), response), text, response), response


def is_true(verdict: Verdict, expected: str, response: str) -> bool:
    """Whether a right response is nowhere different, and a wrong one has another value, or none, where it says so."""
    asked = question(expected)
    if verdict.outcome == "right":
        return witness.counterexample(asked, response) is None
    pairs = [pair.split(" = ") for pair in verdict.counterexample.split(", ")]
    point = {name: Fraction(value) for name, value in pairs}
    with mpmath.workdps(witness.DIGITS):
        values = [witness.value_of(parsed(text), asked) for text in (expected, response)]
        try:
            return verdict.outcome == "wrong" and bool(values[0](point) != values[1](point))
        except witness.Undefined:
            return True


RARE = (
    ("max(N, 8*K*S)", "8*K*S"), ("K/(N + 1)//(S + 2)", "0"), ("min(N + S, N/4)", "min(K + S, N/4)"),
    ("N*K", "min(N*K, 99)"), ("N//S//K", "N//S//K*K"), ("max(N - K, 0)", "abs(N - K)"), ("N//K", "max(N//K, 1)"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "response"), RARE)
def test_a_formula_that_differs_at_few_points_is_wrong(text: str, response: str) -> None:
    assert "wrong" == judge(Expression(text, VARIABLES), response).outcome


# Shapes, memory, growth, definitions


SHAPES = st.sampled_from(("({})", "[{}]", "torch.Size([{}])", "The shape is ({})."))


@given(st.lists(formulas(most=3), min_size=2, max_size=4), st.permutations(range(4)), SHAPES)
def test_two_different_axes_cannot_change_places(axes: list[str], turns: list[int], form: str) -> None:
    turned = ", ".join(axes[turn] for turn in turns if turn < len(axes))
    verdict = judge(Shape(f"({', '.join(axes)})", VARIABLES), form.format(turned))

    assert is_true(verdict, f"({', '.join(axes)})", f"({turned})"), verdict


UNITS = {
    "bytes": Fraction(1), "octets": Fraction(1), "bits": Fraction(1, 8), "kbit": Fraction(125),
    **dict.fromkeys(("KB", "kB", "Ko", "kilobytes"), Fraction(1000)), **dict.fromkeys(("KiB", "Kio"), Fraction(1024)),
    **dict.fromkeys(("MB", "Mo"), Fraction(10**6)), **dict.fromkeys(("MiB", "Mio"), Fraction(2**20)),
    "GB": Fraction(10**9), "GiB": Fraction(2**30), "gibibytes": Fraction(2**30),
}  # fmt: skip
UNIT = st.sampled_from(sorted(UNITS))
DECIMAL = decimal.Context(prec=60)


@given(st.integers(1, 10**6), UNIT, UNIT, st.sampled_from(("{} {}", "{}*N*K {}", "M = {} {}", "{} x 1 {}")))
def test_an_amount_is_the_same_in_every_unit_and_as_many_of_another_unit_are_not(
    number: int, unit: str, other: str, form: str
) -> None:
    amount = number * UNITS[unit]
    answer = Bytes(f"{amount.numerator}/{amount.denominator}{'*N*K' if 'N' in form else ''}", VARIABLES)
    converted = DECIMAL.divide(decimal.Decimal((amount / UNITS[other]).numerator), (amount / UNITS[other]).denominator)
    assume(UNITS[other] > 1 or converted == int(converted))  # 8.192 bytes may be eight thousand

    assert "right" == judge(answer, form.format(number, unit)).outcome
    assert "right" == judge(answer, form.format(f"{converted:f}", other)).outcome, converted
    assert ("right" if UNITS[unit] == UNITS[other] else "wrong") == judge(answer, form.format(number, other)).outcome


Monomials = list[tuple[int, int]]
MONOMIALS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=3)


def summed(monomials: Monomials, factors: Sequence[int]) -> str:
    return " + ".join(f"{factor}*N**{a}*K**{b}" for (a, b), factor in zip(monomials, factors, strict=False))


def reaches(monomials: Monomials) -> list[int]:
    """The exponents on the ways N = t**v, K = t**w: with exponents up to 3, these ways tell all growths apart."""
    return [max(a * v + b * w for a, b in monomials) for v in range(4) for w in range(4)]


@given(MONOMIALS, MONOMIALS, st.lists(st.integers(1, 9), min_size=6), st.sampled_from(("O({})", "Θ({})", "{}")))
def test_a_growth_is_right_just_when_no_way_tells_it_apart(
    expected: Monomials, other: Monomials, factors: list[int], form: str
) -> None:
    answer = Growth(summed(expected, [1, 1, 1]), ["N", "K"])
    longer = summed([*expected, *((a // 2, b // 3) for a, b in expected)], factors)
    same = reaches(expected) == reaches(other)

    assert "right" == judge(answer, form.format(longer)).outcome
    assert "wrong" == judge(answer, form.format(f"({longer})*K")).outcome
    assert ("right" if same else "wrong") == judge(answer, form.format(summed(other, factors))).outcome


FORMS = (
    "{name} = {part}\n{whole}", "{whole}\n{name} = {part}", "{whole} where {name}={part}", "{whole} ({name} = {part})",
    "{whole}, with {name} = {part}", "Let {name} = {part}. Then we get {whole}", "{name} := {part};\nTotal {whole}",
)  # fmt: skip


@given(formulas(), TURNS, st.sampled_from(("P", "M", "Q_1", "n_patches", "T0")), formulas(most=3))
def test_a_part_may_be_defined_by_a_name_before_behind_or_in_an_earlier_field(
    text: str, turn: int, name: str, other: str
) -> None:
    chosen = list(parts(parsed(text)))
    part = ast.unparse(chosen[turn % len(chosen)])
    whole, meant = (changed(text, {part: (stands,)}, turn) for stands in (name, f"({other})"))
    answers = {key: Expression(key, VARIABLES) for key in (other, part, text)}
    forms = [form.format(name=name, part=part, whole=whole) for form in FORMS]
    first, again = f"{name} = {other}", f"{name} = {part}"

    assert dict.fromkeys(forms, "right") == outcomes(answers[text], forms)
    assert "right" == judge_last([answers[other], answers[part], answers[text]], [first, again, whole]).outcome
    rare = "min" in text or "max" in text  # the rare side of a minimum need not be visited
    assert rare or is_true(judge_last([answers[other], answers[text]], [first, whole]), text, meant), meant


def judge_last(answers: Sequence[Answer], responses: Sequence[str]) -> Verdict:
    fields = [f"{number}" for number in range(len(answers))]
    verdicts = judge_all(dict(zip(fields, answers, strict=True)), dict(zip(fields, responses, strict=True)))
    return verdicts[fields[-1]]
