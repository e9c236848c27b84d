"""A listing and a call of it, made ready to be run: rewritten, with the place of every line."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from types import CodeType
from typing import NamedTuple

from engine.errors import ListingError
from engine.running.carrying import Loop, read_from_around
from engine.running.instrument import Instrument
from engine.running.sizes_instrument import SizesInstrument
from engine.running.trace import CALL, RESULT, Place

__all__ = ["CALL_FILE", "LISTING_FILE", "Program", "Rewritten", "makes_scalars", "rewritten_call", "rewritten_listing"]

LISTING_FILE, CALL_FILE = "<listing>", "<call>"


class Rewritten(NamedTuple):
    """A tree with the hooks in it, its loops, and the places of its lines."""

    tree: ast.Module
    loops: tuple[Loop, ...]
    where: Mapping[tuple[str, int], Place]


class Program(NamedTuple):
    """What a run executes, in order, with what its hooks need to know of the text."""

    codes: tuple[CodeType, ...]
    loops: tuple[Loop, ...]
    where: Mapping[tuple[str, int], Place]
    is_about_scalars: bool


def makes_scalars(source: str) -> bool:
    """Whether a listing is about Scalars: its decimals are exact then, and it has no sizes."""
    return bool(re.search(r"\.\s*Scalar\b", source))


def rewritten_listing(source: str) -> Rewritten:
    """A listing with the hooks in it. Raises: SyntaxError and its like for what is no Python."""
    tree = ast.parse(source, LISTING_FILE)
    if makes_scalars(source):
        return Rewritten(Instrument(source).visit(tree), (), {})
    instrument = SizesInstrument(source)
    where, rewritten = _places(tree, LISTING_FILE, ""), instrument.visit(tree)
    return Rewritten(rewritten, tuple(instrument.loops), where)


def rewritten_call(call: str, source: str, n_loops: int) -> Rewritten:
    """Statements to be run after a listing; what the last of them gives is bound to RESULT."""
    tree = ast.parse(call, CALL_FILE)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        raise ListingError(f"the call {call!r} ends in no expression; its last line is what it gives, such as f(x).")
    target = ast.copy_location(ast.Name(RESULT, ast.Store()), last)
    tree.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
    # A loop of the call may assign what functions of the listing read.
    captured = read_from_around(ast.parse(source, LISTING_FILE)) if re.search(r"\bfor\b", call) else ()
    instrument = SizesInstrument(call, function=CALL, first_loop=n_loops, captured=captured)
    where, rewritten = _places(tree, CALL_FILE, CALL), instrument.visit(tree)
    return Rewritten(rewritten, tuple(instrument.loops), where)


def _places(tree: ast.Module, file: str, function: str) -> dict[tuple[str, int], Place]:
    """For every line of a file the first line of its statement, and the function that it stands in."""
    places: dict[tuple[str, int], Place] = {}
    waiting: list[tuple[ast.stmt, str]] = [(step, function) for step in tree.body]
    while waiting:
        step, inside = waiting.pop()
        place = Place(inside, step.lineno)
        if isinstance(step, ast.FunctionDef | ast.ClassDef):
            inside = f"{inside}.{step.name}".lstrip(".")
        handlers = [handler.body for handler in getattr(step, "handlers", ())]
        blocks = [*handlers, *(getattr(step, name, ()) for name in ("body", "orelse", "finalbody"))]
        inner = [later for block in blocks for later in block]
        # What stands inside a statement writes its lines later, over those of the whole.
        places.update(((file, line), place) for line in range(step.lineno, (step.end_lineno or 0) + 1))
        waiting += [(later, inside) for later in inner]
    return places
