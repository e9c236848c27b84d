"""Several quantities in one statement: `z5.grad and z6.grad = 6`, `z5.grad, z6.grad = 6, 7`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from grader.reading.statement import Chain, NumberReading
from grader.reading.unreadable import Unreadable
from grader.reading.vocabulary import Quantity

__all__ = ["with_shared_values"]

# Quantities that one statement may share; nobody writes more, and it bounds the search.
_MOST_SHARING: Final = 12


def with_shared_values(chains: Sequence[Chain]) -> Iterator[Chain]:
    """`z5.grad and z6.grad = 6` says two things; `z5.grad, z6.grad = 6, 7` gives each its own number."""
    index = 0
    while index < len(chains):
        waiting = _waiting(chains, index)
        end = index + len(waiting)
        if not waiting or end >= len(chains):
            yield _alone(chains, index)
            index += 1
            continue
        last = chains[end]
        own = _own_numbers(chains, end)
        targets = [*waiting, last.quantities[0]]
        if not own:
            yield from (replace(last, quantities=(quantity,)) for quantity in targets)
        elif len(own) == len(targets) - 1:
            for quantity, number in zip(targets, [last.number, *own], strict=True):
                yield replace(last, quantities=(quantity,), number=number)
        else:
            yield _uncertain(last, targets)
        index = end + 1 + len(own)


def _alone(chains: Sequence[Chain], index: int) -> Chain:
    """A statement about one quantity; `z1.grad = -12, -24` gives it two numbers."""
    chain = chains[index]
    if chain.number is None or not chain.quantities:
        return chain
    others = [number for number in _own_numbers(chains, index) if number and number.value != chain.number.value]
    if not others:
        return chain
    return replace(
        chain,
        number=None,
        error=Unreadable(
            chain.start,
            "",
            f"We read {chain.number.read_as} and {others[0].read_as} for one quantity and can't tell which one is "
            "meant; please write only that one.",
        ),
    )


def _waiting(chains: Sequence[Chain], index: int) -> list[Quantity]:
    """The bare quantities at `index` that are joined to a statement of the same kind behind them."""
    waiting: list[Quantity] = []
    while index < len(chains) and len(waiting) < _MOST_SHARING:
        chain = chains[index]
        if waiting and (not chain.run.joined or chain.run.before):
            return []
        if len(chain.quantities) != 1 or chain.error:
            return waiting if waiting and _continues(chain, waiting[0]) else []
        if chain.number is not None:
            return waiting if chain.quantities[0].kind == (waiting or chain.quantities)[0].kind else []
        if len(chain.run.tokens) != 1 or (waiting and waiting[0].kind != chain.quantities[0].kind):
            return []
        waiting.append(chain.quantities[0])
        index += 1
    return []


def _continues(chain: Chain, first: Quantity) -> bool:
    is_claim = chain.number is not None or chain.error is not None
    return bool(chain.quantities) and chain.quantities[0].kind == first.kind and is_claim


def _own_numbers(chains: Sequence[Chain], end: int) -> list[NumberReading | None]:
    """The numbers behind `z5.grad, z6.grad = 6` that stand alone after a comma or "and"."""
    own: list[NumberReading | None] = []
    for chain in chains[end + 1 :]:
        if not chain.run.joined or chain.run.before or chain.quantities or chain.number is None:
            break
        if chain.run.sentence != chains[end].run.sentence:
            break
        own.append(chain.number)
    return own


def _uncertain(chain: Chain, targets: list[Quantity]) -> Chain:
    error = Unreadable(
        chain.start,
        "",
        f"We read {len(targets)} quantities and another count of numbers; please write one statement a line.",
    )
    return replace(chain, quantities=tuple(targets), number=None, error=error)
