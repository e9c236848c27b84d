"""From template to document: strict, escaped, self-contained, under a policy that lists what may run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from html import unescape
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from chainrule.amount_words import count, points_text

__all__ = ["count", "embedded_json", "points_text", "render_page"]

_STYLE_ELEMENT = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def render_page(
    template: str,
    *,
    styles: tuple[str, ...] = ("page.css", "math.css"),
    scripts: tuple[str, ...] = (),
    drawings: Iterable[str] = (),
    **values: object,
) -> str:
    """A document from a template that extends `base.html.j2`.

    `styles` and `scripts` are files of this package, joined in order; `drawings` are the SVGs on the page, whose
    own style sheets the policy has to allow. Everything in `values` is escaped unless it is Markup.
    """
    style, script = "".join(map(_text, styles)), "".join(map(_text, scripts))
    sheets = [style, *(unescape(rules) for svg in drawings for rules in _STYLE_ELEMENT.findall(svg))]
    policy = _policy(sheets, [script] if script else [])
    page = _environment().get_template(template)
    return page.render(style=Markup(style), script=Markup(script), policy=Markup(policy), **values)


def embedded_json(value: object) -> Markup:
    """JSON for the inside of a script element: no character in it can end the element or open a comment."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            "style-src " + _hashes(styles),
            "script-src " + _hashes(scripts),
            "img-src data:",
            "connect-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
        )
    )


def _hashes(texts: Iterable[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(dict.fromkeys(f"'sha256-{digest}'" for digest in digests)) or "'none'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(points=points_text, count=count)
    return environment


@cache
def _text(name: str) -> str:
    # A browser reads a line's end as \n before it hashes, whatever a checkout has made of the file.
    return files("chainrule.pages").joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")
