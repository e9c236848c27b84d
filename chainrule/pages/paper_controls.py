"""How each kind of answer is entered on the fillable paper: the text box, what is said beside it, and the scripts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType

from chainrule.drawing.typography import OPERATION_SIGNS
from engine.operations import STANDARD
from question_templates.question import Field

__all__ = ["CONTROLS", "Control", "control_of", "drawable_operations", "scripts_of", "styles_of"]


@dataclass(frozen=True)
class Control:
    """How one kind of answer is entered: `rows` 0 is a box of one line; `hint` says what may be written there.

    `task` says what to do in the richer control of a kind that has one; the hint then goes with the text.
    """

    rows: int
    hint: str
    task: str = ""

    @property
    def is_multiline(self) -> bool:
        """Whether an answer has lines of its own; two rows are one long line."""
        return self.rows > 2


#: One control for each kind of answer.
CONTROLS = MappingProxyType(
    {
        "number": Control(0, "One number: a whole number, a decimal, a fraction, or an exact form."),
        "vector": Control(0, "Numbers, separated by commas."),
        "matrix": Control(3, "One row on each line, its numbers separated by commas."),
        "shape": Control(0, "A shape in parentheses, its sizes separated by commas."),
        "expression": Control(0, "A formula in the names of the question; * and ** (or ^) may be used."),
        "bytes": Control(0, "A formula or a number of bytes; you may write a unit."),
        "growth": Control(0, "An order of growth; O, Θ and a bare formula mean a tight bound."),
        "order": Control(
            2,
            "Names of nodes, separated by commas; you may add the operation, as in z3:mul.",
            "Pick the nodes one after the other, drag them, or move them with the keyboard.",
        ),
        "graph": Control(6, "One node on each line, as in z3 = mul(z1, z2).", "Draw the nodes and their edges."),
        "trace": Control(
            8,
            "One statement on each line, as in z2.grad = 8.",
            "One row for each number that a step changes; leave out what stays the same.",
        ),
        "schedule": Control(0, "The layers to keep, separated by commas; or: none."),
        "choice": Control(0, "The letter of the option.", "Choose one option."),
        "code": Control(14, "A program in Python, with helper functions if you like; it is judged by running it."),
        "text": Control(8, "A few sentences; a person reads them."),
    }
)

#: What a choice says when several options may be right.
SEVERAL = Control(
    0, "The letters of all options that are right, separated by commas; or: none.", "Choose every option that is right."
)

_GRAPH_PARTS = ("model", "text", "layout", "words", "view", "tools", "history", "gestures", "keys")
#: The scripts of the richer controls by kind, in the order in which they run.
_CONTROL_SCRIPTS = MappingProxyType(
    {
        "trace": ("control_trace.js",),
        "order": ("control_order_drag.js", "control_order.js"),
        "choice": ("control_choice.js",),
        "graph": (*(f"graph_{part}.js" for part in _GRAPH_PARTS), "control_graph.js"),
    }
)


def scripts_of(kinds: Collection[str]) -> tuple[str, ...]:
    """The scripts of a paper with fields of these kinds, in the order in which they run."""
    controls = [script for kind, scripts in _CONTROL_SCRIPTS.items() if kind in kinds for script in scripts]
    return ("form_check_words.js", "form_check_formula.js", "form_check.js", "controls.js", *controls, "paper.js")


def styles_of(kinds: Collection[str]) -> tuple[str, ...]:
    """The style sheets of such a paper."""
    drawn = ("control_graph.css",) if "graph" in kinds else ()
    return ("page.css", "math.css", "controls.css", *drawn)


def drawable_operations() -> list[dict[str, object]]:
    """The operations that a canvas offers, with the number of their operands and the sign that a drawing writes."""
    arity = {row.name: row.arity for row in STANDARD.operations.values()}
    return [
        {"name": name, "operands": operands, "sign": OPERATION_SIGNS.get(name, "")} for name, operands in arity.items()
    ]


def control_of(field: Field) -> Control:
    """How a field is entered, by its kind."""
    return SEVERAL if field.several else CONTROLS[field.kind]
