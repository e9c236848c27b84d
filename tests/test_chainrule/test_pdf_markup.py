"""Markdown to Typst: what is meant is printed, and no text is ever run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.pages.markdown import BrokenPage
from chainrule.pdf import key_pdf, paper_pdf
from chainrule.pdf.compiling import compile_pdf
from chainrule.pdf.literals import string
from chainrule.pdf.markup import Place, body_typst, line_typst, text_typst
from chainrule.pdf.sheets import sheet_of
from question_templates.paper import ExamHead
from tests.test_chainrule.printed_papers import keyed, page_texts, paper_of, plain, sample_question

SHEET = sheet_of("standard", "a4")
PLACE = Place(SHEET, SHEET.width, 1, {"graph": "rect()"})
HOSTILE = (
    '#read("style.typ") #panic() "] #panic() [" }} \\u{41} #import "x" @label <label> $ #panic() `` /* */ // http://x'
)


def body(markdown: str) -> str:
    return body_typst(markdown, PLACE).replace("\n", "")


def test_a_string_holds_every_text_as_it_is() -> None:
    assert '"a\\"b\\\\c\\nd"' == string('a"b\\c\nd')


@given(st.text())
def test_a_string_literal_ends_nowhere_but_at_its_end(text) -> None:
    inside = string(text)[1:-1].replace("\\\\", "").replace('\\"', "")

    assert '"' not in inside


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("*a* **b** `c`", 'par({emph({"a"})" "strong({"b"})" "code("c")})'),
        ("- a\n- b", 'list({par({"a"})}, {par({"b"})}, tight: true)'),
        ("3. a\n4. b", 'enum({par({"a"})}, {par({"b"})}, tight: true, start: 3)'),
        ("## a\n\n#### b", 'heading({"a"}, level: 2, outlined: false)heading({"b"}, level: 3, outlined: false)'),
        ("> a", 'quote({par({"a"})}, block: true)'),
        ("a\n\n---", 'par({"a"})rule()'),
        (
            "| a | b |\n|---|--:|\n| 1 | 2 |",
            'table(table.header({"a"}, {"b"}), {"1"}, {"2"}, columns: 2, align: (left, right, ))',
        ),
        ("![c](figure:graph)", 'drawing(rect(), "c")'),
    ],
)
def test_markdown_becomes_the_typst_that_means_the_same(markdown, expected) -> None:
    assert "{" + expected + "}" == body(markdown)


def test_a_text_that_leads_up_to_a_listing_stays_with_it() -> None:
    assert body("See:\n\n```python\nx = 1\n```").startswith('{leading({"See:"})')


def test_formulas_carry_words_for_those_who_cannot_see_them() -> None:
    assert "alt:" in line_typst("$\\frac{a}{b}$")


def test_quotation_marks_and_apostrophes_are_those_of_print() -> None:
    assert '"\u201cit\u2019s\u201d, x\u2032"'.replace("\u2032", "\u2019") == text_typst("\"it's\", x'")


@pytest.mark.parametrize(
    ("markdown", "message"),
    [
        ("![c](figure:other)", "is no figure of this question; its figures: figure:graph"),
        ("![c](http://x)", "is no figure of this question"),
        ("a ![c](figure:graph)", "an image inside a text"),
        ("a $$x$$ b", "put it into a paragraph of its own"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_would_be_right(markdown, message) -> None:
    with pytest.raises(BrokenPage, match=message):
        body(markdown)


def test_an_image_in_a_line_is_refused() -> None:
    with pytest.raises(BrokenPage, match="figures belong in the question's body"):
        line_typst("![c](figure:graph)")


def test_code_in_any_text_is_shown_and_never_run() -> None:
    question = sample_question("choice", "number", prompt=HOSTILE, listing=f"# {HOSTILE}\n")
    head = ExamHead(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    exam = keyed(paper_of(question, question, head=head), answer=HOSTILE)
    read = plain("".join(page_texts(paper_pdf(exam.paper))))
    key = plain("".join(page_texts(key_pdf(exam.paper, exam.solutions, exam.answers))))

    # Title, course twice in all and date; once in instructions, prompts and listings of two questions.
    assert read.count(plain('#read("style.typ")')) >= 9
    assert key.count(plain('#read("style.typ")')) >= 13


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_any_line_of_letters_and_signs_compiles(text) -> None:
    head = '#import "style.typ": *\n#set document(title: "x")\n#show: words\n'

    assert compile_pdf(f"{head}#{{ {text_typst(text)}; code({string(text)}) }}").startswith(b"%PDF")
