"""Listings in print: lines whole, numbers drawn and never copied, letters as large as fits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.pdf import paper_pdf
from chainrule.pdf.listing import listing_typst, wrapped
from chainrule.pdf.sheets import sheet_of
from tests.test_chainrule.printed_papers import page_texts, paper_of, sample_question

STANDARD = sheet_of("standard", "a4")


def typeset(source: str, *, language: str = "python", paper_format: str = "standard") -> str:
    sheet = sheet_of(paper_format, "a4")
    return listing_typst(source, language=language, sheet=sheet, width=sheet.width)


def size_of(source: str) -> float:
    found = re.search(r"size: ([\d.]+)pt", typeset(source))
    assert found
    return float(found[1])


def printed(line: str, most: int) -> list[str]:
    return [" " * part.indent + line[part.start : part.end] for part in wrapped(line, most)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("short", ["short"]),
        ("", [""]),
        ("    one two three", ["    one two", "      three"]),
        ("abcdefghijklmnop", ["abcdefghijkl", "  mnop"]),
        ("a bc def ghi jkl mn", ["a bc def ghi", "  jkl mn"]),
    ],
)
def test_a_line_breaks_behind_a_blank_and_goes_on_further_in(line, expected) -> None:
    assert expected == printed(line, 12)


@given(st.text("ab  (", max_size=80), st.integers(8, 40))
def test_no_part_is_too_long_and_nothing_but_blanks_is_lost(line, most) -> None:
    parts = printed(line, most)

    assert line.replace(" ", "") == "".join(parts).replace(" ", "")
    assert all(len(part) <= most for part in parts)


def test_letters_shrink_until_the_longest_line_fits_and_no_further() -> None:
    assert 8.8 == size_of("x = 1\n")
    assert 7.4 < size_of("x" * 88 + "\n") < 8.8
    assert 7.4 == size_of("x" * 200 + "\n")


def test_a_line_of_92_letters_is_printed_whole() -> None:
    line = "x = [" + "1, " * 24 + "0] "
    line += "#" + "y" * (92 - len(line) - 1)
    text = "\n".join(page_texts(paper_pdf(paper_of(sample_question(listing=line + "\n")))))

    assert 92 == len(line)
    assert line in text


def test_a_longer_line_goes_on_behind_a_sign() -> None:
    source = "total = " + " + ".join(f"weight_{n}" for n in range(14))

    assert 'id=\\"s8618\\"' in typeset(source)
    assert 'id=\\"s8618\\"' not in typeset("total = 1")


def test_numbers_are_no_text() -> None:
    listing = "".join(f"v = {chr(97 + n)}\n" for n in range(20))
    read = "\n".join(page_texts(paper_pdf(paper_of(sample_question(listing=listing)))))

    assert "v = a\nv = b\nv = c\n" in read


def test_text_that_is_no_python_has_no_numbers() -> None:
    assert "marks:" not in typeset("z1 = 4\n", language="text")
    assert "marks:" in typeset("z1 = 4\n")


def test_a_paper_to_be_read_out_has_no_numbers() -> None:
    assert "marks:" not in typeset("z1 = 4\n", paper_format="screen-reader")


def test_a_listing_that_fits_a_page_stands_on_one_page() -> None:
    listing = "".join(f"first_{n} = {n}\n" for n in range(45))
    pages = page_texts(paper_pdf(paper_of(sample_question(body="Some text.\n\n" * 20 + f"```python\n{listing}```\n"))))

    assert 1 == sum("first_" in page for page in pages)


def test_a_listing_longer_than_a_page_comes_in_pieces() -> None:
    listing = "".join(f"first_{n} = {n}\n" for n in range(150))
    read = "\n".join(page_texts(paper_pdf(paper_of(sample_question(listing=listing)))))

    assert all(f"first_{n} = {n}\n" in read for n in range(150))


def test_a_long_listing_is_parted_at_an_empty_line_which_belongs_to_neither_piece() -> None:
    listing = "".join(f"first_{n} = {n}\n" + "\n\n" * (n == 40) for n in range(70))
    pieces = re.findall(r'listing\(\{\n"(.*?)"\n\}', typeset(listing))

    assert 2 == len(pieces)
    assert pieces[0].endswith("first_40 = 40")
    assert pieces[1].startswith("first_41 = 41")


def test_empty_lines_at_the_end_are_not_printed() -> None:
    assert typeset("x = 1") == typeset("x = 1\n\n\n")
