"""Where somebody types: lines in, lines out, through two functions, so that a test can play a whole session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chainrule.terminal.ink import PLAIN, Ink
from chainrule.terminal.markdown_text import line_text
from chainrule.terminal.tables import wrapped

__all__ = ["Desk", "Leaving"]


class Leaving(Exception):
    """Somebody wants to stop; all that was typed is saved."""


@dataclass(frozen=True)
class Desk:
    """How a session reads and writes, and who sits at it (initials will do)."""

    read: Callable[[str], str]
    write: Callable[[str], None]
    who: str = "staff"
    width: int = 88
    ink: Ink = PLAIN

    def say(self, *lines: str) -> None:
        self.write("\n".join(lines))

    def tell(self, text: str, indent: str = "  ") -> None:
        """A sentence of ours, in which code stands between backticks."""
        self.say(*wrapped(line_text(text, ink=self.ink), self.width, first=indent, rest=indent))

    def line(self, prompt: str) -> str:
        """One line; raises Leaving at the end of the input and at Ctrl-C."""
        try:
            return self.read(prompt)
        except (EOFError, KeyboardInterrupt):
            raise Leaving from None
        except UnicodeDecodeError:
            self.tell("The terminal sent bytes that are no text in its encoding; set it to UTF-8 and start again.")
            raise Leaving from None
