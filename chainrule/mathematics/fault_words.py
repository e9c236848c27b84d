"""The words for what can't stand in a formula, with what to write instead."""

from __future__ import annotations

from difflib import get_close_matches

from chainrule.mathematics.commands import BUILT, FUNCTIONS, SIGNS, WORDS

__all__ = ["stray"]


def stray(piece: str) -> str:
    """The words for a piece that has no place where it stands."""
    if piece == "&" or piece == "\\\\":
        return f"{piece} outside of an environment; it parts cells or rows between \\begin and \\end"
    if piece == "}":
        return "a } without its {; write \\} for the sign"
    if piece in ("\\right", "\\end"):
        return f"{piece} without its beginning; leave it out"
    if piece == "$":
        return "$ inside of a formula; it ends the formula, so write the word in \\text{...}"
    if piece.startswith("\\"):
        return f"{piece} is no command that every output knows; {_instead(piece)}"
    command = next((name for name, sign in SIGNS.items() if sign == piece), "")
    instead = command or "a LaTeX command, or words in \\text{...}"
    return f"{piece!r} can't stand in a formula; write {instead}"


def _instead(command: str) -> str:
    alike = get_close_matches(command, [*SIGNS, *FUNCTIONS, *WORDS, *BUILT], n=1, cutoff=0.75)
    return f"write {alike[0]} if that is meant" if alike else "write a name as \\operatorname{...}"
