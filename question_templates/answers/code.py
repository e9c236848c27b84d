"""Answers that are programs: a function to write, judged by what its calls return and never by how it looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from question_templates.answers.errors import BrokenAnswer
from question_templates.coding.inputs import Choices, Maker

__all__ = ["Code", "CodeLimits", "CodeQuestion", "Property", "Trial"]


@dataclass(frozen=True)
class Trial:
    """One call: the arguments as they were given, what came back, and the arguments as they were left."""

    arguments: tuple[Any, ...]
    value: Any
    arguments_after: tuple[Any, ...]


@dataclass(frozen=True)
class Property:
    """Something that has to hold of every call of the function.

    `says` ends the sentence "the function should ..."; `weight` is the property's share of the points, relative to the
    others. `inputs` makes the arguments of the calls: the `n_smallest` ones, `n_drawn` others, and those of the choices
    in `always`, which no seed may leave out. `known` is what can be worked out from the arguments alone, by a reference
    for instance; it is kept for the calls of a question. `fault` tells what is wrong with a call, as the end of a
    sentence that begins with "it", without what would be right; it is empty where the property holds. What merely goes
    without saying (the arguments stay as they are) earns nothing unless the properties that it `needs` hold too.
    `is_heavy` calls are large, and are left out where mistakes are compared.
    """

    name: str
    says: str
    inputs: Maker
    fault: Callable[[Trial, Any], str]
    weight: int = 1
    known: Callable[..., Any] = lambda *arguments: None
    needs: tuple[str, ...] = ()
    n_smallest: int = 24
    n_drawn: int = 16
    is_heavy: bool = False
    always: tuple[Choices, ...] = ()


@dataclass(frozen=True)
class CodeLimits:
    """What all calls together may use: seconds of the processor and bytes of memory."""

    cpu_seconds: float = 4.0
    memory_bytes: int = 1 << 30


@dataclass(frozen=True)
class CodeQuestion:
    """What a function to write is called, what it may use and what has to hold of it.

    `seed` names the question: two with the same seed are the same question, and their inputs are the same. `given` is
    code that the student's own can use; where it has an `entry`, that function of it is what is called, with the
    student's function in front of the arguments: it makes the objects that only the given code has. `call_words` and
    `value_words` then say in a student's words what was called and what came of it. `solution` is a program that does
    all of it right, and what known mistakes are changes of. `imports` are the modules that a program may load.
    Raises: BrokenAnswer for a question without properties, or one that needs a property which is not there.
    """

    seed: bytes
    function: str
    parameters: tuple[str, ...] = field(compare=False)
    properties: tuple[Property, ...] = field(compare=False)
    solution: str = field(compare=False)
    given: str = field(default="", compare=False)
    entry: str = field(default="", compare=False)
    call_words: Callable[..., str] | None = field(default=None, compare=False)
    value_words: Callable[[Any], str] | None = field(default=None, compare=False)
    imports: tuple[str, ...] = field(default=("numpy",), compare=False)
    limits: CodeLimits = field(default=CodeLimits(), compare=False)

    def __post_init__(self) -> None:
        names = [one.name for one in self.properties]
        if not names or len(set(names)) < len(names):
            raise BrokenAnswer(f"{self.function}: the properties are {names}; name at least one, and each one once.")
        for one in self.properties:
            missing = sorted(set(one.needs) - set(names))
            if missing or one.weight <= 0:
                told = f"needs {missing[0]!r}, which is not there" if missing else f"has the weight {one.weight}"
                raise BrokenAnswer(f"{self.function}: the property {one.name!r} {told}.")


@dataclass(frozen=True)
class Code:
    """A program for a question: the key's own, or what a known mistake makes of it."""

    question: CodeQuestion
    program: str
