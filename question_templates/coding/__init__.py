"""Functions to write: what their arguments are drawn from, what has to hold of every call, and trusted runs."""
