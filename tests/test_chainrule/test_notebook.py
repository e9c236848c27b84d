"""The paper as a notebook: whole, harmless, without answers, and graded like any other form."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from chainrule.checking import form_report
from chainrule.notebook import paper_notebook
from chainrule.notebook_markdown import code_text, notebook_text, plain_text
from chainrule.pages.markdown import BrokenPage
from chainrule.pages.paper_controls import CONTROLS
from chainrule.wording import answer_text
from engine.graph import Graph, Node
from grader import grade
from question_templates.bank import open_bank
from question_templates.dice import Dice
from question_templates.drawing import Issue, issue
from question_templates.paper import ExamHead, Item, Paper
from question_templates.question import Field, Question
from question_templates.variant import Variant
from submissions import Submission, UnwritableForm, read_bytes
from tests.test_chainrule.conftest import sample_paper

BANK = open_bank()
FAMILIES = {family_id: shelf.family for family_id, shelf in BANK.shelves.items()}
HEAD = ExamHead("Midterm", "CS 577", "12 December", "Take your time.")
# Written as a number with exactly three digits behind the dot, or as nothing, an answer needs a person.
_NEEDS_A_PERSON = re.compile(r"\d+\.\d{3}|")


@cache
def issued(family: str) -> tuple[Issue, ...]:
    """One easy and one hard variant, drawn with different seeds."""
    levels = (FAMILIES[family].levels[0], FAMILIES[family].levels[-1])
    return tuple(issue(BANK.shelf(family), Dice(f"seed {k}".encode()), level=level) for k, level in enumerate(levels))


def paper_of(*made: Issue) -> Paper:
    items = [Item(str(n), Fraction(5), one.variant, one.question) for n, one in enumerate(made, start=1)]
    return Paper("K7QF-2MXP", HEAD, tuple(items))


def cells_of(paper: Paper) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(paper_notebook(paper))["cells"]
    return found


def text_of(paper: Paper) -> str:
    """All that anybody can read in a notebook."""
    return "\n".join("".join(cell["source"]) for cell in cells_of(paper))


def read(written: str) -> Submission:
    outcome = read_bytes(written.encode(), source="K7QF-2MXP.ipynb")
    assert isinstance(outcome, Submission), str(outcome)
    return outcome


def asking(prompt: str = "?", *, body: str = "", kind: str = "number", **more: Any) -> Paper:
    field = Field("a", kind, "", prompt, Fraction(1), **more)
    question = Question("Title", body, "", (), (), (field,))
    return Paper("K7QF-2MXP", ExamHead("T"), (Item("1", Fraction(1), Variant("f", "1", "", {}, ""), question),))


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_papers_notebook_reads_back_blank_and_filled_in(family: str) -> None:
    for made in issued(family):
        paper = paper_of(made)
        key = {f"1.{name}": answer_text(answer) for name, answer in made.key.answers.items()}

        blank, filled = read(paper_notebook(paper)), read(paper_notebook(paper, responses=key))
        assert (paper.id, dict.fromkeys(paper.field_ids(), ""), ()) == (blank.paper, blank.responses, blank.warnings)
        assert (paper.id, key, ()) == (filled.paper, filled.responses, filled.warnings)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_notebook_with_the_keys_answers_earns_full_marks(family: str) -> None:
    paper = paper_of(*issued(family))
    key = {
        f"{n}.{name}": answer_text(answer)
        for n, made in enumerate(issued(family), start=1)
        for name, answer in made.key.answers.items()
    }

    graded = grade(paper, read(paper_notebook(paper, responses=key)), FAMILIES)
    assert [] == [
        (field.id, field.verdict.outcome)
        for field in graded.fields
        if field.verdict.outcome not in ("right", "pending") and not _NEEDS_A_PERSON.fullmatch(key[field.id])
    ]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_notebook_is_made_of_what_the_question_shows_and_of_nothing_else(family: str) -> None:
    paper = paper_of(issued(family)[0])
    item = paper.items[0]
    empty = Variant("other", "99", "digest", {"secret": 5}, "")

    # The question holds no answer (the text arm's law); so neither does what depends on nothing else.
    assert paper_notebook(replace(paper, items=(replace(item, variant=empty),))) == paper_notebook(paper)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_no_answer_of_the_key_stands_in_a_notebook(family: str) -> None:
    made = issued(family)[1]
    text, shown = text_of(paper_of(made)), json.dumps(made.question.to_json(), ensure_ascii=False)
    answers = [answer_text(answer) for answer in made.key.answers.values() if answer_text(answer) != "read by a person"]
    # A short number may stand anywhere; a trace is looked for line by line.
    lines = [line for answer in answers for line in answer.splitlines() if len(line) > 5]

    assert [] == [line for line in lines if line in text and line not in shown]


def test_a_notebook_names_nobody_and_no_seed() -> None:
    notebook = json.loads(paper_notebook(paper_of(issued("graph/rnn-cell")[0])))

    assert {"chainrule", "kernelspec", "language_info"} == set(notebook["metadata"])
    assert {"format": "chainrule-paper-form/1", "paper": "K7QF-2MXP"} == notebook["metadata"]["chainrule"]
    assert {"deletable", "editable", "tags", "vscode", "chainrule"} == {
        key for cell in notebook["cells"] for key in cell["metadata"]
    }


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_notebook_has_the_structure_of_its_format(family: str) -> None:
    notebook = json.loads(paper_notebook(paper_of(issued(family)[0])))
    ids = [cell["id"] for cell in notebook["cells"]]

    assert (4, 5) == (notebook["nbformat"], notebook["nbformat_minor"])
    assert {"cells", "metadata", "nbformat", "nbformat_minor"} == set(notebook)
    assert len(set(ids)) == len(ids) and all(re.fullmatch("[a-zA-Z0-9_-]{1,64}", one) for one in ids)
    usual = {"cell_type", "id", "metadata", "source"}
    for cell in notebook["cells"]:
        assert usual | ({"execution_count", "outputs"} if cell["cell_type"] == "code" else set()) == set(cell)
        assert all(line.endswith("\n") for line in cell["source"][:-1]) and all(cell["source"])


def test_every_field_has_a_cell_below_its_question_with_its_points_hint_and_example() -> None:
    cells = cells_of(sample_paper())

    fields = [cell["metadata"]["chainrule"]["field"] for cell in cells if cell["cell_type"] == "code"]
    assert ["1.trace", "1.x_grad", "2.order"] == fields
    assert ["# Paper K7QF-2MXP, answer 1.trace: write below this line\n"] == cells[3]["source"]
    assert (
        "<!-- text of paper K7QF-2MXP, field 1.trace -->\n\n**1.trace** · 3 points · What does each step change?\n\n"
        f"{CONTROLS['trace'].hint} For example `z2.grad = 8`\n\n<!-- end "
    ) in "".join(cells[2]["source"])


def test_the_notebook_begins_with_the_exams_head() -> None:
    head = "".join(cells_of(sample_paper())[0]["source"])

    assert "# Practice final\n\nCS 577 · 12 December · Paper `K7QF-2MXP` · 8 points\n\nTake your time.\n\n" in head
    assert "`chainrule check K7QF-2MXP.ipynb`" in head


def test_a_choice_prints_its_options_and_that_several_may_be_right() -> None:
    text = text_of(asking("Which?", kind="choice", several=True, options={"A": "`x < y`", "B": "a < b"}))

    assert "\n- **A** `x < y`\n- **B** a &lt; b\n" in text
    assert "The letters of all options that are right" in text


def test_a_figure_is_a_drawing_with_words_for_it() -> None:
    text = text_of(sample_paper())

    drawn = re.search(r'<img alt="The graph: (.*?)" src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)">', text)
    assert drawn is not None
    assert "z1 = leaf(x); z2 = mul(z1, z1); z3 = mul(z2, z2)." == drawn[1]
    assert base64.b64decode(drawn[2]).startswith(b"<svg ")
    assert "<summary>The graph, in words</summary>\n\n```text\nz1 = leaf(x)\nz2 = mul(z1, z1)\n" in text


def test_a_figure_that_the_question_does_not_have_is_refused() -> None:
    with pytest.raises(BrokenPage, match=re.escape("'figure:tree' is no figure of this question; its figures: fig")):
        notebook_text("![A](figure:tree)", graphs={"graph": Graph((Node("z1", "leaf(x)"),))})


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("Let $a<b$ and $5 be.", "Let $a<b$ and \\$5 be."),
        ("`a < b` < ``c` < d``", "`a < b` &lt; ``c` < d``"),
        ("see [here](http://x)", "see [here]\\(http://x)"),
        ("a \\< b \\$", "a \\< b \\$"),
        ("```python\na < b  # $\n```\n\nx<y", "```python\na < b  # $\n```\n\nx&lt;y"),
        ("text\n\n    a < b\n\nx<y", "text\n\n    a < b\n\nx&lt;y"),
        ("# Part\n\ntext", "### Part\n\ntext"),
        ("##### a < b", "###### a &lt; b"),
        ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
        ("", ""),
    ],
)
def test_markdown_means_the_same_in_a_notebook(markdown: str, expected: str) -> None:
    assert expected == notebook_text(markdown)


def leaves(tokens: list[Token]) -> list[tuple[str, str]]:
    return [
        (token.type, token.content)
        for outer in tokens
        for token in [outer, *(outer.children or ())]
        if token.content and token.type not in ("inline", "text_special")
    ]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_no_question_gets_raw_html_or_links_but_its_figures(family: str) -> None:
    question = issued(family)[0].question
    graphs = {figure.name: figure.graph for figure in question.figures}
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").parse(notebook_text(question.body, graphs=graphs))

    html = [content for kind, content in leaves(shown) if kind.startswith("html")]
    assert [] == [piece for piece in html if not re.match(r"\s*</?(img|details|summary)\b", piece)]
    assert [] == [kind for kind, _ in leaves(shown) if kind.startswith("link")]


def test_text_that_is_no_markdown_is_shown_as_it_is() -> None:
    nasty = "a*b_c [d](e) `f` $g$ <b> # 1 | 2 \\ ![h](i) ~~j~~ **"

    shown = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").render(plain_text(nasty))
    plain = shown.replace("&lt;", "<").replace("&gt;", ">").removeprefix("<p>").removesuffix("</p>\n")
    assert nasty == plain


@pytest.mark.parametrize("text", ["a", "`a`", "a``b", "``", "a\n```\nb", " x "])
def test_code_is_shown_as_it_is(text: str) -> None:
    tokens = leaves(MarkdownIt("commonmark").parse(f"For example {code_text(text)}"))

    code = [content for kind, content in tokens if kind in ("code_inline", "fence")]
    assert [text.strip()] == [content.strip() for content in code]


def test_the_same_paper_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    stored = tmp_path / "paper.json"
    stored.write_text(sample_paper().to_text(), encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from chainrule.notebook import paper_notebook\n"
        "from question_templates.paper import Paper\n"
        "paper = Paper.from_text(Path(sys.argv[1]).read_text(encoding='utf-8'))\n"
        "sys.stdout.buffer.write(paper_notebook(paper).encode())"
    )

    runs = {
        subprocess.run(
            [sys.executable, "-c", program, str(stored)], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert {paper_notebook(sample_paper()).encode()} == runs


def test_a_response_to_an_unknown_field_is_not_written() -> None:
    with pytest.raises(UnwritableForm, match=r"no text asks for '9\.z'"):
        paper_notebook(sample_paper(), responses={"9.z": "5"})


def test_check_reports_a_notebook_like_any_other_form(tmp_path: Path) -> None:
    file = tmp_path / "K7QF-2MXP.ipynb"
    responses = {"1.trace": "z2.grad = 8\nz1.grad = 32", "1.x_grad": "32"}
    file.write_text(paper_notebook(sample_paper(), responses=responses), encoding="utf-8")

    assert (
        "K7QF-2MXP.ipynb can be read. Paper K7QF-2MXP, 2 answers:\n"
        "  1.trace   z2.grad = 8   (and 1 more line)\n"
        "  1.x_grad  32\n"
        "Blank: 2.order"
    ) == form_report(file)
