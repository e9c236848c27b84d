"""A disk that is full or can only be read ends a run with a clear message, and nothing that was graded is lost."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from chainrule.errors import RefusedInput
from chainrule.grading.run import grade_exam


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB; making one takes an administrator."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1000k,mode=0700", "tmpfs", str(place)]
    try:
        done = subprocess.run(command, check=False, capture_output=True)
    except FileNotFoundError:
        pytest.skip("there is no `mount` here")
    if done.returncode:
        pytest.skip("only an administrator may mount a small file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_told_and_the_run_goes_on_once_there_is_space(
    small_class, small_disk, content, tmp_path
) -> None:
    folder, handed_in = small_class
    with pytest.raises(RefusedInput, match=r"the disk is full|No space left") as refused:
        grade_exam(folder, handed_in, small_disk / "out")
    assert str(small_disk / "out") in str(refused.value)
    graded: list[int] = []
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    grade_exam(folder, handed_in, small_disk / "out", progress=lambda done, n_graded: graded.append(n_graded))
    grade_exam(folder, handed_in, tmp_path / "undisturbed")

    assert graded[-1] < 24
    resumed, undisturbed = content(small_disk / "out"), content(tmp_path / "undisturbed")
    # The two lie at other depths, which shows in what leads from the results to the exam.
    names_of_places = {"journal.sqlite", "index.html"}
    assert set(undisturbed) == set(resumed)
    assert [] == [name for name in undisturbed if undisturbed[name] != resumed[name] and name not in names_of_places]


def test_results_that_can_only_be_read_are_told_and_stay(small_class, small_disk, content) -> None:
    folder, handed_in = small_class
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    grade_exam(folder, handed_in, small_disk / "out")
    before = content(small_disk / "out")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(RefusedInput, match=r"can't be written|can't be opened"):
        grade_exam(folder, handed_in, small_disk / "out")

    assert before == content(small_disk / "out")


def test_a_folder_that_may_not_be_written_is_told(small_class, tmp_path) -> None:
    if os.geteuid() == 0:
        pytest.skip("an administrator may write everywhere")
    folder, handed_in = small_class
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(RefusedInput, match="can't be written"):
        grade_exam(folder, handed_in, tmp_path / "locked" / "out")
