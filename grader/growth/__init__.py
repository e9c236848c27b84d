"""Decides what two formulas in several variables have to do with each other, by exact algebra instead of text."""

from __future__ import annotations
