"""The command line: every verb parses its words, calls one function and prints what it returned.

Exit codes: 0 done, 1 the input was refused (file, line, reason), 2 usage, 3 our fault. Modules are imported inside
the verbs, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from chainrule.bank.commands import bank, practise
from chainrule.exam_commands import exam
from chainrule.gradescope.commands import gradescope
from chainrule.grading.commands import forget_person, grade, regrade_run
from chainrule.review.commands import review
from chainrule.terminal.refusing import refusing
from chainrule.transcription.commands import transcribe

__all__ = ["main"]

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chainrule", prog_name="chainrule")
def cli() -> None:
    """Write deep-learning exams, and grade them."""


@cli.command()
@click.option("--out", type=_FOLDER, default=Path("demo-class"), show_default=True, help="Where to put the results.")
@refusing
def demo(out: Path) -> None:
    """The whole story on a sample class: exam, 24 papers, 24 submissions, grades."""
    from chainrule.demo import run_demo

    run_demo(out, echo=click.echo)


@cli.command()
@click.argument("form", type=_FILE)
@refusing
def check(form: Path) -> None:
    """Can this form be read? Says what it holds, and nothing about right or wrong."""
    from chainrule.checking import form_report

    click.echo(form_report(form))


cli.add_command(grade)
cli.add_command(regrade_run)
cli.add_command(review)
cli.add_command(forget_person)
cli.add_command(gradescope)
cli.add_command(exam)
cli.add_command(bank)
cli.add_command(practise)
cli.add_command(transcribe)


def main() -> None:
    """Run the command line; a fault of ours is reported as such, with exit code 3."""
    try:
        cli(prog_name="chainrule")
    except Exception as fault:  # noqa: BLE001 - the last resort: our faults must be told from the caller's mistakes
        click.echo(f"Chainrule failed: {type(fault).__name__}: {fault}\nThis is our fault; please report it.", err=True)
        sys.exit(3)


if __name__ == "__main__":
    main()
