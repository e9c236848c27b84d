"""LaTeX formulas as text for a terminal: `\\frac{H - K}{S}` becomes `(H - K)/S`, `C K^2` becomes `C K²`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["readable"]

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
_RAISED = str.maketrans("0123456789+-=()niT\u22a4", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵀ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
# Blanks that LaTeX does not print: a second one, and those on the inside of brackets and signs.
_SPARE_BLANKS = re.compile(r" (?= )|(?<=[∂∇⌊⌈(√]) +| +(?=[⌋⌉),])")
_ONE_THING = re.compile(r"[\w.√∂∇⊙]*|\([^()]*\)|⌊[^⌊⌋]*⌋")

_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("left", "right", "big", "Big", "bigl", "bigr", "!", "displaystyle", "limits"), ""),
        **dict.fromkeys((",", ";", ":", " ", "quad", "qquad", "space"), " "),
        "cdot": "·", "times": "×", "div": "/", "pm": "±", "odot": "⊙", "circ": "∘", "ast": "*", "star": "*",
        "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "ll": "≪", "gg": "≫", "approx": "≈",
        "equiv": "≡", "sim": "~", "propto": "∝", "in": "∈", "notin": "∉", "subseteq": "⊆", "cup": "\u222a", "cap": "∩",
        "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "leftarrow": "←", "gets": "←", "mapsto": "↦", "implies": "⇒",
        "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "mid": "|",
        "vert": "|", "lvert": "|", "rvert": "|", "|": "‖", "lbrace": "{", "rbrace": "}", "{": "{", "}": "}", "_": "_",
        "%": "%", "$": "$", "#": "#", "&": "&", "\\": "\n", "ldots": "…", "dots": "…", "cdots": "⋯", "infty": "∞",
        "partial": "∂", "nabla": "∇", "sum": "Σ", "prod": "Π", "forall": "∀", "exists": "∃", "top": "\u22a4",
        "ell": "\u2113",
        "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η",
        "theta": "θ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
        "phi": "φ", "varphi": "φ", "psi": "ψ", "omega": "ω", "Theta": "Θ", "Omega": "Ω", "Delta": "Δ", "Sigma": "Σ",
        "Phi": "Φ", "Lambda": "Λ", "Gamma": "Γ",
    }
)  # fmt: skip
_AS_IT_IS = ("text", "mathrm", "mathbf", "mathit", "mathcal", "mathsf", "mathtt", "texttt", "operatorname", "textbf")


def readable(tex: str) -> str:
    """A formula between dollar signs as one line of text; what it does not know stays as it is written."""
    return _SPARE_BLANKS.sub("", _Reader(_TOKEN.findall(tex)).group("")).strip()


@dataclass
class _Reader:
    """Goes through the pieces of a formula once, from left to right."""

    pieces: list[str]
    at: int = 0

    def group(self, end: str) -> str:
        """Everything up to `end`, which is read too."""
        text = ""
        while self.at < len(self.pieces):
            piece = self._next()
            if piece == end:
                break
            text += self._scripted(piece, text)
        return text

    def _next(self) -> str:
        self.at += 1
        return self.pieces[self.at - 1]

    def _scripted(self, piece: str, before: str) -> str:
        if piece == "^":
            return _script(self._argument(), _RAISED, "^")
        if piece == "_":
            return _script(self._argument(), _LOWERED, "_")
        return self._plain(piece)

    def _argument(self) -> str:
        """What a script or a command takes: a group, or the next piece."""
        while self.at < len(self.pieces) and self.pieces[self.at].isspace():
            self.at += 1
        return self._plain(self._next()) if self.at < len(self.pieces) else ""

    def _plain(self, piece: str) -> str:
        if piece == "{":
            return self.group("}")
        if not piece.startswith("\\"):
            return " " if piece.isspace() or piece == "~" else piece
        name = piece[1:].rstrip("*")
        if name in _COMMANDS:
            return _COMMANDS[name](self)
        return _SIGNS.get(name, name)

    def fraction(self) -> str:
        return f"{_bracketed(self._argument())}/{_bracketed(self._argument())}"

    def root(self) -> str:
        return f"√{_bracketed(self._argument())}"

    def words(self) -> str:
        """A group whose blanks count."""
        return self._argument()

    def block(self) -> str:
        """A matrix or aligned lines between \\begin and \\end."""
        name, start = self._argument(), self.at
        end = start
        while end < len(self.pieces) and self.pieces[end] != "\\end":
            end += 1
        inner = _Reader(self.pieces[start:end]).group("")
        self.at = end + 1
        self._argument()
        if "matrix" not in name:
            return inner.replace("&", "")
        rows = [", ".join(cell.strip() for cell in row.split("&")) for row in inner.split("\n") if row.strip()]
        return f"[{'; '.join(rows)}]"


_COMMANDS: Mapping[str, Callable[[_Reader], str]] = MappingProxyType(
    {
        **dict.fromkeys(("frac", "tfrac", "dfrac"), _Reader.fraction),
        **dict.fromkeys(_AS_IT_IS, _Reader.words),
        "sqrt": _Reader.root,
        "begin": _Reader.block,
    }
)


def _script(text: str, signs: Mapping[int, int], mark: str) -> str:
    """Raised or lowered where there are such characters; else behind a mark."""
    if text and all(ord(character) in signs for character in text):
        return text.translate(signs)
    return mark + (text if re.fullmatch(r"\w*", text) else f"({text})")


def _bracketed(text: str) -> str:
    return text if _ONE_THING.fullmatch(text) else f"({text})"
