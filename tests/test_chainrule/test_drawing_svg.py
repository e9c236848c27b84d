"""Drawings as SVG: self-contained, readable by machines and people, the same bytes every time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.drawing import alt_text, graph_svg
from chainrule.drawing.picture import COLOURS
from chainrule.drawing.typography import node_text, split_name
from engine.graph import Graph, Node

SVG = "{http://www.w3.org/2000/svg}"
SQUARE_PLUS = Graph(
    (
        Node("z1", "leaf(wr)"),
        Node("z2", "mul", ("z1", "z1")),
        Node("z3", "leaf(x1)"),
        Node("z4", "add", ("z2", "z3")),
    )
)
IN_WORDS = "z1 = leaf(wr); z2 = mul(z1, z1); z3 = leaf(x1); z4 = add(z2, z3)."


def texts(svg: str) -> list[str]:
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2.2."""

    def luminance(colour: str) -> float:
        channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_words_list_every_node() -> None:
    assert IN_WORDS == alt_text(SQUARE_PLUS)


def test_the_words_say_values_and_gradients_that_are_shown() -> None:
    words = alt_text(SQUARE_PLUS, values={"z2": "9"}, gradients={"z2": "1/exp(6)"})

    assert "z2 = mul(z1, z1), value 9, gradient 1/exp(6); z3" in words


def test_a_screen_reader_hears_title_and_description() -> None:
    root = ElementTree.fromstring(graph_svg(SQUARE_PLUS, identifier="q1"))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")

    assert title is not None and description is not None
    assert "img" == root.get("role")
    assert f"{title.get('id')} {description.get('id')}" == root.get("aria-labelledby")
    assert IN_WORDS == description.text
    assert "Computational graph with 4 nodes; the output is z4" == title.text


def test_boxes_show_signs_names_and_labels() -> None:
    assert ["z1", "wr", "z2", "\u00d7", "z3", "x1", "z4", "+"] == texts(graph_svg(SQUARE_PLUS))


def test_values_and_gradients_stand_below_their_nodes() -> None:
    svg = graph_svg(SQUARE_PLUS, values={"z1": "3"}, gradients={"z1": "6", "z4": "1"})

    assert ["z1", "wr", "value 3", "gradient 6", "z2"] == texts(svg)[:5]
    assert "gradient 1" == texts(svg)[-1]


def test_nothing_but_the_asked_values_is_in_the_drawing() -> None:
    assert "gradient " not in re.sub(r"<style>.*</style>", "", graph_svg(SQUARE_PLUS), flags=re.DOTALL)


def test_each_edge_has_an_arrowhead() -> None:
    root = ElementTree.fromstring(graph_svg(SQUARE_PLUS))

    assert 4 == sum(path.get("class") == "arrow" for path in root.iter(f"{SVG}path"))


def test_hostile_text_stays_text() -> None:
    hostile = Graph((Node("<script>", "leaf(\"'&<b>)"), Node("z\x00", "</svg>", ("<script>",))))
    svg = graph_svg(hostile, values={"<script>": "<img src=x onerror=alert(1)>"})

    assert "<script" not in svg and "<img" not in svg and 1 == svg.count("</svg>")
    assert "<script>" in texts(svg) and "z\ufffd" in texts(svg)


@given(st.text(min_size=1), st.text(), st.text())
def test_any_text_makes_a_document_that_can_be_read(label: str, name: str, value: str) -> None:
    svg = graph_svg(Graph((Node(label, f"leaf({name})"),)), values={label: value})

    assert ElementTree.fromstring(svg.encode()).get("role") == "img"


def test_a_drawing_neither_runs_nor_fetches_anything() -> None:
    svg = graph_svg(SQUARE_PLUS).replace('xmlns="http://www.w3.org/2000/svg"', "")

    assert not re.search(r"<script|\son\w+=|href|url\(|@import|https?:", svg)


def test_style_rules_reach_only_this_drawing() -> None:
    style = ElementTree.fromstring(graph_svg(SQUARE_PLUS, identifier="q7")).findtext(f"{SVG}style") or ""
    selectors = re.findall(r"(?:^|[{}\n])\s*([^@{};\n]+)\{", style)

    assert selectors and all(selector.startswith("#q7") for selector in selectors)


@pytest.mark.parametrize("identifier", ["", "1a", "a b", "a{}", 'a"', "a\n"])
def test_an_identifier_that_is_no_name_is_refused(identifier: str) -> None:
    with pytest.raises(ValueError, match=r"graph_svg: identifier is .*; use a letter, then letters"):
        graph_svg(SQUARE_PLUS, identifier=identifier)


@pytest.mark.parametrize("night", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [("ink", "paper"), ("ink", "leaf"), ("ink", "box"), ("muted", "paper"), ("gradient", "paper")],
)
def test_text_has_enough_contrast(text: str, ground: str, night: int) -> None:
    assert contrast(COLOURS[text][night], COLOURS[ground][night]) >= 4.5


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("x1", ("x", "1")),
        ("z10", ("z", "10")),
        ("wr", ("w", "r")),
        ("wo", ("w", "o")),
        ("wxh", ("w", "xh")),
        ("bh", ("b", "h")),
        ("w_r", ("w", "r")),
        ("x", ("x", "")),
        ("xy", ("xy", "")),
        ("mu", ("mu", "")),
        ("out", ("out", "")),
        ("loss", ("loss", "")),
        ("_", ("_", "")),
    ],
)
def test_names_take_their_index_as_subscript(name: str, parts: tuple[str, str]) -> None:
    assert parts == split_name(name)


@given(st.text())
def test_no_character_of_a_name_is_lost(name: str) -> None:
    base, subscript = split_name(name)

    assert name in (base + subscript, f"{base}_{subscript}")


@pytest.mark.parametrize(
    ("op", "shown"),
    [("sub", "\u2212"), ("div", "\u00f7"), ("neg", "neg"), ("relu", "relu"), ("softplus", "softplus")],
)
def test_an_operation_without_a_sign_shows_its_name(op: str, shown: str) -> None:
    assert shown == node_text(Node("z2", op, ("z1",)))


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_a_new_process_draws_the_same_bytes(hash_seed: str) -> None:
    program = (
        "import sys; from chainrule.drawing import graph_svg; from engine.graph import Graph, Node\n"
        f"sys.stdout.buffer.write(graph_svg({SQUARE_PLUS!r}).encode())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    drawn = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True, timeout=60
    )

    assert graph_svg(SQUARE_PLUS).encode() == drawn.stdout
