"""The report's page, tables and JSON: they say the same, name nobody, survive odd classes and hostile answers."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from chainrule.report import report_files
from chainrule.report.page_words import chance_words, small, two_digits
from grader import Grade
from question_templates.paper import Paper
from tests.test_chainrule.reported_class import grade_of, keyed_class, paper_id, paper_of, scored_class, verdict_of

HOSTILE = "</pre></style><script>alert(1)</script>\ud800\u202e=cmd|' /C calc'!A0"
TABLES = ("fields", "flags", "matches", "mistakes", "questions", "scores", "unreadable", "variants")
Class = tuple[dict[str, Paper], dict[str, Grade], dict[str, dict[str, str]]]


def lively_class() -> Class:
    """Copies, hostile unreadable answers, known mistakes, two families in question 1 of which one is harder."""
    _, _, keys = keyed_class(60, seed=2, copies={})
    papers, grades = {}, {}
    for place in range(60):
        drawn = {"1": {"family": "graph/b" if place % 2 else "graph/a", "level": 1 + place % 2}}
        paper = paper_of(place, {str(slot): ("value",) for slot in range(1, 7)}, drawn=drawn)
        responses = {"2.value": HOSTILE, "6.value": "6"}
        verdicts = (
            {"2.value": verdict_of("unreadable", reason=f'We do not know "{HOSTILE}".')} if place % 5 == 0 else {}
        )
        if place % 2:
            verdicts["1.value"] = verdict_of("wrong", mal_rule="own-operand")
        if place % 3 == 0:
            verdicts["6.value"] = verdict_of("wrong")
        if place == 7:
            responses = dict(keys[paper_id(8)])
            verdicts = dict.fromkeys(responses, verdict_of("wrong"))
        papers[paper.id], grades[paper.id] = paper, grade_of(paper, verdicts, responses)
    return papers, grades, keys


def odd_classes() -> dict[str, Class]:
    one = paper_of(0, {"1": ("a", "b")})
    many = {paper_id(place): paper_of(place, {"1": ("a",)}) for place in range(12)}
    alike = scored_class([[Fraction(1), Fraction(1)]] * 12)
    return {
        "empty": ({}, {}, {}),
        "nothing graded": ({one.id: one}, {}, {}),
        "one paper": ({one.id: one}, {one.id: grade_of(one, {})}, {}),
        "all equal": (*alike, {name: {"1.value": "4", "2.value": "5"} for name in alike[0]}),
        "all open": (many, {name: grade_of(paper, {"1.a": verdict_of("pending")}) for name, paper in many.items()}, {}),
        "worth nothing": (
            many,
            {name: grade_of(paper, {"1.a": verdict_of("blank")}) for name, paper in many.items()},
            {},
        ),
    }


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return report_files(*lively_class(), {}, index="index.html")


def visible(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<body")[2]))


@pytest.mark.parametrize("name", odd_classes())
def test_no_class_is_too_odd_for_a_report(name: str) -> None:
    found = report_files(*odd_classes()[name], {})

    assert {"report.html", "report.json", *(f"report/{table}.csv" for table in TABLES)} == set(found)
    assert "chainrule-report/1" == json.loads(found["report.json"])["format"]
    assert not re.search(r"\b(?:nan|inf|None)\b", visible(found["report.html"]))


def test_an_empty_class_says_that_nothing_has_been_graded() -> None:
    assert "Nothing has been graded yet." in report_files({}, {}, {}, {})["report.html"]


def test_too_few_papers_are_called_too_few() -> None:
    page = visible(report_files(*odd_classes()["one paper"], {})["report.html"])

    assert page.count("too few") >= 2
    assert "it takes two questions" in page


def test_the_page_runs_nothing_and_shows_hostile_answers_as_text(files: dict[str, str]) -> None:
    page = files["report.html"]

    assert "<script" not in page
    assert "&lt;/pre&gt;&lt;/style&gt;&lt;script&gt;" in page
    assert "\ud800" not in page
    assert "script-src 'none'" in page
    assert not re.search(r' style="| on\w+="', page)


def test_the_page_answers_whether_somebody_got_a_harder_paper(files: dict[str, str]) -> None:
    assert "Some variants were harder, more than chance explains" in files["report.html"]


def test_a_match_is_told_with_care(files: dict[str, str]) -> None:
    page = visible(files["report.html"])

    assert "This proves nothing" in page
    assert "No points depend on it" in page
    assert re.search(rf"{paper_id(7)} {paper_id(8)} .*? 1 in [0-9 ]+", page)


def test_tables_and_json_say_the_same(files: dict[str, str]) -> None:
    stored = json.loads(files["report.json"])
    with io.StringIO(files["report/questions.csv"]) as text:
        questions = list(csv.DictReader(text))

    assert [question["id"] for question in stored["questions"]] == [row["id"] for row in questions]
    assert [pytest.approx(question["mean"], rel=1e-5) for question in stored["questions"]] == [
        float(row["mean_share"]) for row in questions
    ]
    assert [question["outcomes"].get("wrong", 0) for question in stored["questions"]] == [
        int(row["wrong"]) for row in questions
    ]


def test_no_cell_of_a_table_is_a_formula(files: dict[str, str]) -> None:
    for name in TABLES:
        with io.StringIO(files[f"report/{name}.csv"]) as text:
            for row in csv.reader(text):
                assert [] == [cell for cell in row if cell[:1] in ("=", "+", "@")]


def test_another_hash_seed_gives_the_same_bytes(files: dict[str, str]) -> None:
    program = (
        "import hashlib; from chainrule.report import report_files; "
        "from tests.test_chainrule.test_report_page import lively_class; "
        "text = ''.join(report_files(*lively_class(), {}, index='index.html').values()); "
        "print(hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={"PYTHONHASHSEED": "1"},
    )

    text = "".join(files.values())
    assert hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() == run.stdout.strip()


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.25, "1 in 4"), (1 / 4321, "1 in 4 300"), (0.0, "less than 1 in 10^15"), (1e-20, "less than 1 in 10^15")],
)
def test_chances_are_told_with_two_digits(chance: float, words: str) -> None:
    assert words == chance_words(chance)


def test_small_numbers_never_look_like_none() -> None:
    assert ("below 0.01", "0.01") == (small(0.004), small(0.0051))
    assert "0.00" == two_digits(-0.001)


@pytest.fixture(scope="module")
def url(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("report") / "report.html"
    place.write_text(files["report.html"], encoding="utf-8")
    return place.as_uri()


@pytest.fixture
def tab(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scheme = request.param
    context = chromium.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 740})
    context.set_offline(True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("tab", [(1100, "light"), (1100, "dark"), (360, "light"), (360, "dark")], indirect=True)
def test_axe_finds_nothing_wrong_and_nothing_is_wider_than_the_screen(tab: Any, url: str, axe: str) -> None:
    tab.goto(url)
    tab.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    width = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    tab.evaluate(axe)
    violations = tab.evaluate("axe.run(document)")["violations"]

    assert [] == [(violation["id"], violation["nodes"][0]["html"]) for violation in violations]
    assert 0 >= width


def test_the_policy_lets_the_page_be_as_it_is(chromium: Any, url: str) -> None:
    context = chromium.new_context(viewport={"width": 900, "height": 740})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(url)
    page.wait_for_timeout(50)
    dots = page.evaluate("getComputedStyle(document.querySelector('.scatter .question')).fill")
    context.close()

    assert [] == complaints
    assert "rgb(0, 0, 0)" != dots
