"""`layout: fixed`: every version has its boxes on the same page at the same coordinates, and that is frozen."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.building import Outputs, build_exam
from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.pdf import fixed, paper_pdf
from chainrule.pdf.compiling import ask
from chainrule.pdf.fixed import fits_in
from chainrule.pdf.fixed_document import fixed_source
from chainrule.pdf.fixed_layout import FixedLayout, Mark, layout_from_text
from chainrule.pdf.fixed_measuring import Setting, room_for
from chainrule.pdf.sheets import sheet_of
from question_templates.bank import open_bank
from question_templates.errors import NoAdmissibleDraw
from question_templates.exam import Exam, make_paper
from question_templates.exam_file import read_exam
from question_templates.paper import Paper
from tests.test_chainrule.printed_papers import codes, page_texts, pictures, plain

HEAD = """\
format: chainrule-exam/1
title: Midterm
course: Deep Learning
instructions: Write into the boxes.
layout: fixed
shuffle: choices
"""
EXAM = f"""{HEAD}sections:
  - title: Graphs
    instructions: Show your steps.
    slots:
      - {{family: graph/random-program, level: 2, points: 10, fields: [order, trace, number, number]}}
      - {{family: graph/rnn-cell, level: 1, points: 10, fields: [trace, number, number, number]}}
  - title: Memory
    slots:
      - {{family: attention/block-memory, level: 1, points: 8}}
      - {{family: static/choice-example, points: 2}}
      - {{family: im2col/conv-memory, level: 2, points: 9, where: {{part: value}}}}
"""
SMALL = f"""{HEAD}slots:
  - {{family: static/choice-example, points: 2}}
  - {{family: im2col/shape, level: 1, points: 2}}
"""
SECRET = hashlib.sha256(b"test").digest()
PRINTED = Outputs(pdf=True)
BANK = open_bank()
SHEET = sheet_of("standard", "a4")
N_PAPERS = 12


def build(place: Path, *, exam: str = EXAM, size: int = N_PAPERS, extra: str = "", **options: Any) -> ExamFolder:
    place.mkdir(exist_ok=True)
    (place / "exam.yaml").write_text(exam, encoding="utf-8")
    rows = "".join(f"s{n},Student {n},\n" for n in range(size))
    (place / "roster.csv").write_text(f"id,name,format\n{rows}{extra}", encoding="utf-8")
    options = {"secret": SECRET, "outputs": PRINTED, **options}
    return build_exam(place / "exam.yaml", place / "roster.csv", place / "out", **options)


def content(folder: ExamFolder) -> dict[str, bytes]:
    files = sorted(path for path in folder.path.rglob("*") if path.is_file())
    return {path.relative_to(folder.path).as_posix(): path.read_bytes() for path in files}


def layout_in(folder: ExamFolder) -> FixedLayout:
    return layout_from_text(folder.layout.read_text(encoding="utf-8"), source="layout.json")


def exam_in(folder: ExamFolder) -> Exam:
    return read_exam(folder.exam.read_text(encoding="utf-8"), BANK)


def asked_places(paper: Paper, layout: FixedLayout) -> list[tuple[int, float, float, float, float]]:
    """Page, left, top, right and bottom of every box, asked of the document itself."""
    source = fixed_source(paper, SHEET, layout, codes=(), template=False)
    expression = (
        "query(<box>).map(it => { let at = it.location().position(); (at.page, at.x.pt(), at.y.pt(), it.value.id) })"
    )
    found = ask(source, expression)
    starts: dict[str, list[Any]] = {}
    places = []
    for page, x, y, name in found:
        if name in starts:
            start = starts[name]
            assert page == start[0]
            places.append((page, start[1], start[2], x, y))
        starts[name] = [page, x, y]
    return places


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fixed, "N_PROBES", 30)
        return build(tmp_path_factory.mktemp("fixed"), extra="s90,Large,large-print\ns91,Read,screen-reader\n")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fixed, "N_PROBES", 8)
        return build(tmp_path_factory.mktemp("small"), exam=SMALL, size=2)


@pytest.fixture(scope="module")
def papers(built: ExamFolder) -> list[Paper]:
    others = {row.paper for row in built.read_assignments() if row.format != "standard"}
    return [paper for name, paper in built.read_papers().items() if name not in others]


def test_every_box_of_every_version_stands_on_the_same_page_at_the_same_place(built, papers) -> None:
    layout = layout_in(built)
    every = [asked_places(paper, layout) for paper in papers]

    assert N_PAPERS == len(every)
    assert len({paper.items[0].question.body.count("\n") for paper in papers}) > 1
    assert len({tuple(paper.items[3].question.fields[0].options.values()) for paper in papers}) > 1
    for own in every[1:]:
        np.testing.assert_allclose(every[0], own, rtol=0, atol=0.01)


def test_no_box_overlaps_another_or_leaves_the_page(built, papers) -> None:
    places = asked_places(papers[0], layout_in(built))

    assert 14 <= len(places)
    for page, left, top, right, bottom in places:
        assert page > 1
        assert SHEET.format.side <= left < right <= SHEET.format.side + SHEET.width + 0.01
        assert SHEET.top <= top < bottom <= SHEET.top + SHEET.height + 0.01
    for one, other in combinations(places, 2):
        apart = one[0] != other[0] or one[4] <= other[2] or other[4] <= one[2] or one[3] <= other[1]
        assert apart, (one, other)


def test_the_outline_is_what_three_papers_say(built, papers) -> None:
    with built.outline.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    boxes = [row for row in rows if not row["option"]]
    told = [
        (
            int(row["page"]),
            float(row["x_pt"]),
            float(row["y_pt"]),
            float(row["x_pt"]) + float(row["width_pt"]),
            float(row["y_pt"]) + float(row["height_pt"]),
        )
        for row in boxes
    ]

    assert [(item.number, n) for item in papers[0].items for n in range(1, 1 + len(item.question.fields))] == [
        (row["question"], int(row["field"])) for row in boxes
    ]
    for paper in papers[:3]:
        np.testing.assert_allclose(told, asked_places(paper, layout_in(built)), rtol=0, atol=0.011)
    for row in rows:
        assert float(row["y_mm"]) == pytest.approx(float(row["y_pt"]) * 25.4 / 72, abs=0.01)


def test_lines_of_boxes_and_squares_of_options_are_at_the_same_pixels(built, papers) -> None:
    versions = [pictures(built.pdf(paper.id).read_bytes(), dpi=144) for paper in papers]
    marks = layout_in(built).marks

    assert {len(versions[0])} == {len(pages) for pages in versions}
    assert any(mark.option for mark in marks)
    for mark in marks:
        if mark.option or mark.kind != "choice":
            edges = [frame_of(pages[mark.page - 1], mark) for pages in versions]
            assert edges[0].min() < 200, mark
            assert all(np.array_equal(edges[0], other) for other in edges[1:]), mark


def frame_of(page: np.ndarray, mark: Mark) -> np.ndarray:
    """The left line of a box: a strip around it, away from what stands above and below."""
    left, top, bottom = (round(2 * at) for at in (mark.x, mark.y, mark.y + mark.height))
    return page[top + 3 : bottom - 3, left - 3 : left + 3]


def test_nothing_of_a_question_stands_in_the_room_of_its_boxes(built, papers) -> None:
    """The lower left quarter of every line to write on is empty paper."""
    for paper in papers:
        pages = pictures(built.pdf(paper.id).read_bytes(), dpi=144)
        for mark in layout_in(built).marks:
            if mark.kind in ("number", "bytes", "shape", "order"):
                left, top = round(2 * mark.x), round(2 * mark.y)
                inside = pages[mark.page - 1][top + 6 : top + round(2 * mark.height) - 6, left + 6 : left + 150]
                assert inside.min() > 250, (paper.id, mark)


def test_a_question_taller_than_a_page_goes_on_as_far_in_every_version(built, papers) -> None:
    layout = layout_in(built)
    page = next(mark.page for mark in layout.marks if mark.question == "5")

    assert layout.rooms["5"].question > SHEET.height
    for paper in papers:
        read = page_texts(built.pdf(paper.id).read_bytes())
        assert plain("Memory of a convolution layer") in plain(read[page - 2])


def test_the_cover_has_the_same_words_on_every_paper(built, papers) -> None:
    covers = {plain(page_texts(built.pdf(paper.id).read_bytes())[0].replace(paper.id, "")) for paper in papers}

    assert 1 == len(covers)


def test_every_page_still_has_its_code(built, papers) -> None:
    pages = pictures(built.pdf(papers[0].id).read_bytes(), dpi=100)

    assert [[f"{papers[0].id}/{number}"] for number in range(1, len(pages) + 1)] == [codes(page) for page in pages]


def test_a_title_that_papers_differ_in_is_not_on_the_cover(small) -> None:
    layout = layout_in(small)
    other = replace(layout, rooms={**layout.rooms, "1": replace(layout.rooms["1"], title="")})
    paper = next(iter(small.read_papers().values()))
    title = paper.items[0].question.title

    assert title in fixed_source(paper, SHEET, layout, codes=(), template=False).split("#set document")[0]
    assert title not in fixed_source(paper, SHEET, other, codes=(), template=False).split("#set document")[0]


def test_other_formats_are_printed_and_told_of(built, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(fixed, "N_PROBES", 3)
    notes: list[str] = []
    folder = build(tmp_path, exam=SMALL, size=1, extra="s9,Large,large-print\n", note=notes.append)
    (paper,) = (row.paper for row in folder.read_assignments() if row.format != "standard")

    assert [
        "In large print or for screen readers, so that their boxes stand elsewhere than outline.csv says: "
        f"{paper}. Type these in with `chainrule transcribe`."
    ] == notes
    assert folder.pdf(paper).read_bytes().startswith(b"%PDF")


def test_a_student_who_comes_later_changes_nothing(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(fixed, "N_PROBES", 8)
    before = content(build(tmp_path, exam=SMALL, size=2))
    monkeypatch.setattr(fixed, "N_PROBES", 0)  # whoever measures again fails
    after = content(build(tmp_path, exam=SMALL, size=3))

    changing = {"manifest.json", "assignments.csv", "print-order.csv", "keys.html", "fairness.csv"}
    assert 3 == sum(name.startswith("students/") and name.endswith(".pdf") for name in after)
    assert [] == [name for name in before if before[name] != after[name] and name.split("/")[-1] not in changing]


def test_several_processes_measure_the_same_layout(tmp_path) -> None:
    exam = SMALL.replace("im2col/shape, level: 1", "static/number-example")
    one = content(build(tmp_path / "one", exam=exam, size=2, jobs=1))
    two = content(build(tmp_path / "two", exam=exam, size=2, jobs=2))

    assert "staff/layout.json" in one
    assert one == two


def test_measuring_moves_the_progress_bar(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(fixed, "N_PROBES", 2)
    seen: list[tuple[int, int]] = []
    build(tmp_path, exam=SMALL, size=1, outputs=Outputs(), progress=lambda *done: seen.append(done))

    assert [(1, 3), (2, 3), (3, 3)] == seen


def test_a_draw_that_does_not_fit_is_not_drawn(small) -> None:
    exam, layout = exam_in(small), layout_in(small)
    tight = replace(layout, rooms={**layout.rooms, "2": replace(layout.rooms["2"], question=120.0)})

    def draw(held_to: FixedLayout) -> Paper:
        return make_paper(exam, BANK, secret=SECRET, paper_id="K7QF-2MXP", fits=fits_in(held_to, exam, ""))

    assert draw(layout) == make_paper(exam, BANK, secret=SECRET, paper_id="K7QF-2MXP")
    with pytest.raises(NoAdmissibleDraw, match="im2col/shape"):
        draw(tight)


@pytest.mark.parametrize("change", [{"rows": 0}, {"options": 3}, {"option": 5.0}, {"prompt": 3.0}, {"kind": "text"}])
def test_every_part_of_a_field_has_to_fit(small, change) -> None:
    exam, layout = exam_in(small), layout_in(small)
    question = next(iter(small.read_papers().values())).items[0].question
    room = layout.rooms["1"]
    tight = replace(room, fields=(replace(room.fields[0], **change), *room.fields[1:]))

    assert fits_in(layout, exam, "")("1", question)
    assert not fits_in(replace(layout, rooms={**layout.rooms, "1": tight}), exam, "")("1", question)


def test_another_draw_is_taken_for_one_that_is_too_tall(built) -> None:
    exam, layout = exam_in(built), layout_in(built)
    alone = replace(exam, slots=exam.slots[:1])
    free = [make_paper(alone, BANK, secret=SECRET, paper_id=f"p{n}") for n in range(8)]
    fits = fits_in(replace(layout, rooms={"1": replace(layout.rooms["1"], question=280.0)}), alone, "")
    held = [make_paper(alone, BANK, secret=SECRET, paper_id=f"p{n}", fits=fits) for n in range(8)]

    assert {True, False} == {fits("1", paper.items[0].question) for paper in free}
    assert {True} == {fits("1", paper.items[0].question) for paper in held}


BROKEN: Mapping[str, tuple[Any, str]] = {
    "no JSON": (lambda stored: "{", r"layout\.json: can't be read as a layout: Expecting"),
    "a format": (lambda stored: {**stored, "format": "x"}, "its format is 'x', not 'chainrule-layout/1'"),
    "no marks": (lambda stored: {k: v for k, v in stored.items() if k != "marks"}, "'marks' is missing"),
    "a height": (lambda stored: with_room(stored, question="tall"), "slot 1: question is 'tall', which it can't be"),
    "below zero": (lambda stored: with_room(stored, question=-1), "slot 1: question is -1, which it can't be"),
    "a boolean": (lambda stored: with_room(stored, question=True), "slot 1: question is True, which it can't be"),
    "a key": (lambda stored: with_room(stored, depth=3), "slot 1 has depth, fields, question, title in place of"),
    "slots": (lambda stored: {**stored, "slots": {}}, "is for questions none on a4 paper, but the exam has 1, 2 on"),
    "a version": (
        lambda stored: {**stored, "measured_for": {"paper_size": "a4", "typst": "0.14.0"}},
        r"was measured with typst 0\.14\.0, and .* is installed, .*: pip install typst==0\.14\.0",
    ),
}


def with_room(stored: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**stored, "slots": {**stored["slots"], "1": {**stored["slots"]["1"], **changes}}}


@pytest.fixture
def changeable(small: ExamFolder) -> Any:
    """The small exam's folder, whose layout is put back."""
    kept = small.layout.read_bytes()
    yield small
    small.layout.write_bytes(kept)


@pytest.mark.parametrize("case", BROKEN)
def test_a_layout_broken_by_hand_is_refused_with_the_place(changeable, case) -> None:
    change, message = BROKEN[case]
    changed = change(json.loads(changeable.layout.read_text(encoding="utf-8")))
    changeable.layout.write_text(changed if isinstance(changed, str) else json.dumps(changed), encoding="utf-8")

    with pytest.raises(RefusedInput, match=message):
        build(changeable.path.parent, exam=SMALL, size=2)


def test_a_paper_that_was_drawn_for_more_room_is_not_printed(changeable) -> None:
    changed = with_room(json.loads(changeable.layout.read_text(encoding="utf-8")), question=20)
    changeable.layout.write_text(json.dumps(changed), encoding="utf-8")

    with pytest.raises(RefusedInput, match=r"paper \S+: question 1 has no room in staff/layout\.json"):
        build(changeable.path.parent, exam=SMALL, size=2)


def test_a_paper_whose_boxes_stand_elsewhere_is_not_printed(small) -> None:
    paper = next(iter(small.read_papers().values()))
    layout = layout_in(small)
    template = "#let cover(exam, paper) = { title(exam.title); v(90pt) }"

    with pytest.raises(RefusedInput, match=r"field 1 of question 1 stands elsewhere than staff/outline\.csv says"):
        paper_pdf(paper, template=template, layout=layout)


def test_a_box_taller_than_a_page_is_refused_with_its_height(small) -> None:
    exam = exam_in(small)
    paper = next(iter(small.read_papers().values()))
    item = paper.items[1]
    field = replace(item.question.fields[0], prompt="A long story. " * 700)
    tall = replace(item, question=replace(item.question, fields=(field,)))
    setting = Setting(exam.head, SHEET)

    with pytest.raises(RefusedInput, match=r"field 1 of question 2 needs \d{4} points with its box, and a page has 6"):
        room_for([tall], setting, is_first=True)


def test_without_the_extra_nothing_is_written_even_without_pdf(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(RefusedInput, match=r"also in a build without --pdf, .* pip install 'chainrule\[pdf\]'"):
        build(tmp_path, exam=SMALL, size=1, outputs=Outputs())
    assert not (tmp_path / "out").exists()


def test_an_exam_built_without_pdf_is_printed_later(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(fixed, "N_PROBES", 5)
    first = content(build(tmp_path / "later", exam=SMALL, size=1, outputs=Outputs()))
    later = content(build(tmp_path / "later", exam=SMALL, size=1))
    at_once = content(build(tmp_path / "once", exam=SMALL, size=1))

    assert first["staff/layout.json"] == later["staff/layout.json"]
    assert at_once == later


def test_shuffled_questions_and_differing_fields_are_refused_by_the_build(tmp_path) -> None:
    with pytest.raises(Exception, match="layout: fixed keeps every question at its place"):
        build(tmp_path / "a", exam=SMALL.replace("shuffle: choices", "shuffle: questions"))
    with pytest.raises(Exception, match="layout: fixed needs the same fields on every paper"):
        build(tmp_path / "b", exam=f"{HEAD}slots:\n  - {{family: graph/rnn-cell, level: 1, points: 2}}\n")


def test_the_layout_is_for_staff_alone(built) -> None:
    assert [] == [name for name in content(built) if name.startswith("students/") and "layout" in name]
