"""The report as JSON, for programs: shares from 0 to 1, null for what can't be computed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chainrule.report.class_report import ClassReport
from chainrule.report.item_analysis import ItemStatistics
from chainrule.report.matches import Matches
from chainrule.report.scores import Scores
from chainrule.report.variant_effects import VariantEffect
from grader.grade import number

__all__ = ["REPORT_FORMAT", "report_json"]

REPORT_FORMAT = "chainrule-report/1"

# Enough for any reader, and few enough to be the same whatever the machine adds up in which order.
_DIGITS = 9


def report_json(report: ClassReport) -> str:
    """The report as a JSON document, the same bytes for the same report."""
    reliable = report.reliability
    stored = {
        "format": REPORT_FORMAT,
        "title": report.head.title,
        "scores": _scores(report.scores),
        "papers": [
            {"paper": row.paper, "points": number(row.points), "complete": row.is_complete, "late": row.is_late}
            for row in report.rows
        ],
        "reliability": {**vars(reliable), "without": dict(reliable.without or {})},
        "questions": [_item(item) for item in report.questions],
        "fields": [_item(item) for item in report.fields],
        "flags": [vars(flag) for flag in report.flags],
        "mistakes": [{**vars(mistake), "share": mistake.share} for mistake in report.mistakes],
        "variants": [_effect(effect) for effect in report.effects],
        "luck": [vars(luck) for luck in report.luck],
        "unreadable": [
            {
                "reason": reason.words,
                "papers": reason.n_papers,
                "answers": reason.n_answers,
                "waiting": reason.n_waiting,
                "responses": [vars(response) for response in reason.responses],
            }
            for reason in report.unreadable
        ],
        "matches": _matches(report.matches),
    }
    # Escaped, so that half a surrogate pair in a student's text is no broken file.
    return json.dumps(_rounded(stored), indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        # Small probabilities keep their leading digits.
        return float(f"{value:.{_DIGITS}g}") if abs(value) < 1 else round(value, _DIGITS)
    if isinstance(value, Mapping):
        return {str(key): _rounded(entry) for key, entry in value.items()}
    return [_rounded(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def _scores(scores: Scores | None) -> dict[str, Any] | None:
    if scores is None:
        return None
    return {
        "papers": scores.n_papers,
        "incomplete": scores.n_incomplete,
        "late": scores.n_late,
        "out_of": [number(worth) for worth in scores.worths],
        "mean": number(scores.mean),
        "deviation": scores.deviation,
        "lowest": number(scores.lowest),
        "quartiles": [number(border) for border in scores.quartiles],
        "deciles": [number(border) for border in scores.deciles],
        "highest": number(scores.highest),
        "histogram": [[number(bin.low), number(bin.high), bin.n_papers] for bin in scores.bins],
    }


def _item(item: ItemStatistics) -> dict[str, Any]:
    told = {name: value for name, value in vars(item).items() if name != "level"}
    return {**told, "id": item.id, "n_open": item.n_open}


def _effect(effect: VariantEffect) -> dict[str, Any]:
    groups = [
        {"value": group.value, "papers": group.n, "mean": group.mean, "interval": group.interval}
        for group in effect.groups
    ]
    return {**vars(effect), "groups": groups}


def _matches(matches: Matches) -> dict[str, Any]:
    shown = [{**vars(match), "answers": [vars(answer) for answer in match.answers]} for match in matches.shown]
    return {**vars(matches), "shown": shown}
