"""`chainrule gradescope`: build an autograder, and try it on this machine.

Modules are imported inside the verbs, so that `--help` answers at once.
"""

from __future__ import annotations

from pathlib import Path

import click

from chainrule.terminal.refusing import refusing

__all__ = ["gradescope"]

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_ANY = click.Path(path_type=Path)


@click.group()
def gradescope() -> None:
    """Build the autograder of an exam for Gradescope, and try it here."""


@gradescope.command("build")
@click.argument("exam_folder", metavar="EXAM_FOLDER", type=_FOLDER)
@click.option("--out", type=_FILE, required=True, help="Where to write the zip, such as autograder.zip.")
@click.option(
    "--release", type=click.Choice(["readable", "verdict", "full"]), help="What students see; default: the exam's."
)
@click.option("--decisions", type=_FOLDER, help="The results of a grading run whose decisions count here too.")
@click.option("--wheelhouse", type=_FOLDER, help="Wheels to pack, so that setting up needs no network.")
@refusing
def build_command(
    exam_folder: Path, out: Path, release: str | None, decisions: Path | None, wheelhouse: Path | None
) -> None:
    """Write the zip to upload as an autograder; it holds papers and never names."""
    from chainrule.amount_words import count
    from chainrule.exam_folder import ExamFolder
    from chainrule.gradescope.building import build_autograder

    built = build_autograder(
        ExamFolder(exam_folder), out, release=release or "", decisions=decisions, wheelhouse=wheelhouse
    )
    for note in built.notes:
        click.echo(note)
    papers, people = count(built.n_papers, "paper"), count(built.n_people, "student")
    click.echo(f"{out}: {papers} of {people}, {built.size / 1e6:.1f} MB.")


@gradescope.command("try")
@click.argument("archive", metavar="AUTOGRADER_ZIP", type=_FILE)
@click.argument("handed_in", metavar="SUBMISSION...", type=_ANY, nargs=-1, required=True)
@click.option("--email", "emails", multiple=True, required=True, help="Who hands in; several for a group.")
@click.option("--at", "submitted_at", help="When it is handed in, such as 2026-12-05T17:00:00-08:00.")
@click.option("--due", help="Gradescope's due date, written in the same way.")
@click.option("--out", type=_FOLDER, required=True, help="Where to put results.json and what was printed.")
@click.option("--setup", is_flag=True, help="Run the zip's setup.sh first, and grade with what it installs.")
@click.option("--python", default="", help="With --setup: the Python to set up with, such as python3.10.")
@refusing
def try_command(
    archive: Path,
    handed_in: tuple[Path, ...],
    emails: tuple[str, ...],
    submitted_at: str | None,
    due: str | None,
    out: Path,
    setup: bool,
    python: str,
) -> None:
    """Run the zip as Gradescope would, twice, and show what students and instructors see."""
    from chainrule.gradescope.trying import EARLY, metadata_json, run_twice, write_run

    if python and not setup:
        raise click.UsageError("--python belongs to --setup.")
    metadata = metadata_json(emails, submitted_at=submitted_at or EARLY, due=due)
    run = run_twice(archive, handed_in, metadata, setup=setup, python=python)
    for name, text in write_run(out, run).items():
        click.echo(f"--- {out / name}\n{text}")
    click.echo(f"{out / 'results.json'}: the same bytes twice, and Gradescope's contract is kept.")
