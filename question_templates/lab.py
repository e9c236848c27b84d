"""The laboratory of the answer arm: runs of one variant's listing, each kept, from which answers are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import engine as ag
from engine.checkpointing import LedgerOptions
from engine.mistakes import MISTAKES
from engine.patching import Patch, patched
from engine.sizes import declare, symbol
from question_templates.variant import Variant

__all__ = ["Lab", "Recipe", "kept_run", "run_of"]


class Recipe(NamedTuple):
    """What makes two runs the same; a size without a number is open."""

    listing: str
    call: str
    sizes: tuple[tuple[str, int | None], ...]
    given: tuple[str, ...] = ()
    mistake: str = ""
    ledger: tuple[tuple[str, Any], ...] | None = None

    def symbols(self) -> dict[str, Any]:
        """The sizes, the open ones as symbols that carry what is given about them."""
        facts = declare(*self.given)
        return {name: symbol(name, facts=facts) if number is None else number for name, number in self.sizes}

    def ledger_options(self) -> LedgerOptions | None:
        """What the ledger counts; None where none is kept."""
        return None if self.ledger is None else LedgerOptions(**dict(self.ledger))


class Lab:
    """Runs of a variant's listing; a family's `solver.py` is given one.

    `mistake` is a changed rule of the engine (a key of `MISTAKES`), `patches` a changed listing, `pins` values that
    bindings take instead of their own. All three hold for every run made here.
    """

    def __init__(
        self,
        variant: Variant,
        *,
        mistake: str = "",
        patches: Sequence[Patch] = (),
        pins: Mapping[str, Any] | None = None,
    ) -> None:
        self.variant = variant
        self.listing = _patched(variant.listing, tuple(patches))
        self.runs: list[ag.Trace] = []
        self._mistake, self._pins = mistake, dict(pins or {})

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What was drawn."""
        return self.variant.parameters

    @property
    def shown(self) -> Mapping[str, Any]:
        """What the question prints of runs."""
        return self.variant.shown

    @cached_property
    def run(self) -> ag.Trace:
        """The run that the family's program describes; a listing about Scalars runs as it stands."""
        return self.again()

    def again(
        self,
        call: str | None = None,
        sizes: Mapping[str, int | None] | None = None,
        *,
        listing: str | None = None,
        mistake: str | None = None,
        patches: Sequence[Patch] = (),
        ledger: LedgerOptions | None = None,
    ) -> ag.Trace:
        """Another run: of another call, at other sizes (None: an open size), of another listing, or with a mistake."""
        program = self.variant.program
        options = program.ledger if ledger is None else vars(ledger)
        wanted = dict.fromkeys(program.sizes) if sizes is None else sizes
        recipe = Recipe(
            _patched(self.listing if listing is None else listing, tuple(patches)),
            program.call if call is None else call,
            tuple(wanted.items()),
            program.given,
            self._mistake if mistake is None else mistake,
            None if options is None else tuple(sorted(options.items())),
        )
        made = _run(recipe, self._pins) if self._pins else kept_run(recipe)
        self.runs.append(made)
        return made

    @property
    def recipe(self) -> Recipe:
        """What the run that the family's program describes is made from."""
        program = self.variant.program
        ledger = None if program.ledger is None else tuple(sorted(program.ledger.items()))
        return Recipe(
            self.listing, program.call, tuple(dict.fromkeys(program.sizes).items()), program.given, "", ledger
        )


def run_of(variant: Variant, *, mistake: str = "") -> ag.Trace:
    """The run of a variant's program, under the standard rules or those of a known mistake."""
    return Lab(variant, mistake=mistake).run


@lru_cache(maxsize=512)  # a pure function, and nearly as slow as a run
def _patched(listing: str, patches: tuple[Patch, ...]) -> str:
    return patched(listing, *patches) if patches else listing


@lru_cache(maxsize=512)  # a pure function: refusing a draw, its key and its known mistakes share these runs
def kept_run(recipe: Recipe) -> ag.Trace:
    """The run of a recipe, made once."""
    return _run(recipe, {})


def _run(recipe: Recipe, pins: Mapping[str, Any]) -> ag.Trace:
    face = ag.face(MISTAKES[recipe.mistake] if recipe.mistake else ag.STANDARD)
    ledger = recipe.ledger_options()
    return ag.run_listing(recipe.listing, recipe.call, recipe.symbols(), pins=pins, face=face, ledger=ledger)
