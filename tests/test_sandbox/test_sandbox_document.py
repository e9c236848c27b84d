"""What docs/sandbox.md shows is what happens, and its tables name what there is."""

import doctest
import re
from typing import get_args

import pytest

from grader.sandbox import LEVELS, Kind
from grader.sandbox.confined.layer_names import EVERY_LAYER


@pytest.fixture(scope="module")
def document(repository):
    """The text of the document."""
    return (repository / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_every_example_in_the_sandbox_document_runs(document):
    examples = doctest.DocTestParser().get_doctest(document, {}, "docs/sandbox.md", "docs/sandbox.md", 0)
    told: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(examples, out=told.append)

    assert "" == "".join(told)
    assert 9 <= results.attempted


@pytest.mark.parametrize("names", [LEVELS, EVERY_LAYER, get_args(Kind)], ids=["levels", "layers", "kinds"])
def test_every_name_stands_in_a_table(document, names):
    rows = " ".join(re.findall(r"^\| (`.*?) \|", document, re.MULTILINE))

    assert [] == [name for name in names if f"`{name}`" not in rows]
