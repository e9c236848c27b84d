"""Softmax and optimizers in the bank: fractions from the definitions, differences and PyTorch answer the questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isqrt
from types import SimpleNamespace
from typing import Any

import pytest

from question_templates.answers import Answer, Matrix, Number, Vector
from question_templates.question import Question
from tests.test_bank.graph_witness import MATH, blocks, close, drawn, named, number, run
from tests.test_bank.oracle_draws import N_SEEDS

#: Field -> what the oracle found.
Found = Mapping[str, Any]


# Softmax, in fractions from the definition.


def softened(question: Question) -> Found:
    """Probabilities, loss, probability minus target, and the Jacobian diag(p) - p p^T."""
    logits = named(question.field("gradient").prompt, "grad")
    lines = dict(re.findall(r"^(\w+) = (.*)$", blocks(question.body, "python")[0], re.MULTILINE))
    grown = [exponential(lines[name]) for name in logits]
    p = [each / sum(grown) for each in grown]
    target = target_of(question, len(p))
    jacobian = [[p[i] * ((i == j) - p[j]) for j in range(len(p))] for i in range(len(p))]
    loss = -sum(float(share) * MATH.log(MATH.mpf(p[k].numerator) / p[k].denominator) for k, share in enumerate(target))
    found: dict[str, Any] = {"probabilities": p, "loss": loss, "jacobian": jacobian}
    found["gradient"] = [ours - theirs for ours, theirs in zip(p, target, strict=True)]
    for asked in question.fields:
        if asked.name == "row":
            (row,) = re.findall(r"derivatives of `[a-z](\d)`", asked.prompt)
            found["row"] = jacobian[int(row)]
    return {asked.name: found[asked.name] for asked in question.fields}


def exponential(logit: str) -> Fraction:
    """exp of `3*ag.log(ag.Scalar(2.0, label="a0"))`, or of a plain 0."""
    if logit == "ag.Scalar(0.0)":
        return Fraction(1)
    found = re.fullmatch(r'(?:(\d)\*)?ag\.log\(ag\.Scalar\((\d+)\.0, label="a\d"\)\)', logit)
    assert found is not None
    return Fraction(int(found[2]) ** int(found[1] or 1))


def target_of(question: Question, count: int) -> list[Fraction]:
    text = " ".join(question.body.split())
    if "target class" in text:
        (one,) = re.findall(r"for target class (\d);", text)
        return [Fraction(int(one) == k) for k in range(count)]
    ((told, last),) = re.findall(r"for target probabilities (.*?) of classes 0 to (\d)\.", text)
    assert int(last) == count - 1
    return [Fraction(share) for share in re.split(", | and ", told)]


# Optimizers: the printed lines in fractions; the slope of a parabola is half the difference at w + 1 and w - 1.


class Exact:
    """A scalar of the listing: a fraction and, for a parameter, the slope of its loss."""

    def __init__(self, value: Any) -> None:
        self.value = Fraction(value)
        self.grad = Fraction(0)

    def __sub__(self, other: Exact) -> Exact:
        return Exact(self.value - other.value)

    def __rmul__(self, other: Fraction) -> Exact:
        return Exact(other * self.value)

    def __truediv__(self, other: Exact | Fraction) -> Exact:
        return Exact(self.value / (other.value if isinstance(other, Exact) else other))

    def __pow__(self, exponent: Fraction) -> Exact:
        assert exponent == Fraction(1, 2)
        root = Fraction(isqrt(self.value.numerator), isqrt(self.value.denominator))
        assert root**2 == self.value, "a root that does not come out"
        return Exact(root)


def stepped(question: Question) -> Found:
    """The values that the lines give, one after the other."""
    scope: dict[str, Any] = {"ag": SimpleNamespace(Scalar=Exact), "F": Fraction}
    losses: dict[str, str] = {}
    for line in filter(None, blocks(question.body, "python")[0].splitlines()):
        name, _, right = line.partition(" = ")
        fractions = re.sub(r"(?<![\w.])\d+\.\d+", r'F("\g<0>")', right)
        if name.startswith("loss") and right:
            losses[name] = fractions
        elif name.endswith(".backward()"):
            loss = losses[name.removesuffix(".backward()")]
            (parameter,) = set(re.findall(r"\bw\d\b", loss))
            w = scope[parameter]
            up, down = (eval(loss, {**scope, parameter: w.value + step}) for step in (1, -1))  # noqa: S307
            w.grad += Fraction(up - down) / 2
        else:
            scope[name] = eval(fractions, scope)  # noqa: S307
    return {asked.name: scope[named(asked.prompt, "value")[0]].value for asked in question.fields}


# What the keys say.

ORACLES: Mapping[str, Callable[[Question], Found]] = {"softmax-cross-entropy": softened, "optimizer-step": stepped}


def agrees(key: Answer, found: Any) -> bool:
    """Whether a key is what the oracle found: fractions exactly, logarithms to eighteen digits."""
    if isinstance(key, Vector):
        return [number(entry) for entry in key.expected] == found
    if isinstance(key, Matrix):
        return [[number(entry) for entry in row] for row in key.expected] == found
    assert isinstance(key, Number) and key.unit is None and not key.rel_tol
    return bool(found == number(key.expected)) if isinstance(found, Fraction) else close(found, key.expected)


@pytest.mark.parametrize("family", ORACLES)
def test_every_key_is_what_the_oracle_finds(family: str):
    wrong = []
    for place, made in drawn(family):
        found = ORACLES[family](made.question)
        assert [asked.name for asked in made.question.fields] == list(found) == list(made.key.answers), place
        wrong += [f"{place}: {name}" for name, key in made.key.answers.items() if not agrees(key, found[name])]

    assert N_SEEDS == len(drawn(family))
    assert [] == wrong


def test_the_printed_softmax_is_the_one_of_the_definition():
    for place, made in drawn("softmax-cross-entropy"):
        found, program = softened(made.question), run(made.question.listing)
        logits = [program.names[name] for name in named(made.question.field("gradient").prompt, "grad")]
        names = re.findall(r"`(\w+)`", made.question.field("probabilities").prompt)
        chances = [program.names[name] for name in names]

        assert same([program.values()[p] for p in chances], found["probabilities"]), place
        assert same([program.gradient(x) for x in logits], found["gradient"]), place
        for p, row in zip(chances, found.get("jacobian", ()), strict=False):
            assert same([program.slope(p, x) for x in logits], row), place


def same(ours: Sequence[Any], told: Sequence[Any]) -> bool:
    return all(close(one, other) for one, other in zip(ours, told, strict=True))


def test_pytorchs_optimizers_go_where_the_questions_say():
    torch = pytest.importorskip("torch", reason="PyTorch is a second witness that only tests use; it is not installed")

    def optimizer(question: Question, w: Any) -> Any:
        (name,) = re.findall(r"steps? of (.*?) on\s", question.body.replace("\n", " "))
        told = dict(re.findall(r"^(\w+) = ([\d.]+)$", question.listing, re.MULTILINE))
        lr, mu, decay = (float(told.get(key, 0)) for key in ("lr", "mu", "decay"))
        if name == "Adam":
            return torch.optim.Adam([w], lr=lr, betas=(float(told["beta1"]), float(told["beta2"])), eps=0)
        assert ("momentum" in name, "Nesterov" in name, "decay" in name) == (mu > 0, "Nesterov" in name, decay > 0)
        return torch.optim.SGD([w], lr=lr, momentum=mu, nesterov="Nesterov" in name, weight_decay=decay)

    for place, made in drawn("optimizer-step"):
        listing = made.question.listing
        (start,) = re.findall(r"^w0 = ag.Scalar\((.*)\)$", listing, re.MULTILINE)
        w = torch.tensor(float(start), dtype=torch.float64, requires_grad=True)
        steps = optimizer(made.question, w)
        for step, loss in enumerate(re.findall(r"^loss\d = (.*)$", listing, re.MULTILINE), start=1):
            steps.zero_grad()
            eval(loss, {f"w{step - 1}": w}).backward()  # noqa: S307
            steps.step()
            key = made.key.answers[f"w{step}"]
            assert isinstance(key, Number)
            assert float(number(key.expected)) == pytest.approx(w.item()), place
