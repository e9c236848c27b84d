"""Students' programs: whether an exam asks for any, and the sandbox that they are run in meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from chainrule.errors import RefusedInput
from grader.code.sandboxes import judging_in
from question_templates.family import Family

__all__ = ["USUAL_SANDBOX", "ask_for_programs", "run_programs"]

#: What strangers' programs need at least: no file of ours, no network, nothing that stays.
USUAL_SANDBOX = "container"


def ask_for_programs(families: Iterable[Family]) -> bool:
    """Whether any of these families has a field for a program."""
    return any(rule.kind == "code" for family in families for rule in family.fields)


@contextmanager
def run_programs(minimum: str) -> Iterator[None]:
    """A sandbox of at least this level, for all programs that are judged within; none where `minimum` is empty.

    Enter it before any key is derived. Raises: RefusedInput when this machine's sandbox is weaker.
    """
    if not minimum:
        yield
        return
    from grader.sandbox import SandboxTooWeak, open_sandbox  # most exams ask for no program

    try:
        opened = open_sandbox(minimum=minimum)
    except SandboxTooWeak as cause:
        advice = "Grade on another machine, or say --sandbox practice if you trust these programs."
        raise RefusedInput(f"{cause}. {advice}") from cause
    with opened as sandbox, judging_in(sandbox):
        yield
