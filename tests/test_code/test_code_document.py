"""The page about code questions works as written: its family passes the check, its response is told what it says."""

from __future__ import annotations

import re
from pathlib import Path

from chainrule.bank.checking import check_family
from grader.judging import judge
from question_templates.bank import Shelf
from question_templates.drawing import variant_from
from question_templates.family_file import read_family
from question_templates.solving import solve
from question_templates.wording import write_question

_BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(repository: Path) -> dict[str, str]:
    page = (repository / "docs" / "write-a-code-question.md").read_text(encoding="utf-8")
    return dict(_BLOCK.findall(page))


def family(repository: Path, place: Path) -> Shelf:
    for name, text in blocks(repository).items():
        if "/" in name:
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("~~~", "```"), encoding="utf-8")
    folder = place / "my-bank" / "code" / "square-gradient"
    return Shelf(read_family(folder), folder)


def test_the_family_of_the_page_keeps_its_promises(repository: Path, tmp_path: Path):
    assert [] == check_family(family(repository, tmp_path), 4).problems


def test_the_response_of_the_page_is_told_what_the_page_says(repository: Path, tmp_path: Path):
    shelf, page = family(repository, tmp_path), blocks(repository)
    variant = variant_from(shelf, shelf.family.worked_examples[0].parameters)
    key = solve(write_question(shelf, variant), variant, shelf.family)
    verdict = judge(key.answers["gradient"], page["response"])

    assert page["verdict"].strip() == verdict.counterexample
