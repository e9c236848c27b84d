"""Tables of answers: each row, or each paper's rows, as the form that it would have been."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions import HandedIn, Refusal, Sender, collect, read_handed_in
from submissions.collecting.moments import moment_of
from submissions.collecting.tables import read_table
from tests.test_submissions.layouts import FORM, in_folder, zip_bytes

Answers = dict[str, dict[str, str]]


def table(text: str | bytes, *, is_believed: bool = True) -> list[HandedIn]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_table(data, source="t.csv", is_believed=is_believed))


def read(found: list[HandedIn]) -> dict[str, tuple[str, dict[str, str]] | str]:
    outcomes = [(handed.source, read_handed_in(handed)) for handed in found]
    return {
        source: str(one) if isinstance(one, Refusal) else (one.paper, dict(one.responses)) for source, one in outcomes
    }


ONE_ROW_A_PAPER = """Timestamp,Email Address,Paper,1.order,"2.1.trace (one line for each node)",Remarks
2026/12/05 4:58:10 PM GMT+1,ada@example.edu,K7QF-2MXP,"x, y","a = 1
b = 2",fine
2026-12-05 17:20,,H8PZ-3RTW,'=x,,
"""


def test_a_row_is_a_paper(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(ONE_ROW_A_PAPER)
    found = list(collect(tmp_path / "t.csv"))

    assert {
        "t.csv:2": ("K7QF-2MXP", {"1.order": "x, y", "2.1.trace": "a = 1\nb = 2"}),
        "t.csv:4": ("H8PZ-3RTW", {"1.order": "=x", "2.1.trace": ""}),
    } == read(found)
    assert [(Sender(email="ada@example.edu"),), ()] == [handed.senders for handed in found]
    assert [datetime(2026, 12, 5, 15, 58, 10, tzinfo=timezone.utc), datetime(2026, 12, 5, 17, 20)] == [
        handed.submitted_at for handed in found
    ]
    assert [('Columns of the table that were not read: "Remarks".',), ()] == [handed.warnings for handed in found]


ONE_ROW_AN_ANSWER = """paper,field,response,submitted_at
K7QF-2MXP,1.order,"x, y",2026-12-05 17:00
H8PZ-3RTW,1.order,z,
k7qf-2mxp,2.trace,a,2026-12-05 17:10
K7QF-2MXP,1.order,"x, y",
,1.order,lost,
H8PZ-3RTW,,lost,
"""


def test_a_row_is_an_answer() -> None:
    found = table(ONE_ROW_AN_ANSWER)
    advice = "Correct the table; its other rows were read."

    assert {
        "t.csv:2": ("K7QF-2MXP", {"1.order": "x, y", "2.trace": "a"}),
        "t.csv:3": ("H8PZ-3RTW", {"1.order": "z"}),
        "t.csv:6": f"t.csv:6: the paper is missing. {advice}",
        "t.csv:7": f"t.csv:7: the field is missing. {advice}",
    } == read(found)
    assert datetime(2026, 12, 5, 17, 10) == found[0].submitted_at


def test_two_answers_to_one_field_refuse_that_paper_only() -> None:
    found = table("paper,field,response\nA,1.a,x\nB,1.a,x\nA,1.a,y\n")

    assert {
        "t.csv:2": 't.csv:2: "1.a" of paper "A" stands in lines 2 and 4 with different answers. '
        "Correct the table; its other rows were read.",
        "t.csv:3": ("B", {"1.a": "x"}),
    } == read(found)


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
def test_tables_of_all_spreadsheets_are_answers(encode) -> None:
    (handed,) = table(encode('paper,1.why\nK,"für\nimmer"\n'))

    assert ("K", {"1.why": "für\nimmer"}) == next(iter(read([handed]).values()))


NEEDS = (
    "It needs a column paper, and a column for each field named like 1.order, or the two columns field and response."
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,1.a\nx,y\n", f":1: this is not a table of answers: it has no column paper. {NEEDS}"),
        ("paper,name\nx,y\n", f":1: this is not a table of answers: it has no column of answers. {NEEDS}"),
        ("paper,1.a,1.a\nx,y,z\n", f':1: the column "1.a" stands there twice. {NEEDS}'),
        ("paper,paper id,1.a\nx,y,z\n", f':1: the column "paper id" stands there twice. {NEEDS}'),
        ("paper,1.a,1 b\nx,y,z\n", f':1: the column "1 b" looks like a field, but is not written like one. {NEEDS}'),
        ("paper,1.a,2.\n c\nx,y,z\n", ""),
        ("", f": the table is empty. {NEEDS}"),
        ("paper,1.a\n", f": the table has headings and no row. {NEEDS}"),
        ('paper,1.a\nK,"x\n', ":2: a quotation mark is opened and never closed."),
    ],
)
def test_what_is_no_table_of_answers_is_one_refusal(text: str, reason: str) -> None:
    (handed, *more) = table(text)

    assert isinstance(handed.content, Refusal) or not reason
    assert not reason or (f"t.csv{reason}", []) == (str(handed.content), more)


def test_a_row_that_breaks_a_limit_costs_itself_only() -> None:
    found = table(f"paper,1.a\nA,{'x' * 200_000}\nB,y\nC,z,shifted\n")

    assert {
        "t.csv:2": "t.csv:2: the response to '1.a' has 200000 characters; at most 20000 are read. "
        "Please shorten the answers of this row.",
        "t.csv:3": ("B", {"1.a": "y"}),
        "t.csv:4": "t.csv:4: the row has more cells than there are headings. "
        "Correct the table; its other rows were read.",
    } == read(found)


def test_a_time_that_could_mean_two_days_is_a_warning_and_the_row_is_read() -> None:
    (handed,) = table("paper,1.a,timestamp\nK,x,5/12/2026 17:00\n")

    assert None is handed.submitted_at
    assert (
        'The time "5/12/2026 17:00" was not understood. '
        "Write 2026-12-05 17:00, with a zone such as +01:00 if you know it.",
    ) == handed.warnings
    assert {"t.csv:2": ("K", {"1.a": "x"})} == read([handed])


def test_row_numbers_of_microsoft_forms_are_no_student_ids() -> None:
    (handed,) = table("ID,Start time,Completion time,Email,Name,Paper,1.a\n1,x,2026-12-05 17:00,a@b.c,Ada,K,x\n")

    assert (Sender(name="Ada", email="a@b.c"),) == handed.senders


def test_a_table_alone_is_believed_and_one_among_files_is_not(tmp_path: Path) -> None:
    alone = in_folder(tmp_path / "alone", {"t.csv": ONE_ROW_A_PAPER})
    among = in_folder(tmp_path, {"t.csv": ONE_ROW_A_PAPER, "z.json": FORM})

    assert [1, 0] == [len(handed.senders) for handed in collect(alone)]
    assert [0, 0, 0] == [len(handed.senders) for handed in collect(among)]
    assert ["was not taken from the table" in " ".join(handed.warnings) for handed in collect(among)] == [
        True,
        True,
        False,
    ]


def test_a_students_own_table_does_not_say_who_sent_it(tmp_path: Path) -> None:
    forged = "paper,1.a,email,submitted_at\nK,x,bob@example.edu,2001-01-01 00:00\n"
    zipped = zip_bytes(tmp_path, {"t.csv": forged})
    files: dict[str, str | bytes] = {
        "Ada_1_assignsubmission_file_/t.csv": forged,
        "Zoe_2_assignsubmission_file_/t.zip": zipped,
    }
    place = in_folder(tmp_path, files)

    assert [(Sender(name="Ada"),), (Sender(name="Zoe"),)] == [handed.senders for handed in collect(place)]
    assert [None, None] == [handed.submitted_at for handed in collect(place)]


def test_when_some_times_name_a_zone_and_some_do_not_none_is_the_latest() -> None:
    (handed,) = table("paper,field,response,timestamp\nK,1.a,x,2026-12-05 17:00\nK,1.b,x,2026-12-05 17:00 Z\n")

    assert None is handed.submitted_at


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=30).map(str.strip)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=4))
def test_whatever_stands_in_a_cell_is_the_response(answers: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    rows = [[f"P{n}", *row] for n, row in enumerate(answers)]
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["paper", "1.a", "1.b"], *rows])
    found = [read_handed_in(handed) for handed in table(text.getvalue())]

    assert [(f"P{n}", a, b) for n, (a, b) in enumerate(answers)] == [
        (one.paper, one.responses["1.a"], one.responses["1.b"]) for one in found if not isinstance(one, Refusal)
    ]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-12-05T17:00", "2026-12-05T17:00:00"),
        ("2026-12-05 17:00:03.25", "2026-12-05T17:00:03.250000"),
        ("2026-12-05 17:00 Z", "2026-12-05T17:00:00+00:00"),
        ("2026-12-05 17:00:00.123456789 -07:00", "2026-12-05T17:00:00.123456-07:00"),
        ("2026-12-05 17:00:00 UTC", "2026-12-05T17:00:00+00:00"),
        ("2026/12/05 12:00:01 AM GMT-5", "2026-12-05T00:00:01-05:00"),
        ("2026/12/5 12:30\u202fp.m.", "2026-12-05T12:30:00"),
        ("05.12.2026, 17:00", "2026-12-05T17:00:00"),
        ("2026-12-05T17:00+0530", "2026-12-05T17:00:00+05:30"),
        ("2026-12-05", None),
        ("5/12/2026 17:00", None),
        ("2026-13-05 17:00", None),
        ("2026-12-05 25:00", None),
        ("2026-12-05 13:00 PM", None),
        ("2026-12-05 17:00 +99:00", None),
        ("2026-12-05 17:00 EST", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moments_are_read_as_people_and_exports_write_them(text: str, iso: str | None) -> None:
    moment = moment_of(text)

    assert iso == (moment and moment.isoformat())
