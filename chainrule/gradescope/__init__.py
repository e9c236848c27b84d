"""Gradescope: a grade in its format, and the autograder that runs in its container."""

from chainrule.gradescope.results_json import results_json

__all__ = ["results_json"]
