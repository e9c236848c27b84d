"""Which of the uploaded files holds the answers, and whether it belongs to the sender's paper; words for students."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chainrule.amount_words import first_of
from grader.batch import normal_paper_id
from question_templates.paper import Paper
from submissions import Refusal, Submission, read_folder

__all__ = ["Answers", "find_answers"]

_AGAIN = "You can hand in again at any time before the deadline."
_WHICH_FILE = "Hand in answers.json, which the page of your paper downloads, or the paper's notebook or YAML form."


@dataclass(frozen=True)
class Answers:
    """The submission to grade, or the `problem` in words for the student; `passed_over` names what was not read."""

    submission: Submission | None
    problem: str = ""
    passed_over: tuple[str, ...] = ()


def find_answers(folder: Path, paper: Paper) -> Answers:
    """The answers to the paper among the files of a submission, under whatever names.

    Files with the same answers count once; of different ones nobody could say which is meant. A form of another paper
    is not graded, and not held against anybody; beside one of the right paper it is passed over.
    """
    read = list(read_folder(folder))
    forms = [one for one in read if isinstance(one, Submission)]
    refused = [one for one in read if isinstance(one, Refusal)]
    if not forms:
        return Answers(None, _unreadable(refused))
    strangers = [one for one in forms if normal_paper_id(one.paper) not in ("", paper.id)]
    forms = [one for one in forms if one not in strangers] or forms
    first = forms[0]
    told = [f"Not read: {one}" for one in refused]
    told += [f"Not graded: {one.source} is the form of another paper." for one in strangers if one not in forms]
    passed_over = tuple(told)
    if any(_written(one) != _written(first) for one in forms):
        return Answers(None, _several(forms), passed_over)
    return Answers(first, _mismatch(first, paper), passed_over)


def _written(form: Submission) -> tuple[str, Mapping[str, str]]:
    """What stands in a form: a blank left out and a blank line at an answer's end make no difference."""
    answers = {name: text.strip() for name, text in form.responses.items() if text.strip()}
    return normal_paper_id(form.paper), answers


def _unreadable(refused: Sequence[Refusal]) -> str:
    if not refused:
        return f"There was no file in what you handed in. {_WHICH_FILE} {_AGAIN}"
    told = "\n".join(map(str, refused[:5]))
    return f"We could not read your answers yet:\n{told}\n{_WHICH_FILE} {_AGAIN} Otherwise a person will look at it."


def _several(forms: Iterable[Submission]) -> str:
    names = first_of(form.source for form in forms)
    return (
        f"You handed in more than one file of answers, and they differ: {names}. We can't tell which one you mean. "
        f"Please hand in again with one of them only. {_AGAIN} Otherwise a person will look at it."
    )


def _mismatch(form: Submission, paper: Paper) -> str:
    """Why a form can't be graded as an answer to the paper; empty when it can."""
    named = normal_paper_id(form.paper)
    if not named:
        return (
            f"Your file does not say which paper it answers. If your paper's id is {paper.id}, please add the line "
            f"`paper: {paper.id}` at the top, and hand in again. {_AGAIN} Otherwise a person will look at it."
        )
    if named != paper.id:
        return (
            f"This file is the form of paper {named}, and the paper we have noted for you is {paper.id}. If you mixed "
            f"up two files, hand in the form of paper {paper.id}. If {named} is the paper that you were given, there "
            "is nothing that you have to do: a person will look at it. No points are lost by this."
        )
    if not form.responses:
        return (
            "Your file names your paper but holds no answers where they belong, below `responses:` and set in. "
            f"{_WHICH_FILE} {_AGAIN} Otherwise a person will look at it."
        )
    if not set(form.responses) & set(paper.field_ids()):
        return (
            f"None of the answers in your file has the name of a field of paper {paper.id}; perhaps it is a form of "
            f"another exam. {_AGAIN} Otherwise a person will look at it."
        )
    return ""
