"""Floor division, maxima and powers of polynomials, each in one normal form; every rule says why it is true.

All symbols are whole numbers, so every polynomial is whole. Rules that need a positive divisor ask
`engine.sizes.signs` for a proof and are left out without one. Where the divisor is 0 nothing is promised.
"""

from __future__ import annotations

from functools import cmp_to_key
from math import gcd

from engine.sizes.limits import MAX_ARGUMENTS, MAX_DEGREE, MAX_TERMS, TRIAL_LIMIT, SizeError, SizeTooLarge
from engine.sizes.polynomial import (
    MINUS_ONE,
    ONE,
    ZERO,
    Atom,
    Floor,
    Largest,
    Monomial,
    Polynomial,
    Power,
    add,
    check_limits,
    constant,
    divide,
    integer_content,
    integer_of,
    monomial_quotient,
    multiply,
    of_atom,
    scale,
    subtract,
)
from engine.sizes.signs import at_least, least_value

__all__ = ["exact_quotient", "floor_divide", "largest", "raised", "smallest"]


def exact_quotient(top: Polynomial, bottom: Polynomial) -> Polynomial | None:
    """top / bottom where it divides exactly, bottom not 0; None otherwise."""
    sign = -1 if bottom[0][1] < 0 else 1
    quotient, remainder = divide(scale(top, sign), scale(bottom, sign))
    return None if remainder else quotient


def floor_divide(top: Polynomial, bottom: Polynomial) -> Polynomial:
    """top // bottom, bottom not 0."""
    if bottom[0][1] < 0:
        # A common sign does not matter: a // b is (-a) // (-b).
        top, bottom = scale(top, -1), scale(bottom, -1)
    # Whole multiples of the divisor come out: (q*b + r) // b is q + r//b.
    whole, rest = divide(top, bottom)
    return add(whole, _proper(*_cancelled(rest, bottom))) if rest else whole


def _proper(rest: Polynomial, bottom: Polynomial) -> Polynomial:
    """rest // bottom for a remainder that is not 0."""
    if not at_least(bottom, 1):
        return of_atom(Floor(1, rest, bottom))
    rest, bottom = _narrowed(rest, bottom)
    if not rest:
        return ZERO
    opened = _without_inner_floor(rest, bottom)
    if opened:
        return floor_divide(*opened)
    # x // b == -1 - (-x - 1) // b: the same floor seen from above, so that a ceiling meets its floor.
    mirrored_whole, mirrored = divide(subtract(MINUS_ONE, rest), bottom)
    outside = subtract(MINUS_ONE, mirrored_whole)
    opened = _without_inner_floor(mirrored, bottom) if mirrored else None
    if opened:
        return subtract(outside, floor_divide(*opened))
    if _preference(mirrored) < _preference(rest):
        return subtract(outside, _floor(mirrored, bottom))
    return _floor(rest, bottom)


def _cancelled(rest: Polynomial, bottom: Polynomial) -> tuple[Polynomial, Polynomial]:
    """(g*a) // (g*b) == a // b, for numbers g and for symbols, which are never 0."""
    common = gcd(integer_content(rest), integer_content(bottom))
    shared: list[Atom] = []
    left = [monomial for monomial, _ in rest + bottom]
    for atom in left[0]:
        quotients = [monomial_quotient(monomial, (atom,)) for monomial in left]
        whole = [quotient for quotient in quotients if quotient is not None]
        if len(whole) == len(left) and (least_value(atom) or 0) >= 1:
            shared.append(atom)
            left = whole
    if common == 1 and not shared:
        return rest, bottom
    divisor: Polynomial = ((tuple(shared), common),)
    return divide(rest, divisor)[0], divide(bottom, divisor)[0]


def _narrowed(rest: Polynomial, bottom: Polynomial) -> tuple[Polynomial, Polynomial]:
    """(g*a + r) // (g*b) == (a + r//g) // b for numbers g and r, b > 0, since floors of floors are one floor."""
    common = gcd(integer_content(bottom), *(c for monomial, c in rest if monomial))
    if common == 1:
        return rest, bottom
    # Python's // on the coefficients is exact but on the number at the end, where it is the rule.
    parts = ((monomial, coefficient // common) for monomial, coefficient in rest)
    return tuple(part for part in parts if part[1]), divide(bottom, constant(common))[0]


def _without_inner_floor(rest: Polynomial, bottom: Polynomial) -> tuple[Polynomial, Polynomial] | None:
    """(p + a//b) // c == (p*b + a) // (b*c) for b, c > 0: floor(floor(y)/c) is floor(y/c), and p is whole."""
    for monomial, _ in rest:
        if len(monomial) != 1 or not isinstance(monomial[0], Floor):
            continue
        inner = monomial[0]
        if not at_least(inner.bottom, 1):
            continue
        outside = subtract(rest, of_atom(inner))
        # Another floor, or more of this one, would come back multiplied.
        if any(isinstance(atom, Floor) for m, _ in outside for atom in m):
            continue
        top = add(multiply(outside, inner.bottom), inner.top)
        below = multiply(inner.bottom, bottom)
        if max(len(top[0][0]) if top else 0, len(below[0][0])) <= MAX_DEGREE // 2 and len(top) < MAX_TERMS // 4:
            return top, below
    return None


def _preference(form: Polynomial) -> list[tuple[int, Monomial, bool, int]]:
    """Of two ways to write one floor, the lower of these two is taken: any order will do, if it is one."""
    return [(-len(monomial), monomial, c < 0, abs(c)) for monomial, c in form]


def _floor(rest: Polynomial, bottom: Polynomial) -> Polynomial:
    if at_least(rest, 0) and at_least(subtract(subtract(bottom, rest), ONE), 0):
        return ZERO
    return of_atom(Floor(1, rest, bottom))


def smallest(parts: list[Polynomial]) -> Polynomial:
    """min(parts) == -max(-parts): one kind of atom serves both."""
    return scale(largest([scale(part, -1) for part in parts]), -1)


def largest(parts: list[Polynomial]) -> Polynomial:
    """max(parts), at least one of them.

    max(a + c, b + c) == c + max(a, b), so the first part in an order that shifts keep goes outside; what
    divides all the rises, max(g*a, g*b) == g*max(a, b) for g >= 0, goes outside too.
    """
    kept = _undominated(_opened(parts))
    if len(kept) > MAX_ARGUMENTS:
        raise SizeTooLarge(f"a maximum has {len(kept)} arguments; {MAX_ARGUMENTS} is the most.")
    kept.sort(key=cmp_to_key(_shift_free_order))
    base, rises = kept[0], [subtract(part, kept[0]) for part in kept[1:]]
    if not rises:
        return base
    content = gcd(*map(integer_content, rises))
    shared = _shared_factors([monomial for rise in rises for monomial, _ in rise])
    factor: Polynomial = ((shared, content),)
    reduced = tuple(sorted(divide(rise, factor)[0] for rise in rises))
    return add(base, multiply(factor, of_atom(Largest(2, reduced))))


def _shared_factors(monomials: list[Monomial]) -> Monomial:
    shared: list[Atom] = []
    for atom in monomials[0]:
        quotients = [monomial_quotient(monomial, (atom,)) for monomial in monomials]
        whole = [quotient for quotient in quotients if quotient is not None]
        if len(whole) == len(monomials) and least_value(atom) is not None:
            shared.append(atom)
            monomials = whole
    return tuple(shared)


def _shift_free_order(left: Polynomial, right: Polynomial) -> int:
    difference = subtract(left, right)
    return (1 if difference[0][1] > 0 else -1) if difference else 0


def _undominated(parts: list[Polynomial]) -> list[Polynomial]:
    """The parts that no other part is proven to reach or exceed."""
    kept: list[Polynomial] = []
    for part in parts:
        if any(_never_negative(subtract(other, part)) for other in kept):
            continue
        kept = [other for other in kept if not _never_negative(subtract(part, other))]
        kept.append(part)
    return kept


def _never_negative(form: Polynomial, *, maxima: int = 2) -> bool:
    """Whether form >= 0 is proven, also because a maximum is at least each of its arguments."""
    if at_least(form, 0):
        return True
    found = _inner_largest(form) if maxima else None
    if found is None:
        return False
    factor, inner = found
    outside = subtract(form, multiply(factor, of_atom(inner)))
    lower = (add(outside, multiply(factor, rise)) for rise in (ZERO, *inner.rises))
    return any(_never_negative(bound, maxima=maxima - 1) for bound in lower)


def _opened(parts: list[Polynomial]) -> list[Polynomial]:
    """max(p + c*max(0, d), q) == max(p, p + c*d, q) for c >= 0; left closed where it gets too many."""
    waiting, done = list(parts), list[Polynomial]()
    while waiting:
        part = waiting.pop()
        found = _inner_largest(part)
        if found is None or len(waiting) + len(done) + len(found[1].rises) >= MAX_ARGUMENTS:
            done.append(part)
            continue
        factor, inner = found
        outside = subtract(part, multiply(factor, of_atom(inner)))
        waiting += [outside, *(add(outside, multiply(factor, rise)) for rise in inner.rises)]
    return done


def _inner_largest(part: Polynomial) -> tuple[Polynomial, Largest] | None:
    for monomial, coefficient in part:
        inner = [atom for atom in monomial if isinstance(atom, Largest)]
        if coefficient > 0 and len(inner) == 1:
            factor = monomial_quotient(monomial, (inner[0],)) or ()
            if all(least_value(atom) is not None for atom in factor):
                return ((factor, coefficient),), inner[0]
    return None


def raised(base: Polynomial, exponent: Polynomial) -> Polynomial:
    """base ** exponent; raises SizeError for an exponent that is not proven to be 0 or more."""
    times = integer_of(exponent)
    if times is not None and times >= 0:
        return _repeated(base, times)
    if not at_least(exponent, 0):
        raise SizeError("the exponent of a power may be negative here; a size is a whole number.")
    if base == ONE:
        return ONE
    if not base:
        if at_least(exponent, 1):
            return ZERO
        raise SizeError("0 to a power that may be 0 is 1 or 0; the exponent must be at least 1.")
    if len(base) > 1 or base[0][1] < 0:
        return _power_of(base, exponent)
    # Factors are raised one by one: (a*b)**e is a**e * b**e.
    monomial, coefficient = base[0]
    result = ONE
    for factor in [constant(prime) for prime in _prime_factors(coefficient)] + [of_atom(a) for a in monomial]:
        result = check_limits(multiply(result, _power_of(factor, exponent)))
    return result


def _power_of(base: Polynomial, exponent: Polynomial) -> Polynomial:
    inner = base[0][0][0] if len(base) == 1 and base[0][0] else None
    if isinstance(inner, Power):
        # Exponents of exponents multiply: (b**e)**f is b**(e*f).
        return _power_of(inner.base, check_limits(multiply(inner.exponent, exponent)))
    if any(coefficient < 0 for _, coefficient in exponent):
        return of_atom(Power(3, base, exponent))
    result = ONE
    for monomial, coefficient in exponent:
        # Terms of the exponent come apart: b**(c*m + e) is (b**m)**c * b**e.
        part = base if not monomial else of_atom(Power(3, base, ((monomial, 1),)))
        result = check_limits(multiply(result, _repeated(part, coefficient)))
    return result


def _repeated(base: Polynomial, times: int) -> Polynomial:
    number = integer_of(base)
    if number in (0, 1, -1):
        return constant(number**times)
    if times > MAX_TERMS * MAX_DEGREE:
        raise SizeTooLarge(f"a power has exponent {times}; that outgrows every limit of sizes.")
    result = ONE
    while times:
        if times & 1:
            result = check_limits(multiply(result, base))
        times >>= 1
        base = check_limits(multiply(base, base)) if times else base
    return result


def _prime_factors(number: int) -> list[int]:
    factors: list[int] = []
    divisor = 2
    while divisor <= TRIAL_LIMIT and divisor * divisor <= number:
        while number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        divisor += 1
    return [*factors, number] if number > 1 else factors
