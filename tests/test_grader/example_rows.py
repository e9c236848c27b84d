"""The example tables and the larger collection, row by row: what a student wrote, and what a person makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import engine as ag
from question_templates import answers as kinds
from question_templates.answers import Answer
from tests.test_code.asked_functions import code_of

__all__ = ["FOLDER", "TABLES", "Row", "answer_of", "read_yaml", "rows", "stated_answers"]

FOLDER = Path(__file__).resolve().parent.parent
#: The kinds with a table, in the order of the published page.
TABLES = (
    *("number", "expression", "bytes", "shape", "growth"),
    *("order", "trace", "graph", "schedule", "vector", "matrix", "choice", "code", "text"),
)


@dataclass(frozen=True)
class Row:
    """One row of a table; `place` says where it stands, for a failing test, and `name` which answer it is for."""

    place: str
    kind: str
    name: str
    answer: Answer
    response: str
    verdict: str
    why: str
    share: Fraction | None


def answer_of(kind: str, stated: Mapping[str, Any]) -> Answer:
    """The answer that a table states by its constructor's arguments; a trace by its listing, code by its function."""
    if kind == "trace":
        return kinds.Trace(ag.run_listing(stated["listing"]))
    if kind == "code":
        return code_of(stated["function"])
    arguments = {name: _FROM_YAML.get(name, _as_it_is)(value) for name, value in stated.items()}
    if kind == "order":
        arguments["expected"] = tuple(stated["expected"])
    return getattr(kinds, kind.capitalize())(**arguments)


def _as_it_is(value: Any) -> Any:
    return value


_FROM_YAML: Mapping[str, Callable[[Any], Any]] = {
    "looser_share": Fraction,
    "rel_tol": lambda value: Fraction(str(value)),
    "inputs": lambda inputs: {node: tuple(sources) for node, sources in inputs.items()},
    "builds_on": tuple,
}


def rows(folder: str, kind: str) -> Iterator[Row]:
    """The rows of `tests/<folder>/<kind>.yaml`."""
    table = _table(FOLDER / folder / f"{kind}.yaml")
    answers = {name: answer_of(kind, stated) for name, stated in table["answers"].items()}
    for number, example in enumerate(table["examples"], 1):
        yield Row(
            f"{folder}/{kind} {number}",
            kind,
            example["answer"],
            answers[example["answer"]],
            example["response"],
            example["verdict"],
            example.get("why", ""),
            Fraction(example["share"]) if "share" in example else None,
        )


def stated_answers(kind: str) -> Mapping[str, Mapping[str, Any]]:
    """The answers of a published table as they are stated, by name."""
    stated: Mapping[str, Mapping[str, Any]] = _table(FOLDER / "tables" / f"{kind}.yaml")["answers"]
    return stated


@cache
def _table(path: Path) -> Mapping[str, Any]:
    table: Mapping[str, Any] = read_yaml(path)
    return table


def read_yaml(path: Path) -> Any:
    """What a YAML file holds, read by the quick safe loader where there is one."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return loader(path.read_text(encoding="utf-8")).get_single_data()
