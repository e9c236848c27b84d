"""What runs on the student's side: standard library, NumPy and SciPy only.

These modules are sent as text to a fresh interpreter, which knows nothing else of ours. The judge imports `values` and
`framing`, which both sides share.
"""
