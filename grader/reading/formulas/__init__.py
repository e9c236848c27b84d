"""Reads formulas, shapes and orders of growth out of what students write, in the names that the question declares."""

from __future__ import annotations
