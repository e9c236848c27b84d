"""The verbs `grade`, `regrade` and `forget`: each parses its words and prints what one function returns."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chainrule.processors import processors
from chainrule.terminal.refusing import refusing

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from chainrule.grading.entering import Progress

__all__ = ["forget_person", "grade", "regrade_run"]

_FOLDER = click.Path(file_okay=False, path_type=Path)
_JOBS = click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=processors,
    help="Processes that grade; default: one for each processor.",
)


@click.command()
@click.argument("exam_folder", metavar="EXAM_FOLDER", type=_FOLDER)
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--out", type=_FOLDER, required=True, help="Where to put the results.")
@click.option(
    "--release", type=click.Choice(["readable", "verdict", "full"]), help="What feedback may say; default: the exam's."
)
@click.option(
    "--sandbox",
    type=click.Choice(["full", "container", "files-by-uid", "practice"]),
    help="The weakest sandbox that programs may be run in; default: the exam's, or container.",
)
@_JOBS
@refusing
def grade(
    exam_folder: Path, submissions: Path, out: Path, release: str | None, sandbox: str | None, jobs: int
) -> None:
    """Grade what was handed in: a folder, a zip, a table or one file; exports of Gradescope, Canvas and Moodle, too.

    Ends with a summary and the page that leads to everything. A run that was stopped goes on where it was.
    """
    from chainrule.grading.workers import start_loading

    if jobs:
        start_loading()

    from chainrule.exam_folder import ExamFolder
    from chainrule.grading.run import grade_exam
    from chainrule.results.summary_text import summary_text
    from submissions.collecting import collect

    n_files = sum(1 for _ in collect(submissions)) if sys.stderr.isatty() and submissions.exists() else 0
    with _bar(n_files, "Grading") as progress:
        run = grade_exam(
            ExamFolder(exam_folder),
            submissions,
            out,
            release=release or "",
            sandbox=sandbox or "",
            jobs=jobs,
            progress=progress,
        )
    click.echo(summary_text(run.summary))
    click.echo(f"\nResults: {run.index}")


@click.command("regrade")
@click.argument("out", metavar="RESULTS", type=_FOLDER)
@click.option("--bank", type=_FOLDER, help="A newer bank of families, to derive keys from it.")
@click.option("--apply", is_flag=True, help="Write the new grades; without it nothing changes.")
@click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")
@_JOBS
@refusing
def regrade_run(out: Path, bank: Path | None, apply: bool, as_json: bool, jobs: int) -> None:
    """Whose points would change, and why, by adjustments.yaml, decisions and families as they are now.

    Looks at the answers that the last `grade` has read; what was handed in since takes another `grade`.
    """
    from chainrule.grading.changes import changes_text
    from chainrule.grading.regrading import regrade

    with _bar(0, "Grading") as progress:
        found = regrade(out, bank=bank, apply=apply, jobs=jobs, progress=progress)
    if as_json:
        changes = [change.to_json() for change in found.changes]
        told = {"format": "chainrule-regrade/1", "applied": apply, "papers": found.n_papers, "notes": list(found.notes)}
        click.echo(json.dumps({**told, "changes": changes}, indent=1, ensure_ascii=False))
        return
    click.echo(changes_text(found.changes, found.n_papers))
    for note in found.notes:
        click.echo(f"Note: {note}")
    if apply:
        click.echo(f"\nWritten: {out / 'index.html'}")
    elif found.changes:
        click.echo("\nNothing was written; --apply writes it.")


@click.command("forget")
@click.argument("student_id", metavar="ID")
@click.argument("exam_folder", metavar="EXAM_FOLDER", type=_FOLDER)
@click.option(
    "--results",
    type=_FOLDER,
    multiple=True,
    help="A folder of results of this exam; may be given again. Others stay as they are.",
)
@click.option("--yes", is_flag=True, help="Do it; without it nothing changes.")
@refusing
def forget_person(student_id: str, exam_folder: Path, results: tuple[Path, ...], yes: bool) -> None:
    """Remove a person from an exam and from results, with their paper, answers and grades."""
    from chainrule.exam_folder import ExamFolder
    from chainrule.grading.forgetting import forget

    found = forget(ExamFolder(exam_folder), student_id, results=results, apply=yes)
    verb = "Deleted" if yes else "Would be deleted"
    click.echo(f"{found.person.id}, paper {found.person.paper}. {verb}:")
    for file in found.deleted:
        click.echo(f"  {file}")
    click.echo(f"{'Written anew' if yes else 'Would be written anew'}: {', '.join(map(str, found.rewritten))}")
    if not yes:
        click.echo("Nothing was changed; --yes does it. The roster is yours to change.")
    elif found.still:
        click.echo("These still mention the person; remove it there by hand:")
        for file in found.still:
            click.echo(f"  {file}")
    elif results:
        click.echo("Nothing here mentions the person any more. The roster is yours to change.")
    if not results:
        click.echo("No --results were named: grades and answers handed in, if there are any, are as they were.")


@contextmanager
def _bar(n_files: int, label: str) -> Iterator[Progress]:
    """A bar with how many are graded a second, where a person looks on; the time that is left where it is known."""
    started = time.monotonic()
    rate = ""
    shown: ProgressBar[int] = click.progressbar(
        length=n_files or 1,
        label=label,
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
        show_pos=True,
        item_show_func=lambda _: rate,
    )
    with shown as bar:

        def progress(done: int, graded: int) -> None:
            nonlocal rate
            rate = f"{graded / max(time.monotonic() - started, 0.01):.0f} graded a second"
            bar.length = max(n_files, done)
            bar.update(done - bar.pos)

        try:
            yield progress
        except KeyboardInterrupt:
            click.echo("\nStopped. What was graded is kept; the same command goes on from here.", err=True)
            sys.exit(130)
