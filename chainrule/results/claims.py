"""Of which papers something was set aside, by the id of the paper that it may belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from grader import ClassResult, SetAside
from grader.batch import normal_paper_id

__all__ = ["claims_on_papers"]


def claims_on_papers(result: ClassResult) -> Mapping[str, tuple[SetAside, ...]]:
    """What was set aside, by paper id in its normal form; what may be of any paper is left out."""
    found: dict[str, list[SetAside]] = defaultdict(list)
    for one in result.set_aside:
        if one.paper:
            found[normal_paper_id(one.paper)].append(one)
    return {paper: tuple(mine) for paper, mine in found.items()}
