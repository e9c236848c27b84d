"""The room on paper for each kind of answer: sized by what the question says, never by its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from chainrule.pdf.literals import array, call, points, string
from chainrule.pdf.markup import line_typst
from chainrule.pdf.sheets import Sheet
from question_templates.question import Field, Question

__all__ = ["BOXES", "Box", "answer_area", "box_typst", "columns_of", "hint_of", "options_typst", "rows_of"]

_FEW_NODES = 8  # as many names as fit on a line
_SHORT_OPTION, _MIDDLING_OPTION = 16, 34  # characters of options that stand four or two in a row


@dataclass(frozen=True)
class Box:
    """`shape` is a function of answers.typ; `rows` says how many lines of writing; `width` is of the line, in percent.

    `hint` says what somebody with a pen could not know.
    """

    shape: str
    rows: Callable[[Question, Field], int]
    width: int = 0
    hint: str = ""


def _lines(number: int) -> Callable[[Question, Field], int]:
    return lambda question, field: number


def _order_rows(question: Question, field: Field) -> int:
    return 1 if _n_nodes(question) <= _FEW_NODES else 2


def _trace_rows(question: Question, field: Field) -> int:
    """A row for each operation that the listing may have, and one to spare."""
    graphs = [figure.graph for figure in question.figures]
    operations = [sum(not node.is_leaf for node in graph.nodes) for graph in graphs]
    return max([*operations, len(question.names) if not graphs else 0, 4]) + 1


def _n_nodes(question: Question) -> int:
    return max([len(figure.graph.nodes) for figure in question.figures] or [len(question.names)])


#: One row for each kind of answer.
BOXES: Mapping[str, Box] = MappingProxyType(
    {
        "number": Box("line-box", _lines(1), 42),
        "vector": Box("line-box", _lines(1), 100),
        "matrix": Box("line-box", _lines(4), 100, hint="One row under the other."),
        "shape": Box("line-box", _lines(1), 62),
        "expression": Box("line-box", _lines(1), 100),
        "bytes": Box("line-box", _lines(1), 100),
        "growth": Box("line-box", _lines(1), 80),
        "order": Box("line-box", _order_rows, 100),
        "graph": Box("frame-box", _lines(10), hint="Draw an arrow from each operand to the operation that uses it."),
        "trace": Box("trace-box", _trace_rows),
        "schedule": Box("line-box", _lines(1), 62),
        "choice": Box("options", _lines(1), hint="Tick one."),
        "code": Box("ruled-box", _lines(16), hint="Write the program; how far lines are indented counts."),
        "text": Box("ruled-box", _lines(7)),
    }
)

_SEVERAL = "Tick every one that is right; there may be none."


def answer_area(identifier: str, question: Question, field: Field, sheet: Sheet) -> str:
    """Where the answer to a field is written, as Typst source; `identifier` is the field's, such as `1.trace`."""
    hint, rows = hint_of(field), rows_of(question, field)
    parts = [call("hint", string(hint))] if hint else []
    if field.options:
        parts.append(options_typst(identifier, field, sheet))
    if sheet.format.is_linear:
        parts.append(call("blank", string(identifier), rows=str(rows), unit=string(field.unit)))
    elif not field.options:
        parts.append(box_typst(identifier, field, sheet, rows=rows))
    return "{\n" + "\n".join(parts) + "\n}"


def hint_of(field: Field) -> str:
    """What is said above a box; empty where a pen needs no word."""
    return _SEVERAL if field.several else BOXES[field.kind].hint


def box_typst(identifier: str, field: Field, sheet: Sheet, *, rows: int) -> str:
    """A box of so many lines to write into."""
    box = BOXES[field.kind]
    named = {"rows": str(rows), "row": points(sheet.format.row)}
    if box.shape == "line-box":
        named |= {"width": f"{box.width}%", "unit": string(field.unit)}
    return call(box.shape, string(identifier), **named)


def rows_of(question: Question, field: Field) -> int:
    """How many lines of writing the field's box has."""
    return BOXES[field.kind].rows(question, field)


def options_typst(
    identifier: str, field: Field, sheet: Sheet, *, ticked: str = "", columns: int = 0, row: str = "auto"
) -> str:
    """A choice's options, each with a box to tick; `ticked` are the letters that a key has ticked, as text.

    `columns` and `row`, the height of an option as Typst source, are the options' own unless they are fixed.
    """
    choices = [array((string(letter), line_typst(words))) for letter, words in field.options.items()]
    if sheet.format.is_linear:
        return call("option-list", string(identifier), *choices)
    letters = [letter.strip() for letter in ticked.split(",")]
    named = {"ticked": array(map(string, letters))} if ticked else {}
    named |= {"columns": str(columns or columns_of(field, sheet)), "row": row}
    return call("options", string(identifier), *choices, **named)


def columns_of(field: Field, sheet: Sheet) -> int:
    """How many options stand side by side."""
    longest = max(map(len, field.options.values())) * sheet.format.text / 11
    most = 4 if longest <= _SHORT_OPTION else 2 if longest <= _MIDDLING_OPTION else 1
    return min(most, len(field.options))
