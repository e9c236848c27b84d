"""Answers that could not be read with certainty, by reason: what to explain better before the next exam."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from chainrule.report.rows import AnswerRow, PaperRow
from grader.verdict import Verdict

__all__ = ["UnreadResponse", "UnreadableReason", "unreadable_reasons"]

# What differs from answer to answer inside one and the same reason: quoted text, code, numbers, and our examples.
_PARTICULARS = re.compile(r"“[^”]*”|\"[^\"]*\"|`[^`\n]*`|(?<![\w.])-?\d[\d./,e+-]*\b")
_ADVICE = re.compile(
    r"(such as|its names are|one of the letters:|the letters of your options:).*?(?=, or |$)", re.DOTALL
)


@dataclass(frozen=True)
class UnreadResponse:
    """One such response: what was written, how we read it, and why that was not certain."""

    paper: str
    id: str
    kind: str
    response: str
    read_as: str
    reason: str
    is_settled: bool


@dataclass(frozen=True)
class UnreadableReason:
    """One reason, with `…` in place of what was quoted; `is_settled` responses were decided by a person since."""

    words: str
    n_papers: int
    kinds: tuple[str, ...]
    responses: tuple[UnreadResponse, ...]

    @property
    def n_answers(self) -> int:
        return len(self.responses)

    @property
    def n_waiting(self) -> int:
        return sum(not response.is_settled for response in self.responses)


def unreadable_reasons(rows: Iterable[PaperRow]) -> tuple[UnreadableReason, ...]:
    """Every reason, the most frequent first, with its responses in the order of paper ids."""
    found: dict[str, list[AnswerRow]] = defaultdict(list)
    for row in rows:
        for answer in row.answers:
            if answer.verdict.outcome == "unreadable":
                found[_without_particulars(answer.verdict)].append(answer)
    reasons = [_reason(words, answers) for words, answers in found.items()]
    return tuple(sorted(reasons, key=lambda reason: (-reason.n_answers, reason.words)))


def _without_particulars(verdict: Verdict) -> str:
    said = verdict.reason.replace(f"We read {verdict.read_as}.", "We read ….") if verdict.read_as else verdict.reason
    said = _ADVICE.sub(r"\1 …", _PARTICULARS.sub("…", said))
    return re.sub(r"…(?:[\s,]*…)+", "…", said) or "No reason was given."


def _reason(words: str, answers: list[AnswerRow]) -> UnreadableReason:
    kinds = Counter(answer.kind for answer in answers)
    return UnreadableReason(
        words=words,
        n_papers=len({answer.paper for answer in answers}),
        kinds=tuple(sorted(kinds, key=lambda kind: (-kinds[kind], kind))),
        responses=tuple(
            UnreadResponse(
                answer.paper,
                answer.id,
                answer.kind,
                answer.response,
                answer.verdict.read_as,
                answer.verdict.reason,
                is_settled=answer.outcome != "unreadable",
            )
            for answer in answers
        ),
    )
