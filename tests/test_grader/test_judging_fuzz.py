"""Any text gets a verdict, soon and in little memory; hostile text never gets a right one; no verdict tells the key."""

from __future__ import annotations

import re
import time
import tracemalloc
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader import Verdict, judge, judge_all
from question_templates.answers import (
    Answer,
    Bytes,
    Expression,
    Graph,
    Growth,
    Matrix,
    Number,
    Order,
    Schedule,
    Shape,
    Vector,
)
from tests.test_grader.example_rows import TABLES, Row, rows

#: Seconds of processor time after which a call counts as hanging; benchmarks/judging.py measures what it takes.
HANGING = 10
MOST_MEMORY = 60_000_000
NAMES = dict.fromkeys(("N", "P", "K", "Cin", "x"), "positive integer")
ANSWERS: dict[str, Answer] = {
    "number": Number("32", asked="x.grad", names={"x": "z1", "z2": "z2", "z3": "z3"}),
    "amount": Number("8*N*P", unit="bytes", where={"N": 3, "P": 5}),
    "expression": Expression("8*N*P*K**2 + N//K", NAMES, where={"Hout": "(N - K)//P + 1"}, domain=["K <= N"]),
    "power": Expression("2**N", NAMES),
    "bytes": Bytes("8*N*P*K**2", NAMES),
    "shape": Shape("(N, P, Cin*K*K)", NAMES),
    "growth": Growth("N*P*K**2", NAMES, domain=["K <= N"]),
    "order": Order(("z3", "z2", "z5", "z4", "z1"), inputs={"z5": ("z3", "z2")}, names={"h": "z2"}),
    "vector": Vector([1, -2, "1/3"]),
    "matrix": Matrix([[1, 2], [3, 4]]),
    "graph": Graph({"z1": ("leaf", ("x",)), "z2": ("leaf", ("y",)), "z3": ("mul", ("z1", "z2"))}),
    "schedule": Schedule(10, most_checkpoints=2),
}
ROWS = [row for kind in TABLES for row in rows("tables", kind)]
ROWS += [row for kind in ("number", "expression", "bytes", "shape", "growth") for row in rows("collection", kind)]
RIGHT_ROWS = [row for row in ROWS if row.verdict == "right"]
OTHERS = [next(row.answer for row in ROWS if row.kind == kind) for kind in ("trace", "choice", "text")]
TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)
VOCABULARY = sorted(
    {token for row in ROWS for token in TOKEN.findall(row.response)}
    | set("⌊⌋⌈⌉|√∂½²₀≤≠·×÷−→≈^{}[]()$\\_#%!?'\",.;:=~&@<>\x00\u202eКΝ")
)
PIECE = st.sampled_from(VOCABULARY)


def judged(answer: Answer, text: str) -> Verdict:
    """The verdict, which is a sound one and came without hanging."""
    began = time.process_time()
    verdict = judge(answer, text)
    took = time.process_time() - began

    assert took < HANGING, (type(answer).__name__, took, text[:200])
    assert isinstance(verdict, Verdict) and 0 <= verdict.share <= 1
    assert (verdict.share == 1) == (verdict.outcome == "right")
    assert verdict.outcome == "right" or verdict.reason.endswith((".", "?")), verdict
    return verdict


def judged_in_every_kind(text: str) -> None:
    for answer in (*ANSWERS.values(), *OTHERS):
        judged(answer, text)


@given(st.text())
def test_any_text_gets_a_verdict(text: str) -> None:
    judged_in_every_kind(text)


@given(st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_any_bytes_get_a_verdict(text: str) -> None:
    judged_in_every_kind(text)


@given(st.lists(PIECE, max_size=60), st.sampled_from(("", " ", "*")))
def test_a_soup_of_the_words_of_real_answers_gets_a_verdict(pieces: list[str], between: str) -> None:
    judged_in_every_kind(between.join(pieces))


@given(st.sampled_from(RIGHT_ROWS), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 4), PIECE), max_size=5))
def test_a_mutated_right_answer_gets_a_verdict(row: Row, changes: list[tuple[int, int, str]]) -> None:
    tokens = TOKEN.findall(row.response)
    for place, change, piece in changes:
        tokens = mutated(tokens, place % (len(tokens) + 1), change, piece)

    judged(row.answer, "".join(tokens))


def mutated(tokens: Sequence[str], place: int, change: int, piece: str) -> list[str]:
    """The tokens with one deleted, doubled, moved to the front or put in, or with many repeated."""
    before, here, behind = list(tokens[:place]), list(tokens[place : place + 1]), list(tokens[place + 1 :])
    return [before + behind, before + here * 2 + behind, here + before + behind, [*before, piece, *here, *behind],
            before + before[-6:] * 8 + here + behind][change]  # fmt: skip


def chained(count: int, step: str) -> str:
    """Definitions each of which uses the one before it: a1 from a0, a2 from a1, ..."""
    lines = [f"a{number} = " + step.replace("@", f"a{number - 1}") for number in range(1, count)]
    return "\n".join(["a0 = N", *lines, f"a{count - 1}"])


def joined(form: str, count: int, sign: str = "*") -> str:
    return sign.join(form.replace("@", str(number)) for number in range(count))


MILLION = 10**6
HOSTILE = {
    **{text: text for text in ("9**9**9**9", "9^9^9", "1e999999999", "1e-999999999", "N**999999999")},
    **{text: text for text in ("2**(2**(2**N))", "N^N^N^N^N^N", "N!!!!!!!!", "99999999!", "((N!)!)!", "0^-1")},
    "exponentials": "exp(exp(exp(exp(N))))",
    **{f"{sign}{sign}{sign}...": sign * 1_990 for sign in "()[]{}|-+*/^_!%$~'\".,⌊√\\#=&"},
    "a tower of x": "x^" * 300 + "x", "a tower of 2": "2^" * 200 + "2", "logarithms": "log(" * 50 + "N" + ")" * 50,
    "5,000 parentheses": "(" * 5_000 + "N" + ")" * 5_000, "900 parentheses": "(" * 900 + "N" + ")" * 900,
    "braces": "{" * 1_000, "fractions": "\\frac{" * 55 + "N" + "}{K}" * 55, "open fractions": "\\frac{" * 300,
    "a product of blanks": "N " * 590, "a long product": "N" + "*N" * 298, "a long sum": "N" + "+N" * 298,
    "a long quotient": "N" + "//K" * 299, "glued names": "NK" * 990, "a power of a sum": "(N+P+K+Cin+x)^400",
    "powers of sums": joined("(N+P+K+Cin+x+@)^12", 20), "sums": joined("(N+@*P+K)", 40),
    "nested floors": "floor(" * 50 + "N/K" + ")" * 50 + "+1", "nested minima": "min(" * 50 + "N" + ",K)" * 50,
    "maxima": joined("max(N,K,P+@)", 25), "small fractions": joined("1/(K+@*P+N)", 40, "+"),
    "roots": joined("(N+@)^(1/3)", 40, "+"), "powers": joined("(N+@)^(P+@)", 40, "+"),
    "large powers": "9^400*" * 40 + "N", "one long number": "9" * 1_990, "long decimals": "0." + "9" * 1_900,
    "a comma behind an exponent": "1e6,4 bytes", "definitions that square": chained(100, "@*@"),
    "that double": chained(30, "@+@"), "that tower": chained(30, "@^@"),
    "that multiply": chained(12, "@*@*@*@*@*@"), "that round": chained(60, "(@*3)//2"), "that add": chained(100, "@+1"),
    "definitions in a circle": "a = b\nb = a\na*b*N", "by themselves": "a = a*N\na",
    "of three": "a=b+1\nb=c+1\nc=a+1\nN*a",
    "500 definitions": joined("a@ = N+@", 500, "\n") + "\na0+a499", "many readings": joined("1/2N", 20),
    "a shape of many readings": f"({joined('[N/K]', 20, ', ')})", "of many slashes": f"({joined('1/2N', 20, ', ')})",
    "many words": "the " * 490, "many claims": "[N/K] the " * 98, "near misses": "Cinn " * 390,
    "orders in orders": "O(" * 59 + "N" + ")" * 59,
    "powers in an order": "O((N+P+K+Cin+x)^12)", "differences in an order": "O(N" + "-N" * 290 + ")",
    "NUL": "8*N*P*K^2\x00", "bidi": "8*N\u202e*P*K^2", "Cyrillic": "8*N*P*К^2", "Greek": "8*Ν*P*K^2",
    "wide": "8*\uff2e*P*K^2", "zero width": "8*N\u200b*P*K^2", "surrogate": "8*N*P*K^2\ud800",
    "combining": "8*N\u0301*P*K^2", "Arabic": "\u0663\u0662", "import": "__import__('os').system('ls')",
    "eval": "eval('8*N*P*K**2')",
    "lambda": "(lambda: 8*N*P*K**2)()", "list": "[8*N*P*K**2 for _ in range(1)][0]", "attribute": "N.__class__",
    "SQL": "8*N*P*K^2; DROP TABLE grades", "script": "<script>8*N*P*K^2</script>", "template": "{{8*N*P*K**2}}",
    "conditional": "8*N*P*K**2 if True else 0",
    **{f"1 MB of {piece!r}": piece * (MILLION // len(piece))
       for piece in (*"x9(=é.²#", "N*", "a = N\n", "\u0301", "\\", "\\frac{", "1,", "\x00", "\u202e")},
    "1 MB of words": "the answer is " * (MILLION // 14), "1 MB of blanks": " " * MILLION + "N",
    "1 MB behind an answer": "8*N*P*K^2" + " " * MILLION, "1 MB of lines": "\n" * MILLION + "N",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_or_wrong_at_once(text: str) -> None:
    found = {kind: judged(answer, text).outcome for kind, answer in ANSWERS.items()}

    assert set(found.values()) <= {"unreadable", "wrong"}, found


@pytest.mark.parametrize("kind", ["expression", "shape", "growth"])
def test_hostile_text_takes_little_memory(kind: str) -> None:
    for name, text in HOSTILE.items():
        tracemalloc.start()
        try:
            judge(ANSWERS[kind], text)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert peak < MOST_MEMORY, name


@pytest.mark.parametrize("step", ["@*@", "@+@", "@^@", "(@*3)//2", "[@/2]"])
def test_definitions_that_grow_from_field_to_field_are_never_right(step: str) -> None:
    answers = {f"f{number}": Expression("8*N*P*K**2", NAMES, where={"a0": "N"}) for number in range(60)}
    lines = chained(61, step).split("\n")[1:]
    responses = dict(zip(answers, lines, strict=False))
    began = time.process_time()
    outcomes = {verdict.outcome for verdict in judge_all(answers, responses).values()}

    assert outcomes <= {"wrong", "unreadable"}
    assert time.process_time() - began < HANGING


# No verdict tells the key

LARGE = st.integers(101, 10**4).map(lambda number: number * 1_024_000)
CHANGES = st.sampled_from((2, 8, Fraction(1, 2), Fraction(1, 8), Fraction(1024, 1000), Fraction(1000, 1024), 3))


def told(verdict: Verdict, *secrets: object) -> bool:
    """Whether one of these numbers or texts stands in anything that a verdict says."""
    said = f"{verdict.reason}\n{verdict.read_as}\n{verdict.counterexample}\n{verdict.cells}"
    return any(re.search(rf"(?<![\w.]){re.escape(str(secret))}(?![\w.])", said) for secret in secrets)


@given(LARGE, LARGE, CHANGES, st.sampled_from(("*N*K**3", "*N*(N//K)", "*max(N, K)", "")))
def test_no_verdict_on_a_formula_tells_the_key(first: int, second: int, change: Fraction, rest: str) -> None:
    assume(first * change not in (first, second))
    written = f"{first * change}{rest}"
    for answer, response in (
        (Expression(f"{first}{rest}", ["N", "K"]), written),
        (Bytes(f"{first}{rest}", ["N", "K"]), f"{written} bytes"),
        (Expression(f"{first}{rest} + {second}", ["N", "K"]), f"{written} + N"),
        (Shape(f"(N, {first}{rest}, {second})", ["N", "K"]), f"(N, {written}, K)"),
        (Shape(f"({first}{rest}, N)", ["N", "K"]), f"(N, {written})"),
        (Number(first, rel_tol=1e-6), f"{first * change}"),
        (Number(f"{first}*N", unit="bytes", where={"N": second}), f"{first * change} KiB"),
    ):
        verdict = judge(answer, response)

        assert verdict.outcome == "wrong", (response, verdict)
        secrets = (first, second, first * second, f"{first}{rest}".replace("**", "^"))
        assert not told(verdict, *(one for one in secrets if str(one) not in response.replace("**", "^"))), verdict


@given(st.tuples(*[st.integers(1, 5)] * 3), st.tuples(*[st.integers(0, 5)] * 3), LARGE)
def test_no_verdict_on_a_growth_or_a_later_field_tells_the_key(
    right: tuple[int, ...], written: tuple[int, ...], first: int
) -> None:
    growth, response = ("N**{}*K**{}*P**{}".format(*powers) for powers in (right, written))
    answers = {"A": Expression(f"{first}*N", ["N"]), "B": Bytes("8*A*K", ["N", "K"], where={"A": f"{first}*N"})}
    verdicts = judge_all(answers, {"A": f"{first + 1}*N", "B": f"{8 * first + 8}*N*K"})
    assume(right != written)

    assert not told(judge(Growth(growth, ["N", "K", "P"]), f"O({response})"), growth, growth.replace("**", "^"))
    assert ["wrong", "follows"] == [verdict.outcome for verdict in verdicts.values()]
    assert not any(told(verdict, first, 8 * first) for verdict in verdicts.values())
