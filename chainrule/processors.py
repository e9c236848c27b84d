"""How many processes are worth having."""

from __future__ import annotations

import os

__all__ = ["processors"]


def processors() -> int:
    """As many processes as this one may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
