"""One page with all answers: the right ones, in the order of printing, readable for 5,000 papers."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from chainrule.pages.combined_key import PaperKey, combined_key_page
from question_templates.paper import ExamHead

HEAD = ExamHead("Midterm", "CS 577", "5 December")


def key(paper: str, **items: dict[str, str]) -> PaperKey:
    numbers = {name.removeprefix("q").replace("_", "."): answers for name, answers in items.items()}
    return PaperKey(paper, f"keys/{paper}.html", dict.fromkeys(numbers, "A power of $x$"), numbers)


class _Cells(HTMLParser):
    """The text of every cell of every row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        self.is_inside = tag in ("td", "th", "a", "b")

    def handle_data(self, data: str) -> None:
        if self.is_inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = tag == "b"


def test_every_answer_stands_in_its_papers_row() -> None:
    keys = [key("BBBB-BBBB", q1={"a": "1/2", "b": "x < y"}), key("AAAA-AAAA", q1={"a": "3", "b": "x & y"})]
    page = combined_key_page(HEAD, keys)

    assert [
        ["Paper", "1.a", "1.b"],
        ["BBBB-BBBB", "1/2", "x < y"],
        ["AAAA-AAAA", "3", "x & y"],
    ] == _Cells(page).rows
    assert 'href="keys/BBBB-BBBB.html"' in page


def test_questions_stand_in_the_order_in_which_people_count() -> None:
    page = combined_key_page(HEAD, [key("AAAA-AAAA", q10={"a": "x"}, q2={"a": "x"}, q1_2={"a": "x"})])

    assert ["1.2.a", "2.a", "10.a"] == [row[1] for row in _Cells(page).rows if row[0] == "Paper"]


def test_a_slot_of_several_families_has_a_table_for_each() -> None:
    keys = [key("AAAA-AAAA", q1={"a": "1"}), key("BBBB-BBBB", q1={"b": "2"}), key("CCCC-CCCC", q1={"a": "3"})]
    keys[1] = replace(keys[1], titles={"1": "Another question"})

    assert [["Paper", "1.a"], ["AAAA-AAAA", "1"], ["CCCC-CCCC", "3"], ["Paper", "1.b"], ["BBBB-BBBB", "2"]] == (
        _Cells(combined_key_page(HEAD, keys)).rows
    )


def test_fields_that_not_every_paper_has_stand_with_their_names_in_one_column() -> None:
    keys = [key("AAAA-AAAA", q1={"a": "1", "x": "5"}), key("BBBB-BBBB", q1={"b": "2", "x": ""})]
    page = combined_key_page(HEAD, keys)

    assert [
        ["Paper", "1.x", "Other answers"],
        ["AAAA-AAAA", "5", "1.a 1"],
        ["BBBB-BBBB", "", "1.b 2"],
    ] == _Cells(page).rows


def test_the_page_is_self_contained_and_runs_nothing() -> None:
    page = combined_key_page(HEAD, [key("AAAA-AAAA", q1={"a": "<script>alert(1)</script>"})])

    assert "<script" not in page
    assert "script-src 'none'" in page
    assert not re.search(r'(?:src|href)="(?:https?:|//)', page)


def test_five_thousand_papers_take_little_more_than_their_answers() -> None:
    answers = {f"field_{n}": "z1.grad = 12345" for n in range(20)}
    few, many = (combined_key_page(HEAD, [key("AAAA-AAAA", q1=answers)] * n) for n in (1000, 5000))

    each = (len(many) - len(few)) / 4000
    assert 2 * sum(map(len, answers.values())) + 100 > each
