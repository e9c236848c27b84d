"""Building an exam again changes no byte of it, keys and manifest included."""

from pathlib import Path

from chainrule.building import build_exam

EXAM = """\
format: chainrule-exam/1
title: Memory
slots:
  - {points: 5, family: checkpointing/held-after-forward}
  - {points: 5, family: attention/multi-head-memory}
"""


def test_a_second_build_writes_the_same_bytes(tmp_path):
    exam, roster, out = tmp_path / "exam.yaml", tmp_path / "roster.csv", tmp_path / "out"
    exam.write_text(EXAM, encoding="utf-8")
    roster.write_text("id,name\n" + "".join(f"s{n},Student {n}\n" for n in range(6)), encoding="utf-8")

    build_exam(exam, roster, out, secret=b"twice")
    first = files_of(out)
    build_exam(exam, roster, out)

    assert first == files_of(out)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
