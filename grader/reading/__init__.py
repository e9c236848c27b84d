"""Reads what students write: text in, a value or Unreadable out, never an exception, in bounded time."""

from __future__ import annotations

from grader.reading.limits import is_blank
from grader.reading.number import read_number
from grader.reading.order import OrderReading, read_order
from grader.reading.statement import NumberReading
from grader.reading.trace import Statement, TraceReading, read_trace, trace_reading
from grader.reading.unreadable import Unreadable

__all__ = [
    "NumberReading",
    "OrderReading",
    "Statement",
    "TraceReading",
    "Unreadable",
    "is_blank",
    "read_number",
    "read_order",
    "read_trace",
    "trace_reading",
]
