"""The verbs of `chainrule bank`, and `chainrule practice`: each parses its words and prints what one function returns.

Modules are imported inside the verbs, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chainrule.terminal.refusing import refusing

if TYPE_CHECKING:
    from chainrule.bank.beginning import Sort
    from chainrule.bank.checking import FamilyReport
    from question_templates.bank import Bank

__all__ = ["bank", "practise"]

_FOLDER = click.Path(file_okay=False, path_type=Path)
_BANKS = click.option(
    "--bank", "banks", type=_FOLDER, multiple=True, help="A folder of families beside the built-in ones."
)
_LEVEL = click.option("--level", type=click.IntRange(1, 3), help="1 is the easiest, 3 the hardest.")
_JSON = click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")


def _open(banks: tuple[Path, ...]) -> Bank:
    from chainrule.errors import RefusedInput
    from question_templates.bank import BUILT_IN, open_bank

    missing = [str(folder) for folder in banks if not folder.is_dir()]
    if missing:
        raise RefusedInput("\n".join(f"{folder}: there is no such folder." for folder in missing))
    return open_bank(BUILT_IN, *banks)


@click.group()
def bank() -> None:
    """Look at the question families, try them, and begin new ones."""


@bank.command("list")
@click.option("--topic", default="", help="Only families of this topic.")
@_LEVEL
@click.option("--kind", default="", help="Only families that ask for this kind of answer, such as trace or bytes.")
@_BANKS
@_JSON
@refusing
def list_families(topic: str, level: int | None, kind: str, banks: tuple[Path, ...], as_json: bool) -> None:
    """Every family: topic, id, levels, minutes, what it asks for, and its title."""
    from chainrule.bank.catalogue import catalogue, catalogue_json, catalogue_text
    from chainrule.terminal.ink import for_terminal, terminal_width

    rows = catalogue(_open(banks), topic=topic, level=level, kind=kind)
    click.echo(catalogue_json(rows) if as_json else catalogue_text(rows, width=terminal_width(), ink=for_terminal()))


@bank.command("show")
@click.argument("family_id", metavar="ID")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Another number, another variant.")
@_LEVEL
@click.option("--format", "form", type=click.Choice(["text", "markdown", "html"]), default="text", show_default=True)
@click.option("--answers", is_flag=True, help="With the answers and the worked solution.")
@_BANKS
@_JSON
@refusing
def show(
    family_id: str, seed: int, level: int | None, form: str, answers: bool, banks: tuple[Path, ...], as_json: bool
) -> None:
    """One variant of a family; the same seed always shows the same one."""
    from chainrule.bank.showing import draw_shown, shown_as_html, shown_as_json, shown_as_markdown, shown_as_text
    from chainrule.terminal.ink import for_terminal, terminal_width

    shown = draw_shown(_open(banks).shelf(family_id), seed, level=level)
    if as_json:
        click.echo(shown_as_json(shown, answers=answers))
    elif form == "markdown":
        click.echo(shown_as_markdown(shown, answers=answers), nl=False)
    elif form == "html":
        click.echo(shown_as_html(shown, answers=answers), nl=False)
    else:
        click.echo(shown_as_text(shown, answers=answers, width=terminal_width(), ink=for_terminal()))


@bank.command("stats")
@click.argument("family_ids", metavar="[ID]...", nargs=-1)
@click.option("--seeds", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Variants a family.")
@_BANKS
@_JSON
@refusing
def stats(family_ids: tuple[str, ...], seeds: int, banks: tuple[Path, ...], as_json: bool) -> None:
    """What families draw: refusals, different variants, how much work they are, and time."""
    from chainrule.bank.statistics import family_statistics, statistics_json, statistics_text
    from chainrule.terminal.ink import for_terminal, terminal_width

    opened = _open(banks)
    shelves = [opened.shelf(family_id) for family_id in family_ids or sorted(opened.shelves)]
    every = []
    for place, shelf in enumerate(shelves):
        every.append(family_statistics(shelf, seeds=seeds))
        if not as_json:
            click.echo("\n" * (place > 0) + statistics_text(every[-1], width=terminal_width(), ink=for_terminal()))
    if as_json:
        click.echo(statistics_json(every))


@bank.command("new")
@click.argument("family_id", metavar="ID")
@click.option("--dir", "folder", type=_FOLDER, default=Path("bank"), show_default=True, help="Your own bank's folder.")
@click.option(
    "--kind",
    "sort",
    type=click.Choice(["scalar", "sizes"]),
    default="scalar",
    show_default=True,
    help="About numbers on a graph, or about formulas in open sizes.",
)
@refusing
def new(family_id: str, folder: Path, sort: Sort) -> None:
    """Begin a family: a small one that is complete and valid, to be changed."""
    from chainrule.bank.beginning import begin_family, next_steps

    click.echo(next_steps(begin_family(family_id, folder, sort=sort), folder, family_id))


@bank.command("schema")
@click.argument("file", metavar="family|exam", type=click.Choice(["family", "exam"]))
def schema(file: str) -> None:
    """The JSON Schema of family.yaml or exam.yaml, for editors."""
    from chainrule.bank.schemas import schema_text

    click.echo(schema_text(file))


@bank.command("check")
@click.argument("family_ids", metavar="[ID]...", nargs=-1)
@click.option("--seeds", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="Variants a family.")
@_BANKS
@_JSON
@refusing
def check_families(family_ids: tuple[str, ...], seeds: int, banks: tuple[Path, ...], as_json: bool) -> None:
    """Hold every promise of families against many seeds; exit code 1 when one is broken."""
    from chainrule.bank.check_report import report_json, report_lines
    from chainrule.bank.checking import check_family

    opened = _open(banks)
    chosen = [opened.shelf(family_id) for family_id in family_ids or sorted(opened.shelves)]
    reports: list[FamilyReport] = []
    for line in report_lines((check_family(shelf, seeds) for shelf in chosen), reports):
        if not as_json:
            click.echo(line)
    if as_json:
        click.echo(report_json(reports))
    if any(report.problems for report in reports):
        sys.exit(1)


@click.command("practice")
@click.argument("what", metavar="[ID_OR_TOPIC]", default="")
@_LEVEL
@_BANKS
@click.option("--seed", type=click.IntRange(0), help="The same questions again; without it they are always new.")
@refusing
def practise(what: str, level: int | None, banks: tuple[Path, ...], seed: int | None) -> None:
    """Endless variants with feedback, in the terminal; none of them is ever an exam's."""
    from chainrule.practice import practice
    from chainrule.terminal.ink import for_terminal, terminal_width
    from question_templates.dice import Dice, new_secret

    opened = _open(banks)
    if sys.stdin.isatty():
        _edit_lines()
    practice(
        opened,
        what=what,
        level=level,
        dice=Dice(new_secret() if seed is None else f"seed {seed}".encode()),
        read=input,
        write=click.echo,
        width=terminal_width(),
        ink=for_terminal(),
    )


def _edit_lines() -> None:
    """Arrow keys and earlier lines, where this Python can; `input` uses the module once it is loaded."""
    from contextlib import suppress

    with suppress(ImportError):
        import readline  # noqa: F401
