"""Tries a program on the examples that its question prints, in the sandbox and without any key.

What is printed stands in the question's own text: lines that begin with `>>>`, and below them what they give. Code that
is printed beside them, such as a class, is there too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from grader.code.given_names import with_given
from grader.code.sandboxes import the_sandbox
from grader.reading.code import ALWAYS_ALLOWED, read_code
from grader.reading.unreadable import Unreadable
from question_templates.coding.asking import shown_value

__all__ = ["Tried", "function_asked", "try_printed_examples"]

_BLOCK: Final = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ASKED: Final = re.compile(r"`(\w+)\(")
_ALLOWED: Final = ("numpy", "scipy.sparse")
_PROMPT: Final = ">>> "


class Tried(NamedTuple):
    """One example: the lines that are run, what is printed for them, and what the program gives.

    Where it gives no value, `given` says why.
    """

    lines: tuple[str, ...]
    printed: str
    given: str
    is_value: bool

    @property
    def is_same(self) -> bool:
        return self.is_value and "".join(self.printed.split()) == "".join(self.given.split())


def function_asked(prompt: str) -> str:
    """The name of the function that a field's prompt asks for; empty where it names none."""
    found = _ASKED.search(prompt)
    return found[1] if found else ""


def try_printed_examples(body: str, prompt: str, text: str) -> tuple[Tried, ...] | Unreadable:
    """What a program gives for every example that a question prints; none where it prints none.

    `body` is the question's text, `prompt` the field's, both as Markdown.

    Raises: whatever keeps the sandbox from working.
    """
    from grader.sandbox import Call, Limits, Program, Returned  # most forms have no program to try

    reading = read_code(text, function=function_asked(prompt), allowed=_ALLOWED)
    if isinstance(reading, Unreadable):
        return reading
    examples = [example for block in _BLOCK.findall(body) for example in _examples(block)]
    if not examples:
        return ()
    given = "\n".join(_definitions(block) for block in _BLOCK.findall(body))
    supplied = {"given": f"import numpy as np\n{given}", "printed": _harness([lines for lines, _ in examples])}
    source, _ = with_given(reading.source)
    program = Program(source, "printed.example", (*ALWAYS_ALLOWED, *_ALLOWED), supplied)
    outcomes = the_sandbox().run(program, [Call((place,)) for place in range(len(examples))], limits=Limits())
    return tuple(
        Tried(lines, printed, _shown(outcome.value), is_value=True)
        if isinstance(outcome, Returned)
        else Tried(lines, printed, outcome.message, is_value=False)
        for (lines, printed), outcome in zip(examples, outcomes, strict=True)
    )


def _examples(block: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The lines to run and what is printed below them."""
    lines: list[str] = []
    told: list[str] = []
    for line in [*block.splitlines(), _PROMPT]:
        if line.startswith(_PROMPT) and told:
            yield tuple(lines), "\n".join(told)
            lines, told = [], []
        if line.startswith(_PROMPT):
            lines.append(line.removeprefix(_PROMPT))
        elif lines:
            told.append(line)


def _definitions(block: str) -> str:
    """The functions and classes that a block of the question defines; nothing else of it is run."""
    try:
        tree = ast.parse("" if _PROMPT in block else block)
    except SyntaxError:
        return ""
    kept = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return "\n".join(map(ast.unparse, kept))


def _harness(examples: list[tuple[str, ...]]) -> str:
    """A module whose `example(place)` runs the lines of that example and returns what the last one gives."""
    cases = [
        f"    if place == {place}:\n"
        + "".join(f"        {line}\n" for line in lines[:-1])
        + f"        return {lines[-1]}\n"
        for place, lines in enumerate(examples)
    ]
    called = {name for lines in examples for line in lines for name in re.findall(r"(?<![.\w])(\w+)\(", line)}
    take = "".join(f"    {name} = student.{name}\n" for name in sorted(called))
    return f"import numpy as np\n\ndef example(place):\n    import student\n{take}{''.join(cases)}"


def _shown(value: object) -> str:
    return shown_value(value).replace("np.array", "array")
