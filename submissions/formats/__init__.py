"""The readers and writers of answer forms: bytes become text here, and never values."""
