"""The verbs of `chainrule exam`: each parses its words and prints what one function returns.

Modules are imported inside the verbs, so that `--help` answers at once.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import click

from chainrule.processors import processors
from chainrule.terminal.refusing import refusing

__all__ = ["exam"]

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_BANKS = click.option(
    "--bank", "banks", type=_FOLDER, multiple=True, help="A folder of families beside the built-in ones."
)


@click.group()
def exam() -> None:
    """Begin an exam, check it, and build its papers, forms and keys."""


@exam.command("new")
@click.argument("name", metavar="[NAME]", default="")
@click.option("--out", type=_FILE, help="Where to write it; default: NAME.yaml.")
@refusing
def new(name: str, out: Path | None) -> None:
    """Write a copy of a ready exam for editing; without a NAME, list those there are."""
    from chainrule.exams import READY_EXAMS, begin_exam

    if not name:
        for ready, words in READY_EXAMS.items():
            click.echo(f"{ready:16}{words}")
        return
    written = begin_exam(name, out or Path(f"{name}.yaml"))
    click.echo(f"Written: {written}")
    click.echo(f"Look at it:  chainrule exam check {written}")


@exam.command("check")
@click.argument("exam_file", metavar="EXAM.yaml", type=_FILE)
@click.option("--roster", type=_FILE, help="A roster to be checked with it.")
@_BANKS
@click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")
@refusing
def check(exam_file: Path, roster: Path | None, banks: tuple[Path, ...], as_json: bool) -> None:
    """Sections, slots, points and minutes of an exam, or every mistake; exit code 1 where there is one."""
    from chainrule.exam_report import check_exam, report_json, report_text
    from chainrule.terminal.ink import for_terminal, terminal_width
    from question_templates.bank import BUILT_IN, open_bank

    report = check_exam(exam_file, open_bank(BUILT_IN, *banks), roster_file=roster)
    text = report_json(report) if as_json else report_text(report, width=terminal_width(), ink=for_terminal())
    click.echo(text, err=bool(report.mistakes) and not as_json)
    if report.mistakes:
        sys.exit(1)


@exam.command("build")
@click.argument("exam_file", metavar="EXAM.yaml", type=_FILE)
@click.option("--roster", type=_FILE, required=True, help="CSV with the columns id, name and, if you like, more.")
@click.option("--out", type=_FOLDER, required=True, help="The exam's folder; made if needed.")
@click.option("--spares", type=click.IntRange(0, 10_000), default=0, help="Papers without an owner.")
@click.option("--pdf", is_flag=True, help="Papers and keys as PDF, too.")
@click.option("--jobs", type=click.IntRange(1, 64), default=processors, help="Processes that make papers.")
@_BANKS
@refusing
def build(
    exam_file: Path, roster: Path, out: Path, spares: int, pdf: bool, jobs: int, banks: tuple[Path, ...]
) -> None:
    """One paper for each student of the roster, with forms, keys and the assignment table."""
    from chainrule.building import Outputs, build_exam, closing_lines
    from question_templates.bank import BUILT_IN

    notes: list[str] = []
    with click.progressbar(length=1, label="Papers", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        folder = build_exam(
            exam_file,
            roster,
            out,
            spares=spares,
            banks=(BUILT_IN, *banks) if banks else (),
            outputs=Outputs(pdf=pdf),
            jobs=jobs,
            progress=progress,
            note=notes.append,
        )
    click.echo("\n".join([*closing_lines(folder), *(f"Note: {note}" for note in notes)]))
    click.echo("Work of each question over the papers (fairness.csv has more):")
    with folder.fairness.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            if row["feature"] == "work":
                click.echo(f"  question {row['question']}: {row['least']} to {row['most']}, median {row['median']}")
