"""The page for staff: everything the summary knows, links that stay inside, charts with words."""

import re
from fractions import Fraction
from html import unescape
from itertools import pairwise

import pytest

from chainrule.pages.charts import histogram_svg, outcome_bar_svg
from chainrule.pages.staff_page import Link, PaperLinks, StaffView, staff_page
from chainrule.results.class_record import (
    Bin,
    ClassSummary,
    MistakeCount,
    OpenAnswer,
    Owner,
    Spread,
    StudentResult,
    UngradedFile,
)
from chainrule.results.field_statistics import FieldStatistics

HOSTILE = "</script></style><script>alert(1)</script><img src=x>\"'&"
ADA, BILAL = Owner("s01", "Ada Lindqvist"), Owner("s02", "Bilal Haddad")
TEN = Fraction(10)
STUDENTS = (
    StudentResult("AAAA-AAAA", (ADA,), "incomplete", Fraction("7.25"), TEN, ("1.x_grad",), "s01.json"),
    StudentResult("BBBB-BBBB", (BILAL,), "missing", None, TEN),
)
BINS = tuple(Bin(Fraction(low), Fraction(low + 1), int(low == 7)) for low in range(10))


def summary(**changes: object) -> ClassSummary:
    parts: dict[str, object] = {
        "title": "Practice final",
        "out_of": TEN,
        "students": STUDENTS,
        "spread": Spread(*[Fraction("7.25")] * 6),
        "bins": BINS,
        "fields": (
            FieldStatistics("1", "A square", "trace", "trace", Fraction(2, 3), {"right": 3, "partly": 1}),
            FieldStatistics("1", "A square", "x_grad", "number", None, {"unreadable": 1}),
        ),
        "mistakes": (MistakeCount("own-operand", 2, 5, ("1.trace",)),),
        "open_answers": (OpenAnswer("AAAA-AAAA", (ADA,), "1.x_grad", "unreadable", "4 or 5", "Two numbers."),),
        "set_aside": (UngradedFile("s02.json", "s02.json:3:7: no quote. Add one.", "", (BILAL,)),),
        "n_papers": 2,
    }
    return ClassSummary(**{**parts, **changes})  # type: ignore[arg-type]


def page(found: ClassSummary | None = None, **parts: object) -> str:
    return staff_page(StaffView(title="Practice final", summary=found or summary(), **parts))  # type: ignore[arg-type]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html.partition("<body")[2])))


def links(html: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"#][^"]*)"', html)]


def test_the_page_says_who_has_what_and_what_waits() -> None:
    said = words(page())

    assert "Ada Lindqvist s01 AAAA-AAAA 7.25 incomplete 1.x_grad" in said
    assert "Bilal Haddad s02 BBBB-BBBB – missing" in said
    assert "Points of 10 Points so far: those of 1 incomplete paper may still rise." in said


def test_counts_stand_beside_their_names() -> None:
    tiles = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page())

    assert ("Papers", "2") in tiles
    assert ("Incomplete", "1") in tiles
    assert ("Missing", "1") in tiles
    assert ("Files set aside", "1") in tiles


def test_a_file_set_aside_comes_with_place_reason_and_whose_it_may_be() -> None:
    said = words(page())

    assert "line 3, column 7: no quote. Add one." in said
    assert "perhaps Bilal Haddad (s02), going by the file's name" in said


def test_an_open_answer_comes_with_the_response_and_the_reason() -> None:
    said = words(page())

    assert "Ada Lindqvist (s01) AAAA-AAAA 1.x_grad 4 or 5 unreadable Two numbers." in said


def test_each_field_has_its_share_and_its_counts_of_outcomes() -> None:
    said = words(page())

    assert "1.trace trace 4 67% 3 0 1 0 0 0 0" in said
    assert "1.x_grad number 1 open 0 0 0 0 1 0 0" in said


def test_mistakes_come_with_what_they_tell_the_student() -> None:
    html = page(feedback={"own-operand": "The gradient of `a` takes the other operand."})

    assert "own-operand 2 5 The gradient of a takes the other operand." in words(html)


def test_links_lead_to_the_files_they_were_given() -> None:
    html = page(
        links=(Link("Gradebook", "gradebook.csv"),),
        paper_links={"AAAA-AAAA": PaperLinks("feedback/AAAA-AAAA.html", "../exam/keys/AAAA-AAAA.html")},
        file_links={"s02.json": "../submissions/s02.json"},
    )

    expected = {"gradebook.csv", "feedback/AAAA-AAAA.html", "../exam/keys/AAAA-AAAA.html", "../submissions/s02.json"}
    assert expected == set(links(html))


@pytest.mark.parametrize(
    ("path", "href"),
    [
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("a b#c?d.json", "a%20b%23c%3Fd.json"),
        ("100%.json", "100%25.json"),
        ("Zoë.json", "Zo%C3%AB.json"),
        ("\udcff.json", "%FF.json"),
    ],
)
def test_a_files_name_is_quoted_so_that_it_stays_a_path(path: str, href: str) -> None:
    assert [href] == links(page(links=(Link("File", path),)))


@pytest.mark.parametrize("place", ["name", "source", "response", "title"])
def test_no_text_can_leave_its_place(place: str) -> None:
    owner = Owner("s01", HOSTILE if place == "name" else "Ada")
    found = summary(
        students=(StudentResult("AAAA-AAAA", (owner,), "complete", TEN, TEN),),
        set_aside=(UngradedFile(HOSTILE if place == "source" else "a.json", "A reason."),),
        open_answers=(
            OpenAnswer("AAAA-AAAA", (ADA,), "1.x", "unreadable", HOSTILE if place == "response" else "4", "Why."),
        ),
        fields=(FieldStatistics("1", HOSTILE if place == "title" else "Q", "x", "number", None, {}),),
    )
    html = page(found)

    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_the_histogram_says_in_words_what_it_shows() -> None:
    svg = str(histogram_svg(BINS, identifier="points"))

    assert "7 to 8 points: 1;" in svg
    assert 1 == svg.count('<rect class="bar"')
    assert "" == histogram_svg((), identifier="points")


def test_a_bar_is_parted_by_outcomes_and_says_so() -> None:
    svg = str(outcome_bar_svg({"wrong": 1, "right": 3}))
    parts = re.findall(r'<rect class="(\w+)" x="([\d.]+)" y="0" width="([\d.]+)"', svg)

    assert 'aria-label="3 right, 1 wrong"' in svg
    assert [("right", "0", "133.5"), ("wrong", "135", "43.5")] == parts


def test_a_bar_without_answers_says_so() -> None:
    assert 'aria-label="no answers"' in outcome_bar_svg({})


def test_every_table_has_a_caption_and_headings_with_a_scope() -> None:
    tables = re.findall(r"<table.*?</table>", page(), re.DOTALL)

    assert 5 == len(tables)
    assert [] == [table for table in tables if "<caption>" not in table]
    assert [] == [heading for heading in re.findall(r"<th[ >][^>]*", page()) if "scope=" not in heading]


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", page())]

    assert 1 == levels[0]
    assert [] == [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]


def test_the_page_needs_no_network_and_runs_no_script() -> None:
    html = page()

    assert "script-src 'none'" in html
    assert [] == re.findall(r"\ssrc=|\sstyle=\"", html)


def test_a_class_without_grades_has_a_page_too() -> None:
    empty = summary(spread=None, bins=(), fields=(), mistakes=(), open_answers=(), set_aside=())

    assert "Nothing has been graded yet." in words(page(empty))


def test_the_same_view_gives_the_same_bytes() -> None:
    assert page() == page()
