"""What grades say about a class, as values, tables and pages."""
