"""YAML for authors: plain data with the place of every key, so that all mistakes come with their places.

YAML 1.1's surprises are gone: only `true` and `false` are booleans, `12:30` and dates are text, a key that
stands twice is a mistake, tags and aliases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

__all__ = ["Mistakes", "Path", "checked", "in_order", "parse", "validate"]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")  # longer ones stay text, which no number field accepts
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?\Z")
_DEEPEST = 40  # no file of ours goes deeper than ten, and composing one is recursive
_LONGEST_TOLD = 200  # of a value that is wrong: enough to find it
_PLACE = re.compile(r"[^\n]*?:(\d+):(\d+): ")
_NO_SUCH_KEY = "there is no such key here; is it misspelt?"
_QUOTED = ("'", '"', "|", ">")  # what is quoted or in a block is text, whatever it looks like
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}

Path = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


class Mistakes(Exception):
    """All mistakes of one file, each as `file:line:column: what is wrong`."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass
class _Builder:
    """Turns composed YAML nodes into plain data and notes where each value stands."""

    source: str
    places: dict[Path, str]
    mistakes: list[str]

    def build(self, node: yaml.Node, path: Path = ()) -> Any:
        self.places[path] = place = _place(self.source, node.start_mark)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, position)) for position, item in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            self.mistakes.append(f"{place}: this kind of YAML node is not understood.")
            return None
        return self._mapping(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = _place(self.source, key_node.start_mark)
            if key in built:
                self.mistakes.append(f"{place}: the key {key!r} stands here a second time; keep one of the two.")
            inside = (*path, key)
            built[key] = self.build(value_node, inside)
            self.places[inside] = place
        return built

    @staticmethod
    def _scalar(node: yaml.ScalarNode) -> Any:
        text = node.value
        if node.style in _QUOTED:
            return text
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if _INTEGER.match(text):
            return int(text)
        return float(text) if _FLOAT.match(text) else text


def parse(text: str, source: str) -> tuple[Any, Mapping[Path, str]]:
    """The data of a YAML text, and for each path in it its place as `file:line:column`. Raises Mistakes."""
    builder = _Builder(source, {}, [])
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                place = _place(source, event.start_mark)
                raise Mistakes([f"{place}: lists and mappings stand more than {_DEEPEST} deep inside each other here."])
            if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None) is not None:
                place = _place(source, event.start_mark)
                raise Mistakes([f"{place}: tags and aliases are not used here; write the value out."])
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as cause:
        place = _place(source, cause.problem_mark)
        raise Mistakes([f"{place}: this is no YAML: {cause.problem}."]) from cause
    except yaml.YAMLError as cause:
        raise Mistakes([f"{source}: this is no YAML: {str(cause).splitlines()[0]}."]) from cause
    data = builder.build(node) if node is not None else None
    if builder.mistakes:
        raise Mistakes(builder.mistakes)
    return data, builder.places


def _place(source: str, mark: Any) -> str:
    """`file:line:column`, both counted from 1; the file alone where the parser gave no mark."""
    return f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else source


def validate(model: type[M], text: str, source: str) -> M:
    """An instance of `model` from a YAML text; raises Mistakes with every mistake at once."""
    read, mistakes = checked(model, *parse(text, source), source)
    if read is None:
        raise Mistakes(mistakes)
    return read


def checked(model: type[M], data: Any, places: Mapping[Path, str], source: str) -> tuple[M | None, list[str]]:
    """What `parse` gave as an instance of `model`, or None and every mistake."""
    try:
        return model.model_validate(data if data is not None else {}), []
    except ValidationError as cause:
        return None, [_wording(error, model, places, source) for error in cause.errors()]


def in_order(mistakes: Iterable[str]) -> list[str]:
    """Mistakes in the order of the file, each once; those without a place come first."""

    def place(told: str) -> tuple[int, int]:
        found = _PLACE.match(told)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    return sorted(dict.fromkeys(mistakes), key=place)


def _wording(error: Any, model: type[BaseModel], places: Mapping[Path, str], source: str) -> str:
    path: Path = tuple(error["loc"])
    while path and path not in places:
        path = path[:-1]
    name = ".".join(str(part) for part in error["loc"]) or "the file"
    return f"{places.get(path, source)}: {name}: {_message(error, model)}"


def _message(error: Any, model: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        *inside, key = error["loc"]
        near = get_close_matches(str(key), _keys_of(model, inside), n=1)
        return f"there is no such key here; did you mean {near[0]!r}?" if near else _NO_SUCH_KEY
    if error["type"] == "missing":
        return "this key is missing."
    message, value = error["msg"].removeprefix("Value error, "), error.get("input")
    # Our own messages say the value; of a list or a mapping nobody wants to read all.
    told_already = error["type"] == "value_error" or isinstance(value, (dict, list))
    return message if told_already else f"{message} (found {_shortened(repr(value))})"


def _shortened(told: str) -> str:
    return told if len(told) <= _LONGEST_TOLD else f"{told[:_LONGEST_TOLD]}... ({len(told):,} characters)"


def _keys_of(model: type[BaseModel], path: Iterable[str | int]) -> list[str]:
    """The keys that the part of a model at a path has."""
    part = model
    for step in path:
        told = part.model_fields.get(step) if isinstance(step, str) else None
        if told is not None:  # positions in lists and names in mappings lead to the same part
            part = next(_models_in(told.annotation), part)
    return list(part.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a type is made of: of `dict[str, Part] | None` it is Part."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
