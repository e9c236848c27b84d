"""Collecting from plain folders and zips: everything that lies there, once, in order, and little of it in memory."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from submissions import HandedIn, Refusal, collect, read_folder, read_handed_in, write_json_form
from tests.test_submissions.layouts import FORM, LayOut, in_folder, in_zip, told, warnings, zip_bytes


def sources(place: Path) -> list[str]:
    return [handed.source for handed in collect(place)]


def test_one_file_is_handed_in_under_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text(FORM)

    assert [HandedIn("answers.json", FORM.encode())] == list(collect(tmp_path / "answers.json"))


def test_a_folder_holds_files_and_folders_of_students(tmp_path: Path) -> None:
    folder = in_folder(
        tmp_path, {"b.json": FORM, "ada/answers.json": FORM, "ada/2.yaml": FORM, "zoe/answers.json": FORM}
    )

    assert ["ada/2.yaml", "ada/answers.json", "b.json", "zoe/answers.json"] == sources(folder)


@pytest.mark.parametrize("lay_out", [in_folder, in_zip])
def test_sources_are_sorted_whatever_lies_there(lay_out: LayOut, tmp_path: Path) -> None:
    inner = zip_bytes(tmp_path, {"answers.json": FORM, "a/b.json": FORM, "a.json": FORM})
    table = "paper,1.order\nK7QF-2MXP,x\n"
    names: dict[str, str | bytes] = {
        "a/x.json": FORM,
        "a-b.json": FORM,
        "a.zip": inner,
        "a.json": FORM,
        "t.csv": table,
        "t.csv.json": FORM,
    }
    place = lay_out(tmp_path, names)
    found = sources(place)

    assert sorted(found) == found
    assert len(set(found)) == len(found) == 8


def test_a_zip_in_a_folder_is_read_member_by_member(tmp_path: Path) -> None:
    inner = zip_bytes(tmp_path, {"hw/answers.json": FORM, "hw/notes.txt": "hello", "__MACOSX/hw/._answers.json": "x"})
    folder = in_folder(tmp_path, {"ada.zip": inner, "bo.ZIP": zip_bytes(tmp_path, {"a.json": FORM})})

    assert [
        "ada.zip/hw/answers.json read",
        "ada.zip/hw/notes.txt: this text does not look like an answer form. "
        "Please hand in answers.json or answers.yaml.",
        "bo.ZIP/a.json read",
    ] == told(folder)


def test_a_zip_of_a_class_holds_zips_of_students(tmp_path: Path) -> None:
    student = zip_bytes(tmp_path, {"answers.json": FORM})
    place = in_zip(tmp_path, {"ada/answers.zip": student, "bo/answers.json": FORM})

    assert ["all.zip/ada/answers.zip/answers.json", "all.zip/bo/answers.json"] == sources(place)


def test_zips_in_zips_in_zips_are_not_read(tmp_path: Path) -> None:
    deep = zip_bytes(tmp_path, {"c.zip": zip_bytes(tmp_path, {"answers.json": FORM})})
    place = in_zip(tmp_path, {"b.zip": deep})

    assert ["all.zip/b.zip/c.zip: this is a zip inside of zips; it was not read. Hand in the file itself."] == told(
        place
    )


@pytest.mark.parametrize(("lay_out", "where"), [(in_folder, "handed in: the folder"), (in_zip, "all.zip: the zip")])
def test_a_place_with_nothing_in_it_says_so(lay_out: LayOut, where: str, tmp_path: Path) -> None:
    place = lay_out(tmp_path, {".DS_Store": "x", "__MACOSX/a.json": "x"})

    assert [f"{where} holds nothing that was handed in."] == told(place)


def test_a_missing_place_is_one_refusal(tmp_path: Path) -> None:
    advice = "it cannot be opened (no such file or directory). Check the file and its permissions."

    assert [f"gone.zip: {advice}"] == told(tmp_path / "gone.zip")
    assert [f"gone: {advice}"] == told(tmp_path / "gone")


def test_a_folder_named_through_a_link_is_read_and_links_in_it_are_not(tmp_path: Path) -> None:
    folder = in_folder(tmp_path, {"a.json": FORM})
    (folder / "z.json").symlink_to(folder / "a.json")
    (tmp_path / "link").symlink_to(folder)

    assert [
        "a.json read",
        "z.json: this is a symbolic link, which is not followed. Hand in the file itself.",
    ] == told(tmp_path / "link")


@pytest.mark.parametrize(
    ("name", "suffix"), [("a.rar", ".rar"), ("a.7z", ".7z"), ("a.tar.gz", ".gz"), ("a.TGZ", ".tgz"), ("a.tar", ".tar")]
)
def test_other_archives_are_refused_by_name_with_advice(name: str, suffix: str, tmp_path: Path) -> None:
    folder = in_folder(tmp_path, {name: b"\x1f\x8b\x08"})

    assert [f"{name}: archives of type {suffix} are not read. Hand in the file itself, or a zip."] == told(folder)


def test_a_name_that_leads_out_of_a_zip_is_a_label_and_a_warning(tmp_path: Path) -> None:
    place = in_zip(tmp_path, {"../up.json": FORM, "/abs/a.json": FORM, "C:\\b\\c.json": FORM, "d\\e.json": FORM})
    said = 'The zip calls this file "{}", which leads out of its folder; it was read, and nothing unpacked.'

    assert ["all.zip/abs/a.json", "all.zip/b/c.json", "all.zip/d/e.json", "all.zip/up.json"] == sources(place)
    assert {
        "abs/a.json": (said.format("/abs/a.json"),),
        "b/c.json": (said.format("C:\\b\\c.json"),),
        "up.json": (said.format("../up.json"),),
    } == warnings(place)
    assert ["all.zip"] == os.listdir(tmp_path)


def test_names_that_look_the_same_get_numbers(tmp_path: Path) -> None:
    folder = in_folder(tmp_path, {"a\x01.json": FORM, "a\x02.json": "{", "a\x03": FORM})
    found = list(collect(folder))

    assert ["a?", "a?.json", "a? (2).json"] == [handed.source for handed in found]
    assert "a? (2).json:1:2" in str(read_handed_in(found[2]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_in_a_zip_is_refused_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for text in (FORM, FORM.replace("x", "y")):
            archive.writestr("answers.json", text)
        archive.writestr("b.json", FORM)

    assert [
        "a.zip/answers.json: this name stands 2 times in the zip, and nothing tells which file is meant. "
        "Make the zip again, or hand in the file itself.",
        "a.zip/b.json read",
    ] == told(tmp_path / "a.zip")


@pytest.mark.parametrize(("raw", "name"), [("ü.json".encode("cp437"), "ü.json"), ("ü.json".encode(), "ü.json")])
def test_names_of_older_zips_keep_their_letters(raw: bytes, name: str, tmp_path: Path) -> None:
    held = b"x" * (len(raw) - 5) + b".json"
    path = in_zip(tmp_path, {held.decode(): FORM})
    path.write_bytes(path.read_bytes().replace(held, raw))

    assert [f"all.zip/{name}"] == sources(path)


def test_the_bytes_that_come_out_of_a_zip_are_counted_and_not_believed(tmp_path: Path) -> None:
    blank = b" " * 9_000_000
    folder = in_folder(
        tmp_path,
        {
            "a.zip": zip_bytes(tmp_path, {"a.json": b" " * 1_000_001, "b.json": FORM}),
            "b.zip": zip_bytes(tmp_path, {f"{n}.ipynb": blank for n in range(5)}),
            "c.json": FORM,
        },
    )
    spent = (
        "so much comes out of this zip that this file and what follows in it were not read. Hand in the file itself."
    )

    found = told(folder)

    assert found[0].startswith("a.zip/a.json: the file is longer than 1,000,000 bytes; forms are not.")
    assert ["a.zip/b.json read", f"b.zip/2.ipynb: {spent}", "c.json read"] == [found[1], *found[4:]]


def test_a_zip_that_staff_names_holds_a_class_and_one_that_lies_among_files_does_not(tmp_path: Path) -> None:
    crowd = {f"{n:04}.json": FORM for n in range(1_001)}
    place = in_zip(tmp_path, crowd)
    folder = in_folder(tmp_path, {"a.zip": place.read_bytes(), "b.json": FORM})

    assert 1_001 == len(sources(place))
    assert [
        "a.zip: the zip has 1,001 entries; at most 1,000 are read. "
        "Hand in the file itself; a zip of a class is graded by naming the zip.",
        "b.json read",
    ] == told(folder)


def test_one_content_at_a_time_is_in_memory(tmp_path: Path) -> None:
    place = in_zip(tmp_path, {f"{n}.json": write_json_form("K", {f"1.{n}": "x" * 20_000}) * 45 for n in range(30)})
    tracemalloc.start()
    n_bytes = sum(len(handed.content) for handed in collect(place) if isinstance(handed.content, bytes))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert n_bytes > 25_000_000
    assert peak < 12_000_000


@pytest.mark.parametrize(
    ("name", "most"), [("a.json", "1,000,000"), ("a.ipynb", "10,000,000"), ("a.zip", "50,000,000")]
)
def test_no_more_comes_out_of_a_zip_than_the_file_may_hold(name: str, most: str, tmp_path: Path) -> None:
    place = in_zip(tmp_path, {name: b"\0" * 120_000_000})
    limit = int(most.replace(",", ""))
    tracemalloc.start()
    (line,) = told(place)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert line.startswith(f"all.zip/{name}: the file is longer than {most} bytes;")
    assert peak < 2.2 * limit + 8_000_000


def test_nothing_is_opened_before_it_is_asked_for(tmp_path: Path) -> None:
    folder = in_folder(tmp_path, {"a.json": FORM, "b.json": FORM})
    found = collect(folder)

    first = next(found)
    (folder / "b.json").unlink()
    second = next(found)

    assert FORM.encode() == first.content
    assert isinstance(second.content, Refusal)


def test_where_a_file_lay_is_told_among_its_warnings(tmp_path: Path) -> None:
    place = in_folder(tmp_path, {"a.zip": zip_bytes(tmp_path, {"../a.json": FORM})})
    (read,) = read_folder(place)

    assert not isinstance(read, Refusal)
    assert [True] == [warning.startswith('The zip calls this file "../a.json"') for warning in read.warnings]


RECEIVED = """file,submitted_at,id,email
a.json,2026-12-05 16:58:10 +01:00,s01,ada@example.edu
bo,2026-12-05T17:20,,
bo/late.json,05.12.2026 18:00,,
c.zip,2026/12/05 5:30 PM GMT+1,s03,
"""


@pytest.mark.parametrize("lay_out", [in_folder, in_zip])
def test_a_table_says_when_files_of_a_plain_folder_came_in(lay_out: LayOut, tmp_path: Path) -> None:
    files = dict.fromkeys(("a.json", "bo/answers.json", "bo/late.json", "d.json"), FORM)
    inner = {"c.zip": zip_bytes(tmp_path, {"x.json": FORM})}
    found = list(collect(lay_out(tmp_path, {**files, **inner, "received.csv": RECEIVED})))
    zone = timezone(timedelta(hours=1))

    assert [
        datetime(2026, 12, 5, 16, 58, 10, tzinfo=zone),
        datetime(2026, 12, 5, 17, 20),
        datetime(2026, 12, 5, 18),
        datetime(2026, 12, 5, 17, 30, tzinfo=zone),
        None,
    ] == [handed.submitted_at for handed in found]
    assert [("s01", "ada@example.edu"), ("s03", "")] == [
        (one.id, one.email) for handed in found for one in handed.senders
    ]


def test_times_of_the_file_system_are_never_used(tmp_path: Path) -> None:
    folder = in_folder(tmp_path, {"a.json": FORM})
    os.utime(folder / "a.json", (0, 0))

    assert [None] == [handed.submitted_at for handed in collect(folder)]


def test_each_wrong_row_of_that_table_costs_a_cell_and_the_others_are_used(tmp_path: Path) -> None:
    rows = ["gone.json,2026-12-05 17:00", "a.json,5/12/2026 17:00", ",2026-12-05 17:00", "b.json,2026-12-05 17:00"]
    text = "\n".join(["file,submitted_at", *rows, "b.json,2026-12-05 18:00"])
    folder = in_folder(tmp_path, {"a.json": FORM, "b.json": FORM, "received.csv": text})
    advice = "Correct the row; the others were used."

    assert [
        "a.json read",
        "b.json read",
        f'received.csv:2: there is no "gone.json" here. {advice}',
        'received.csv:3: The time "5/12/2026 17:00" was not understood. '
        f"Write 2026-12-05 17:00, with a zone such as +01:00 if you know it. {advice}",
        f"received.csv:4: the file is missing. {advice}",
        f'received.csv:6: "b.json" stands in an earlier row with something else. {advice}',
    ] == told(folder)
    assert [None, datetime(2026, 12, 5, 17)] == [handed.submitted_at for handed in collect(folder)][:2]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("name,when\nx,y\n", ": this is not a table of when files came in. It needs the columns file and submitted_at, "
                             "and may have id, name and email."),
        ("", ": this is not a table of when files came in. It needs the columns file and submitted_at, "
             "and may have id, name and email."),
        ('file,submitted_at\n"a.json', ":2: a quotation mark is opened and never closed."),
    ],
)  # fmt: skip
def test_a_broken_table_of_times_is_one_refusal_and_the_files_are_read(table: str, reason: str, tmp_path: Path) -> None:
    folder = in_folder(tmp_path, {"a.json": FORM, "received.csv": table})

    assert ["a.json read", f"received.csv{reason}"] == told(folder)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), max_size=6, unique=True))
def test_any_names_in_a_zip_give_sources_that_are_sorted_printable_and_different(
    tmp_path: Path, names: list[str]
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in dict.fromkeys(name.split("\0")[0] for name in names):
            archive.writestr(name or "x", FORM)
    found = sources(tmp_path / "a.zip")

    assert sorted(set(found)) == sorted(found)
    assert all(source.isprintable() and source.startswith("a.zip") for source in found)
    assert len(found) <= max(1, len(names))
