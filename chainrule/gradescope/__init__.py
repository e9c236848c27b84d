"""Gradescope: a grade in its format, and the autograder that runs in its container."""
