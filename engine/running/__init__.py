"""How a listing is run: its text rewritten, its hooks, loops and lists of unknown length, and the trace of it all."""
