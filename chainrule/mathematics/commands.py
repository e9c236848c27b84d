"""The LaTeX that formulas may use: what every output can show, each command with its sign in plain text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ACCENTS", "BUILT", "CHARACTERS", "DELIMITERS", "ENVIRONMENTS", "FONTS", "FUNCTIONS", "SIGNS", "WORDS"]

#: What may stand in a formula as it is, besides letters, digits and blanks.
CHARACTERS = frozenset("+-*/=<>()[]|,.;:!?'~")

#: Commands without an argument.
SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "\\!": "", **dict.fromkeys(("\\,", "\\;", "\\:", "\\ ", "\\quad", "\\qquad"), " "),
        "\\cdot": "·", "\\times": "×", "\\div": "÷", "\\pm": "±", "\\mp": "∓", "\\odot": "⊙", "\\oplus": "⊕",
        "\\otimes": "⊗", "\\circ": "∘", "\\ast": "*", "\\star": "⋆",
        "\\le": "≤", "\\leq": "≤", "\\ge": "≥", "\\geq": "≥",
        "\\ne": "≠", "\\neq": "≠", "\\ll": "≪", "\\gg": "≫", "\\approx": "≈", "\\equiv": "≡", "\\sim": "~",
        "\\propto": "∝", "\\in": "∈", "\\notin": "∉", "\\subset": "⊂", "\\subseteq": "⊆",
        "\\cup": "\u222a", "\\cap": "∩",
        "\\to": "→", "\\rightarrow": "→", "\\Rightarrow": "⇒", "\\leftarrow": "←", "\\gets": "←", "\\mapsto": "↦",
        "\\implies": "⇒", "\\iff": "⇔", "\\lfloor": "⌊", "\\rfloor": "⌋", "\\lceil": "⌈", "\\rceil": "⌉",
        "\\langle": "⟨", "\\rangle": "⟩", "\\mid": "|", "\\vert": "|", "\\lvert": "|", "\\rvert": "|", "\\|": "‖",
        "\\lbrace": "{", "\\rbrace": "}", "\\{": "{", "\\}": "}", "\\_": "_", "\\%": "%", "\\#": "#",
        "\\&": "&", "\\ldots": "…", "\\dots": "…", "\\cdots": "⋯", "\\vdots": "⋮", "\\ddots": "⋱", "\\infty": "∞",
        "\\partial": "∂", "\\nabla": "∇", "\\sum": "Σ", "\\prod": "Π", "\\int": "∫", "\\forall": "∀", "\\exists": "∃",
        "\\top": "\u22a4", "\\perp": "⊥", "\\prime": "\u2032", "\\ell": "\u2113",
        "\\neg": "¬", "\\land": "∧", "\\lor": "\u2228",
        "\\emptyset": "∅", "\\alpha": "α", "\\beta": "β", "\\gamma": "γ", "\\delta": "δ", "\\epsilon": "ε",
        "\\varepsilon": "ε", "\\zeta": "ζ", "\\eta": "η", "\\theta": "θ", "\\kappa": "κ", "\\lambda": "λ", "\\mu": "μ",
        "\\nu": "ν", "\\xi": "ξ", "\\pi": "π", "\\rho": "ρ", "\\sigma": "σ", "\\tau": "τ", "\\phi": "φ",
        "\\varphi": "φ",
        "\\chi": "χ", "\\psi": "ψ", "\\omega": "ω", "\\Gamma": "Γ", "\\Delta": "Δ", "\\Theta": "Θ", "\\Lambda": "Λ",
        "\\Xi": "Ξ", "\\Pi": "Π", "\\Sigma": "Σ", "\\Phi": "Φ", "\\Psi": "Ψ", "\\Omega": "Ω",
    }
)  # fmt: skip

#: Names of functions; the value says whether a script of one stands below it in a formula of its own line.
FUNCTIONS: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(("\\max", "\\min", "\\lim", "\\sup", "\\inf"), True)
    | dict.fromkeys(
        ("\\exp", "\\log", "\\ln", "\\sin", "\\cos", "\\tan", "\\sinh", "\\cosh", "\\tanh", "\\arg", "\\dim", "\\det"),
        False,
    )
)

#: Commands whose argument is words, by how they are set.
WORDS: Mapping[str, str] = MappingProxyType(
    {"\\text": "text", "\\textrm": "text", "\\mathrm": "upright", "\\mathit": "slanted"}
    | {"\\texttt": "code", "\\mathtt": "code", "\\operatorname": "function", "\\operatorname*": "limits"}
)

#: Commands that change the hand of letters and digits.
FONTS = ("\\mathbf", "\\boldsymbol", "\\mathcal", "\\mathbb", "\\mathsf")

#: Accents with the combining character that plain text has for them.
ACCENTS: Mapping[str, str] = MappingProxyType(
    {"\\hat": "\u0302", "\\tilde": "\u0303", "\\bar": "\u0304", "\\vec": "\u20d7", "\\dot": "\u0307"}
)

#: Commands that build something from formulas, with the number of these.
BUILT: Mapping[str, int] = MappingProxyType(
    {"\\frac": 2, "\\dfrac": 2, "\\tfrac": 2, "\\binom": 2, "\\sqrt": 1, "\\overline": 1}
    | {"\\underbrace": 1, **dict.fromkeys(ACCENTS, 1), **dict.fromkeys(FONTS, 1)}
)

#: What may follow \left and \right; a point stands for nothing.
DELIMITERS: Mapping[str, str] = MappingProxyType(
    {character: character for character in "()[]|"}
    | {".": "", "\\|": "‖", "\\{": "{", "\\}": "}"}
    | {name: SIGNS[name] for name in ("\\lfloor", "\\rfloor", "\\lceil", "\\rceil", "\\langle", "\\rangle")}
)

#: Rows and columns, with the brackets around them.
ENVIRONMENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "vmatrix": ("|", "|"),
        "cases": ("{", ""), "aligned": ("", ""),
    }
)  # fmt: skip
