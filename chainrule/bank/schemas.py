"""`bank schema`: JSON Schemas of family.yaml and exam.yaml for editors, made from the models that read these files.

What a model checks beyond single keys is said where JSON Schema can say it: which kinds and rules there are, and of
which keys exactly one is wanted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from chainrule.bank.schema_words import WORDS
from engine.mistakes import MISTAKES
from question_templates.exam_schema import ExamFile
from question_templates.family_schema import FamilyFile
from question_templates.question import KINDS
from question_templates.work import FEATURES

__all__ = ["SCHEMAS", "schema", "schema_text"]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

#: The models and titles of the files that have a schema.
SCHEMAS: Mapping[str, tuple[type[BaseModel], str]] = MappingProxyType(
    {
        "family": (FamilyFile, "A question family of Chainrule (family.yaml)"),
        "exam": (ExamFile, "An exam of Chainrule (exam.yaml)"),
    }
)

# Model -> keys of which exactly one is given.
_EXACTLY_ONE = MappingProxyType(
    {
        "DrawRule": ("integer", "one_of", "chance"),
        "MalRule": ("rule", "patch", "reads", "drop", "times"),
        "Slot": ("family", "topic", "choose_from"),
        "ExamFile": ("slots", "sections"),
    }
)
# Model and key -> what else holds for its value.
_ALSO: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "Field.kind": {"enum": list(KINDS)},
        "MalRule.rule": {"enum": list(MISTAKES)},
        "Slot.fields": {"items": {"enum": list(KINDS)}},
        "Slot.band": {"propertyNames": {"enum": list(FEATURES)}},
    }
)


def schema_text(name: str) -> str:
    """The schema as JSON text, the same bytes for the same version."""
    return json.dumps(schema(name), indent=2)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the file `family` or `exam`; raises KeyError for another name."""
    model, title = SCHEMAS[name]
    made = model.model_json_schema(ref_template="#/$defs/{model}")
    parts = {_plain_name(part): inner for part, inner in sorted(made.pop("$defs", {}).items())}
    whole = _described(_plain_name(model.__name__), made)
    whole["description"] = WORDS[_plain_name(model.__name__)]
    described = {part: _described(part, inner) for part, inner in parts.items()}
    return {"$schema": DRAFT, "title": title, **whole, "$defs": described}


def _plain_name(model: str) -> str:
    """`_Slot` and `MalRuleModel` are Slot and MalRule to a reader."""
    return model.removeprefix("_").removesuffix("Model")


def _described(part: str, made: Mapping[str, Any]) -> dict[str, Any]:
    """One object's schema with a description for it and for every key."""
    keys = {
        key: {"description": WORDS[f"{part}.{key}"], **_without_titles(inner), **_ALSO.get(f"{part}.{key}", {})}
        for key, inner in made["properties"].items()
    }
    whole = {"type": "object", "additionalProperties": False, "properties": keys}
    if "required" in made:
        whole["required"] = made["required"]
    if part in _EXACTLY_ONE:
        whole["oneOf"] = [{"required": [key]} for key in _EXACTLY_ONE[part]]
    return {"description": WORDS[part], **whole}


def _without_titles(made: Any) -> Any:
    """A value's schema without the titles that are only its key once more, and with plain names of parts."""
    if isinstance(made, list):
        return [_without_titles(inner) for inner in made]
    if not isinstance(made, dict):
        return made
    kept = {key: _without_titles(inner) for key, inner in made.items() if key != "title"}
    if "$ref" in kept:
        kept["$ref"] = "#/$defs/" + _plain_name(kept["$ref"].rpartition("/")[2])
    return kept
