"""All answers of an exam on one page for graders: a table a question, a row a paper, in the order of printing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from chainrule.pages.markdown import inline_html
from chainrule.pages.templates import render_page
from question_templates.paper import ExamHead

__all__ = ["PaperKey", "combined_key_page"]


@dataclass(frozen=True)
class PaperKey:
    """A paper's answers as text, by item number and field name; `page` is the way to its own key."""

    paper: str
    page: str
    titles: Mapping[str, str]
    answers: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class KeyRow:
    """A paper's answers: to the fields that all papers have, in their order, and (field, answer) of its other ones."""

    paper: str
    page: str
    answers: list[str]
    others: list[tuple[str, str]]


@dataclass(frozen=True)
class KeyTable:
    """The papers on which a question has this title, and the fields that all of them have."""

    identifier: str
    number: str
    title: Markup
    fields: tuple[str, ...]
    rows: list[KeyRow]

    @property
    def has_others(self) -> bool:
        return any(row.others for row in self.rows)


def combined_key_page(exam: ExamHead, keys: Sequence[PaperKey]) -> str:
    """The page as one self-contained HTML document, with rows in the order of `keys`."""
    return render_page(
        "combined_key.html.j2",
        styles=("page.css", "staff.css", "combined_key.css"),
        title=f"All answers · {exam.title}",
        exam=exam,
        n_papers=len(keys),
        tables=_tables(keys),
    )


def _tables(keys: Iterable[PaperKey]) -> list[KeyTable]:
    """By number; a slot that draws from several families has a table for each of them."""
    found: dict[tuple[str, str], list[PaperKey]] = {}
    for key in keys:
        for number in key.answers:
            found.setdefault((number, key.titles[number]), []).append(key)
    questions = sorted(found, key=lambda question: (_in_order(question[0]), question))
    return [_table(f"table-{place}", *question, found[question]) for place, question in enumerate(questions, start=1)]


def _table(identifier: str, number: str, title: str, keys: Sequence[PaperKey]) -> KeyTable:
    """Fields are called after what a paper has drawn, so a column for every name would leave most cells empty."""
    names = [key.answers[number].keys() for key in keys]
    shared = set(names[0]).intersection(*names)
    fields = tuple(name for name in names[0] if name in shared)
    rows = []
    for key in keys:
        answers = key.answers[number]
        others = [(name, answer) for name, answer in answers.items() if name not in shared]
        rows.append(KeyRow(key.paper, key.page, [answers[name] for name in fields], others))
    return KeyTable(identifier, number, inline_html(title), fields, rows)


def _in_order(number: str) -> list[int]:
    """1, 2, ..., 10 and 1.1, 1.2, ..., 1.10 in the order in which people count."""
    return [int(part) for part in re.findall("[0-9]+", number)]
