"""`chainrule review` as a command, from a graded class to a gradebook that nobody waits for; and its document."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chainrule.grading.graded import open_run
from chainrule.grading.run import grade_exam
from chainrule.review.commands import review
from chainrule.review.decisions_file import read_kept
from tests.test_chainrule.reviewed_class import NAMES, ReviewedClass, write_class


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReviewedClass, Path]:
    place = tmp_path_factory.mktemp("reviewed")
    found = write_class(place)
    grade_exam(found.folder, place / "answers", place / "results")
    return found, place


@pytest.fixture
def place(graded: tuple[ReviewedClass, Path], tmp_path: Path) -> Path:
    """The class in a folder of its own, so that a test may decide what it likes."""
    shutil.copytree(graded[1], tmp_path / "class")
    return tmp_path / "class"


def ran(place: Path, *words: str) -> Result:
    return ran_words(str(place / "results"), *words)


def ran_words(*words: str) -> Result:
    done = CliRunner(env={"COLUMNS": "88"}).invoke(review, words)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def fill(file: Path, points: str, who: str) -> str:
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows({**row, "points": points if row["out_of"] != "0" else "0", "who": who} for row in rows)
    file.write_text(text.getvalue(), encoding="utf-8")
    return str(file)


def states(place: Path) -> set[str]:
    with (place / "results" / "gradebook.csv").open(encoding="utf-8") as book:
        return {row["state"] for row in csv.DictReader(book)}


def test_two_people_decide_and_nobody_waits_any_more(graded: tuple[ReviewedClass, Path], place: Path) -> None:
    handed_out = ran(place, "--tas", "ann,bob", "--html")
    files = [fill(place / "results" / "review" / f"{who}.csv", "half", who) for who in ("ann", "bob")]
    taken = ran(place, "--import", *files)
    before = states(place)
    grade_exam(graded[0].folder, place / "answers", place / "results")

    assert ["ann.csv", "ann.html", "bob.csv", "bob.html"] == re.findall(r"review/(\S+):", handed_out.output)
    assert "16 decisions taken over, for 18 answers; 0 known already; 0 rows not filled in." in taken.output
    assert "incomplete" in before
    assert "incomplete" not in states(place)
    assert "No answer waits for a person.\n" == ran(place).output


def test_nothing_handed_out_holds_a_name(place: Path) -> None:
    ran(place, "--split", "2", "--html")

    files = list((place / "results" / "review").iterdir())
    told = "I, Emil Post, believe"
    assert 4 == len(files)
    for text in (file.read_text("utf-8").replace(told, "") for file in files):
        assert [] == [name for name in (*NAMES, "s@example.edu") if name in text]


def test_importing_twice_and_after_grading_again_changes_nothing(
    graded: tuple[ReviewedClass, Path], place: Path
) -> None:
    ran(place, "--split", "1")
    file = fill(place / "results" / "review" / "part-1.csv", "none", "ann")
    ran(place, "--import", file)
    first = (place / "results" / "decisions.json").read_bytes()
    again = ran(place, "--import", file)
    grade_exam(graded[0].folder, place / "answers", place / "results")
    ran(place, "--import", file)

    assert "0 decisions taken over; 16 known already" in again.output
    assert first == (place / "results" / "decisions.json").read_bytes()


def test_decisions_that_disagree_keep_their_answers_open_until_one_is_withdrawn(
    graded: tuple[ReviewedClass, Path], place: Path
) -> None:
    ran(place, "--split", "1")
    table = place / "results" / "review" / "part-1.csv"
    for who, points in (("ann", "full"), ("bob", "half")):
        ran(place, "--import", fill(table, points, who))
    grade_exam(graded[0].folder, place / "answers", place / "results")
    conflicts = ran(place, "--conflicts").output
    groups = re.findall(r"Conflict: group (\S+),", conflicts)
    before = states(place)
    for group in groups:
        ran(place, "--withdraw", group, "--who", "bob")
    grade_exam(graded[0].folder, place / "answers", place / "results")

    assert "2.reason: 3 by ann, 1.5 by bob" in conflicts
    assert 15 == len(groups)  # all but the stray answer, which both settle with 0
    assert "incomplete" in before
    assert "incomplete" not in states(place)
    assert "Nobody disagrees.\n" == ran(place, "--conflicts").output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--import"], "--import takes over files"),
        (["part-1.csv"], "--import takes over files"),
        (["--split", "2", "--tas", "ann"], "--split and --tas do not go together"),
        (["--split", "2", "--conflicts"], "--split, --tas or --html and --conflicts do not go together"),
        (["--withdraw", "gaaaaaaaaaaaa"], "--withdraw needs --who"),
        (["--who", "ann"], "--who belongs to --import or --withdraw"),
        (["--json", "--html"], "--json belongs to the list of what waits"),
        (["--html", "--replace"], "--replace belongs to --split or --tas"),
        (["--split", "0"], "Invalid value for '--split'"),
    ],
)
def test_words_that_do_not_go_together_are_refused(tmp_path: Path, words: Iterable[str], message: str) -> None:
    done = ran(tmp_path, *words)

    assert 2 == done.exit_code
    assert message in done.output


def test_a_program_may_listen(place: Path) -> None:
    told = json.loads(ran(place, "--json").output)

    assert ("chainrule-review/1", 16) == (told["format"], len(told["groups"]))
    assert {"2 Why gradients vanish"} == {one["question"] for one in told["groups"] if one["field"] == "remedy"}
    assert ([], [], 0) == (told["conflicts"], told["outdated"], told["untyped"])


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    assert 1 == ran(tmp_path).exit_code


def test_a_table_that_is_not_there_is_refused(place: Path) -> None:
    done = ran(place, "--import", "nowhere.csv")

    assert 1 == done.exit_code
    assert "nowhere.csv: can't be read" in done.output


def test_the_run_gives_the_same_groups_as_its_grades(graded: tuple[ReviewedClass, Path]) -> None:
    found, place = graded
    run = open_run(place / "results")
    typed = {grade.paper for grade in found.result.grades.values() if grade.source.startswith("transcript")}

    assert {*found.result.grades} - typed == {*run.result.grades}
    assert {name: dict(keys) for name, keys in run.keys.items()} == {name: dict(found.keys[name]) for name in run.keys}


def test_the_document_is_followed_literally(repository: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (repository / "docs" / "review.md").read_text(encoding="utf-8")
    sessions = re.findall(r"^\$ python3 run\.py chainrule review (.*)\n(?=(.*))", text, re.MULTILINE)
    monkeypatch.chdir(place)

    assert 5 == len(sessions)
    for words, shown in sessions:
        if "--import" in words:
            for name in ("ann", "bob"):
                Path(f"{name}.csv").write_text(Path(fill(Path(f"results/review/{name}.csv"), "half", name)).read_text())
        group = read_kept(Path("results"))[0].group if "GROUP" in words else ""
        done = ran_words(*words.replace("GROUP", group).replace("bob", "ann" if group else "bob").split())
        assert 0 == done.exit_code, done.output
        assert shown in done.output or shown.startswith(("$", "```"))
