"""Small functions to write, made by hand: for the table of examples, and for tests of how programs are judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from question_templates.answers import Code, CodeLimits, CodeQuestion, Property
from question_templates.coding.inputs import Picks
from question_templates.coding.properties import leaves_arguments, returns

__all__ = ["QUESTIONS", "code_of", "question_of"]


def small(picks: Picks) -> tuple[Any, ...]:
    return (picks.integer(0, 9),)


def large(picks: Picks) -> tuple[Any, ...]:
    return (picks.integer(100, 999),)


def numbers(picks: Picks) -> tuple[Any, ...]:
    """Up to five numbers from 0, -1, 1, ..., and at least none."""
    return ([picks.one_of((0, 1, -1, 2, -2)) for _ in range(picks.integer(0, 5))],)


def _double() -> tuple[Property, ...]:
    return (
        returns("double small numbers", small, lambda x: 2 * x, n_smallest=8, n_drawn=4),
        returns("double large numbers", large, lambda x: 2 * x, name="large", weight=2, n_smallest=8, n_drawn=4),
    )


def _positives() -> tuple[Property, ...]:
    def reference(given: list[int]) -> list[int]:
        return [one for one in given if one > 0]

    says = "return the numbers above 0, in their order"
    return (returns(says, numbers, reference, weight=3), leaves_arguments(numbers))


QUESTIONS: Mapping[str, tuple[Callable[[], tuple[Property, ...]], str]] = {
    "double": (_double, "def double(x):\n    return x + x\n"),
    "positives": (_positives, "def positives(numbers):\n    return [n for n in numbers if n > 0]\n"),
}


def question_of(function: str, **changes: Any) -> CodeQuestion:
    properties, solution = QUESTIONS[function]
    stated: dict[str, Any] = {"parameters": (), "properties": properties(), "solution": solution}
    stated |= {"seed": f"seed of {function}".encode(), "limits": CodeLimits(cpu_seconds=0.3)}
    return CodeQuestion(function=function, **{**stated, **changes})


def code_of(function: str) -> Code:
    question = question_of(function)
    return Code(question, question.solution)
