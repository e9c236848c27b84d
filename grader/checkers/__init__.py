"""One checker an answer kind: a pure function from an answer and a reading to a verdict."""
