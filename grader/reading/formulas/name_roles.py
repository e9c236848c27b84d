"""Tells the names in a formula's text from its words: declared names, products of them, calls, slips, and prose."""

from __future__ import annotations

from typing import Final

from grader.reading.formulas import vocabulary as words
from grader.reading.formulas.names import TIMES
from grader.reading.formulas.role_pass import BINARY, RolePass
from grader.reading.tokens import Token

__all__ = ["MODULES", "NameRoles"]

#: What may stand before a function and a point.
MODULES: Final = frozenset({"np", "numpy", "math", "torch", "cmath", "ag"})
_ORDINAL: Final = frozenset({"st", "nd", "rd", "th"})


class NameRoles(RolePass):
    """What a word is that is no function, unit or sign in letters."""

    def counted(self, name: Token | None) -> str | None:
        """The declared name for "number of samples": n_samples, num_samples or len(samples)."""
        if name is None or name.kind != "name":
            return None
        for spelling in (f"#{name.text}", f"n_{name.text}", f"num_{name.text}", f"number_of_{name.text}"):
            found = self.names.find(spelling)
            if found:
                return found
        return None

    def call(self, index: int) -> int | None:
        """A declared call such as `len(checkpoints)`, and "number of checkpoints"."""
        token = self.tokens[index]
        opening, name, closing = (self.at(index + step) for step in (1, 2, 3))
        if token.text.lower() == "number" and self.low(index + 1) == "of":
            at = index + (3 if self.low(index + 2) in words.ARTICLES else 2)
            found = self.counted(self.at(at))
            return self.put(token, "symbol", found, at + 1, "known") if found else None
        if opening is None or name is None or closing is None or name.kind != "name":
            return None
        if (opening.text, closing.text) not in (("(", ")"), ("{", "}")):
            return None
        spelling = f"{token.text}({name.text})"
        found = self.names.find(spelling) or (self.names.near(spelling) if token.text.lower() == "len" else None)
        return self.put(token, "symbol", found, index + 4, "known") if found else None

    def has_attribute(self, index: int) -> bool:
        """`x.grad`, and not the product `8.N.P`."""
        point, name = self.at(index + 1), self.at(index + 2)
        if point is None or name is None or point.text != "." or name.kind != "name" or point.spaced or name.spaced:
            return False
        if self.tokens[index].text.lower() in MODULES and name.text.lower() in words.FUNCTIONS:
            return False
        return self.names.find(name.text) is None and self.names.product(name.text) is None and len(name.text) > 1

    def attribute(self, index: int) -> int:
        """`Queries.value.nbytes`: one unknown name, which may stand on the left of an equals sign."""
        token, end = self.tokens[index], index + 1
        text = token.text
        while True:
            point, name = self.at(end), self.at(end + 1)
            if point is None or name is None or point.text != "." or name.kind != "name" or point.spaced or name.spaced:
                break
            text, end = f"{text}.{name.text}", end + 2
        return self.put(token, "symbol" if end > index + 1 else "word", text if end > index + 1 else text.lower(), end)

    def name_or_prose(self, index: int) -> int:
        token, following = self.tokens[index], self.at(index + 1)
        text, low = token.text, token.text.lower()
        touches = self.touches_mathematics(following) and not (low in words.PROSE and self.is_after_dash(token))
        if low in words.PROSE and not touches:
            return self.put(token, "word", low, index + 1)
        ordinal = low in _ORDINAL and not token.spaced and self.out and self.out[-1].kind == "number"
        if ordinal and self.names.product(text) is None:
            return self.put(token, "word", low, index + 1)
        found = self.names.find(text)
        if found is not None and (touches or len(text) > 1 or self.is_alone(following) or self.after_operand()):
            return self.put(token, "symbol", found, index + 1, "known")
        parts = None if low in words.PROSE else self.names.product(text)
        if parts is not None:
            return self.product(token, parts, index + 1)
        if text[-1] == "e" and following is not None and following.text in ("^", "**") and self.names.find("e") is None:
            parts = self.names.product(text[:-1])
            if parts is not None:
                self.product(token, parts, index + 1)
                return self.put(token, "constant", "e", index + 1)
        if "log" in text and self.is_log_product(token, text):
            return index + 1
        if text[0] in "xX" and self.after_operand() and self.names.find("x") is None and not self.is_hexadecimal(token):
            pieces = [self.piece(piece) for piece in text[1:].replace("X", "x").split("x")]
            if all(pieces):
                for piece in pieces:
                    self.out.append(token._replace(kind="sign", text="*", detail="x"))
                    self.out += [token._replace(kind=kind, text=part, detail="known") for kind, part in piece]
                return index + 1
        near = self.names.near(text)
        if near is not None and low not in words.PROSE:
            return self.put(token, "symbol", near, index + 1, "known")
        symbolic = (
            "_" in text.strip("_")
            or (text[0] in "xX" and text[1:].isdigit())
            or (self.after_operand() and any(c.isdigit() for c in text))
        )
        if touches or symbolic or (len(text) == 1 and low not in words.ARTICLES) or self.follows_factor(token):
            return self.put(token, "symbol", text, index + 1)
        return self.put(token, "word", low, index + 1)

    def is_log_product(self, token: Token, text: str) -> bool:
        """`nlogn` and `logn`, put out as n log n."""
        before, _, behind = text.partition("log")
        first, second = self.names.product(before) if before else [], self.names.product(behind)
        if first is None or second is None:
            return False
        self.product(token, first, 0)
        self.out.append(token._replace(kind="function", text="log"))
        self.product(token, second, 0)
        return True

    def piece(self, text: str) -> list[tuple[str, str]]:
        """One factor of 16x3xN: a number or names; an empty list where it is neither."""
        if text.isdigit():
            return [("number", text)]
        return [("symbol", part) for part in self.names.product(text) or ()]

    def product(self, token: Token, parts: list[str], next_index: int) -> int:
        for part in parts:
            if part == TIMES:
                self.out.append(token._replace(kind="sign", text="*", detail="x"))
            else:
                self.out.append(token._replace(kind="symbol", text=part, detail="known"))
        return next_index

    def is_after_dash(self, token: Token) -> bool:
        """The each of `(N, P) - each row is a patch`."""
        return bool(self.out) and self.out[-1].text == "-" and self.out[-1].spaced and token.spaced

    def is_hexadecimal(self, token: Token) -> bool:
        return not token.spaced and self.out[-1].text == "0"

    def is_alone(self, following: Token | None) -> bool:
        last = self.out[-1] if self.out else None
        before = last is None or last.kind in ("newline", "relation") or last.text in ("(", ",", "[")
        return before and (following is None or following.kind in ("newline", "sign"))

    def follows_factor(self, token: Token) -> bool:
        """The d of `8 n d`, and the foo of `3foo`: it may be a factor, so it can't be set aside."""
        last = self.out[-1] if self.out else None
        if last is None:
            return False
        return last.kind in ("number", "raised") and not token.spaced

    def touches_mathematics(self, following: Token | None) -> bool:
        """Whether an operator or a parenthesis that would make it a factor or a function stands beside the word."""
        last = self.out[-1] if self.out else None
        if (
            last is not None
            and last.kind == "sign"
            and (last.text in BINARY or (last.text == "-" and len(self.out) > 1))
        ):
            return True
        if following is None:
            return False
        if following.kind == "raised":
            return not following.spaced
        if following.text == "(":
            return not following.spaced
        return following.kind == "sign" and following.text in BINARY
