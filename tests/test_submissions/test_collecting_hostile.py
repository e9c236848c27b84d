"""Whatever is handed in, reading it ends, costs its own cells only, and names nothing of this machine."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from submissions import HandedIn, Refusal, Submission, collect, read_handed_in, write_json_form
from tests.test_submissions.hostile_submissions import ARCHIVES, HOSTILE, zipped

RIGHT = {"1.order": "x, y, z", "1.trace": "a\nb"}
BEFORE, AFTER = write_json_form("AAAA-2222", RIGHT), write_json_form("BBBB-3333", RIGHT)


def graded(place: Path) -> tuple[list[HandedIn], list[Submission | Refusal]]:
    found = list(collect(place))
    return found, [read_handed_in(handed) for handed in found]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_item_costs_no_neighbour_anything(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "handed in"
    folder.mkdir()
    (folder / "a.json").write_text(BEFORE)
    (folder / "z.json").write_text(AFTER)
    HOSTILE[name](folder)
    found, (first, *between, last) = graded(folder)

    assert ("a.json", "z.json") == (first.source, last.source)
    for neighbour, paper in ((first, "AAAA-2222"), (last, "BBBB-3333")):
        assert isinstance(neighbour, Submission)
        assert (paper, RIGHT, ()) == (neighbour.paper, dict(neighbour.responses), neighbour.warnings)
    assert 1 <= len(between) <= 60
    assert [handed.source for handed in found] == [outcome.source for outcome in (first, *between, last)]
    assert not any(handed.senders or handed.submitted_at or handed.is_late for handed in found)
    for outcome in between:
        told = str(outcome) if isinstance(outcome, Refusal) else "\n".join((outcome.source, *outcome.warnings))
        assert "AAAA-2222" not in told and "BBBB-3333" not in told
        assert os.fspath(tmp_path) not in told and tmp_path.name not in told
        assert all(char.isprintable() for char in outcome.source)
    assert not list(tmp_path.rglob("*escaped*"))


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 120


def test_every_hostile_item_in_one_folder_is_its_own_trouble_only(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(BEFORE)
    (tmp_path / "z.json").write_text(AFTER)
    for build in HOSTILE.values():
        try:
            build(tmp_path)
        except FileExistsError:
            continue  # several items are the same name
    found, (first, *_, last) = graded(tmp_path)
    sources = [handed.source for handed in found]

    assert ("a.json", "z.json") == (first.source, last.source)
    assert isinstance(first, Submission) and isinstance(last, Submission)
    assert len(set(sources)) == len(sources)
    assert [handed.source for handed in collect(tmp_path)] == sources


@pytest.mark.parametrize("name", [name for name in ARCHIVES if name.endswith(".zip")])
def test_a_hostile_zip_given_itself_ends_and_costs_cells_only(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    place.write_bytes(ARCHIVES[name])
    found, read = graded(place)

    assert found
    assert all(handed.source.startswith(name) for handed in found)
    assert not any(str(tmp_path) in str(outcome) for outcome in read)


@pytest.mark.parametrize("name", [name for name in ARCHIVES if name.endswith(".zip")])
def test_a_hostile_zip_inside_a_platforms_zip_costs_no_neighbour_anything(name: str, tmp_path: Path) -> None:
    place = tmp_path / "moodle.zip"
    students = [("Ada A", "answers.json", BEFORE.encode()), ("Mo M", name, ARCHIVES[name])]
    students.append(("Zoe Z", "answers.json", AFTER.encode()))
    place.write_bytes(
        zipped(*((f"{who}_{n}_assignsubmission_file_/{file}", data) for n, (who, file, data) in enumerate(students)))
    )
    found, (first, *_, last) = graded(place)

    assert isinstance(first, Submission) and isinstance(last, Submission)
    assert ("AAAA-2222", "BBBB-3333") == (first.paper, last.paper)
    assert ["Ada A", *["Mo M"] * (len(found) - 2), "Zoe Z"] == [handed.senders[0].name for handed in found]


AGAIN = "Make the zip again, or hand in the file itself."
MEMBERS = {
    "m-locked.zip": "it is locked with a password. Make the zip without one, or hand in the file itself.",
    "m-link.zip": "this is a symbolic link, which is not followed. Hand in the file itself.",
    "m-device.zip": "this is not an ordinary file. Hand in the file itself.",
    "m-folder-with-bytes.zip": "this is not an ordinary file. Hand in the file itself.",
    "m-wrong-crc.zip": f"it is damaged or cut off in the zip. {AGAIN}",
    "m-says-short.zip": f"it is damaged or cut off in the zip. {AGAIN}",
    "m-bzip2.zip": f"it is compressed by a method that is not read (bzip2). {AGAIN}",
    "m-lzma.zip": f"it is compressed by a method that is not read (lzma). {AGAIN}",
    "m-method-99.zip": f"it is compressed by a method that is not read (number 99). {AGAIN}",
}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_that_is_not_read_says_why(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(ARCHIVES[name])

    assert f"{name}/answers.json: {MEMBERS[name]}" == str(graded(tmp_path / name)[1][0])


@pytest.mark.parametrize("name", ["m-cut.zip", "m-half.zip", "m-no-end.zip", "m-page.zip", "m-nothing.zip"])
def test_what_is_no_whole_zip_is_one_refusal(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(ARCHIVES[name])

    assert [f"{name}: this is not a zip, or it is damaged or cut off. Make it or download it again."] == [
        str(read) for read in graded(tmp_path)[1]
    ]


def test_a_zip_of_which_nothing_can_be_read_is_given_up_and_not_listed_in_full(tmp_path: Path) -> None:
    (tmp_path / "m.zip").write_bytes(zipped(*((f"{n:02}.json", b"0" * 1_100_000) for n in range(30))))
    (tmp_path / "z.json").write_text(AFTER)
    _, (*refused, last) = graded(tmp_path)
    reason = "so many files of this zip can't be read that this one and what follows were not tried."

    assert 11 == len(refused)
    assert f"m.zip/10.json: {reason} Make the zip again, or hand in the file itself." == str(refused[-1])
    assert isinstance(last, Submission)


def test_a_zip_spent_within_a_zip_that_is_spent_ends_both(tmp_path: Path) -> None:
    blank = b" " * 9_000_000
    inner = zipped(*((f"{n}.ipynb", blank) for n in range(3)))
    (tmp_path / "m.zip").write_bytes(zipped(("a.ipynb", blank), ("b.ipynb", blank), ("c.zip", inner), ("d.json", b"")))
    (tmp_path / "n.zip").write_bytes(zipped(*((f"{n}.ipynb", blank) for n in range(3)), ("c.zip", inner)))
    (tmp_path / "z.json").write_text(AFTER)
    found, _ = graded(tmp_path)

    assert [
        *("m.zip/a.ipynb", "m.zip/b.ipynb", "m.zip/c.zip/0.ipynb", "m.zip/c.zip/1.ipynb", "m.zip/c.zip/2.ipynb"),
        *("m.zip/d.json", "n.zip/0.ipynb", "n.zip/1.ipynb", "n.zip/2.ipynb", "z.json"),
    ] == [handed.source for handed in found]


def test_a_member_that_lies_too_deep_is_refused_under_a_short_name(tmp_path: Path) -> None:
    (tmp_path / "m.zip").write_bytes(ARCHIVES["m-deep-name.zip"])

    assert ["m.zip/a/a/a/a/a/a/a/answers.json: it lies more than 8 folders deep. Hand in the file itself."] == [
        str(read) for read in graded(tmp_path)[1]
    ]


def test_the_list_of_contents_of_a_zip_is_bounded(tmp_path: Path) -> None:
    entry = zipped(("a.json", b""), method=0)
    at, end = entry.index(b"PK\x01\x02"), entry.index(b"PK\x05\x06")
    contents = entry[at:end] * 170_000
    close = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(contents), at, 0)
    (tmp_path / "m.zip").write_bytes(entry[:at] + contents + close)

    assert ["m.zip: its list of contents is too long. Unpack the zip and name the folder."] == [
        str(read) for read in graded(tmp_path)[1]
    ]


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_zip_cut_anywhere_or_with_a_byte_turned_never_raises(cut: int, tmp_path: Path) -> None:
    whole = zipped(("ada/answers.json", BEFORE.encode()), ("zoe/answers.json", AFTER.encode()))
    turned = bytearray(whole)
    turned[cut % len(whole)] ^= 0xFF
    for number, damaged in enumerate((whole[:cut], bytes(turned))):
        (tmp_path / f"{number}.zip").write_bytes(damaged)

    assert 2 <= len(graded(tmp_path)[1]) <= 4
