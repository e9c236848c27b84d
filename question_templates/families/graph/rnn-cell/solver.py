"""Which draws teach too little: cells whose relu is off."""

from __future__ import annotations

from question_templates.lab import Lab


def objection(lab: Lab) -> str:
    """A relu that is off stops the walk there; the first of three steps may have one, but no more."""
    gradients = lab.run.gradients.values()
    if 4 * sum(gradient == 0 for gradient in gradients) > len(gradients):
        return "more than a quarter of the gradients are 0"
    return ""
