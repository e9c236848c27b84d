"""`chainrule transcribe`: paper answers typed in by staff, imported from a table, or compared after double entry.

Modules are imported inside the verb, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chainrule.terminal.refusing import refusing

if TYPE_CHECKING:
    from chainrule.exam_folder import ExamFolder
    from chainrule.transcription.desk import Desk
    from chainrule.transcription.paper_list import PaperList
    from chainrule.transcription.transcript_store import TranscriptStore

__all__ = ["transcribe"]

_FILE = click.Path(dir_okay=False, path_type=Path)
_LONGEST_NAME = 40


@click.command("transcribe")
@click.argument("exam_folder", metavar="EXAM_FOLDER", type=click.Path(file_okay=False, path_type=Path))
@click.option("--as", "who", default="", help="Who types: initials will do. Without it you are asked.")
@click.option("--paper", "ids", multiple=True, help="Only this paper, or these; the beginning of an id is enough.")
@click.option("--second", is_flag=True, help="A second, independent entry, which does not show the first one.")
@click.option("--compare", is_flag=True, help="List where both entries differ, and settle it.")
@click.option("--show-verdicts", is_flag=True, help="Say also whether answers are right, not only how they are read.")
@click.option("--csv", "table", type=_FILE, help="Take over a table: paper, field, response, points, reason, who.")
@click.option("--replace", is_flag=True, help="With --csv: write over what was typed differently.")
@click.option("--template", type=_FILE, help="Write a table to fill in, of the papers that are not typed in yet.")
@click.option("--export", type=_FILE, help="Write a table of the papers that are typed in.")
@refusing
def transcribe(
    exam_folder: Path,
    who: str,
    ids: tuple[str, ...],
    second: bool,
    compare: bool,
    show_verdicts: bool,
    table: Path | None,
    replace: bool,
    template: Path | None,
    export: Path | None,
) -> None:
    """Type in what stands on paper, field by field, and see at once how each answer is read."""
    from chainrule.exam_folder import ExamFolder
    from chainrule.transcription.transcript_store import store_of
    from chainrule.transcription.typing_session import transcribe as type_in

    _check_modes(compare=compare, second=second, replace=replace, table=table, template=template, export=export)
    folder = ExamFolder(exam_folder)
    papers = _papers(folder, ids)
    store = store_of(folder, second=second)
    if template:
        _write_table(template, folder, [one for one in papers.ids if ids or not store.is_finished(one)], store)
    elif export:
        begun = set(store.paper_ids())
        _write_table(export, folder, [one for one in papers.ids if ids or one in begun], store)
    elif table:
        _take_over(table, folder, papers, store, who=_name(who) or "staff", replaces=replace)
    elif compare:
        _compare(folder, papers, who)
    else:
        type_in(folder, papers, store, _desk(who), shows_verdicts=show_verdicts)


def _check_modes(
    *, compare: bool, second: bool, replace: bool, table: Path | None, template: Path | None, export: Path | None
) -> None:
    chosen = [
        name
        for name, value in {"--compare": compare, "--csv": table, "--template": template, "--export": export}.items()
        if value
    ]
    if len(chosen) > 1:
        raise click.UsageError(f"{' and '.join(chosen)} do not go together; use one at a time.")
    if compare and second:
        raise click.UsageError("--compare looks at both entries; leave --second out.")
    if replace and not table:
        raise click.UsageError("--replace belongs to --csv.")


def _papers(folder: ExamFolder, ids: tuple[str, ...]) -> PaperList:
    from chainrule.transcription.paper_list import PaperList, list_papers, meant

    papers = list_papers(folder)
    return PaperList(tuple(dict.fromkeys(meant(typed, papers) for typed in ids))) if ids else papers


def _write_table(file: Path, folder: ExamFolder, ids: list[str], store: TranscriptStore) -> None:
    from chainrule.amount_words import count
    from chainrule.transcription.table_import import export_answers

    click.echo(f"{file}: {count(export_answers(file, folder, ids, store), 'paper')}.")


def _take_over(
    table: Path, folder: ExamFolder, papers: PaperList, store: TranscriptStore, *, who: str, replaces: bool
) -> None:
    from chainrule.transcription.table_import import import_answers

    click.echo(str(import_answers(table, folder, papers, store, who=who, replaces=replaces)))


def _compare(folder: ExamFolder, papers: PaperList, who: str) -> None:
    """The list for whoever reads it, and the settling where somebody sits at the keyboard."""
    from chainrule.transcription.settling import compare_papers, comparison_text, settle

    comparison = compare_papers(folder, papers)
    _write(comparison_text(comparison))
    if comparison.disagreements:
        settle(folder, comparison, _desk(who))


def _desk(who: str) -> Desk:
    """The terminal; whoever sits there is asked once for a name, since a login's name is nobody's business."""
    from chainrule.terminal.ink import for_terminal, terminal_width
    from chainrule.transcription.desk import Desk, Leaving

    if sys.stdin.isatty():
        _edit_lines()
    width, ink = terminal_width(), for_terminal()
    named = _name(who)
    while not named:
        try:
            named = _name(Desk(input, _write).line("Your initials (Enter for `staff`): ") or "staff")
        except Leaving:
            click.echo("\nNothing was typed.")
            sys.exit(0)
    return Desk(input, _write, named, width, ink)


def _name(who: str) -> str:
    """A name as it is kept with what somebody typed; raises RefusedInput for one that is none."""
    from chainrule.errors import RefusedInput
    from chainrule.transcription.typing_rules import odd_character

    named = " ".join(who.split())
    if odd_character(named) or len(named) > _LONGEST_NAME:
        raise RefusedInput(f"{who!r} is no name to keep; initials of at most {_LONGEST_NAME} letters will do.")
    return named


def _write(text: str) -> None:
    """Print on any terminal: where it can't show a sign, a question mark stands for it."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding))


def _edit_lines() -> None:
    """Arrow keys and earlier lines, where this Python can; `input` uses the module once it is loaded."""
    from contextlib import suppress

    with suppress(ImportError):
        import readline  # noqa: F401
