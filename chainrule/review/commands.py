"""`chainrule review`: what a person must decide after a run, shared out, and taken back in.

Modules are imported inside the verb, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chainrule.terminal.refusing import refusing

if TYPE_CHECKING:
    from chainrule.grading.graded import GradedRun
    from chainrule.pages.review_page import Sheet, SolutionOf
    from chainrule.review.grouping import Queue

__all__ = ["review"]

_FILE = click.Path(dir_okay=False, path_type=Path)
_MOST_PARTS = 100


@click.command("review")
@click.argument("out", metavar="OUT", type=click.Path(file_okay=False, path_type=Path))
@click.argument("files", metavar="[FILE]...", nargs=-1, type=_FILE)
@click.option("--split", type=click.IntRange(1, _MOST_PARTS), help="Write that many tables to fill in, to OUT/review.")
@click.option("--tas", default="", metavar="NAMES", help="Write a table for each of these people: ann,bob.")
@click.option("--html", is_flag=True, help="Write a page to decide on; with --split or --tas one for each table.")
@click.option("--replace", is_flag=True, help="Write over tables with decisions that were not taken over.")
@click.option("--import", "takes", is_flag=True, help="Take over the decisions of these FILEs.")
@click.option("--who", default="", help="Who decided, where a table does not say it; or whose decision to withdraw.")
@click.option("--conflicts", is_flag=True, help="List the answers about which people disagree.")
@click.option("--withdraw", default="", metavar="GROUP", help="Take back what --who decided about a group.")
@click.option("--json", "as_json", is_flag=True, help="What waits, for programs.")
@refusing
def review(
    out: Path,
    files: tuple[Path, ...],
    split: int | None,
    tas: str,
    html: bool,
    replace: bool,
    takes: bool,
    who: str,
    conflicts: bool,
    withdraw: str,
    as_json: bool,
) -> None:
    """What waits for a person: list it, share it out without names, and take over what was decided."""
    writes = bool(split or tas or html)
    _check_modes(files, takes=takes, writes=writes, conflicts=conflicts, withdraw=withdraw, who=who)
    if split and tas:
        raise click.UsageError("--split and --tas do not go together; --tas makes one part for each person.")
    if as_json and (takes or writes or conflicts or withdraw):
        raise click.UsageError("--json belongs to the list of what waits; use it alone.")
    if replace and not (split or tas):
        raise click.UsageError("--replace belongs to --split or --tas.")
    if takes:
        _take_over(out, files, who)
    elif conflicts:
        _tell_conflicts(out)
    elif withdraw:
        _withdraw(out, withdraw, who)
    elif writes:
        _hand_out(out, split, tas, html=html, replaces=replace)
    else:
        _summarize(out, as_json=as_json)


def _check_modes(
    files: tuple[Path, ...], *, takes: bool, writes: bool, conflicts: bool, withdraw: str, who: str
) -> None:
    modes = {
        "--import": takes,
        "--split, --tas or --html": writes,
        "--conflicts": conflicts,
        "--withdraw": bool(withdraw),
    }
    chosen = [name for name, value in modes.items() if value]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} do not go together; use one at a time.")
    if takes != bool(files):
        raise click.UsageError("--import takes over files; name them behind it: --import part-1.csv part-2.csv")
    if withdraw and not who.strip():
        raise click.UsageError("--withdraw needs --who: whose decision is taken back?")
    if who and not (takes or withdraw):
        raise click.UsageError("--who belongs to --import or --withdraw.")


def _open(out: Path) -> tuple[GradedRun, Queue]:
    from chainrule.grading.graded import open_run
    from chainrule.review.decisions_file import read_kept
    from chainrule.review.grouping import review_queue

    run = open_run(out)
    return run, review_queue(run.papers, run.result.grades.values(), run.keys, kept=read_kept(out))


def _summarize(out: Path, *, as_json: bool) -> None:
    from chainrule.review.deciding import disagreements
    from chainrule.review.decisions_file import read_kept
    from chainrule.review.review_words import queue_json, queue_text
    from chainrule.terminal.ink import terminal_width

    _, queue = _open(out)
    conflicts = disagreements(read_kept(out))
    _write(queue_json(queue, conflicts) if as_json else queue_text(queue, conflicts, width=terminal_width()))


def _hand_out(out: Path, split: int | None, tas: str, *, html: bool, replaces: bool) -> None:
    from chainrule.amount_words import count
    from chainrule.review.decisions_file import REVIEW_FOLDER, read_kept
    from chainrule.review.handing_out import Part, hand_out, named_parts, numbered_parts

    parts = named_parts(tas) if tas else numbered_parts(split) if split else (Part("review"),)
    run, queue = _open(out)
    written = hand_out(
        out / REVIEW_FOLDER,
        queue.waiting,
        parts,
        imported=[kept.group for kept in read_kept(out)],
        replaces=replaces,
        has_tables=bool(split or tas),
        page_of=_sheet(run) if html else None,
        solution_of=_solutions(run),
    )
    for file, n_groups in written:
        _write(f"{file}: {count(n_groups, 'decision')}")
    _write(f"When they are filled in: chainrule review {out} --import FILE...")


def _sheet(run: GradedRun) -> Sheet:
    from hashlib import sha256

    from chainrule.pages.review_page import Sheet

    head = next(iter(run.papers.values())).exam
    exam = sha256("".join(sorted(run.papers)).encode()).hexdigest()[:16]
    return Sheet(head.title, "", exam, head.course)


def _solutions(run: GradedRun) -> SolutionOf:
    """The worked solution of a question, or None where its key can't be derived: then it waits because of that."""
    from chainrule.review.solutions import solutions_from

    return solutions_from(run.bank, run.families)


def _take_over(out: Path, files: tuple[Path, ...], who: str) -> None:
    from chainrule.reading_files import file_bytes
    from chainrule.review.deciding import take_over
    from chainrule.review.decision_rows import read_tables
    from chainrule.review.review_words import taken_over_text

    _, queue = _open(out)
    tables = [(str(file), file_bytes(file)) for file in files]
    groups = {group.id: group for group in queue.groups}
    _write(taken_over_text(take_over(out, read_tables(tables, groups, who=who))))


def _tell_conflicts(out: Path) -> None:
    from chainrule.review.deciding import disagreements
    from chainrule.review.decisions_file import read_kept
    from chainrule.review.review_words import disagreement_lines

    _write("\n".join(disagreement_lines(disagreements(read_kept(out)))) or "Nobody disagrees.")


def _withdraw(out: Path, group: str, who: str) -> None:
    from chainrule.review.deciding import withdraw
    from chainrule.review.review_words import withdrawn_text

    _write(withdrawn_text(withdraw(out, group, " ".join(who.split()))))


def _write(text: str) -> None:
    """Print on any terminal: where it can't show a sign, a question mark stands for it."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding))
