"""Graphs drawn natively in Typst: accessible PDF, at the layout's places, and no name that is run as Typst."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.drawing import alt_text, graph_typst, lay_out
from chainrule.drawing.narrowing import narrowed
from engine.graph import Graph, Node
from question_templates.bank import open_bank
from question_templates.dice import Dice
from question_templates.drawing import issue
from question_templates.solution import write_solution

typst: Any = pytest.importorskip("typst", reason="needs typst (extra `pdf`)")

SQUARE_PLUS = Graph(
    (
        Node("z1", "leaf(wr)"),
        Node("z2", "mul", ("z1", "z1")),
        Node("z3", "leaf(x1)"),
        Node("z4", "add", ("z2", "z3")),
    )
)
CHAIN = Graph((Node("z0", "leaf(x)"), *(Node(f"z{n}", "exp", (f"z{n - 1}",)) for n in range(1, 16))))
N_SEEDS = 8
HEAD = '#set document(title: "Graphs")\n= Graphs\n'
NASTY = ["#panic()", "$", "]", "[", '"', "\\", "\\u{41}", "*_`<a>@b", "//", "/*", "}})", "\n", "\x00", "#{", "'"]
NASTY += ['"; panic("', '"$; panic(); $"', "$#panic()$"]


def pdf(source: str, *, standards: tuple[str, ...] = ("ua-1",)) -> bytes:
    project = {"main": (HEAD + source).encode()}
    made = typst.compile(project, format="pdf", pdf_standards=list(standards), ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def boxes(source: str) -> list[tuple[float, ...]]:
    """(x, y, width, height) of each box in points."""
    lengths = ", ".join([r"([\d.]+)pt"] * 4)
    return [tuple(map(float, found)) for found in re.findall(rf"box-at\({lengths}", source)]


def test_a_graph_is_an_accessible_pdf():
    assert pdf(graph_typst(SQUARE_PLUS, values={"z2": "9"}, gradients={"z2": "1/exp(6)"})).startswith(b"%PDF")


def test_its_words_are_those_of_the_other_drawing():
    assert f"{alt_text(SQUARE_PLUS, values={'z2': '9'})}" in graph_typst(SQUARE_PLUS, values={"z2": "9"})


def test_boxes_stand_where_the_layout_says():
    layout = lay_out(SQUARE_PLUS)
    expected = [(box.x, box.y, box.width, box.height) for box in layout.boxes]
    drawn = boxes(graph_typst(SQUARE_PLUS, width_limit=1000))

    assert expected == [pytest.approx([length / 0.6 for length in box], abs=0.02) for box in drawn]


def test_a_wide_graph_keeps_its_text_and_fits():
    drawn = boxes(graph_typst(CHAIN, width_limit=453))

    assert max(x + width for x, _, width, _ in drawn) <= 453
    assert {28.8} == {height for *_, height in boxes(graph_typst(CHAIN, width_limit=800))}


def test_narrowing_keeps_every_port_and_every_height():
    layout, narrow = lay_out(CHAIN), narrowed(lay_out(CHAIN), 0)
    right = {box.label: box.x + box.width for box in narrow.boxes}
    left = {box.label: box.x for box in narrow.boxes}

    assert narrow.width < 0.6 * layout.width
    assert [box.y for box in layout.boxes] == [box.y for box in narrow.boxes]
    assert all(edge.points[-1][0] == pytest.approx(left[edge.target]) for edge in narrow.edges)
    assert all(edge.points[0][0] == pytest.approx(right[edge.source], abs=1) for edge in narrow.edges)


def test_a_graph_with_room_is_not_narrowed():
    assert lay_out(SQUARE_PLUS) == narrowed(lay_out(SQUARE_PLUS), 5000)


def test_notes_that_would_be_too_small_stand_in_a_list():
    values = {node.label: "3*log(2)/10 + 9*log(3)/10" for node in CHAIN.nodes}
    source = graph_typst(CHAIN, values=values)

    assert "grid(" in source and 16 == source.count('"value 3*log(2)/10 + 9*log(3)/10"')
    assert "grid(" not in graph_typst(SQUARE_PLUS, values={"z1": "3"})
    assert pdf(source).startswith(b"%PDF")


@pytest.mark.parametrize("nasty", NASTY)
def test_no_name_and_no_value_is_run(nasty: str):
    graph = Graph((Node(f"z{nasty}", f"leaf({nasty})"), Node(f"y_{nasty}", nasty, (f"z{nasty}",))))

    assert pdf(graph_typst(graph, values={f"z{nasty}": nasty}, gradients={f"z{nasty}": nasty})).startswith(b"%PDF")


@settings(max_examples=30)
@given(st.text(min_size=1), st.text(), st.text())
def test_any_text_compiles(label: str, name: str, value: str):
    source = graph_typst(Graph((Node(label, f"leaf({name})"),)), values={label: value})

    assert pdf(source, standards=()).startswith(b"%PDF")  # no font has every character, and UA-1 would refuse that


@pytest.mark.slow
def test_every_figure_of_the_bank_compiles():
    sources = []
    for shelf in open_bank().shelves.values():
        for seed in range(N_SEEDS):
            levels = shelf.family.levels
            made = issue(shelf, Dice(f"seed {seed}".encode()), level=levels[seed % len(levels)])
            solution = write_solution(shelf, made.variant, made.key)
            sources += [graph_typst(figure.graph) for figure in made.question.figures]
            if solution.figure:
                graph, values, gradients = solution.figure.graph, solution.values, solution.gradients
                sources.append(graph_typst(graph, values=values, gradients=gradients))

    assert len(sources) > 100 and pdf("\n\n".join(sources)).startswith(b"%PDF")
