"""Paper answers as a CSV table: every mistake at its line, all or nothing, and back again unchanged."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.errors import RefusedInput
from chainrule.exam_folder import ExamFolder
from chainrule.transcription.answer_table import answers_csv, read_answers
from chainrule.transcription.paper_list import list_papers
from chainrule.transcription.readings import PaperFields
from chainrule.transcription.table_import import export_answers, import_answers
from chainrule.transcription.transcript import Entry, HandPoints, Transcript
from chainrule.transcription.transcript_store import store_of
from chainrule.transcription.typing_rules import fault_of, tidied
from tests.test_chainrule.typing_script import FIELDS, play, small_exam

HEAD = "paper,field,response,points,reason,who\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ExamFolder:
    return small_exam(tmp_path_factory.mktemp("exam"))


@pytest.fixture
def folder(built: ExamFolder) -> Iterator[ExamFolder]:
    yield built
    shutil.rmtree(store_of(built).path, ignore_errors=True)


def take_over(folder: ExamFolder, place: Path, data: str | bytes, *, replaces: bool = False) -> str:
    table = place / "answers.csv"
    table.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(import_answers(table, folder, list_papers(folder), store_of(folder), who="ab", replaces=replaces))


def test_a_table_becomes_transcripts(folder: ExamFolder, tmp_path: Path) -> None:
    first, second, *_ = list_papers(folder).ids
    rows = f'{first},1.order,"x, y, z",,,\n{first},1.trace,,2.5,on the back,cd\n{second},1.x_grad,:skip,,,\n'
    told = take_over(folder, tmp_path, HEAD + rows)

    assert "Taken over: 3 fields of 2 papers." == told
    found = store_of(folder).read(first)
    assert Entry("x, y, z") == found.entry("1.order")
    assert Entry(None, HandPoints(Fraction(5, 2), "on the back", "cd")) == found.entry("1.trace")
    assert Entry("") == store_of(folder).read(second).entry("1.x_grad")


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace(",", ";").encode("cp1252"),
        lambda text: text.replace(",", "\t").replace("\n", "\r\n").encode(),
        lambda text: ("sep=;\n" + text.replace(",", ";")).encode(),
    ],
)
def test_tables_of_all_spreadsheets_are_read(folder: ExamFolder, tmp_path: Path, encode: object) -> None:
    first = list_papers(folder).ids[0]
    take_over(folder, tmp_path, encode(f"Paper,Field,Response\n{first.lower()},2.why,für immer\n"))  # type: ignore[operator]

    assert Entry("für immer") == store_of(folder).read(first).entry("2.why")


def test_every_mistake_is_told_with_its_line_and_nothing_is_written(folder: ExamFolder, tmp_path: Path) -> None:
    first, second, *_ = list_papers(folder).ids
    rows = [
        f"{first},1.order,x,,,",
        f'{first},2.why,"two\nlines",,,',
        "WXYZ-2345,1.order,x,,,",
        f"{first},9.x,x,,,",
        f"{first},1.trace,x,3.5,,",
        f"{first},1.x_grad,x,-1,,",
        f"{first},2.pick,,,,",
        f"{first},1.order,y,,,",
        f"{first},1.order,x,,,",
        f"{second},1.order,a\u202eb,,,",
        f"{second},1.trace,,,no points,",
        f"{second},1.x_grad,,lots,,",
    ]
    with pytest.raises(RefusedInput) as refused:
        take_over(folder, tmp_path, HEAD + "\n".join(rows) + "\n")

    assert [
        "answers.csv:5: There is no paper 'WXYZ-2345' in this exam; ids look like K7QF-2MXP.",
        f"answers.csv:6: paper {first} has no field '9.x'; it has {', '.join(FIELDS)}.",
        "answers.csv:7: '3.5' should be points from 0 to 3.",
        "answers.csv:8: '-1' should be points from 0 to 1.",
        "answers.csv:9: there is neither a response nor points; where the paper is blank, the response is :skip.",
        f"answers.csv:10: {first} 1.order stands in line 2 already, with something else; keep one row.",
        "answers.csv:12: There is a character that can't be seen (U+202E) in it, which no paper holds.",
        "answers.csv:13: there is a reason but no points.",
        "answers.csv:14: 'lots' should be points from 0 to 1.",
    ] == str(refused.value).splitlines()
    assert () == store_of(folder).paper_ids()


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("", "the table is empty"),
        ("paper,response\n", ":1: the column field is missing."),
        ("paper,field\n", ":1: there is neither a column response nor a column points."),
        ("paper,field,respnse,points\n", ":1: the column 'respnse' is not known."),
        ("paper,field,points,points\n", ":1: the column 'points' stands there twice."),
    ],
)
def test_a_table_with_other_headings_is_refused(folder: ExamFolder, tmp_path: Path, head: str, reason: str) -> None:
    with pytest.raises(RefusedInput, match=reason):
        take_over(folder, tmp_path, head)


def test_a_paper_of_which_no_row_is_filled_in_is_left_alone_and_named(folder: ExamFolder, tmp_path: Path) -> None:
    first, second, *_ = list_papers(folder).ids
    told = take_over(folder, tmp_path, HEAD + f"{first},1.order,x,,,\n{second},1.order,,,,\n{second},1.trace,,,,\n")

    assert f"Left as they are, for the table holds no answer of them: {second}." in told
    assert (first,) == store_of(folder).paper_ids()


def test_what_was_typed_stays_unless_it_shall_be_replaced(folder: ExamFolder, tmp_path: Path) -> None:
    first = list_papers(folder).ids[0]
    play(folder, [first, "x, y"], who="cd")
    table = HEAD + f'{first},1.order,"x, z",,,\n{first},1.x_grad,4,,,\n'

    with pytest.raises(RefusedInput, match=rf"answers.csv:2: {first} 1.order was typed differently by cd"):
        take_over(folder, tmp_path, table)
    assert ("1.order",) == tuple(store_of(folder).read(first).entries)
    take_over(folder, tmp_path, table, replaces=True)
    assert [Entry("x, z"), Entry("4")] == [store_of(folder).read(first).entry(n) for n in ("1.order", "1.x_grad")]


def test_taking_over_the_same_table_twice_changes_nothing(folder: ExamFolder, tmp_path: Path) -> None:
    first = list_papers(folder).ids[0]
    table = HEAD + f"{first},1.order,x,1,nice,\n"
    take_over(folder, tmp_path, table)
    once = store_of(folder).file(first).read_bytes()
    take_over(folder, tmp_path, table)

    assert once == store_of(folder).file(first).read_bytes()


def test_a_template_lists_every_field_with_what_it_asks(folder: ExamFolder, tmp_path: Path) -> None:
    first = list_papers(folder).ids[0]
    assert 1 == export_answers(tmp_path / "t.csv", folder, [first], store_of(folder))

    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(FIELDS) == [row["field"] for row in rows]
    assert {""} == {row[name] for row in rows for name in ("response", "points", "reason", "who")}
    assert ("number", "What is `x.grad`?") == (rows[2]["kind"], rows[2]["asks"])


def test_a_table_that_exists_is_never_written_over(folder: ExamFolder, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("somebody's work", encoding="utf-8")

    with pytest.raises(RefusedInput, match="exists already"):
        export_answers(tmp_path / "t.csv", folder, list_papers(folder).ids, store_of(folder))


def test_no_cell_is_a_formula_for_a_spreadsheet(folder: ExamFolder) -> None:
    first = list_papers(folder).ids[0]
    entries = {
        "1.order": Entry("=cmd|'/c calc'!A1", HandPoints(Fraction(1), "@SUM(1)", "+ab")),
        "1.x_grad": Entry("-7"),
    }
    text = answers_csv([PaperFields(folder.read_paper(first))], lambda paper: Transcript(paper, (), entries))

    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [] == [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert {"'=cmd|'/c calc'!A1", "'@SUM(1)", "'+ab", "'-7"} <= set(cells)


SIGNS = st.characters(codec="utf-8", exclude_categories=["C"]) | st.sampled_from("=+-@'\t\n\"; ,:")
TEXTS = st.text(SIGNS).map(tidied)
ENTRIES = st.builds(
    Entry,
    st.none() | TEXTS.filter(lambda text: not fault_of(text) and text.strip() == text and text.lower() != ":skip"),
    st.none() | st.builds(HandPoints, st.fractions(0, 1, max_denominator=9), st.just("why"), st.just("ab")),
).filter(lambda entry: entry.is_typed)


@given(st.dictionaries(st.sampled_from(FIELDS), ENTRIES, min_size=1))
def test_what_is_exported_comes_back_as_it_was(built: ExamFolder, entries: dict[str, Entry]) -> None:
    papers = list_papers(built)
    fields = PaperFields(built.read_paper(papers.ids[0]))
    text = answers_csv([fields], lambda paper: Transcript(paper, ("ab",), entries))
    # Fields that nobody typed would be mistakes in a table that shall be taken over.
    rows = [row for row in csv.reader(io.StringIO(text)) if row[0] == "paper" or row[1] in entries]
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    read, _ = read_answers(buffer.getvalue().encode(), papers, lambda _: fields, source="a.csv", who="ab")

    assert entries == {row.field: row.entry for row in read}
