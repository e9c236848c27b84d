"""Paper answers on their way to the grader: typed in by staff, imported from a table, compared, and read back."""
