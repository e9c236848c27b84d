"""Markdown on a page: nothing raw, nothing that leads outside, listings that copy, figures where named."""

import re
from fractions import Fraction
from html.parser import HTMLParser

import pytest

from chainrule.amount_words import points_text
from chainrule.pages import BrokenPage, inline_html, to_html
from chainrule.pages.markdown import formulas


def test_raw_html_in_markdown_is_shown_and_not_run() -> None:
    assert "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n" == to_html("a <b>c</b>", figures={})


def test_links_stay_text() -> None:
    assert "<a" not in to_html(
        "[x](http://example.org) <http://example.org>\n\n[x]: http://example.org", figures={}
    )


class Copy(HTMLParser):
    """The text of a document, as the clipboard would get it."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def test_a_listing_copies_as_it_was_written() -> None:
    source = 'def f(x):\n    """Two\n    lines & <more>."""\n    return f"{x}" + 1e-3  # done\n'
    html = to_html(f"```python\n{source}```\n", figures={})
    parser = Copy()
    parser.feed(html)

    assert source == "".join(parser.pieces).removesuffix("\n")


def test_a_listing_is_coloured_lightly() -> None:
    html = to_html("```python\nreturn 'a' + 1  # why\n```\n", figures={})

    for kind, text in {
        "keyword": "return",
        "string": "&#x27;a&#x27;",
        "number": "1",
        "comment": "# why",
    }.items():
        assert f'<span class="{kind}">{text}</span>' in html


def test_text_that_is_no_python_is_shown_without_colours() -> None:
    assert 'class="keyword"' not in to_html("```python\nreturn (1\n```\n", figures={})


def test_a_figure_stands_where_the_body_names_it() -> None:
    html = to_html("Before.\n\n![The *graph*](figure:graph)\n", figures={"graph": "<svg></svg>"})

    assert "<p>Before.</p>\n<figure>" in html
    assert "<svg></svg></div><figcaption>The *graph*</figcaption></figure>" in html


@pytest.mark.parametrize("source", ["figure:other", "http://example.org/x.png", "data:image/png;base64,AAAA"])
def test_an_unknown_figure_is_refused_with_its_name_and_the_known_ones(source: str) -> None:
    with pytest.raises(BrokenPage) as refused:
        to_html(f"![x]({source})", figures={"graph": "<svg></svg>"})

    assert f"the image {source!r} is no figure of this question; its figures: figure:graph." == str(
        refused.value
    )


def test_an_image_inside_a_sentence_is_refused() -> None:
    with pytest.raises(BrokenPage, match=re.escape("image inside a text: 'see ![x](figure:g)'; put it")):
        to_html("see ![x](figure:g)", figures={"g": "<svg></svg>"})


def test_an_image_in_a_prompt_is_refused() -> None:
    with pytest.raises(BrokenPage, match=re.escape("a line of text: '![x](figure:g)'; figures belong in")):
        inline_html("![x](figure:g)")


def test_a_formula_is_mathml_and_code_is_not():
    html = to_html("Let $x_1$ and `$y$` cost $5.", figures={})

    assert "<p>Let <math " in html and "<code>$y$</code> cost $5." in html and 1 == html.count("<math")


def test_a_formula_alone_in_a_paragraph_is_displayed():
    html = to_html("Then\n\n$$\n\\begin{aligned} a &= b \\\\ &= c \\end{aligned}\n$$\n\nand so on.", figures={})

    assert '<p><math xmlns="http://www.w3.org/1998/Math/MathML" display="block"' in html


def test_stars_and_underscores_of_a_formula_are_not_markdown():
    assert "<em>" not in to_html("$a_1 * b_2$ and $c_1 * d_2$", figures={})


def test_a_displayed_formula_inside_a_text_is_refused():
    with pytest.raises(BrokenPage, match=re.escape("the formula $$x$$ inside a text; put it into a paragraph")):
        to_html("so $$x$$ holds", figures={})


def test_a_broken_formula_is_refused_with_what_is_wrong():
    with pytest.raises(BrokenPage, match=re.escape(r"the formula '\\mathbf h': \mathbf without braces; write")):
        inline_html(r"the state $\mathbf h$")


def test_formulas_are_found_wherever_they_stand():
    assert ["a", "b", "c"] == list(formulas("# $a$\n\n- $b$ and `$x$`\n\n```\n$y$\n```\n\n$$c$$\n"))


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (Fraction(1), "1 point"),
        (Fraction(5, 2), "2.5 points"),
        (Fraction(10, 3), "3.33 points"),
        (Fraction(10), "10 points"),
    ],
)
def test_points_are_said_in_words(points: Fraction, expected: str) -> None:
    assert expected == points_text(points)
