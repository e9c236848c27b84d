"""What every verb needs to talk to a person at a terminal: ink, tables, Markdown and graphs as text, and refusals."""
