"""Room for answers: every kind has its box, sized by the question, at a place that can be asked for."""

import json
from typing import cast

import pytest
import typst

from chainrule.pdf import FORMATS, key_pdf, paper_pdf
from chainrule.pdf.boxes import BOXES, answer_area, rows_of
from chainrule.pdf.compiling import own_files
from chainrule.pdf.paper_document import paper_source
from chainrule.pdf.sheets import sheet_of
from question_templates.question import KINDS
from tests.test_chainrule.printed_papers import keyed, page_texts, paper_of, plain, sample_question

EVERY = sample_question(*KINDS)


def test_every_kind_has_a_box() -> None:
    assert set(KINDS) == set(BOXES)


@pytest.mark.parametrize("paper_format", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_printed_in_every_format(kind, paper_format) -> None:
    read = plain("".join(page_texts(paper_pdf(paper_of(sample_question(kind)), paper_format=paper_format))))

    assert plain(f"What is the {kind} of z3?") in read
    assert f"1.f_{kind}" in read or kind == "choice"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_answer_on_the_key(kind) -> None:
    exam = keyed(paper_of(sample_question(kind)), answer="B")

    assert "\nB\n" in "\n".join(page_texts(key_pdf(exam.paper, exam.solutions, exam.answers)))


def test_a_trace_has_a_row_for_every_operation_and_one_to_spare() -> None:
    long = sample_question("trace")

    assert 5 == rows_of(long, long.fields[0])


def test_a_question_with_one_field_has_no_letter() -> None:
    assert "(a)" not in "".join(page_texts(paper_pdf(paper_of(sample_question("number")))))
    assert "(a)" in "".join(page_texts(paper_pdf(paper_of(sample_question("number", "text")))))


def test_a_paper_to_be_read_out_describes_its_drawings() -> None:
    read = plain("".join(page_texts(paper_pdf(paper_of(EVERY), paper_format="screen-reader"))))

    assert plain("In words: z1 = leaf(x); z2 = mul(z1, z1); z3 = mul(z2, z2).") in read


def test_a_paper_to_be_read_out_has_labelled_blanks_in_place_of_boxes() -> None:
    area = answer_area("1.f_number", EVERY, EVERY.field("f_number"), sheet_of("screen-reader", "a4"))

    assert 'blank("1.f_number", rows: 1, unit: "KiB")' in area


def test_the_place_of_every_box_can_be_asked_for() -> None:
    source = paper_source(paper_of(EVERY), sheet_of("standard", "a4"), codes=(), template=False)
    project = cast(bytes, {**own_files(), "main.typ": source.encode()})
    expression = "query(<box>).map(it => it.value + it.location().position())"
    found = json.loads(typst.eval(project, expression, format="json", ignore_system_fonts=True))
    corners = {(mark["id"], mark["corner"]): mark for mark in found}

    assert {f"1.f_{kind}" for kind in KINDS} == {mark["id"] for mark in found}
    for kind in KINDS:
        start, end = corners[f"1.f_{kind}", "start"], corners[f"1.f_{kind}", "end"]
        assert start["page"] == end["page"]
