"""The report of `bank check`, for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from chainrule.bank.checking import FamilyReport

__all__ = ["report_json", "report_lines"]

_WIDTH = 32


def report_json(reports: Iterable[FamilyReport]) -> str:
    """The reports for programs; without times, so that the same bank gives the same bytes."""
    return json.dumps([report.to_json() for report in reports], indent=1, sort_keys=True)


def report_lines(reports: Iterable[FamilyReport], done: list[FamilyReport]) -> Iterator[str]:
    """A line for each family as it is done, its problems below it, and what was refused and why.

    Every report is added to `done`.
    """
    yield f"{'family':{_WIDTH}} {'seeds':>6} {'distinct':>8} {'refused':>8} {'work':>9} {'ms':>6}  verdict"
    n_families = n_broken = n_seeds = 0
    for report in reports:
        n_families, n_broken = n_families + 1, n_broken + bool(report.problems)
        n_seeds += report.seeds
        done.append(report)
        yield _line(report)
        for reason, count in report.refused.most_common(4):
            yield f"    refused {count} times: {reason}"
        yield from (f"    BROKEN {problem}" for problem in report.problems)
    verdict = "all of them hold" if not n_broken else f"{n_broken} of them broken"
    yield f"{n_families} families, {n_seeds} variants: {verdict}"


def _line(report: FamilyReport) -> str:
    least, most = report.spread.get("work", (0, 0))
    rate = f"{100 * report.refusal_rate:.0f} %"
    each = 1000 * report.seconds / max(report.seeds, 1)
    verdict = "holds" if not report.problems else "BROKEN"
    return (
        f"{report.family:{_WIDTH}} {report.seeds:>6} {report.distinct:>8} {rate:>8} {f'{least}-{most}':>9}"
        f" {each:>6.0f}  {verdict}"
    )
