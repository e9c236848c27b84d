"""One variant of every family in every output, as digests: what students see changes on purpose or not at all.

After a change that was meant: python -m tests.test_chainrule.test_output_snapshots
"""

import hashlib
import json
import re
from pathlib import Path

import pytest

from chainrule.notebook import paper_notebook
from chainrule.pages import paper_page
from chainrule.pdf.paper_document import paper_source
from chainrule.pdf.sheets import sheet_of
from tests.test_chainrule.printed_papers import BANK, drawn

GOLDEN = Path(__file__).with_name("golden_outputs.json")
_SECTION = re.compile(r'<section class="item".*</section>', re.DOTALL)


def outputs(family: str) -> dict[str, str]:
    """Digests of the question in HTML, as a notebook, and as the Typst that its PDF is made of."""
    paper = drawn(((family, BANK.shelf(family).family.levels[0], "snapshot"),)).paper
    section = _SECTION.search(paper_page(paper))
    assert section
    made = {
        "html": section[0],
        "notebook": paper_notebook(paper),
        "typst": paper_source(paper, sheet_of("standard", "a4"), codes=[], template=False),
    }
    return {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in made.items()}


@pytest.mark.parametrize("family", sorted(BANK.shelves))
def test_a_variant_looks_as_it_did(family: str) -> None:
    assert json.loads(GOLDEN.read_text(encoding="utf-8"))[family] == outputs(family)


if __name__ == "__main__":
    found = {family: outputs(family) for family in sorted(BANK.shelves)}
    GOLDEN.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
