"""What a verb refuses becomes a message and exit code 1."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

__all__ = ["refusing"]

P = ParamSpec("P")
R = TypeVar("R")


def refusing(verb: Callable[P, R]) -> Callable[P, R]:
    """A verb that tells what was wrong with its input and ends with exit code 1."""

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from chainrule.errors import RefusedInput
        from question_templates.errors import QuestionError

        try:
            return verb(*args, **kwargs)
        except (RefusedInput, QuestionError) as refused:
            click.echo(str(refused), err=True)
            sys.exit(1)

    return run
