"""Probabilities, gradients and Jacobians of a printed softmax, each from running the program."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import engine as ag
from question_templates.lab import Lab


def probabilities(lab: Lab) -> list[Any]:
    """The value of every probability."""
    return list(_measured(lab)[0])


def gradient(lab: Lab) -> list[Any]:
    """The derivatives of the loss with respect to the logits."""
    return _gradients(lab.run, _names(lab, "logit"))


def negative_loss(lab: Lab) -> Any:
    """The loss with the other sign."""
    return -lab.run.look_up("loss.value")


def negative_gradient(lab: Lab) -> list[Any]:
    """The derivatives of the loss with the other sign."""
    return [-slope for slope in gradient(lab)]


def row(lab: Lab) -> list[Any]:
    """The derivatives of the one probability that is asked for with respect to all logits."""
    return jacobian(lab)[lab.parameters["row"]]


def jacobian(lab: Lab) -> list[list[Any]]:
    """Row i holds the derivatives of probability i with respect to all logits."""
    return list(_measured(lab)[2])


def growths(lab: Lab) -> list[Any]:
    """The exponentials of the logits, which are not divided by their sum yet."""
    return list(_measured(lab)[1])


def of_probabilities(lab: Lab) -> list[Any]:
    """The derivatives of the loss with respect to the probabilities; 0 for those that it does not use."""
    return _gradients(lab.run, _names(lab, "probability"))


def row_of_constant_total(lab: Lab) -> list[Any]:
    """The row that is asked for, if the sum of exponentials were a constant."""
    return jacobian_of_constant_total(lab)[lab.parameters["row"]]


def jacobian_of_constant_total(lab: Lab) -> list[list[Any]]:
    """The Jacobian if the sum of exponentials were a constant."""
    return list(_measured(lab, constant_total=True)[2])


def row_without_signs(lab: Lab) -> list[Any]:
    """The row that is asked for, with every entry positive."""
    return [abs(entry) for entry in row(lab)]


def jacobian_without_signs(lab: Lab) -> list[list[Any]]:
    """The Jacobian with every entry positive."""
    return [[abs(entry) for entry in line] for line in jacobian(lab)]


def explain(lab: Lab) -> dict[str, Any]:
    """For the worked solution: exponentials, their sum, probabilities, targets and their difference."""
    target, classes = lab.parameters["target"], lab.parameters["classes"]
    return {
        "growths": growths(lab),
        "whole": lab.run.look_up("total.value"),
        "chances": probabilities(lab),
        "shares": [Fraction(target[k]) if lab.parameters["is_soft"] else int(k in target) for k in classes],
        "slopes": gradient(lab),
    }


def _measured(lab: Lab, *, constant_total: bool = False) -> list[list[Any]]:
    """Probabilities, exponentials and the Jacobian from one run.

    There `backward` starts at each probability in turn. A leaf would add up over these walks, so that a logit that is
    one becomes a product. A sum that is held constant becomes a leaf.
    """
    listing = lab.listing.partition("loss = ")[0].replace("= ag.Scalar(0.0)\n", "= 1*ag.Scalar(0.0)\n")
    if constant_total:
        added = lab.parameters["total"]
        listing = listing.replace(f"total = {added}\n", f"added = {added}\ntotal = ag.Scalar(added.value)\n")
    logits, growths, chances = (_names(lab, kind) for kind in ("logit", "growth", "probability"))
    row = f"[{', '.join(f'{name}.grad' for name in logits)}]"
    lines = [f"{name}.backward()\nof_{name} = {row}" for name in chances]
    told = [f"[{', '.join(f'{name}.value' for name in names)}]" for names in (chances, growths)]
    rows = f"[{', '.join(f'of_{name}' for name in chances)}]"
    found: list[list[Any]] = lab.again("\n".join([*lines, f"[{', '.join([*told, rows])}]"]), listing=listing).returned
    return found


def _names(lab: Lab, kind: str) -> list[str]:
    return [f"{lab.parameters[kind]}{k}" for k in lab.parameters["classes"]]


def _gradients(run: ag.Trace, names: list[str]) -> list[Any]:
    """The gradients of nodes; 0 for those that the output does not depend on."""
    return [run.look_up(f"{label}.grad") if label in run.names else 0 for label in names]
