"""Hostile and broken submissions to an autograder: no points, no leak; and right ones between them stay right."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from chainrule.gradescope.autograding import autograde
from chainrule.gradescope.contract import contract_faults
from chainrule.gradescope.trying import metadata_json
from tests.test_chainrule.gradescope_class import PackedClass, hand_in, packed_class, total_is_hidden

ADA = ["ada@example.edu"]
PAPER = "@PAPER@"  # stands for the id of Ada's paper
HEAD = f'{{"format": "chainrule-answers/1", "paper": "{PAPER}", "responses": '


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return written.getvalue()


def nested_zip(depth: int) -> bytes:
    content = b"{}"
    for _ in range(depth):
        content = zipped([("inner.zip", content)])
    return content


HOSTILE: dict[str, tuple[str, bytes]] = {
    "nothing": ("answers.json", b""),
    "blanks": ("answers.json", b" \n\t\n"),
    "half a form": ("answers.json", HEAD.encode() + b'{"1.trace": "z1'),
    "NUL": ("answers.json", HEAD.encode() + b'{"1.trace": "\x00"}}'),
    "deep lists": ("answers.json", HEAD.encode() + b"[" * 50_000),
    "deep objects": ("answers.json", HEAD.encode() + b'{"a":' * 50_000),
    "a number without end": ("answers.json", HEAD.encode() + b'{"1.trace": ' + b"9" * 100_000 + b"}}"),
    "a key twice": ("answers.json", HEAD.encode() + b'{"1.trace": "1", "1.trace": "2"}}'),
    "an answer without end": ("answers.json", HEAD.encode() + b'{"1.trace": "' + b"x" * 400_000 + b'"}}'),
    "too many answers": (
        "answers.json",
        HEAD.encode() + json.dumps({f"9.x{n}": "1" for n in range(5_000)}).encode() + b"}",
    ),
    "a large file": ("answers.json", b"{" + b" " * 12_000_000 + b"}"),
    "no text": ("answers.json", bytes(range(256)) * 40),
    "a program's tag": ("answers.yaml", b"!!python/object/apply:os.system ['touch pwned']"),
    "an alias bomb": (
        "answers.yaml",
        b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [*%c,*%c,*%c]\n" % (n + 1, n + 1, n, n, n) for n in b"abcdefgh"),
    ),
    "deep YAML": ("answers.yaml", b"- " * 20_000),
    "a zip bomb": ("a.zip", zipped([("answers.json", b"0" * 60_000_000)])),
    "a zip of zips": ("a.zip", nested_zip(12)),
    "a zip with a way out": ("a.zip", zipped([("../../results/results.json", b"{}"), ("/etc/answers.json", b"{}")])),
    "a zip that is none": ("a.zip", b"PK\x03\x04" + b"\xff" * 200),
    "a zip of many": ("a.zip", zipped((f"{n}.json", b"{}") for n in range(3_000))),
    "results of its own": ("results.json", b'{"score": 15, "tests": []}'),
    "metadata of its own": ("submission_metadata.json", b'{"users": [{"email": "bilal@example.edu"}]}'),
    "a notebook that is none": ("answers.ipynb", b'{"nbformat": 4, "cells": 7}'),
    "a table": ("answers.csv", b"paper,1.trace\n=cmd|' /C calc'!A0,1\n"),
    "a program": ("setup.py", b"import os; os.system('touch pwned')"),
}


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> PackedClass:
    return packed_class(tmp_path_factory.mktemp("autograder"))


@pytest.fixture(scope="module")
def right(packed: PackedClass, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hand_in(tmp_path_factory.mktemp("right"), {"answers.json": packed.form("9001")})


@pytest.fixture(autouse=True)
def _neighbours_stay_right(packed: PackedClass, right: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Before and after each hostile one a right submission is graded, and nothing appears in the working folder."""
    monkeypatch.chdir(tmp_path)
    known = metadata_json(ADA).encode()
    before = autograde(packed.source / "exam", right, known)
    yield

    assert 15 == before.results["score"]
    assert before == autograde(packed.source / "exam", right, known)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(("name", "content"), HOSTILE.values(), ids=HOSTILE)
def test_it_earns_nothing_and_waits_for_a_person(
    packed: PackedClass, tmp_path: Path, name: str, content: bytes
) -> None:
    filled = content.replace(PAPER.encode(), packed.paper("9001").id.encode())
    results = packed.autograde(tmp_path / "in", {name: filled}, ADA).results

    assert 0 == results["score"]
    assert total_is_hidden(results)
    assert str(tmp_path) not in json.dumps(results)


def test_beside_a_right_form_it_takes_no_points_away(packed: PackedClass, tmp_path: Path) -> None:
    files = {
        f"{n}-{name}": content for n, (name, content) in enumerate(HOSTILE.values()) if b"chainrule-" not in content
    }
    found = packed.autograde(tmp_path / "in", {**files, "mine.json": packed.form("9001")}, ADA)

    assert 15 == found.results["score"]


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for rights to make links")
def test_links_and_pipes_lead_nowhere(packed: PackedClass, tmp_path: Path) -> None:
    place = hand_in(tmp_path / "in", {})
    (place / "families.json").symlink_to(packed.source / "exam" / "staff" / "families.json")
    (place / "exam").symlink_to(packed.source / "exam", target_is_directory=True)
    os.mkfifo(place / "answers.json")
    found = autograde(packed.source / "exam", place, metadata_json(ADA).encode())

    assert () == contract_faults(found.results)
    assert total_is_hidden(found.results)
    assert "mal_rules" not in json.dumps(found.results)
