"""From what was handed in to a folder of results, by a run that can be killed and resumed."""
