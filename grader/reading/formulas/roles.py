"""Gives every token of a formula's text its role: name, function, number, sign, relation, unit or word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from grader.reading.formulas.names import Names
from grader.reading.formulas.units import bytes_in
from grader.reading.formulas.word_roles import WordRoles
from grader.reading.tokens import Token
from grader.reading.unreadable import refusal

__all__ = ["give_formula_roles"]

_RELATIONS: Final = {
    "=": "=", "==": "=", ":=": "=", ":": ":", "\u2248": "\u2248", "\u2192": "\u2192", "\u21d2": "\u21d2",
    "\u2208": "=", "\u221d": "=",
}  # fmt: skip  # fmt: skip
# What a student may take KB, MB, ... for.
_SCALES: Final = frozenset(base**power for base in (1000, 1024) for power in range(1, 6))
_COMPARISONS: Final = ("<", ">", "<=", ">=", "!=", "\u2260", "\u2264", "\u2265")


def give_formula_roles(
    tokens: Sequence[Token], names: Names, *, units: bool = False, growth: bool = False, axes: bool = False
) -> list[Token]:
    """The tokens with their roles.

    `units`: words such as bytes and KiB are units; `growth`: O(...) is an order; `axes`: "by" stands between axes.
    """
    own_units = dict(_own_units(tokens)) if units else {}
    roles = _Roles(tokens, names, units=units, growth=growth, axes=axes, own_units=own_units)
    index = 0
    while index < len(tokens):
        kind = tokens[index].kind
        if kind == "name":
            index = roles.word(index)
        elif kind == "sign":
            index = roles.sign(index)
        elif kind == "raised" and tokens[index].text[-1].isalpha():
            index = roles.raised_letter(index)
        elif kind == "number":
            index = roles.number(index)
        else:
            roles.out.append(tokens[index]._replace(kind="word" if kind == "prose" else kind))
            index += 1
    return roles.out


class _Roles(WordRoles):
    """The signs and numbers between the words."""

    def sign(self, index: int) -> int:
        token, following = self.tokens[index], self.at(index + 1)
        if token.text in _RELATIONS:
            return self.put(token, "relation", _RELATIONS[token.text], index + 1)
        if token.text in _COMPARISONS:
            return self.put(token, "comparison", token.text, index + 1)
        if token.text == "#" and following is not None and following.kind == "name":
            of = self.low(index + 1) == "of"
            name = self.at(index + 2) if of else following
            found = self.counted(name)
            if found:
                return self.put(token, "symbol", found, index + (3 if of else 2), "known")
        if token.text == "|":
            name, closing = following, self.at(index + 2)
            if name is not None and closing is not None and closing.text == "|" and name.kind == "name":
                found = self.names.find(f"|{name.text}|")
                if found:
                    return self.put(token, "symbol", found, index + 3, "known")
        if token.text == "/" and self.divides_amounts(index):
            raise refusal(
                token.start, "We read two amounts with a stroke between them; please write only the one you mean."
            )
        if token.text == "{" and following is not None and following.text == "{" and not following.spaced:
            raise refusal(token.start, 'We read "{{", which is program text; please write only the formula.')
        if token.text == "(" and self.units:
            end = self.end_of_each(index)
            if end:
                self.out.append(token._replace(text="*"))
                self.out.append(self.tokens[index + 1])
                self.unit(index + 2)
                return end
        if token.text == "." and self.is_dot_product(token, following):
            return self.put(token, "sign", "*", index + 1)
        self.out.append(token)
        return index + 1

    def end_of_each(self, index: int) -> int:
        """Behind `n*m (8 bytes each)`, which is a product unless the 8 stands in it already; 0 elsewhere."""
        number, closing = self.at(index + 1), self.at(index + 4)
        if (
            number is None
            or number.kind != "number"
            or bytes_in(self.low(index + 2)) is None
            or not self.after_operand()
        ):
            return 0
        if self.low(index + 3) not in ("each", "apiece") or closing is None or closing.text != ")":
            return 0
        said = any(token.kind == "unit" or token.text == number.text for token in self.out)
        return 0 if said else index + 5

    def divides_amounts(self, index: int) -> bool:
        """`1.5 MB / 1.5 MiB`."""
        number = self.at(index + 1)
        if not self.out or self.out[-1].kind != "unit" or number is None or number.kind != "number":
            return False
        return bytes_in(self.low(index + 2)) is not None and self.units

    def is_dot_product(self, token: Token, following: Token | None) -> bool:
        """The point of `8.N.P`."""
        if token.spaced or following is None or following.spaced or not self.after_operand():
            return False
        if following.kind == "name":
            return self.names.is_exact(following.text) or self.names.product(following.text) is not None
        return following.kind == "number" and self.out[-1].kind != "number"

    def number(self, index: int) -> int:
        """A number; groups of three digits with blanks between them are one, as in 1 572 864."""
        token, end = self.tokens[index], index + 1
        text = token.text
        if text.isdigit() and len(text) <= 3 and text[0] != "0" and not self.axes:
            while (group := self.at(end)) is not None and group.kind == "number" and re.fullmatch(r"\d{3}", group.text):
                text, end = text + group.text, end + 1
        return self.put(token, "number", text, end)

    def raised_letter(self, index: int) -> int:
        """The exponent of `2ⁿ` and `e⁻ˣ`."""
        token = self.tokens[index]
        letter = token.text[-1]
        self.out.append(token._replace(kind="sign", text="^"))
        if token.text[0] == "-":
            self.out.append(token._replace(kind="sign", text="-"))
        found = self.names.find(letter)
        return self.put(token, "symbol", found or letter, index + 1, "known" if found else None)


def _own_units(tokens: Sequence[Token]) -> Iterator[tuple[str, Fraction]]:
    """The units that a student defines, as in "1 KB = 1024 bytes"."""
    for place, (unit, sign, number, what) in enumerate(zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False)):
        before = tokens[place - 1] if place else None
        if before is not None and before.kind != "newline" and before.text not in ("1", "(", ",", ";"):
            continue
        if sign.text == "=" and number.text.isdigit() and bytes_in(unit.text) not in (None, 1):
            scale = bytes_in(what.text) if what.kind == "name" else None
            if scale is not None and int(number.text) * scale in _SCALES:
                yield unit.text, int(number.text) * scale
