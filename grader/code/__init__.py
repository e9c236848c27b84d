"""Judging functions from outside: calls made in a sandbox, properties held against them, the smallest failing input."""
