"""Whether two formulas are equal: by one normal form where that proves it, else at many chosen exact points."""

from __future__ import annotations
