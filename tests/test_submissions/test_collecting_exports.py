"""Downloads of Gradescope, Canvas and Moodle: who handed in what, and when, as far as the platform says."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from submissions import collect
from tests.test_submissions.layouts import FORM, LayOut, in_folder, in_zip, senders, told, warnings, zip_bytes

ONLINE = (
    "this was typed into the platform's own page; it is no file of answers. "
    "Ask for answers.json, or type the answers in yourself (chainrule transcribe)."
)

METADATA = """---
submission_1001:
  :submitters:
  - :name: Ada Lindqvist
    :sid: '9001'
    :email: ada@example.edu
  :created_at: 2026-12-05 16:58:10.352166000 Z
  :score: 0.0
  :status: processed
  :results:
    tests:
    - name: &1 "1.order"
      output: !ruby/object:Object {a: [[[[[[1]]]]]]}
    - name: *1
  :history:
  - :id: 900
    :created_at: 2020-01-01 00:00:00.000000000 Z
submission_1002:
  :submitters:
  - :name: Bilal Haddad
    :sid:
    :email: &2 bilal@example.edu
  - :name: Chiara Conti
    :sid: 9003
    :email: *2
  :created_at: 2026-12-05 18:03:00.000000000 +01:00
submission_1003:
  :submitters: []
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-12-05 17:00:00.000000000 Z
    time: 2026-12-05 18:00:00.000000000 Z
"""

GRADESCOPE = {
    "submission_metadata.yml": METADATA,
    "submission_1001/answers.json": FORM,
    "submission_1002/deep/er/answers.json": FORM,
    "submission_1002/notes.txt": "hello",
    "submission_1003/answers.yaml": FORM,
    "submission_1004/answers.json": FORM,
}
GROUP = (("", "Bilal Haddad", "bilal@example.edu"), ("9003", "Chiara Conti", "bilal@example.edu"))
GRADESCOPE_SENDERS = {
    "submission_1001/answers.json": (("9001", "Ada Lindqvist", "ada@example.edu"),),
    "submission_1002/deep/er/answers.json": GROUP,
    "submission_1002/notes.txt": GROUP,
    "submission_1003/answers.yaml": (),
    "submission_1004/answers.json": (),
}


def inside(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": content for name, content in files.items()}


@pytest.mark.parametrize("lay_out", [in_folder, in_zip])
@pytest.mark.parametrize("wrapper", ["", "assignment_55_export/"])
def test_gradescopes_account_tells_senders_and_times(lay_out: LayOut, wrapper: str, tmp_path: Path) -> None:
    place = lay_out(tmp_path, {wrapper + name: content for name, content in GRADESCOPE.items()})
    times = [handed.submitted_at for handed in collect(place)]
    second = datetime(2026, 12, 5, 18, 3, tzinfo=timezone(timedelta(hours=1)))

    assert {wrapper + name: them for name, them in GRADESCOPE_SENDERS.items()} == senders(place)
    assert [
        datetime(2026, 12, 5, 16, 58, 10, 352166, tzinfo=timezone.utc),
        second,
        second,
        datetime(2026, 12, 5, 17, tzinfo=timezone.utc),
        None,
    ] == times
    assert {
        f"{wrapper}submission_1004/answers.json": (
            "Gradescope's account of the export does not say who handed this in.",
        )
    } == warnings(place)


@pytest.mark.parametrize("account", ["", "- 1\n", "a: [", "\0", "!!python/object/apply:os.system [x]", "a: &b [*b, *b"])
def test_an_account_that_cannot_be_read_costs_one_cell_and_the_rest_is_read(account: str, tmp_path: Path) -> None:
    place = in_folder(tmp_path, {**GRADESCOPE, "submission_metadata.yml": account})
    found = told(place)

    assert 6 == len(found)
    assert (
        "submission_metadata.yml: it can't be read, so nobody knows who handed these submissions in, and when. "
        "Download the export again."
    ) == found[5]
    assert "submission_1001/answers.json read" == found[0]


def test_an_account_full_of_references_to_itself_is_read_quickly(tmp_path: Path) -> None:
    bomb = "a0: &a0 {x: y}\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    deep = "submission_1:\n  :submitters: " + "[" * 900 + "]" * 900 + "\n"
    place = in_folder(tmp_path, {"submission_metadata.yml": bomb + deep + METADATA[4:], "submission_1001/a.json": FORM})

    assert {"submission_1001/a.json": GRADESCOPE_SENDERS["submission_1001/answers.json"]} == senders(place)


CANVAS = {
    "lindqvistada_1001_5001_answers.json": FORM,
    "haddadbilal_LATE_1002_5002_answers-1.json": FORM,
    "vanderbergjan_pieter_1003_5003_99_98_answers.json": FORM,
    "anon_ab3dE_5004_answers.json": FORM,
    "LATE_anon_zz9Y1_5005_answers.json": FORM,
    "ćosićana_1006_text.html": "<html>my answers</html>",
}


@pytest.mark.parametrize("lay_out", [in_folder, in_zip])
def test_names_of_a_canvas_download_tell_the_user_and_lateness(lay_out: LayOut, tmp_path: Path) -> None:
    place = lay_out(tmp_path, CANVAS)

    assert {
        "LATE_anon_zz9Y1_5005_answers.json": (),
        "anon_ab3dE_5004_answers.json": (),
        "haddadbilal_LATE_1002_5002_answers-1.json": (("1002", "haddadbilal", ""),),
        "lindqvistada_1001_5001_answers.json": (("1001", "lindqvistada", ""),),
        "vanderbergjan_pieter_1003_5003_99_98_answers.json": (("1003", "vanderbergjan_pieter", ""),),
        "ćosićana_1006_text.html": (("1006", "ćosićana", ""),),
    } == senders(place)
    assert [True, False, True, False, False, False] == [handed.is_late for handed in collect(place)]
    assert told(place)[5].endswith(f"ćosićana_1006_text.html: {ONLINE}")


MOODLE = {
    "Ada Lindqvist_123_assignsubmission_file_/answers.json": FORM,
    "Bilal Haddad_124_assignsubmission_file/hw/answers.json": FORM,
    "Bilal Haddad_124_assignsubmission_onlinetext_/onlinetext.html": "<p>x</p>",
    "Group A_7_assignsubmission_file_/answers.json": FORM,
    "Default group_assignsubmission_file_/answers.json": FORM,
}
FLAT_MOODLE = {
    "Ada Lindqvist_123_assignsubmission_file_answers.json": FORM,
    "Zoe\u0308 X_5_assignsubmission_file_Bob Y_6_assignsubmission_file_answers.json": FORM,
    "Ada Lindqvist_123_assignsubmission_onlinetext_onlinetext.html": "<p>x</p>",
}


@pytest.mark.parametrize("lay_out", [in_folder, in_zip])
@pytest.mark.parametrize("files", [MOODLE, FLAT_MOODLE])
def test_names_of_a_moodle_download_tell_the_student_or_group(
    lay_out: LayOut, files: dict[str, str], tmp_path: Path
) -> None:
    place = lay_out(tmp_path, files)
    names = {name.split("_")[0] for name in files}

    assert {name: (("", name.split("_")[0].replace("e\u0308", "ë"), ""),) for name in files} == senders(place)
    assert len(names) >= 2
    assert [f"{ONLINE}"] == [line.split(": ", 1)[1] for line in told(place) if not line.endswith(" read")]


def test_a_students_zip_in_a_download_has_its_students_sender(tmp_path: Path) -> None:
    forged = zip_bytes(
        tmp_path, {"Bob Y_2_assignsubmission_file_/answers.json": FORM, "submission_metadata.yml": METADATA}
    )
    place = in_zip(
        tmp_path, {"Ada_1_assignsubmission_file_/a.zip": forged, "Zoe_2_assignsubmission_file_/b.json": FORM}
    )

    assert [["Ada"], ["Ada"], ["Zoe"]] == [[one.name for one in handed.senders] for handed in collect(place)]


def test_a_zip_laid_out_like_a_download_does_not_undo_that_it_was_late(tmp_path: Path) -> None:
    forged = zip_bytes(tmp_path, {"Bob Y_2_assignsubmission_file_/answers.json": FORM})
    (handed,) = collect(in_folder(tmp_path, {"LATE_anon_zz9Y1_5005_a.zip": forged}))

    assert ((), True, ()) == (handed.senders, handed.is_late, handed.warnings)


@pytest.mark.parametrize("files", [GRADESCOPE, CANVAS, MOODLE, FLAT_MOODLE])
def test_downloads_of_two_sections_in_one_folder_are_believed(files: dict[str, str], tmp_path: Path) -> None:
    download = zip_bytes(tmp_path, files)
    other = inside("second", {name: content for name, content in files.items() if isinstance(content, str)})
    place = in_folder(tmp_path, {"first.zip": download, **other})
    alone = in_folder(tmp_path / "alone", files)
    expected = [who for who in senders(alone).values() if who]

    assert expected * 2 == [who for who in senders(place).values() if who]


@pytest.mark.parametrize("files", [GRADESCOPE, CANVAS, MOODLE, FLAT_MOODLE])
def test_a_download_beside_files_of_students_is_read_but_not_believed(files: dict[str, str], tmp_path: Path) -> None:
    place = in_folder(tmp_path, {"download.zip": zip_bytes(tmp_path, files), "walk-in.json": FORM})
    found = list(collect(place))

    assert [()] * len(found) == [handed.senders for handed in found]
    assert [None] * len(found) == [handed.submitted_at for handed in found]
    assert all("who handed it in was not taken" in handed.warnings[0] for handed in found if "zip" in handed.source)
    assert () == found[-1].warnings


@pytest.mark.parametrize("name", ["Bob Y_2_assignsubmission_file_answers.json", "ybob_LATE_2_5_answers.json"])
def test_one_name_like_a_platforms_among_others_says_nothing(name: str, tmp_path: Path) -> None:
    place = in_folder(tmp_path, {name: FORM, "ada.json": FORM})

    assert [((), None), ((), None)] == [(handed.senders, handed.is_late) for handed in collect(place)]


def test_a_table_of_times_may_lie_in_a_download(tmp_path: Path) -> None:
    name = "haddadbilal_LATE_1002_5002_answers.json"
    place = in_folder(tmp_path, {name: FORM, "received.csv": f"file,submitted_at\n{name},2026-12-05 17:20 Z\n"})
    (handed,) = collect(place)

    assert datetime(2026, 12, 5, 17, 20, tzinfo=timezone.utc) == handed.submitted_at
    assert (True, "1002") == (handed.is_late, handed.senders[0].id)
