"""Draws a rematerializer with one fault, the checkpoints, and changes of one line that may or may not repair it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_templates.dice import Dice
from question_templates.shared.chain_mistakes import showing
from question_templates.shared.faulty_rematerializers import BOUND, FaultyChain

_FAULTS = {
    1: ("late", "slice", "short", "skip"),
    2: ("late", "late slice", "late start", "late first", "slice", "skip"),
    # Some are drawn more often, as more of them come to a number of products that the question prints.
    3: ("late slice", "late slice", "late end", "late start", "late start", "late first", "slice", "slice", "skip"),
}
_LAYERS = {1: (4, 5), 2: (6, 8), 3: (7, 9)}
_NUMBERS_OF_LINES = range(10, 26)  # an answer should not be one of them


def draw(dice: Dice, level: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The fault as pieces of the listing, its checkpoints, the numbers of level 1, and what is asked."""
    while True:
        chain, numbers = _chain(dice, level), _numbers(dice, level)
        asked_layer = dice.choice(chain.wrong())
        if _is_fit(chain, asked_layer, numbers[: chain.n_layers + 1], level):
            break
    words, fault, discarded = drawn["words"], chain.fault, chain.discarded
    changes = _changes(dice, words, fault)
    return {
        "n_layers": chain.n_layers,
        "checkpoints": chain.checkpoints,
        "discarded": discarded,
        "discarded_names": [f"layer {layer}" for layer in discarded],
        "fault": fault,
        "is_late": fault.startswith("late"),
        "after_checkpoint": {"slice": "i", "skip": "i + 2"}.get(fault, "i + 1"),
        "stop": "i" if fault == "short" else "i + 1",
        "bound": _bound(words, BOUND[fault]),
        "changes": changes,
        "change_texts": [f"line {number}: `{new}`" for number, new in changes],
        "numbers": numbers[: chain.n_layers + 1],
        "width": dice.choice((3, 4)),
        "asked_layer": asked_layer,
        "ask_returned": level == 1,
        "ask_wrong": level > 1,
        "ask_products": level == 3,
        # Some faults leave the number of products as it should be.
        "has_numbers": level == 1 or (level == 3 and chain.products() != chain._replace(fault="").products()),
        **_shows(chain, level),
    }


def _chain(dice: Dice, level: int) -> FaultyChain:
    """Layers before the first checkpoint, and at least two behind the last one, so that faults differ."""
    n_layers = dice.integer(*_LAYERS[level])
    count = 1 if level == 1 else dice.choice((1, 2, 2))
    highest = n_layers - 2 if level == 1 else n_layers - 3
    return FaultyChain(dice.choice(_FAULTS[level]), n_layers, sorted(dice.sample(range(1, highest + 1), count)))


def _numbers(dice: Dice, level: int) -> list[int]:
    """The 1 x 1 matrices of level 1, X first."""
    return [dice.choice((1, 2, 3)), *(dice.choice((2, 3, 5)) for _ in range(_LAYERS[1][1]))] if level == 1 else []


def _is_fit(chain: FaultyChain, asked_layer: int, numbers: list[int], level: int) -> bool:
    """Whether the numbers suit pen and paper, and are none that the question prints."""
    if level == 1:
        got, right = (one.returned(asked_layer, numbers) for one in (chain, chain._replace(fault="")))
        return got != right and max(got, right) <= 2000 and got not in _NUMBERS_OF_LINES
    return level == 2 or chain.products() not in _NUMBERS_OF_LINES


def _shows(chain: FaultyChain, level: int) -> dict[str, bool]:
    """Which mistakes about the wrong layers differ from what is right and from each other."""
    right, every = chain.wrong(), chain.discarded
    is_late = chain.fault.startswith("late")
    shows = showing(
        {
            "right": right,
            "other fault": chain._replace(fault="slice" if is_late else "late").wrong(),
            "everything late": chain._replace(fault="late").wrong(),
            "all layers": every,
            "right ones": [layer for layer in every if layer not in right],
        }
    )
    return {name: shown and level > 1 for name, shown in shows.items()}


def _bound(words: Mapping[str, str], names: frozenset[str]) -> str:
    """The arguments that keep their values from when the function is defined."""
    written = [words.get(name, name) for name in ("start", "first", "i") if name in names]
    return ", ".join(f"{name}={name}" for name in written)


def _changes(dice: Dice, words: Mapping[str, str], fault: str) -> list[list[Any]]:
    """[line number, its new text] of five changes; which one repairs the listing, the solver finds by running them."""
    first, every = words["first"], BOUND[""]

    def head(names: frozenset[str]) -> list[Any]:
        return [10, f"def {words['remake']}({_bound(words, names)}):"]

    repairs = {
        "slice": [7, f"{first} = i + 1"],
        "skip": [7, f"{first} = i + 1"],
        "short": [12, f"for layer in weights[{first}:i + 1]:"],
    }
    near = {
        "slice": [12, f"for layer in weights[{first} + 1:i + 1]:"],
        "skip": [12, f"for layer in weights[{first} - 1:i + 1]:"],
        "short": [12, f"for layer in weights[{first}:i + 2]:"],
    }
    halves = [head(names) for known, names in BOUND.items() if names not in (every, BOUND[fault]) and known != "late"]
    others = [
        [2, f"{first} = 1"],
        [11, "value = x.value"],
        [7, f"{first} = i + 2" if fault == "slice" else f"{first} = i"],
        near.get(fault, [12, f"for layer in weights[{first}:i]:"]),
    ]
    wrong = dice.sample(halves, 2) + dice.sample(others, 2)
    return dice.shuffled([repairs.get(fault, head(every)), *wrong])
