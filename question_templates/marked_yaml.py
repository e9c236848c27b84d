"""YAML for authors: plain data with the place of every key, so that all mistakes come with their places.

YAML 1.1's surprises are gone: only `true` and `false` are booleans, `12:30` and dates are text, a key that
stands twice is a mistake, tags and aliases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

__all__ = ["Mistakes", "parse", "validate"]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")  # longer ones stay text, which no number field accepts
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?\Z")
_QUOTED = ("'", '"', "|", ">")  # what is quoted or in a block is text, whatever it looks like
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}

Path = tuple[str | int, ...]


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
        for event in yaml.parse(text, Loader=_Loader):
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


def validate(model: type[BaseModel], text: str, source: str) -> Any:
    """An instance of `model` from a YAML text; raises Mistakes with every mistake at once."""
    data, places = parse(text, source)
    try:
        return model.model_validate(data if data is not None else {})
    except ValidationError as cause:
        raise Mistakes([_wording(error, places, source) for error in cause.errors()]) from cause


def _wording(error: Any, places: Mapping[Path, str], source: str) -> str:
    path: Path = tuple(error["loc"])
    while path and path not in places:
        path = path[:-1]
    name = ".".join(str(part) for part in error["loc"]) or "the file"
    return f"{places.get(path, source)}: {name}: {_message(error)}"


def _message(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such key here; is it misspelt?"
    if error["type"] == "missing":
        return "this key is missing."
    message, value = error["msg"].removeprefix("Value error, "), error.get("input")
    # Our own messages say the value; of a list or a mapping nobody wants to read all.
    told_already = error["type"] == "value_error" or isinstance(value, (dict, list))
    return message if told_already else f"{message} (found {value!r})"
