"""The bank on the command line: look at families and their variants, measure them, begin new ones."""
