"""The class summary for a terminal: at most 25 lines of at most 80 columns, plain characters only."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence

from chainrule.amount_words import amount, count
from chainrule.plain_text import printable
from chainrule.results.class_record import Bin, ClassSummary, UngradedFile
from chainrule.results.field_statistics import FieldStatistics
from grader.choosing import Kind

__all__ = ["summary_text"]

_WIDTH = 80
_HEIGHT = 25
_BAR = 40
_MOST_QUESTIONS = 6
_MOST_MISTAKES = 4
_LINES_A_FILE = 2
_KINDS: tuple[Kind, ...] = ("file", "decision", "note")


def summary_text(summary: ClassSummary) -> str:
    """Counts, spread and histogram of points, how each field went, known mistakes, files set aside."""
    lines = [*_counts(summary), *_points(summary), *_questions(summary), *_mistakes(summary)]
    lines += _files(summary, room=_HEIGHT - len(lines))
    return "\n".join(_cut(line) for line in lines)


def _counts(summary: ClassSummary) -> list[str]:
    counts = f"{summary.count('complete')} complete, {summary.count('incomplete')} incomplete"
    line = f"Papers    {len(summary.students)}: {summary.n_graded} graded ({counts})"
    if n_aside := summary.count("set aside"):
        line += f", {n_aside} set aside"
    n_late = sum(bool(student.late) for student in summary.students)
    lines = [summary.title, f"{line}, {summary.count('missing')} missing" + (f", {n_late} late" if n_late else "")]
    if summary.open_answers or summary.set_aside:
        aside = _by_kind(summary.set_aside) or [count(0, "file")]
        waiting = ", ".join([count(len(summary.open_answers), "answer"), *aside])
        lines.append(f"          waiting for a person: {waiting}")
    return lines


def _by_kind(aside: Iterable[UngradedFile], *, more: str = "") -> list[str]:
    """How many files, decisions and notes there are, as far as there are any; `more` stands before each noun."""
    found = Counter(one.kind for one in aside)
    return [count(found[kind], f"{more}{kind}") for kind in _KINDS if found[kind]]


def _points(summary: ClassSummary) -> list[str]:
    spread = summary.spread
    if spread is None:
        return ["Points    nothing has been graded"]
    quartiles = f"{amount(spread.lower_quartile)} to {amount(spread.upper_quartile)}"
    so_far = ", so far" if summary.count("incomplete") else ""
    line = (
        f"Points    median {amount(spread.median)}, middle half {quartiles}, mean {amount(spread.mean)} "
        f"of {' or '.join(map(amount, summary.worths))}{so_far}"
    )
    return [line, *_histogram(summary.bins)]


def _histogram(bins: Sequence[Bin]) -> list[str]:
    """Two bins make a line; the longest bar has `_BAR` signs, or one sign a paper in a small class."""
    pairs = [(first.low, last.high, first.n_papers + last.n_papers) for first, last in _in_pairs(bins)]
    most = max((n_papers for _, _, n_papers in pairs), default=0)
    scale = min(1.0, _BAR / most) if most else 1.0
    labels = [f"{amount(low)} to {amount(high)}" for low, high, _ in pairs]
    wide = max(map(len, labels), default=0)
    return [f"  {label:>{wide}}  {_bar(n, scale)}" for label, (_, _, n) in zip(labels, pairs, strict=True)]


def _bar(n_papers: int, scale: float) -> str:
    return f"{'#' * max(1, round(n_papers * scale))} {n_papers}" if n_papers else "-"


def _in_pairs(bins: Sequence[Bin]) -> Iterable[tuple[Bin, Bin]]:
    return zip(bins[::2], bins[1::2], strict=True)


def _questions(summary: ClassSummary) -> list[str]:
    """One line a question: the mean share of each of its fields."""
    if not summary.fields:
        return []
    by_item: dict[str, list[FieldStatistics]] = {}
    for field in summary.fields:
        by_item.setdefault(field.item, []).append(field)
    wide = max(map(len, by_item))
    shown = list(by_item.items())[:_MOST_QUESTIONS]
    lines = [f"  {item:>{wide}}  " + "   ".join(map(_share, fields)) for item, fields in shown]
    return ["Mean share of the points, by question", *lines, *_rest(len(by_item) - len(shown), "question")]


def _share(field: FieldStatistics) -> str:
    return f"{field.name} {field.mean_words:>4}"


def _mistakes(summary: ClassSummary) -> list[str]:
    if not summary.mistakes:
        return []
    shown = summary.mistakes[:_MOST_MISTAKES]
    named = ", ".join(f"{mistake.tag} {mistake.n_papers}" for mistake in shown)
    return textwrap.wrap(
        named,
        _WIDTH,
        initial_indent="Known mistakes, on how many papers: ",
        subsequent_indent="  ",
        max_lines=2,
        placeholder=" ...",
    )


def _files(summary: ClassSummary, *, room: int) -> list[str]:
    if not summary.set_aside:
        return []
    shown = summary.set_aside[: (room - 2) // _LINES_A_FILE]  # a heading, and a line for the rest
    lines = [line for file in shown for line in _file(file)]
    rest = summary.set_aside[len(shown) :]
    return ["Set aside for a person", *lines, *([f"  and {', '.join(_by_kind(rest, more='more '))}"] if rest else ())]


def _file(file: UngradedFile) -> list[str]:
    reason = file.reason if file.reason.startswith(file.source) else f"{file.source}: {file.reason}"
    return textwrap.wrap(
        printable(reason),
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        max_lines=_LINES_A_FILE,
        placeholder=" ...",
    )


def _rest(n_more: int, noun: str) -> list[str]:
    return [f"  and {n_more} more {noun}{'s' * (n_more > 1)}"] if n_more > 0 else []


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else line[: _WIDTH - 3].rstrip() + "..."
