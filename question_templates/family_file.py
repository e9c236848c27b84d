"""Reading a family's folder: family.yaml is checked as a whole, every mistake is reported with its place."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

from question_templates import marked_yaml
from question_templates.errors import BrokenFamily
from question_templates.family import Family, FieldRule, Limits, MalRule, ProgramRule, SizeRule, WorkedExample
from question_templates.family_schema import FamilyFile, FieldModel, MalRuleModel, ProgramModel

__all__ = ["family_digest", "read_family"]


def read_family(folder: Path) -> Family:
    """The family in `folder`.

    Raises: BrokenFamily with one line a mistake, `topic/name/family.yaml:14:9: what is wrong`.
    """
    source = "/".join((*folder.parts[-2:], "family.yaml"))
    try:
        text = (folder / "family.yaml").read_text(encoding="utf-8")
        read: FamilyFile = marked_yaml.validate(FamilyFile, text, source)
        solver = folder / "solver.py"
        code = solver.read_text(encoding="utf-8") if solver.is_file() else ""
    except OSError as cause:
        raise BrokenFamily(f"{source}: can't be read: {cause.strerror}.") from cause
    except UnicodeDecodeError as cause:
        raise BrokenFamily(f"{source}: is not UTF-8 text (byte {cause.start}).") from cause
    except marked_yaml.Mistakes as cause:
        raise BrokenFamily(str(cause)) from cause
    missing = [name for name in ("question.md.j2", "solution.md.j2") if not (folder / name).is_file()]
    if missing:
        raise BrokenFamily(f"{source}: the folder lacks {' and '.join(missing)}.")
    return _family(read, family_digest(folder), code)


def _family(read: FamilyFile, digest: str, solver: str) -> Family:
    return Family(
        id=read.id,
        version=read.version,
        digest=digest,
        title=read.title,
        topic=read.topic,
        levels=tuple(read.levels),
        minutes=read.minutes,
        goal=read.goal.strip(),
        parameters={name: rule.model_dump(exclude_none=True) for name, rule in read.parameters.items()},
        fields=tuple(map(_field_rule, read.fields)),
        limits=Limits(**read.limits.model_dump()),
        mal_rules=tuple(map(_mal_rule, read.mal_rules)),
        worked_examples=tuple(WorkedExample(**example.model_dump()) for example in read.worked_examples),
        key=read.key,
        program=_program_rule(read.program),
        solver=solver,
        switches=tuple(read.switches),
    )


def _field_rule(read: FieldModel) -> FieldRule:
    told = read.model_dump()
    options = told["options"]
    return FieldRule(
        **{
            **told,
            "weight": _exact(read.weight),
            "rel_tol": _exact(read.rel_tol),
            "builds_on": tuple(read.builds_on),
            "options": options if isinstance(options, str) else tuple(options),
        }
    )


def _mal_rule(read: MalRuleModel) -> MalRule:
    patch = tuple((one.old, one.new) for one in read.patch)
    return MalRule(**{**read.model_dump(), "patch": patch, "feedback": read.feedback.strip()})


def _program_rule(read: ProgramModel | None) -> ProgramRule:
    if read is None:
        return ProgramRule()
    sizes = {
        name: SizeRule(**{**size.model_dump(), "aliases": tuple(size.aliases)}) for name, size in read.sizes.items()
    }
    return ProgramRule(read.call, sizes, tuple(read.given), read.ledger.model_dump() if read.ledger else None)


def _exact(number: float) -> str:
    """A number as the fraction that its decimal says, so that points divide exactly."""
    return str(Fraction(str(number)))


def family_digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of the folder's files, in order; what Python compiled is left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            data = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()
