"""Renders the bank to docs/bank.md: every family with what it teaches, one sample variant and its figure.

Run by `python3 run.py tables`; a test holds the page and the figures to be what the bank draws.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from chainrule.bank.showing import Shown, draw_shown
from chainrule.drawing import graph_svg
from question_templates.bank import Shelf, open_bank
from question_templates.family import Family

__all__ = ["DOCS", "files"]

DOCS = Path(__file__).resolve().parents[2] / "docs"
SEED = 7

_IMAGE = re.compile(r"!\[([^\]]*)\]\(figure:[^)\s]+\)")
_INTRODUCTION = """\
# The bank

Every family of questions that comes with Chainrule, with one variant of each. Another variant has other numbers, and
often other names, another layout or another question: `chainrule bank show ID --seed N` shows as many as you like, with
`--answers` their keys and worked solutions. The page is made by `python3 run.py tables`.

"""


def files() -> dict[str, str]:
    """The page and its figures, by path below docs/."""
    shown = [_sample(shelf) for _, shelf in sorted(open_bank().shelves.items())]
    pages = {"bank.md": _INTRODUCTION + "\n".join([*_contents(shown), *map(_section, shown)])}
    figures = {_figure_name(one): _figure(one) for one in shown if _has_figure(one)}
    return pages | figures


def _sample(shelf: Shelf) -> Shown:
    """A variant of a family; one that prints its graph where some do."""
    first = draw_shown(shelf, SEED)
    if not first.question.figures:
        return first
    drawn = (draw_shown(shelf, seed) for seed in range(SEED, SEED + 30))
    return next(filter(_has_figure, drawn), first)


def _contents(shown: list[Shown]) -> Iterator[str]:
    yield "| family | levels | minutes | asks for |\n|---|---|---|---|"
    for one in shown:
        family = one.family
        kinds = ", ".join(dict.fromkeys(rule.kind for rule in family.fields))
        levels = ", ".join(map(str, family.levels))
        anchor = family.id.replace("/", "")
        yield f"| [{family.id}](#{anchor}) | {levels} | {family.minutes} | {kinds} |"
    yield ""


def _section(one: Shown) -> str:
    family, question = one.family, one.question
    body = _IMAGE.sub(lambda image: f"![{image[1]}]({_figure_name(one)})", question.body).strip()
    body = re.sub(r"^(#+) ", r"###\1 ", body, flags=re.MULTILINE)
    fields = "\n".join(_field_line(one, place) for place in range(len(question.fields)))
    knows = f"It knows {len(family.mal_rules)} mistakes: {_mistakes(family)}." if family.mal_rules else ""
    about = f"*{family.title}.* {family.goal} {knows}".strip()
    return f"## {family.id}\n\n{about}\n\nSeed {one.seed}, level {one.level}:\n\n{body}\n\n{fields}\n"


def _field_line(one: Shown, place: int) -> str:
    asked = one.question.fields[place]
    options = "".join(f"\n  - {letter}: {text}" for letter, text in asked.options.items())
    return f"- `{asked.name}` ({asked.kind}): {asked.prompt}{options}"


def _mistakes(family: Family) -> str:
    return ", ".join(f"`{rule.tag}`" for rule in family.mal_rules)


def _has_figure(one: Shown) -> bool:
    return bool(one.question.figures) and _IMAGE.search(one.question.body) is not None


def _figure_name(one: Shown) -> str:
    return f"bank/{one.family.id.replace('/', '-')}.svg"


def _figure(one: Shown) -> str:
    return graph_svg(one.question.figures[0].graph, identifier=one.family.id.replace("/", "-")) + "\n"
