"""The file system: what is handed in a folder is read in order, and nothing unreadable stops the rest."""

import json
import os
from pathlib import Path

import pytest

from submissions import (
    Refusal,
    Submission,
    read_file,
    read_folder,
    write_atomic,
    write_json_form,
    write_yaml_form,
)

FORM = write_json_form("K", {"1.a": "x"})


def outcomes(folder: Path) -> list[str]:
    return [
        f"{outcome.source} read" if isinstance(outcome, Submission) else str(outcome)
        for outcome in read_folder(folder)
    ]


def test_a_file_is_read_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text(write_yaml_form("K", {"1.a": "é"}), encoding="utf-8")

    outcome = read_file(str(path))

    assert isinstance(outcome, Submission)
    assert ("answers.yaml", {"1.a": "é"}) == (outcome.source, dict(outcome.responses))


def test_a_folder_is_read_in_order_with_folders_of_students(tmp_path: Path) -> None:
    for name in ("b.json", "ada/answers.json", "ada/notes.txt", "zoe/answers.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("hello" if name.endswith("txt") else FORM)

    assert [
        "ada/answers.json read",
        "ada/notes.txt: this text does not look like an answer form. "
        "Please hand in answers.json or answers.yaml.",
        "b.json read",
        "zoe/answers.json read",
    ] == outcomes(tmp_path)


def test_litter_of_operating_systems_is_passed_over(tmp_path: Path) -> None:
    for name in (".DS_Store", "__MACOSX/x.json", "Thumbs.db", "desktop.ini", ".git/x.json", "a.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(FORM)

    assert ["a.json read"] == outcomes(tmp_path)


def test_whatever_is_not_an_ordinary_file_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "answers.json").mkdir()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "fifo.json")
    (tmp_path / "link.json").symlink_to("/etc/passwd")
    (tmp_path / "linked").symlink_to(tmp_path)
    (tmp_path / "z.json").write_text(FORM)

    assert [
        "answers.json: this is a folder, not a file. Hand in the file itself.",
        "deep/er: this is a folder inside a student's folder; it was not read. "
        "Put each student's files directly into one folder.",
        "empty: the folder holds nothing that was handed in.",
        "fifo.json: this is not an ordinary file. Hand in answers.json or answers.yaml.",
        "link.json: this is a symbolic link, which is not followed. Hand in the file itself.",
        "linked: this is a symbolic link, which is not followed. Hand in the file itself.",
        "z.json read",
    ] == outcomes(tmp_path)


def test_a_vanished_file_is_a_refusal_without_the_machines_path(tmp_path: Path) -> None:
    expected = (
        "gone.json: it cannot be opened (no such file or directory). Check the file and its permissions."
    )

    assert expected == str(read_file(tmp_path / "gone.json"))


def test_a_missing_folder_is_a_refusal(tmp_path: Path) -> None:
    assert [
        "none: it cannot be opened (no such file or directory). Check the file and its permissions."
    ] == outcomes(tmp_path / "none")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_read_permission_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(FORM)
    (tmp_path / "a.json").chmod(0)

    assert "a.json: it cannot be opened (permission denied)." in outcomes(tmp_path)[0]


def test_a_file_of_three_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    (tmp_path / "big.json").write_bytes(b"x" * 3_000_000)

    assert "big.json: the file has 3,000,000 bytes; forms have at most 1,000,000." in outcomes(tmp_path)[0]


def test_names_that_cannot_be_printed_are_shown_with_question_marks(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"a\xff\x1b.json")).write_text(FORM)

    assert ["a??.json read"] == outcomes(tmp_path)


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    write_atomic(path, b"new", mode=0o600)

    assert (b"new", ["a.json"], 0o600) == (
        path.read_bytes(),
        os.listdir(tmp_path),
        path.stat().st_mode & 0o777,
    )


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "x").touch()

    with pytest.raises(OSError):
        write_atomic(tmp_path / "taken", b"new")

    assert ["taken"] == os.listdir(tmp_path)


def test_a_refused_file_is_a_value(tmp_path: Path) -> None:
    assert isinstance(read_file(tmp_path), Refusal)


def test_a_notebook_of_three_megabytes_is_read_from_a_folder(tmp_path: Path) -> None:
    cell = {"source": "# Paper K7QF-2MXP, answer 1.a: write below this line\n32", "outputs": ["y" * 3_000_000]}
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}))
    (tmp_path / "b.ipynb").write_bytes(b"x" * 11_000_000)

    assert [
        "a.ipynb read",
        "b.ipynb: the file has 11,000,000 bytes; notebooks have at most 10,000,000. "
        "Clear all outputs and remove pictures, save the notebook and hand it in again.",
    ] == outcomes(tmp_path)
