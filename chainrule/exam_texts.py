"""Whether an exam's own texts can be shown in every output, told before anything is drawn or written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chainrule.pages.markdown import BrokenPage, inline_html, to_html
from question_templates.paper import ExamHead

__all__ = ["text_mistakes"]


def text_mistakes(head: ExamHead, *, source: str) -> list[str]:
    """A line for every title and instruction that can't be shown, such as `exam.yaml: instructions: what is wrong`."""
    mistakes = []
    for place, text, show in _texts(head):
        try:
            show(text)
        except BrokenPage as broken:
            mistakes.append(f"{source}: {place}: {broken}")
    return mistakes


def _texts(head: ExamHead) -> Iterator[tuple[str, str, Callable[[str], object]]]:
    yield "instructions", head.instructions, _body
    for section in head.sections:
        yield f"section {section.title!r}: title", section.title, inline_html
        yield f"section {section.title!r}: instructions", section.instructions, _body


def _body(text: str) -> object:
    return to_html(text, figures={})
