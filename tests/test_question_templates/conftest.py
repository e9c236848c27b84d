"""A toy family on disk, to be broken in many ways."""

from collections.abc import Callable
from pathlib import Path

import pytest

from question_templates.bank import Shelf, open_bank

FILES = {
    "family.yaml": """\
format: chainrule-family/1
id: toy/doubling
version: "1"
title: Doubling
topic: toy
levels: [1, 2]
minutes: 2
goal: Double a number.
parameters:
  value: {integer: [1, 9]}
fields:
  - name: x_grad
    kind: number
    asks: x.grad
    weight: 1
    prompt: What is it?
""",
    "question.md.j2": "{{ listing }}\n",
    "solution.md.j2": "See the graph.\n",
    "listing.py.j2": "x = ag.Scalar({{ value }}.0)\ny = x + x\ny.backward()\n",
}

ToyShelf = Callable[..., Shelf]


@pytest.fixture
def toy_shelf(tmp_path: Path) -> ToyShelf:
    """A function that writes the toy family with some files exchanged and lines of its YAML replaced."""

    def write(files: dict[str, str] | None = None, *, old: str = "", new: str = "") -> Shelf:
        folder = tmp_path / "toy" / "doubling"
        folder.mkdir(parents=True)
        for name, text in {**FILES, **(files or {})}.items():
            assert name != "family.yaml" or old in text
            (folder / name).write_text(text.replace(old, new) if name == "family.yaml" and old else text)
        return open_bank(tmp_path).shelf("toy/doubling")

    return write
