"""What a person must decide after a grading run: shared out without names, decided once for all, taken over."""
