"""A paper as PDF: nothing of the answer arm is in it, every page says what it is, and the bytes never change."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from chainrule.errors import RefusedInput
from chainrule.pdf import FORMATS, key_pdf, paper_pdf
from chainrule.pdf.compiling import compile_pdf
from question_templates.paper import ExamHead, SectionHead
from tests.test_chainrule.printed_papers import (
    HEAD,
    codes,
    drawn,
    keyed,
    metadata,
    page_texts,
    paper_of,
    pictures,
    plain,
    sample_question,
    with_head,
)

TEN = (
    ("graph/random-program", 3, "a"),
    ("attention/block-memory", 3, "b"),
    ("im2col/conv-time", 2, "c"),
    ("checkpointing/rematerializer-bug", 3, "d"),
    ("static/choice-example", 1, "e"),
    ("budget/which-fits", 2, "f"),
    ("graph/find-wrong-step", 1, "g"),
    ("static/essay-example", 1, "h"),
    ("attention/softmax-axis", 3, "i"),
    ("checkpointing/placement", 1, "j"),
)
SEVERAL_PAGES = paper_of(*[sample_question()] * 4)


def test_no_answer_seed_or_name_can_be_read_from_a_paper() -> None:
    exam = drawn(TEN)
    pdf = paper_pdf(exam.paper)
    read = plain("".join(page_texts(pdf)) + metadata(pdf))
    shown = plain(exam.paper.to_text().encode().decode("unicode_escape", errors="ignore"))
    telling = {
        answer
        for item in exam.paper.items
        for answer in exam.answers[item.number].values()
        if len(answer) > 5 and plain(answer) not in shown
    }

    assert len(telling) > 5
    assert [] == [answer for answer in sorted(telling) if plain(answer) in read]
    for item in exam.paper.items:
        assert item.variant.family not in read
        assert item.variant.digest not in read


def test_the_key_has_every_answer_and_says_that_it_is_for_staff() -> None:
    exam = drawn(TEN)
    pages = page_texts(key_pdf(exam.paper, exam.solutions, exam.answers))
    read = plain("".join(pages))

    assert all("Solution key, staff only" in page for page in pages)
    for answers in exam.answers.values():
        for answer in answers.values():
            assert plain(answer) in read


def test_every_page_says_which_paper_it_belongs_to_and_how_many_there_are() -> None:
    pages = page_texts(paper_pdf(drawn(TEN).paper))

    assert len(pages) > 10
    for number, page in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in page
        assert "K7QF-2MXP" in page
    assert [False] * (len(pages) - 1) + [True] == ["End of the exam" in page for page in pages]


@pytest.mark.parametrize("dpi", [72, 100, 150, 200])
@pytest.mark.parametrize("paper_format", FORMATS)
def test_the_code_of_every_page_is_read_back(dpi, paper_format) -> None:
    pages = pictures(paper_pdf(SEVERAL_PAGES, paper_format=paper_format), dpi=dpi)

    assert [[f"K7QF-2MXP/{number}"] for number in range(1, len(pages) + 1)] == [codes(page) for page in pages]


def test_a_paper_longer_than_expected_still_has_a_code_on_every_page() -> None:
    long = "\n\n".join(["A paragraph that takes some room on the page."] * 400)
    pages = pictures(paper_pdf(paper_of(sample_question(body=long))), dpi=100)

    assert len(pages) > 8
    assert [f"K7QF-2MXP/{len(pages)}"] == codes(pages[-1])


def test_a_key_has_no_code() -> None:
    exam = keyed(SEVERAL_PAGES)

    assert [] == [code for page in pictures(key_pdf(exam.paper, exam.solutions, exam.answers)) for code in codes(page)]


@pytest.mark.parametrize("paper_format", FORMATS)
def test_the_same_paper_has_the_same_bytes(paper_format) -> None:
    first = paper_pdf(SEVERAL_PAGES, paper_format=paper_format)

    assert first == paper_pdf(SEVERAL_PAGES, paper_format=paper_format)
    assert first != paper_pdf(replace(SEVERAL_PAGES, id="AAAA-AAAA"), paper_format=paper_format)


def test_other_processes_make_the_same_bytes() -> None:
    script = (
        "import hashlib; from tests.test_chainrule.test_pdf_papers import *; "
        "print(hashlib.sha256(paper_pdf(SEVERAL_PAGES)).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert {hashlib.sha256(paper_pdf(SEVERAL_PAGES)).hexdigest()} == made


def test_sections_stand_above_their_questions() -> None:
    sections = (SectionHead("Gradients", "Show *all* steps."), SectionHead("Memory"))
    paper = with_head(paper_of(sample_question(), sample_question()), sections=sections)
    paper = replace(paper, items=tuple(replace(item, section=n) for n, item in enumerate(paper.items, 1)))
    read = "".join(page_texts(paper_pdf(paper)))

    assert read.index("Gradients") < read.index("Show all steps.") < read.index("A quartic") < read.index("Memory")


@pytest.mark.parametrize(("size", "width"), [("a4", 596), ("letter", 612)])
def test_the_paper_size_is_the_exams(size, width) -> None:
    assert width == pictures(paper_pdf(with_head(paper_of(sample_question()), paper_size=size)))[0].shape[1]


def test_an_exam_that_says_nothing_but_its_title_is_printed() -> None:
    read = page_texts(paper_pdf(paper_of(sample_question(), head=ExamHead("Quiz"))))[0]

    assert "Quiz" in read and "Time" not in read


def test_an_unknown_format_is_refused_with_those_that_exist() -> None:
    with pytest.raises(RefusedInput, match="no paper format 'huge'; there are standard, large-print, screen-reader"):
        paper_pdf(SEVERAL_PAGES, paper_format="huge")


def test_a_sign_that_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(RefusedInput, match="the PDF's fonts have no sign for '日'"):
        paper_pdf(with_head(SEVERAL_PAGES, title="日本"))


def test_without_the_extra_the_one_fix_is_named(monkeypatch) -> None:
    from chainrule.pdf import compiling

    monkeypatch.setitem(sys.modules, "typst", None)
    compiling._compiler.cache_clear()

    with pytest.raises(RefusedInput, match=r"pip install 'chainrule\[pdf\]' \(in a clone: python3 run.py setup pdf\)"):
        compile_pdf("")
    compiling._compiler.cache_clear()


def test_the_title_and_the_language_are_those_of_the_exam() -> None:
    pdf = paper_pdf(with_head(SEVERAL_PAGES, language="de-CH"))

    assert HEAD.title in metadata(pdf)
    assert b"/Lang" in pdf and b"de-CH" in pdf


def test_a_paper_is_pdf_ua(tmp_path) -> None:
    assert b"pdfuaid:part>1<" in paper_pdf(SEVERAL_PAGES).replace(b" ", b"")
