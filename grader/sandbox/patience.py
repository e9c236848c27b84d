"""How much longer one student's program may keep the judge waiting, over all the runs that judging it takes."""

from __future__ import annotations

import time

__all__ = ["Patience"]


class Patience:
    """So many seconds by the wall's clock, from now on: only a program that sleeps or fills its limit uses them up."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left; none where they are over."""
        return max(0.0, self._end - time.monotonic())
