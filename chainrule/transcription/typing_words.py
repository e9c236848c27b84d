"""What the typing says: where one is, what a field asks, what stands there, and how it was read."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chainrule.amount_words import amount, points_text
from chainrule.outcome_words import OUTCOMES
from chainrule.plain_text import printable
from chainrule.terminal.ink import Ink
from chainrule.terminal.markdown_text import line_text
from chainrule.terminal.several_lines import how_it_ends
from chainrule.terminal.tables import wrapped
from chainrule.transcription.transcript import Entry, HandPoints
from grader import Verdict
from question_templates.paper import Item
from question_templates.question import Field

__all__ = ["HELP", "entry_lines", "field_lines", "points_words", "reading_lines"]

HELP = """\
Type what stands on paper. Trace, graph, matrix and text take several lines; an empty line or `.` ends them.
Programs hold empty lines: a line with a single `.` ends one.
  Enter         keep what stands here, go on
  skip  :s      the paper is blank here
  back  :b      one field back
  redo  :r      take back what stands here
  =3 reason     3 points by you, whatever the grader says (also :points 3 reason, =full)
  :lines        an answer of several lines where one is usual
  :go 2.order   to another field of this paper
  quit  :q      stop; Ctrl-D and Ctrl-C do the same
Every field is saved at once. A line that only looks like a command is typed with a blank in front."""

_PROMPT_LINES = 2  # the paper lies beside the keyboard; these only say that it is the right field
_SHOWN_LINES = 12


def field_lines(item: Item, asked: Field, name: str, *, width: int, ink: Ink) -> list[str]:
    """A field's name, kind and worth, the beginning of what it asks, and a choice's options."""
    worth = points_text(item.points_of(asked.name))
    lines = [f"{ink.strong(name)}  {ink.quiet(f'({asked.kind}, {worth})')}"]
    prompt = wrapped(line_text(asked.prompt, ink=ink), width - 4, first="  ", rest="  ")
    lines += [*prompt[: _PROMPT_LINES - 1], f"{prompt[_PROMPT_LINES - 1]} ..."] if _is_long(prompt) else prompt
    for letter, text in asked.options.items():
        lines += wrapped(line_text(text, ink=ink), width, first=f"    {letter})  ", rest=" " * 8)[:1]
    example = f"for example: {_flat(asked.example)}" if asked.example else ""
    note = "; ".join(filter(None, (example, how_it_ends(asked))))
    return [*lines, ink.quiet(f"  {note}")] if note else lines


def _is_long(lines: Sequence[str]) -> bool:
    return len(lines) > _PROMPT_LINES


def _flat(text: str) -> str:
    return " / ".join(printable(line) for line in text.splitlines())


def entry_lines(entry: Entry, out_of: Fraction, *, label: str = "stands") -> list[str]:
    """What stands at a field: nothing said where nobody has typed."""
    lines: list[str] = []
    if entry.response is not None:
        first, *rest = entry.response.split("\n")
        shown = [printable(line) for line in (first, *rest)][:_SHOWN_LINES]
        more = [f"(and {len(rest) + 1 - _SHOWN_LINES} more lines)"] if len(rest) >= _SHOWN_LINES else []
        head = f"  {label}: "
        lines += [head + (shown[0] or "(blank)"), *(" " * len(head) + line for line in [*shown[1:], *more])]
    return [*lines, f"  {points_words(entry.points, out_of)}"] if entry.points else lines


def points_words(given: HandPoints, out_of: Fraction) -> str:
    """`3 of 4 points by ab: right idea`."""
    reason = f": {printable(given.reason)}" if given.reason else ""
    return f"{amount(given.points)} of {amount(out_of)} points by {printable(given.who)}{reason}"


def reading_lines(verdict: Verdict, *, shows_verdict: bool, width: int, ink: Ink) -> list[str]:
    """How a response was read, as its student will see it; whether it is right only on demand."""
    lines: list[str] = []
    if verdict.outcome == "unreadable":
        head = f"? It could not be read with certainty. {printable(verdict.reason)}"
        lines += [ink.look(line) for line in wrapped(line_text(head, ink=ink), width, first="  ", rest="    ")]
    if verdict.outcome == "blank":
        lines.append("  read as: blank")
    elif verdict.read_as:
        label = "understood of it" if verdict.outcome == "unreadable" else "read as"
        lines += [ink.good(line) for line in wrapped(f"{label}: {printable(verdict.read_as)}", width, first="  ")]
    if verdict.outcome == "pending":
        lines += wrapped(line_text(printable(verdict.reason), ink=ink), width, first="  ", rest="    ")
    if shows_verdict and verdict.outcome not in ("unreadable", "pending", "blank"):
        said = f"{OUTCOMES[verdict.outcome].words}. {printable(verdict.reason)}".rstrip()
        lines += wrapped(line_text(said, ink=ink), width, first="  verdict: ", rest="    ")
    return lines
