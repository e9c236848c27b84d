"""Gives every word of a formula's text its role: function, unit, relation, sign in letters, number, name or prose."""

from __future__ import annotations

import re
from typing import Final

from grader.reading.formulas import vocabulary as words
from grader.reading.formulas.name_roles import MODULES, NameRoles
from grader.reading.formulas.units import AMBIGUOUS_UNITS, UNIT_NOUNS, bytes_in
from grader.reading.tokens import Token
from grader.reading.unreadable import refusal

__all__ = ["WordRoles"]

_LOG_BASE: Final = re.compile(r"(?:log|ln)_?\(?(\d+|e)\)?")
_ORDERS: Final = {
    "O": "O", "Theta": "O", "theta": "O", "\u0398": "O", "\u03b8": "O", "BigO": "O", "bigO": "O", "big_O": "O",
    "Big_O": "O", "bigo": "O", "\u03a9": "\u03a9", "Omega": "\u03a9", "omega": "\u03a9",
}  # fmt: skip  # fmt: skip
# Two words that begin a statement of a database.
_STATEMENTS: Final = frozenset({("drop", "table"), ("union", "select"), ("insert", "into"), ("select", "*")})
_BETWEEN_AXES: Final = frozenset({"by", "par", "por", "mal", "times", "fois"})


class WordRoles(NameRoles):
    """What each word says."""

    def word(self, index: int) -> int:
        token = self.tokens[index]
        text, low = token.text, token.text.lower()
        following = self.at(index + 1)
        if low == "else" or (low in words.CODE and self.looks_like_code(low, following)) or "__" in text:
            raise refusal(token.start, f'We read "{text}", which is program text; please write only the formula.')
        if low in ("x",) and not self.names.is_exact(text) and self.after_operand() and self.starts_operand(following):
            return self.put(token, "sign", "*", index + 1, "x")
        if self.growth and following is not None and following.text in ("(", "[", "{"):
            order = _ORDERS.get(text)
            if order is not None and not (self.names.is_exact(text) and len(text) > 1):
                return self.put(token, "function", order, index + 1)
        if self.growth and text in _ORDERS and not self.names.is_exact(text):
            return self.put(token, "word", low, index + 1)
        if self.axes and low in _BETWEEN_AXES and self.after_operand() and self.starts_operand(following):
            return self.put(token, "sign", "*", index + 1, "x")
        called = self.call(index)
        if called is not None:
            return called
        if self.has_attribute(index):
            return self.attribute(index)
        if self.is_hyphenated(index, following):
            return self.put(token, "word", low, index + 3)
        if self.is_counted_noun(low):
            end = self.counted_noun(index)
            if end is not None:
                return end
        if self.is_closing_unit(index):
            return self.put(token, "unit", text, index + 1, bytes_in(text))
        if self.names.is_exact(text) and not self.is_article(low, following):
            return self.put(token, "symbol", self.names.find(text) or text, index + 1, "known")
        function = self.function(index)
        if function is not None:
            return function
        unit = self.unit(index)
        if unit is not None:
            return unit
        return self.known_word(index)

    def looks_like_code(self, low: str, following: Token | None) -> bool:
        if following is not None and (low, following.text.lower()) in _STATEMENTS:
            return True
        return low in ("import", "lambda", "subprocess") or (
            following is not None and following.text in ("(", ".", "*")
        )

    def is_article(self, low: str, following: Token | None) -> bool:
        """The a of "a matrix", where a is declared too: a word follows that is no name."""
        if low not in words.ARTICLES or following is None or following.kind != "name" or following.text in "xX":
            return False
        return self.names.find(following.text) is None and self.names.product(following.text) is None

    def is_hyphenated(self, index: int, following: Token | None) -> bool:
        """`non-zero` and `float-64` in prose."""
        after = self.at(index + 2)
        if following is None or after is None or following.text != "-" or following.spaced or after.spaced:
            return False
        if (self.tokens[index].text.lower(), after.text.lower()) == ("big", "o"):
            return True
        known = any(self.is_mathematical(one) for one in (self.tokens[index], after) if one.kind == "name")
        return after.kind == "name" and len(self.tokens[index].text) > 1 and len(after.text) > 1 and not known

    def is_counted_noun(self, low: str) -> bool:
        return low in words.COUNTED and self.after_operand() and self.names.find(low) is None

    def counted_noun(self, index: int) -> int | None:
        """The noun of `64 images x 3 channels` says nothing; `P entries of 8 bytes each` is a product."""
        following = self.at(index + 1)
        if following is not None and (following.text in ("*", "/") or self.low(index + 1) in ("x", "times")):
            after = self.at(index + 2)
            return index + 1 if self.starts_operand(after) else None
        at = index + 1
        while (self.low(at) in words.COUNTED_AT or self.text(at) == ",") and at < index + 5:
            at += 1
        number, unit = self.at(at), self.text(at + 1)
        if (
            self.units
            and at > index + 1
            and number is not None
            and number.kind == "number"
            and bytes_in(unit) is not None
        ):
            self.out.append(number._replace(kind="sign", text="*"))
            self.out.append(number)
            end = self.unit(at + 1) or at + 2
            return end + (self.low(end) in ("each", "apiece"))
        return None

    def is_closing_unit(self, index: int) -> bool:
        """The B behind `4*B*T` where B is a name too: the last word, set apart, of a formula that has its B."""
        token, following = self.tokens[index], self.at(index + 1)
        ends = following is None or following.kind == "newline" or following.text in (".", ")", "*", "**")
        if not (self.units and token.text == "B" and ends and token.spaced and self.after_operand()):
            return False
        return any(one.kind == "symbol" and one.text == "B" for one in self.out)

    def function(self, index: int) -> int | None:
        token, following = self.tokens[index], self.at(index + 1)
        low = token.text.lower()
        if (
            low in MODULES
            and following is not None
            and following.text == "."
            and self.low(index + 2) in words.FUNCTIONS
        ):
            return self.put(token, "function", words.FUNCTIONS[self.low(index + 2)], index + 3)
        opens = following is not None and following.text in ("(", "{", "[")
        base = _LOG_BASE.fullmatch(low)
        if base:
            text = "log" if base[1] == "e" else f"log{base[1]}"
            return self.put(token, "function", text, index + 1)
        if token.text == "E" and opens and self.names.find("E") is None:
            return self.put(token, "function", "floor", index + 1)
        canonical = words.FUNCTIONS.get(low)
        if canonical is None or self.names.find(token.text) is not None:
            return None
        if self.low(index + 1) == "of" and not self.names.is_exact(token.text):
            return self.put(token, "symbol", f"{token.text} of", index + 2)  # the floor of what?
        fraction = following is not None and following.text == "\\frac"
        named = following is not None and (following.kind != "name" or self.is_mathematical(following))
        bare = fraction or (
            (canonical.startswith("log") or canonical in ("exp", "sqrt", "tanh"))
            and (named or self.low(index + 1) in words.FUNCTIONS)
        )
        if opens or (
            bare
            and (
                self.starts_operand(following)
                or (following is not None and (following.text in ("^", "**") or following.kind == "raised"))
            )
        ):
            return self.put(token, "function", canonical, index + 1)
        if following is not None and named and self.starts_operand(following):
            return self.put(token, "symbol", token.text, index + 1)  # floor n: not to be set aside as a word
        return None

    def unit(self, index: int) -> int | None:
        """A unit, and what it is counted for: `bytes/float` and `bytes per entry` are bytes."""
        token = self.tokens[index]
        if not self.units:
            return None
        if token.text in AMBIGUOUS_UNITS:
            raise refusal(
                token.start,
                f'We read "{token.text}", which could be bits or bytes; please write MB or Mbit.',
            )
        scale = self.own_units.get(token.text, bytes_in(token.text))
        if scale is None or (token.text in ("B", "o") and not self.after_operand()):
            return None
        end = index + 1
        separator = self.at(end)
        if separator is not None and (separator.text == "/" or self.low(end) in ("per", "par", "pro", "por", "each")):
            end += 1 + (self.low(end + 1) in words.ARTICLES)
            end = end + 1 if self.low(end) in UNIT_NOUNS else index + 1
        return self.put(token, "unit", token.text, end, scale)

    def known_word(self, index: int) -> int:
        """A word that is none of the declared names as it stands."""
        token, following = self.tokens[index], self.at(index + 1)
        low = token.text.lower()
        if low in words.BEING:
            return self.put(token, "relation", "=", index + 1, "word")
        if low in words.APPROXIMATE:
            return self.put(token, "relation", "\u2248", index + 1, "word")
        number = following is not None and following.kind == "number"
        if low in ("minus", "negative") and number and not self.after_operand():
            return self.put(token, "sign", "-", index + 1)
        if low in words.INFIX and self.is_infix(index):
            return self.put(token, "sign", words.INFIX[low], index + 1, "word")
        if low in words.ROUNDED and self.after_operand():
            down = self.low(index + 1)
            if down in ("down", "up") or low != "rounded":
                text = "ceil" if down == "up" or low in ("aufgerundet",) else "floor"
                return self.put(token, "rounded", text, index + (2 if down in ("down", "up") else 1))
        if low in words.NUMERALS and self.is_numeral(index):
            return self.put(token, "number", str(words.NUMERALS[low]), index + 1)
        if low in ("divided", "multiplied") and self.low(index + 1) == "by" and self.after_operand():
            return self.put(token, "sign", "/" if low == "divided" else "*", index + 2)
        if low in words.POWERS and self.after_operand():
            return self.put(token, "raised", words.POWERS[low], index + 1)
        if self.names.find("e") is None and token.text == "e" and self.is_euler(following):
            return self.put(token, "constant", "e", index + 1)
        if token.text in ("pi", "\u03c0"):
            return self.put(token, "constant", "pi", index + 1)
        return self.name_or_prose(index)

    def is_infix(self, index: int) -> bool:
        following = self.at(index + 1)
        comma = len(self.out) > 1 and self.out[-1].text == "," and self.low(index) in ("plus", "minus", "times")
        if following is None or not self.starts_operand(following) or not (self.after_operand() or comma):
            return False
        known = following.kind != "name" or self.names.find(following.text) or self.names.product(following.text)
        return bool(known) or self.low(index + 1) in words.FUNCTIONS

    def is_numeral(self, index: int) -> bool:
        """The four of "four times n"; elsewhere a number word may count anything."""
        following = self.at(index + 1)
        last = self.out[-1] if self.out else None
        begins = last is None or last.kind in ("newline", "relation")
        if begins and (following is None or following.kind == "newline" or following.text in (".", ",", ";")):
            return True
        return self.low(index + 1) in ("times", "plus", "minus") or (
            following is not None and following.text in ("*", "x")
        )

    def is_euler(self, following: Token | None) -> bool:
        return following is not None and (
            following.text in ("^", "**", "*", "/", ")", "+", "-") or following.kind == "raised"
        )
