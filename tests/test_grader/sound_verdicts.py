"""Texts that nobody hands in as an answer, and what holds for every verdict."""

from __future__ import annotations

from typing import Final

from grader import Verdict

LONGEST_REASON: Final = 330

#: Texts that nobody hands in as an answer; each must be refused, at once, with a sentence.
HOSTILE = (
    "\x00",
    "1\x00, 2",
    "\u202e]2,1[",
    "\u200b1, 2",
    "\u0430 = mul(x, y)",
    "\uff11, \uff12",
    "\x1b[31m1",
    "\ud83d1",
    "(" * 3_000,
    "[" * 25 + "1" + "]" * 25,
    "9**9**9",
    "__import__('os').system('true')",
    "exp(" * 500,
    "1/" * 1_900 + "0",
    "[[1, 2], " * 400,
    "A" * 1_000_000,
    "\x00" * 1_000_000,
    "z1 -> " * 200_000,
    "\\begin{pmatrix}" * 200,
)


def assert_sound(verdict: Verdict) -> None:
    """What holds for every verdict: a share from 0 to 1 that fits its outcome, and a sentence where it isn't right."""
    assert 0 <= verdict.share <= 1
    assert (verdict.outcome == "right") == (verdict.share == 1)
    assert (verdict.outcome == "partly") == (0 < verdict.share < 1)
    assert verdict.outcome == "right" or verdict.reason.endswith((".", "?", ")")) or verdict.outcome == "unreadable"
    assert len(verdict.reason) <= LONGEST_REASON
