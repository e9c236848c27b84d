"""The text arm: from a family's templates to the listing and the question that a student reads.

Nothing in this file runs a listing for its values. What a question may say about its graph comes from
`engine.read_structure`, which computes no number; so no template can print an answer, even by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

import engine as ag
from engine import exact
from engine.sizes import Size, growth_of, spelled_out, to_python, to_tex, to_text
from question_templates.bank import Shelf
from question_templates.errors import BrokenFamily
from question_templates.family import FieldRule, applies
from question_templates.program import Program, SizeRange
from question_templates.question import LETTERS, Field, Figure, Question
from question_templates.variant import Variant

__all__ = ["SHARED_TEMPLATES", "environment", "render", "write_listing", "write_program", "write_question"]

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
    templates.filters.update(
        number=exact.text, python=_python, tex=_tex, plain=_plain, spelled=_spelled, growth=_growth
    )
    return templates


def _python(size: Any) -> str:
    return to_python(size) if isinstance(size, Size) else exact.text(size)


def _tex(size: Any) -> str:
    return to_tex(size) if isinstance(size, Size) else exact.tex(size)


def _plain(size: Any) -> str:
    return to_text(size) if isinstance(size, Size) else exact.text(size)


def _growth(size: Any) -> Any:
    """A size without what does not matter for its order of growth."""
    return growth_of(size) if isinstance(size, Size) else size


def _spelled(size: Any, *keep: str) -> Any:
    """A size without the listing's own names, but for those to keep."""
    return spelled_out(size, keep=keep) if isinstance(size, Size) else size


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
    """The program that the student reads and the engine runs; empty where a family has none."""
    if not (shelf.folder / "listing.py.j2").is_file():
        return ""
    return render(shelf, "listing.py.j2", parameters)


def write_program(shelf: Shelf, parameters: Mapping[str, Any]) -> Program:
    """How the listing of these parameters is run."""
    rule = shelf.family.program

    def filled(text: str) -> str:
        return _filled(shelf, text, parameters, "program").strip()

    sizes = {
        filled(name): SizeRange(filled(size.means), size.low, size.high, tuple(map(filled, size.aliases)))
        for name, size in rule.sizes.items()
        if filled(name)
    }
    given = tuple(fact for fact in map(filled, rule.given) if fact)
    ledger = None if rule.ledger is None else {**rule.ledger, "leave_out": tuple(rule.ledger["leave_out"])}
    return Program(filled(rule.call), sizes, given, ledger)


def write_question(shelf: Shelf, variant: Variant) -> Question:
    """What the student sees of a variant."""
    values = {
        **dict.fromkeys(shelf.family.switches, False),
        **variant.parameters,
        "listing": variant.listing.rstrip("\n"),
        "sizes": {name: size.means for name, size in variant.program.sizes.items()},
        "shown": variant.shown,
    }
    structure = ag.read_structure(variant.listing) if _is_about_scalars(variant) else None
    if structure is not None:
        values |= {"postorder": [str(node) for node in structure.graph.nodes], "output": structure.graph.output.label}
    fields = tuple(_fields(shelf, values))
    kinds = {field.kind for field in fields}
    if "order" in kinds:
        values.pop("postorder", None)  # it is asked for, so no template may print it
    return Question(
        title=shelf.family.title,
        body=render(shelf, "question.md.j2", values),
        listing=variant.listing,
        names=tuple(structure.names) if structure else (),
        figures=(Figure("graph", structure.graph),) if structure and "graph" not in kinds else (),
        fields=fields,
    )


def _is_about_scalars(variant: Variant) -> bool:
    """Whether the listing runs as it stands and makes Scalars; otherwise there is no graph to draw."""
    return not variant.program.call and "ag.Scalar(" in variant.listing


def _fields(shelf: Shelf, values: Mapping[str, Any]) -> list[Field]:
    fields: list[Field] = []
    made: dict[str, list[str]] = {}  # the fields that each rule has made, for those that build on them
    for rule in shelf.family.fields:
        if applies(rule.when, values, family_id=shelf.family.id):
            builds_on = tuple(name for earlier in rule.builds_on for name in made.get(earlier, ()))
            these = [_field(shelf, rule, {**values, **each}, builds_on) for each in _repeated(shelf, rule, values)]
            made[rule.name] = [asked.name for asked in these]
            fields += these
    return fields


def _repeated(shelf: Shelf, rule: FieldRule, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What `it` is for each repetition of a field; a field that is not repeated knows no `it`."""
    return [{"it": thing} for thing in _list_of(shelf, rule, "each", rule.each, values)] if rule.each else [{}]


def _list_of(shelf: Shelf, rule: FieldRule, key: str, name: str, values: Mapping[str, Any]) -> Sequence[Any]:
    """The list that a parameter holds; what a question prints of runs may hold one too."""
    things = values.get(name, values["shown"].get(name))
    if not isinstance(things, (list, tuple)):
        place = f"{shelf.family.id}/family.yaml: field {rule.name!r}"
        raise BrokenFamily(f"{place}: {key}: {name!r} is no parameter that holds a list.")
    return things


def _field(shelf: Shelf, rule: FieldRule, values: Mapping[str, Any], builds_on: tuple[str, ...]) -> Field:
    def filled(text: str) -> str:
        return _filled(shelf, text, values, f"field {rule.name!r}")

    if isinstance(rule.options, str):
        texts: Iterable[Any] = _list_of(shelf, rule, "options", rule.options, values)
    else:
        texts = map(filled, rule.options)
    return Field(
        name=filled(rule.name),
        kind=rule.kind,
        asks=filled(rule.asks),
        prompt=filled(rule.prompt).strip(),
        weight=Fraction(rule.weight),
        builds_on=builds_on,
        example=filled(rule.example),
        options=dict(zip(LETTERS, map(str, texts), strict=False)),
        several=rule.several,
        fixed_last=len(LETTERS) if rule.keep_order else rule.fixed_last,
        unit=rule.unit,
        rel_tol=Fraction(rule.rel_tol),
        any_valid=rule.any_valid,
    )


def _filled(shelf: Shelf, text: str, values: Mapping[str, Any], where: str) -> str:
    """One of family.yaml's short texts, filled in; raises BrokenFamily with the place."""
    if "{" not in text:
        return text
    try:
        return _short_template(shelf.folder, text).render(values)
    except TemplateError as cause:
        raise BrokenFamily(f"{shelf.family.id}/family.yaml: {where}: {cause.message}") from cause
