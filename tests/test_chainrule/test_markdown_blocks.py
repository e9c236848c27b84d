"""A text rendered block by block is the text rendered as a whole, whatever stands next to what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.pages.blocks import blocks_of
from chainrule.pages.markdown import BrokenPage, inline_html, markdown_parser, to_html

LINES = (
    "a", "**b**", "$a$ b", "# h", "---", "===", "- x", "* s", "+", "1. n", "2) m", "> q", "  y", "    code",
    "\t t", " - z", "```", "```python", "```a b", "  ```", "~~~", "````", "| a | b |", "|---|---|", "", "", "", " ",
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.sampled_from(LINES), max_size=9).map("\n".join))
def test_blocks_make_the_page_that_the_whole_text_makes(text: str) -> None:
    parser = markdown_parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{int(token.tag[1:]) + 2}"
    whole = parser.renderer.render(tokens, parser.options, {"figures": {}})

    assert whole == to_html(text, figures={})


@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
def test_no_line_is_lost(text: str) -> None:
    assert text == "\n".join(blocks_of(text))


def test_paragraphs_lists_and_code_are_blocks_of_their_own() -> None:
    blocks = ["Read on.\n", "```python\na = 1\n\nb = 2\n```\n", "- x\n\n- y\n", "That is all."]

    assert blocks == blocks_of("\n".join(blocks))


def test_a_figure_stays_with_what_follows_it() -> None:
    assert ["![The graph](figure:g)\n\nBelow it.\n", "Next."] == blocks_of(
        "![The graph](figure:g)\n\nBelow it.\n\nNext."
    )


def test_two_papers_may_show_different_figures_under_one_name() -> None:
    text = "![The graph](figure:g)\n"

    assert "<svg>1</svg>" in to_html(text, figures={"g": "<svg>1</svg>"})
    assert "<svg>2</svg>" in to_html(text, figures={"g": "<svg>2</svg>"})


def test_what_can_not_be_shown_is_refused_again_and_again() -> None:
    for _ in range(2):
        with pytest.raises(BrokenPage, match="an image in a line of text"):
            inline_html("![x](figure:g)")
