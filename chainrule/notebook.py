"""The paper as a Jupyter notebook: its questions as text, and a cell for each answer that grading reads back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chainrule.amount_words import points_text
from chainrule.notebook_markdown import code_text, notebook_text, plain_text
from chainrule.pages.paper_controls import control_of
from question_templates.paper import Item, Paper, field_id
from question_templates.question import Field
from submissions import NotebookText, write_notebook

__all__ = ["paper_notebook"]

_HOW = """\
Write each answer into the box below its question, **under** the line that begins with `# Paper`, and leave that line as
it is. The boxes are only read and never run: if you run one, an error may appear below it, which does not matter. You
may add cells of your own for scratch work; they are not read.

When you are done, save the notebook and hand in this file. To see whether it can be read:
`chainrule check {paper}.ipynb`"""


def paper_notebook(paper: Paper, *, responses: Mapping[str, str] | None = None) -> str:
    """The paper as nbformat 4.5 JSON, the same bytes for the same paper; `responses` by field id are filled in.

    Raises: UnwritableForm for a response to a field that the paper does not have, or one that is too long; BrokenPage
    or BrokenGraph when a question's text or figure can't be shown.
    """
    return write_notebook(paper.id, list(_texts(paper)), responses=responses)


def _texts(paper: Paper) -> Iterator[NotebookText]:
    yield NotebookText(_head(paper))
    for item in paper.items:
        yield NotebookText(_item(item))
        for asked in item.question.fields:
            yield NotebookText(_field(item, asked), field_id(item.number, asked.name))


def _head(paper: Paper) -> str:
    facts = [plain_text(fact) for fact in (paper.exam.course, paper.exam.date) if fact]
    facts += [f"Paper `{paper.id}`", points_text(paper.points)]
    how = _HOW.format(paper=paper.id)
    parts = [f"# {plain_text(paper.exam.title)}", " · ".join(facts), notebook_text(paper.exam.instructions), how]
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _item(item: Item) -> str:
    """Its heading and its text with the figures."""
    question = item.question
    graphs = {figure.name: figure.graph for figure in question.figures}
    title = f"## {item.number}. {notebook_text(question.title)} · {points_text(item.points)}"
    return f"{title}\n\n{notebook_text(question.body, graphs=graphs).strip()}"


def _field(item: Item, asked: Field) -> str:
    """Its id, points and prompt, the options of a choice, and how the answer may be written."""
    points = points_text(item.points_of(asked.name))
    head = f"**{plain_text(field_id(item.number, asked.name))}** · {points} · {notebook_text(asked.prompt).strip()}"
    example = f" For example {code_text(asked.example)}" if asked.example else ""
    options = "\n".join(_options(asked))
    return "\n\n".join(part for part in (head, options, plain_text(control_of(asked).hint) + example) if part)


def _options(asked: Field) -> Iterator[str]:
    for letter, text in asked.options.items():
        yield f"- **{plain_text(letter)}** {notebook_text(text)}"
