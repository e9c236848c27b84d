"""`chainrule transcribe` as a command: its options, terminals of all kinds, and being killed at any field."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from chainrule.__main__ import cli
from chainrule.exam_folder import ExamFolder
from chainrule.transcription.commands import transcribe
from chainrule.transcription.paper_list import list_papers
from chainrule.transcription.transcript_store import store_of
from tests.test_chainrule.typing_script import FIELDS, right_answers, small_exam, typing_of

PROGRAM = "from chainrule.transcription.commands import transcribe; transcribe()"
FEEDS = (2, 5, 6, 9, 10)  # after so many lines one field more is whole


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    return small_exam(tmp_path_factory.mktemp("exam"))


@pytest.fixture
def folder(built: ExamFolder) -> Iterator[ExamFolder]:
    yield built
    shutil.rmtree(store_of(built).path, ignore_errors=True)


def ran(folder: ExamFolder, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(transcribe, [str(folder.path), *words], input=typed)


def test_whoever_types_is_asked_once_for_initials(folder: ExamFolder) -> None:
    done = ran(folder, typed="ab\n\nx, y, z\n")

    assert (0, 1) == (done.exit_code, done.output.count("Your initials"))
    paper = list_papers(folder).ids[0]
    assert ["ab"] == json.loads(store_of(folder).file(paper).read_text(encoding="utf-8"))["who"]


def test_without_initials_it_is_staff_and_never_the_login(folder: ExamFolder) -> None:
    ran(folder, typed="\n\nx, y, z\n")

    assert ("staff",) == store_of(folder).read(list_papers(folder).ids[0]).who


@pytest.mark.parametrize("name", ["a" * 41, "a\u202eb", "a\x1bb"])
def test_a_name_that_can_not_be_kept_is_refused(folder: ExamFolder, name: str) -> None:
    done = ran(folder, "--as", name)

    assert (1, True) == (done.exit_code, "is no name to keep" in done.output)


def test_an_input_that_ends_at_once_ends_the_command(folder: ExamFolder) -> None:
    assert (0, True) == ((done := ran(folder)).exit_code, "Nothing was typed." in done.output)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--compare", "--csv", "a.csv"), "--compare and --csv do not go together"),
        (("--template", "a.csv", "--export", "b.csv"), "--template and --export do not go together"),
        (("--compare", "--second"), "--compare looks at both entries"),
        (("--replace",), "--replace belongs to --csv"),
    ],
)
def test_options_that_contradict_each_other_are_a_mistake_of_usage(
    folder: ExamFolder, words: tuple[str, ...], reason: str
) -> None:
    done = ran(folder, *words)

    assert (2, True) == (done.exit_code, reason in done.output)


def test_a_folder_without_an_exam_and_an_unknown_paper_are_refused(folder: ExamFolder, tmp_path: Path) -> None:
    none = CliRunner().invoke(transcribe, [str(tmp_path)])
    unknown = ran(folder, "--paper", "WXYZ-2345")

    assert (1, True) == (none.exit_code, "there is no exam here" in none.output)
    assert (1, True) == (unknown.exit_code, "There is no paper 'WXYZ-2345'" in unknown.output)


def test_a_template_filled_in_is_taken_over_and_exported_again(folder: ExamFolder, tmp_path: Path) -> None:
    first = list_papers(folder).ids[0]
    made = ran(folder, "--template", str(tmp_path / "t.csv"), "--paper", first[:4].lower())
    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    filled = re.sub(r"^([^,]+,[^,]+),,,,,", r"\1,:skip,0.5,,,", text, flags=re.MULTILINE)
    (tmp_path / "t.csv").write_text(filled, encoding="utf-8")
    taken = ran(folder, "--csv", str(tmp_path / "t.csv"), "--as", "ab")
    exported = ran(folder, "--export", str(tmp_path / "e.csv"))

    assert [0, 0, 0] == [done.exit_code for done in (made, taken, exported)]
    assert "Taken over: 5 fields of 1 paper." in taken.output
    assert 5 == (tmp_path / "e.csv").read_text(encoding="utf-8-sig").count("1/2,graded on paper,ab")
    left = ran(folder, "--template", str(tmp_path / "rest.csv"))
    assert "rest.csv: 4 papers." in left.output


def test_comparing_lists_and_settles(folder: ExamFolder) -> None:
    first = list_papers(folder).ids[0]
    ran(folder, "--as", "ab", typed=f"{first}\nx, y, z\n")
    ran(folder, "--as", "cd", "--second", typed=f"{first}\ny, x, z\n")
    listed = ran(folder, "--compare", "--as", "ef", typed="1\n")
    again = ran(folder, "--compare", "--as", "ef")

    assert f"Disagreement: {first} 1.order" in listed.output and "1 of 1 disagreement settled." in listed.output
    assert "1 settled before, 0 different" in again.output and "Disagreement" not in again.output


def test_a_terminal_that_knows_ascii_alone_shows_question_marks_and_goes_on(folder: ExamFolder) -> None:
    done = CliRunner(charset="ascii").invoke(transcribe, [str(folder.path), "--as", "ab"], input="\nx, y, z\n\n")

    assert 0 == done.exit_code
    assert "read as: x, y, z" in done.output


def test_the_words_are_printed_on_a_terminal_without_utf_8(folder: ExamFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", narrow)
        from chainrule.transcription.commands import _write

        _write("größer ✓")
    narrow.seek(0)

    assert "gr??er ?\n" == narrow.read()


@pytest.mark.parametrize("n_fields", range(1, 6))
def test_killed_at_any_field_all_before_it_are_kept_and_the_rest_is_typed_later(
    folder: ExamFolder, n_fields: int
) -> None:
    paper = folder.read_paper(list_papers(folder).ids[0])
    wanted = right_answers(folder, paper)
    lines = typing_of(paper, wanted)
    command = [sys.executable, "-I", "-c", PROGRAM, str(folder.path), "--as", "ab"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=0) as typing:
        assert typing.stdin is not None
        typing.stdin.write("\n".join(lines[: FEEDS[n_fields - 1]]) + "\n")
        typing.stdin.flush()
        while len(store_of(folder).read(paper.id).entries) < n_fields:
            assert typing.poll() is None
            time.sleep(0.02)
        typing.kill()
    rest = [line for line in typing_of(paper, {n: wanted[n] for n in FIELDS[n_fields:]}) if line != "skip"]
    ran(folder, "--as", "cd", typed="\n".join(rest) + "\n")

    assert wanted == {name: entry.response for name, entry in store_of(folder).read(paper.id).entries.items()}


class Document:
    """docs/transcribe.md, followed literally: its commands are run, and what it shows is what is shown."""

    _TYPED = re.compile(r"(?:>|\||Which paper\? \(.*?\)|1, 2 or t\?)(?: (.*))?")
    _PLACES = ("midterm", "answers", "results")

    def __init__(self, text: str) -> None:
        self.sessions = [block.splitlines() for block in re.findall(r"^```console\n(.*?)^```", text, re.S | re.M)]
        self.table = str(re.findall(r"^```csv\n(.*?)^```", text, re.S | re.M)[0])

    def played(self, session: list[str], place: Path) -> str:
        """What the command of a session shows when the same is typed as in the document."""
        words = session[0].removeprefix("$ python3 run.py chainrule ").split()
        words = [str(place / word) if word in self._PLACES else word for word in words]
        command: click.Command = transcribe if words[0] == "transcribe" else cli
        typed = [found[1] or "" for line in session[1:] if (found := self._TYPED.fullmatch(line))]
        done = CliRunner(env={"COLUMNS": "88"}, echo_stdin=True).invoke(
            command, words[words[0] == "transcribe" :], input="".join(f"{line}\n" for line in typed)
        )
        assert done.exception is None, done.output
        return done.output.replace(f"{place}/", "")


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def test_the_document_shows_what_is_shown(repository: Path, tmp_path: Path) -> None:
    document = Document((repository / "docs" / "transcribe.md").read_text(encoding="utf-8"))
    folder = small_exam(tmp_path)
    (tmp_path / "answers").mkdir()

    assert 4 == len(document.sessions)
    for session in document.sessions:
        assert _lines("\n".join(session[1:])) == _lines(document.played(session, tmp_path))
    (tmp_path / "table.csv").write_text(document.table, encoding="utf-8")
    assert "Taken over: 5 fields of 1 paper." in ran(folder, "--csv", str(tmp_path / "table.csv"), "--replace").output
