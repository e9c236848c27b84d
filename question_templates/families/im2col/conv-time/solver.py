"""Costs as they come out with a slip; the right ones are read from the run itself."""

from __future__ import annotations

from typing import Any

from engine.patching import Patch
from engine.running.trace import CALL, Trace
from question_templates.lab import Lab


def patch_per_pixel(lab: Lab, asks: str) -> Any:
    """What is asked, of a program that has a patch for every pixel; where the patches lie does not matter to it."""
    parameters = lab.parameters
    step = f"*{parameters['s']}" if parameters["strided"] else ""
    counts = [Patch(parameters["down"], parameters["h"]), Patch(parameters["right"], parameters["w"])]
    starts = [Patch(f"{start}{step}", "0") for start in ("top", "left")]
    return _multiply_adds(lab.again(patches=[*counts, *starts]), asks.removesuffix(".multiply_adds"))


def per_place(lab: Lab, asks: str, power: str) -> Any:
    """What is asked without the kernel's side, once or squared; a separable program's last product has none."""
    parameters, name = lab.parameters, asks.removesuffix(".multiply_adds")
    cost = 0
    for product in _products(lab):
        if name in (product, "total"):
            whole = _multiply_adds(lab.run, product)
            has_kernel = not (parameters["separable"] and product == parameters["product"])
            cost = cost + (whole // _symbol(lab, "k") ** int(power) if has_kernel else whole)
    return cost


def dense_product(lab: Lab) -> Any:
    """The sparse product if every entry of the matrix were multiplied."""
    n_pixels, n_entries = lab.run.binding("im2col_mat").shape
    return _symbol(lab, "n") * n_pixels * n_entries


def explain(lab: Lab) -> dict[str, Any]:
    """Every product that is asked, with the shapes that it multiplies and its cost; all of them for a whole call."""
    run, asked = lab.run, {lab.parameters["exact_of"], lab.parameters["growth_of"]}
    products = []
    for name in _products(lab):
        if not asked & {name, "total"}:
            continue
        line = run.binding(name).line
        (done,) = (
            done
            for done in run.computations
            if done.operation.name in ("matmul", "spcmatmul") and done.places[0].line == line
        )
        shapes = {"operands": done.operands, "result": done.result, "times": done.times}
        products.append({"name": name, **shapes, "cost": run.of_line(line).multiply_adds})
    return {"products": products, "whole": _multiply_adds(run, "total")}


def _products(lab: Lab) -> list[str]:
    """The names that the program's products are bound to, in their order."""
    parameters = lab.parameters
    first = ["columns"] if parameters["sparse"] else ["filtered"] if parameters["separable"] else []
    return [parameters[part] for part in [*first, "product"]]


def _symbol(lab: Lab, parameter: str) -> Any:
    return lab.recipe.symbols()[lab.parameters[parameter]]


def _multiply_adds(run: Trace, name: str) -> Any:
    """Of the line that binds a name, or of the whole call."""
    totals = run.of_function(CALL) if name == "total" else run.of_line(run.binding(name).line)
    return totals.multiply_adds
