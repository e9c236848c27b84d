"""The text arm: from a family's templates to the listing and the question that a student reads.

Nothing in this file runs a listing for its values. What a question may say about its graph comes from
`engine.read_structure`, which computes no number; so no template can print an answer, even by mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

import engine as ag
from engine import exact
from question_templates.bank import Shelf
from question_templates.errors import BrokenFamily
from question_templates.family import FieldRule, applies
from question_templates.question import Field, Figure, Question
from question_templates.variant import Variant

__all__ = ["SHARED_TEMPLATES", "environment", "render", "write_listing", "write_question"]

#: Wording that several families share, such as the backward walk of a worked solution.
SHARED_TEMPLATES = Path(__file__).parent / "shared"


@lru_cache(maxsize=64)  # a pure function of the folder; compiling templates is most of a variant's cost
def environment(folder: Path) -> SandboxedEnvironment:
    """The templates of a family's folder and the shared ones; undefined names are errors."""
    templates = SandboxedEnvironment(
        loader=FileSystemLoader([folder, SHARED_TEMPLATES]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
    )
    templates.filters["number"] = exact.text
    return templates


@lru_cache(maxsize=512)  # the few short texts of family.yaml that are templates
def _short_template(folder: Path, text: str) -> Template:
    return environment(folder).from_string(text)


def render(shelf: Shelf, template: str, values: Mapping[str, Any]) -> str:
    """One template file of a family, filled in; raises BrokenFamily with file and line."""
    try:
        return environment(shelf.folder).get_template(template).render(values).strip() + "\n"
    except Exception as cause:  # whatever an author's template raises is the author's mistake
        place = _template_place(cause) or f"{shelf.family.id}/{template}"
        raise BrokenFamily(f"{place}: {cause}") from cause


def _template_place(error: Exception) -> str:
    """`topic/name/file:line` of the template that an error arose in, which may be an included one."""
    if isinstance(error, TemplateSyntaxError):
        return _short_place(error.filename or error.name or "", error.lineno)
    frames = [(frame.filename, frame.lineno) for frame in extract_tb(error.__traceback__)]
    return next((_short_place(*at) for at in reversed(frames) if at[0].endswith(".j2")), "")


def _short_place(filename: str, line: int | None) -> str:
    return "/".join(Path(filename).parts[-3:]) + f":{line}"


def write_listing(shelf: Shelf, parameters: Mapping[str, Any]) -> str:
    """The program that the student reads and the engine runs."""
    return render(shelf, "listing.py.j2", parameters)


def write_question(shelf: Shelf, variant: Variant) -> Question:
    """What the student sees of a variant."""
    structure = ag.read_structure(variant.listing)
    values = {
        **variant.parameters,
        "listing": variant.listing.rstrip("\n"),
        "postorder": [str(node) for node in structure.graph.nodes],
        "output": structure.graph.output.label,
    }
    fields = tuple(_fields(shelf, values))
    if any(field.kind == "order" for field in fields):
        del values["postorder"]  # it is asked for, so no template may print it
    return Question(
        title=shelf.family.title,
        body=render(shelf, "question.md.j2", values),
        listing=variant.listing,
        names=tuple(structure.names),
        figures=(Figure("graph", structure.graph),),
        fields=fields,
    )


def _fields(shelf: Shelf, values: Mapping[str, Any]) -> list[Field]:
    return [
        _field(shelf, rule, {**values, **repeated})
        for rule in shelf.family.fields
        if applies(rule.when, values, family_id=shelf.family.id)
        for repeated in _repeated(shelf, rule, values)
    ]


def _repeated(shelf: Shelf, rule: FieldRule, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What `it` is for each repetition of a field; a field that is not repeated knows no `it`."""
    if not rule.each:
        return [{}]
    things = values.get(rule.each)
    if not isinstance(things, (list, tuple)):
        raise BrokenFamily(f"{_place(shelf, rule)}: each: {rule.each!r} is no parameter that holds a list.")
    return [{"it": thing} for thing in things]


def _place(shelf: Shelf, rule: FieldRule) -> str:
    return f"{shelf.family.id}/family.yaml: field {rule.name!r}"


def _field(shelf: Shelf, rule: FieldRule, values: Mapping[str, Any]) -> Field:
    def filled(text: str) -> str:
        try:
            return _short_template(shelf.folder, text).render(values)
        except TemplateError as cause:
            raise BrokenFamily(f"{_place(shelf, rule)}: {cause.message}") from cause

    return Field(
        name=filled(rule.name),
        kind=rule.kind,
        asks=filled(rule.asks),
        prompt=filled(rule.prompt).strip(),
        weight=Fraction(rule.weight),
        builds_on=rule.builds_on,
        example=filled(rule.example),
    )
