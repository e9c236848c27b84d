"""`practice`: endless variants in the terminal, judged at once, with another try and the worked solution.

What is read and written goes through two functions, so that a test can play a whole session. A variant for practice is
never one of an exam's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from chainrule.bank.showing import field_lines, question_figures, solution_figures
from chainrule.pages.paper_controls import control_of
from chainrule.practice_words import Tally, hints, progress_text, verdict_lines
from chainrule.terminal.ink import PLAIN, Ink
from chainrule.terminal.markdown_text import line_text, to_text
from chainrule.terminal.several_lines import how_it_ends, last_lines
from chainrule.terminal.tables import wrapped
from grader import Outcome, Verdict, judge_question
from question_templates.bank import Bank, Shelf
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue
from question_templates.errors import BrokenFamily, NoAdmissibleDraw
from question_templates.mistaking import known_mistakes
from question_templates.question import Field
from question_templates.solution import write_solution

__all__ = ["practice", "shelves_for"]

_TRIES = 2  # then the worked solution is the better teacher
_FRESH_DRAWS = 8  # before a variant that was seen already is shown again

Command: TypeAlias = Literal["hint", "solution", "skip", "quit"]
_COMMANDS: tuple[Command, ...] = ("hint", "solution", "skip", "quit")
_WELCOME = "Write an answer, or one of `hint`, `solution`, `skip` (to the next question) and `quit`."


class _Quit(Exception):
    """The learner wants to stop."""


class _Leave(Exception):
    """The learner wants to leave this question; `shows` says whether to see its solution."""

    def __init__(self, *, shows: bool) -> None:
        super().__init__()
        self.shows = shows


@dataclass
class _Desk:
    """Where a session happens: how it reads and writes, and what came right so far."""

    read: Callable[[str], str]
    write: Callable[[str], None]
    width: int
    ink: Ink
    tallies: dict[str, Tally] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def say(self, *lines: str) -> None:
        self.write("\n".join(lines))

    def tell(self, text: str, indent: str = "") -> None:
        """A sentence of ours, in which code stands between backticks."""
        self.say(*wrapped(line_text(text, ink=self.ink), self.width, first=indent, rest=indent))

    def line(self, prompt: str) -> str:
        """One line of input; its end or Ctrl-C ends the session."""
        try:
            return self.read(prompt)
        except (EOFError, KeyboardInterrupt):
            raise _Quit from None


@dataclass
class _Question:
    """One question on the desk; `responses` by field name."""

    shelf: Shelf
    issued: Issue
    responses: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, Outcome | None] = field(default_factory=dict)


def practice(
    bank: Bank,
    *,
    what: str = "",
    level: int | None = None,
    dice: Dice,
    read: Callable[[str], str],
    write: Callable[[str], None],
    width: int = 88,
    ink: Ink = PLAIN,
) -> Mapping[str, Tally]:
    """Ask one variant after another until the learner stops; returns what came right, by topic.

    `what` is a family's id, a topic, or empty for any family. `read` is given a prompt and returns a line, or raises
    EOFError or KeyboardInterrupt where the learner stops.
    Raises: BrokenFamily when there is no such family or topic at that level; NoAdmissibleDraw.
    """
    shelves = list(shelves_for(bank, what, level))
    desk = _Desk(read, write, width, ink)
    desk.tell(_WELCOME)
    number = 1
    try:
        while True:
            asked = _draw(desk, shelves, dice, level)
            _one_question(desk, number, asked)
            number += 1
    except (_Quit, KeyboardInterrupt):
        desk.say("", progress_text(desk.tallies, ink=ink), "See you.")
    return desk.tallies


def shelves_for(bank: Bank, what: str, level: int | None) -> tuple[Shelf, ...]:
    """The families to practise; raises BrokenFamily naming what there is."""
    by_id = tuple(shelf for shelf in bank.choose_from(level=level) if shelf.family.id == what)
    found = by_id or bank.choose_from(topic=what, level=level)
    if found:
        return found
    at_level = f" with level {level}" if level is not None else ""
    topics = ", ".join(sorted({shelf.family.topic for shelf in bank.shelves.values()}))
    ids = ", ".join(sorted(bank.shelves))
    raise BrokenFamily(f"there is no family or topic {what!r}{at_level}; there are the topics {topics}, and {ids}.")


def _draw(desk: _Desk, shelves: list[Shelf], dice: Dice, level: int | None) -> _Question:
    """A variant of any of the families; one that has nothing for practice is struck off the list."""
    while True:
        shelf = dice.choice(shelves)
        try:
            return _fresh(desk, shelf, dice, level)
        except NoAdmissibleDraw:
            shelves.remove(shelf)
            if not shelves:
                raise


def _fresh(desk: _Desk, shelf: Shelf, dice: Dice, level: int | None) -> _Question:
    """A variant that was not shown in this session, as long as the family has one."""
    for _ in range(_FRESH_DRAWS):
        issued = issue(shelf, dice, level=level, purpose="practice")
        told = issued.question.body + issued.question.listing
        if told not in desk.seen:
            break
    desk.seen.add(told)
    return _Question(shelf, issued)


def _one_question(desk: _Desk, number: int, asked: _Question) -> None:
    """Show it, ask each field, show the solution where something went wrong, and count."""
    family, question, ink = asked.shelf.family, asked.issued.question, desk.ink
    level = asked.issued.variant.parameters["level"]
    title = f"Question {number}: {question.title}"
    desk.say("", ink.quiet("-" * desk.width), ink.strong(title))
    desk.say(ink.quiet(f"{family.id}, level {level}, about {family.minutes} minutes"), "")
    desk.say(to_text(question.body, width=desk.width, figures=question_figures(question), ink=ink))
    shows = True
    try:
        for one in question.fields:
            _ask(desk, asked, one)
    except _Leave as left:
        shows = left.shows
    except (_Quit, KeyboardInterrupt):
        _count(desk, asked, all_of_it=False)
        raise
    _count(desk, asked, all_of_it=shows)
    n_right = sum(outcome == "right" for outcome in asked.outcomes.values())
    if n_right < len(question.fields) and shows:
        _show_solution(desk, asked)
    elif n_right == len(question.fields):
        desk.say("", ink.good("All of it right."))
    desk.say("", progress_text(desk.tallies, ink=ink))
    _next(desk, asked)


def _count(desk: _Desk, asked: _Question, *, all_of_it: bool) -> None:
    """Add the outcomes to the topic's tally, and if wanted the answers that were not given.

    What a person would have to read counts neither way; nor does, without that, what could not be read.
    """
    topic = asked.shelf.family.topic
    for one in asked.issued.question.fields:
        outcome = asked.outcomes.get(one.name)
        if outcome != "pending" and (all_of_it or outcome not in (None, "unreadable", "blank")):
            desk.tallies[topic] = desk.tallies.get(topic, Tally()).plus(outcome)


def _next(desk: _Desk, asked: _Question) -> None:
    """Wait until the learner is ready for the next question."""
    while True:
        told = desk.line("Enter for the next question, `solution` or `quit`: ").strip().lower()
        if told == "quit":
            raise _Quit
        if told != "solution":
            return
        _show_solution(desk, asked)


def _show_solution(desk: _Desk, asked: _Question) -> None:
    solution = write_solution(asked.shelf, asked.issued.variant, asked.issued.key)
    figures = solution_figures(solution)
    desk.say("", desk.ink.strong("Worked solution"), "")
    desk.say(to_text(solution.body, width=desk.width, figures=figures, ink=desk.ink))


def _ask(desk: _Desk, asked: _Question, one: Field) -> None:
    """One field: tries until it is right, or the tries are used up; commands in between."""
    desk.say("", *field_lines(one, width=desk.width, ink=desk.ink), *_notation(desk, one))
    waiting = _hints(asked, one)
    tries = 0
    while tries < _TRIES:
        response = _response(desk, one)
        if response == "hint":
            desk.tell(waiting.pop(0) if len(waiting) > 1 else waiting[0], indent="  ")
            continue
        if response in _COMMANDS:
            _obey(response)
        verdict = _judged(desk, asked, one, response)
        asked.outcomes[one.name] = verdict.outcome
        desk.say(*verdict_lines(verdict, response, width=desk.width, ink=desk.ink))
        if verdict.outcome in ("right", "follows", "pending"):
            return
        tries += verdict.outcome not in ("unreadable", "blank")
        if verdict.outcome != "blank" and tries < _TRIES:
            desk.tell("Try once more, or ask for a `hint`.", indent="    ")
    desk.tell("Let us go on; the worked solution comes at the end.", indent="    ")


def _notation(desk: _Desk, one: Field) -> list[str]:
    """How such an answer looks, and how several lines of it end."""
    lines = wrapped(f"for example: {one.example}", desk.width, first="  ", rest="    ") if one.example else []
    lines += [f"  ({ends})"] if (ends := how_it_ends(one)) else []
    return [desk.ink.quiet(line) for line in lines]


def _has_lines(one: Field) -> bool:
    return control_of(one).is_multiline


def _obey(command: str) -> None:
    if command == "quit":
        raise _Quit
    raise _Leave(shows=command == "solution")


def _response(desk: _Desk, one: Field) -> str:
    """What the learner writes, or a command in small letters; several lines where the kind needs them."""
    first = desk.line("> ").rstrip()
    if first.strip().lower() in _COMMANDS:
        return first.strip().lower()
    if not _has_lines(one):
        return first
    lines = [first]
    while lines[-1].strip() not in last_lines(one):
        lines.append(desk.line("| ").rstrip())
    return "\n".join(lines[:-1])


def _hints(asked: _Question, one: Field) -> list[str]:
    return hints(asked.shelf.family, asked.issued.variant.parameters, control_of(one).hint, one.example)


def _judged(desk: _Desk, asked: _Question, one: Field, response: str) -> Verdict:
    """The verdict on one field, with all that was written before it."""
    asked.responses[one.name] = response
    variant, question, family = asked.issued.variant, asked.issued.question, asked.shelf.family
    try:
        verdicts = judge_question(
            question, asked.issued.key, asked.responses, mistakes=lambda: known_mistakes(question, variant, family)
        )
    except Exception as fault:  # noqa: BLE001 - a fault of ours must not end somebody's session, nor count against them
        desk.tell(f"We could not judge this, which is our fault ({type(fault).__name__}: {fault}).", indent="  ")
        return Verdict("pending")
    return verdicts[one.name]
