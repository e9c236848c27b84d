"""Sizes that are not known yet: `(Hin - K)//S + 1` as a value, proven equal, compared, evaluated and shown."""

from __future__ import annotations

from engine.sizes.declaring import decide, declare, facts_hold, record, stated
from engine.sizes.display import (
    definitions,
    distinct_names,
    evaluate,
    evaluator,
    free_symbols,
    spelled_out,
    substitute,
    to_mathml,
    to_python,
    to_tex,
    to_text,
)
from engine.sizes.facts import NO_FACTS, Facts
from engine.sizes.limits import (
    AmbiguousName,
    InexactDivision,
    SizeError,
    SizeTooLarge,
    UndecidedComparison,
    UnreadableSize,
)
from engine.sizes.rewriting import rewritten
from engine.sizes.size import (
    Comparison,
    Size,
    as_size,
    assuming,
    ceil_divide,
    named,
    same,
    size_max,
    size_min,
    symbol,
)

__all__ = [
    "NO_FACTS",
    "AmbiguousName",
    "Comparison",
    "Facts",
    "InexactDivision",
    "Size",
    "SizeError",
    "SizeTooLarge",
    "UndecidedComparison",
    "UnreadableSize",
    "as_size",
    "assuming",
    "ceil_divide",
    "decide",
    "declare",
    "definitions",
    "distinct_names",
    "evaluate",
    "evaluator",
    "facts_hold",
    "free_symbols",
    "named",
    "record",
    "rewritten",
    "same",
    "size_max",
    "size_min",
    "spelled_out",
    "stated",
    "substitute",
    "symbol",
    "to_mathml",
    "to_python",
    "to_tex",
    "to_text",
]
