"""Laws of points: never more than the field's, never more for a wrong response than for a right one, in any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from grader import Verdict, judge, judge_all
from grader.scoring import points_for, total_points
from question_templates.answers import Answer, Bytes, Expression, Growth, Number, Order, Shape
from question_templates.paper import Policy

SIZES = dict.fromkeys(("N", "Cin", "Cout", "Hin", "Win", "K", "S"), "positive integer")
GIVEN = {"P": "Hout*Wout", "Hout": "(Hin-K)//S + 1", "Wout": "(Win-K)//S + 1"}
DOMAIN = ["K <= Hin", "K <= Win", "S <= K", "2*K <= Hin", "2*K <= Win"]
#: A sheet on which later fields build on earlier ones: their keys are given in names that earlier fields ask for.
SHEET: dict[str, Answer] = {
    "Hout": Expression("(Hin-K)//S + 1", SIZES, domain=DOMAIN, asked="Hout"),
    "Wout": Expression("(Win-K)//S + 1", SIZES, domain=DOMAIN, asked="Wout"),
    "P": Expression("Hout*Wout", SIZES, {"Hout": GIVEN["Hout"], "Wout": GIVEN["Wout"]}, domain=DOMAIN),
    "patches": Shape("(N, P, Cin*K*K)", SIZES, GIVEN, domain=DOMAIN),
    "output": Shape("(N, Cout, Hout, Wout)", SIZES, GIVEN, domain=DOMAIN),
    "memory": Bytes("8*N*P*Cin*K**2", SIZES, GIVEN, domain=DOMAIN, builds_on=("P",)),
    "multiplications": Expression("N*P*Cin*K**2*Cout", SIZES, GIVEN, domain=DOMAIN, builds_on=("Hout", "Wout")),
    "time": Growth("N*P*Cin*K**2*Cout", SIZES, GIVEN, domain=DOMAIN, looser_share=Fraction(1, 2)),
    "mebibytes": Number("8*N*P/2**20", unit="MiB", where={"N": 2**20, "P": 9}),
    "order": Order(("z3", "z2", "z5"), inputs={"z5": ("z3", "z2")}),
}
HIGH, WIDE, LESS = "((Hin-K)//S + 1)", "((Win-K)//S + 1)", "((Hin-K)//S)"
RIGHT: dict[str, tuple[str, ...]] = {
    "Hout": ("(Hin-K)//S + 1", "Hout = floor((Hin-K)/S) + 1", "⌊(Hin−K)/S⌋+1", "(Hin-K+S)//S"),
    "Wout": ("(Win-K)//S + 1", "Wout = (Win-K)//S + 1", "ceil((Win-K+1)/S)"),
    "P": ("Hout*Wout", f"{HIGH}*{WIDE}", "P = Hout*Wout"),
    "patches": ("(N, P, Cin*K*K)", f"[N, {HIGH}*{WIDE}, Cin*K^2]", "N x P x Cin*K*K"),
    "output": ("(N, Cout, Hout, Wout)", f"(N, Cout, {HIGH}, {WIDE})"),
    "memory": ("8*N*P*Cin*K^2 bytes", f"8*N*{HIGH}*{WIDE}*Cin*K*K", "64 N P Cin K^2 bits"),
    "multiplications": ("N*P*Cin*K^2*Cout", f"N*{HIGH}*{WIDE}*Cin*K*K*Cout"),
    "time": ("O(N*P*Cin*K^2*Cout)", "N*Hin*Win*Cin*K^2*Cout/S^2"),
    "mebibytes": ("72 MiB", "75497472 bytes", "72"),
    "order": ("z3, z2, z5",),
}
WRONG: dict[str, tuple[str, ...]] = {
    "Hout": ("(Hin-K)//S", "Hout = (Hin-K)//S", "Hin - K + 1", "1", "N", "0", "", "what?", "Hout = Hin"),
    "Wout": ("(Win-K)//S", "Wout = Win - K", "Win", "", "1/0", "Hout"),
    "P": ("Hout", "Hout + Wout", f"{LESS}*{WIDE}", "P = N", "1", "", "Hout*Hout", "0*Hout"),
    "patches": ("(P, N, Cin*K*K)", f"(N, {LESS}*{WIDE}, Cin*K*K)", "(N, P)", "(N, N, Cin*K*K)", "", "(N, 1, Cin)"),
    "output": ("(N, Hout, Wout, Cout)", f"(N, Cout, {LESS}, {WIDE})", "(N, Cout)", "", "(N, Cout, Hin, Wout)"),
    "memory": ("N*P*Cin*K^2", f"8*N*{LESS}*{WIDE}*Cin*K^2", "8*N*Cin*K^2", "8*N*N*Cin*K^2", "", "8*N*P*Cin*K^2 MB"),
    "multiplications": (f"N*{LESS}*{WIDE}*Cin*K^2*Cout", "N*Cin*K^2*Cout", "N*N*Cin*K^2*Cout", "2*N*P*Cin*Cout", ""),
    "time": ("O(N)", "O(N*P*Cin*K^3*Cout)", "", "O(1)"),
    "mebibytes": ("72 MB", "9", "", "8 MiB"),
    "order": ("z5, z2, z3", "z2, z3, z5", "", "z3"),
}
HALF, ONE = Fraction(1, 2), Fraction(1)
#: Whole sheets, each field right or wrong by its own luck.
SHEETS = st.fixed_dictionaries({name: st.sampled_from(RIGHT[name]) | st.sampled_from(WRONG[name]) for name in SHEET})
WORTHS = st.fixed_dictionaries({name: st.fractions(0, 10, max_denominator=12) for name in SHEET})


def test_right_responses_are_right_and_wrong_ones_are_not() -> None:
    for field, answer in SHEET.items():
        assert {judge(answer, response).share for response in RIGHT[field]} == {ONE}, field
        assert all(judge(answer, response).share < 1 for response in WRONG[field]), field


@given(SHEETS, WORTHS, st.fractions(0, 1, max_denominator=8), st.fractions(0, 1, max_denominator=8))
def test_shares_are_what_the_policy_says_and_the_total_is_their_sum_to_a_quarter(
    responses: dict[str, str], worths: dict[str, Fraction], follows: Fraction, other: Fraction
) -> None:
    verdicts = judge_all(SHEET, responses, policy=Policy(follows=follows, other_valid_order=other))
    exact = sum((points_for(verdict, worths[name]) for name, verdict in verdicts.items()), Fraction(0))

    assert list(SHEET) == list(verdicts)
    assert 0 <= exact <= sum(worths.values()) and abs(total(verdicts, worths) - exact) <= Fraction(1, 8)
    for name, verdict in verdicts.items():
        earned = {"right": (ONE,), "follows": (follows,), "partly": (HALF, other)}.get(verdict.outcome, (Fraction(0),))

        assert 0 <= verdict.share <= 1 and verdict.share in earned, (name, verdict)


@given(st.sampled_from(tuple(SHEET)), st.data())
def test_beside_right_responses_a_wrong_one_never_earns_more_in_all_than_a_right_one(
    field: str, data: st.DataObject
) -> None:
    responses = {name: data.draw(st.sampled_from((*RIGHT[name], ""))) for name in SHEET}
    responses[field] = data.draw(st.sampled_from(RIGHT[field]))
    worths = data.draw(WORTHS)
    before = total(judge_all(SHEET, responses), worths)
    after = total(judge_all(SHEET, {**responses, field: data.draw(st.sampled_from(WRONG[field]))}), worths)

    assert after <= before


def total(verdicts: Mapping[str, Verdict], worths: Mapping[str, Fraction]) -> Fraction:
    return total_points(points_for(verdict, worths[field]) for field, verdict in verdicts.items())


# Beside wrong responses the total may rise: a Hout that is wrong in the same way as three later fields earns nothing
# itself, and those three then follow from it. What each field earns by itself is still bounded.
@given(SHEETS, st.sampled_from(tuple(SHEET)), st.data())
def test_a_wrong_response_raises_no_share_but_of_fields_that_follow_from_it(
    responses: dict[str, str], field: str, data: st.DataObject
) -> None:
    good = {**responses, field: data.draw(st.sampled_from(RIGHT[field]))}
    bad = {**responses, field: data.draw(st.sampled_from(WRONG[field]))}
    before, after = judge_all(SHEET, good), judge_all(SHEET, bad)

    assert before[field].share == 1 > after[field].share
    for name in SHEET:
        assert after[name].share <= before[name].share or after[name].outcome == "follows", name
        assert list(SHEET).index(name) >= list(SHEET).index(field) or before[name] == after[name], name


@given(SHEETS, st.sampled_from(tuple(SHEET)))
def test_whatever_stands_before_it_a_right_response_earns_all_and_any_other_no_more(
    responses: dict[str, str], field: str
) -> None:
    own_names = dict(zip(("Hout", "Wout", "P"), (HIGH, WIDE, f"{HIGH}*{WIDE}"), strict=True))
    mended = {**responses, field: own_names.get(field, RIGHT[field][-1])}

    assert judge_all(SHEET, responses)[field].share <= judge_all(SHEET, mended)[field].share == 1


def test_a_slip_is_carried_on_whatever_the_key_looks_like() -> None:
    slip, given = "(Hin-K)//S", {"Hout": GIVEN["Hout"]}
    for factor in range(1, 41):
        key = Expression(f"{factor}*Hout", SIZES, given, domain=["K <= Hin"])
        verdicts = judge_all({"Hout": SHEET["Hout"], "more": key}, {"Hout": slip, "more": f"{factor}*({slip})"})

        assert "follows" == verdicts["more"].outcome, factor


# Fields under names that nobody writes; without the shapes, whose sizes are carried into amounts of memory behind them.
LOOSE = {f"1.{number}": field for number, field in enumerate(SHEET) if not isinstance(SHEET[field], Shape)}


@given(SHEETS, st.permutations(tuple(LOOSE)))
def test_fields_that_define_nothing_for_one_another_may_come_in_any_order(
    responses: dict[str, str], order: list[str]
) -> None:
    answers = {place: without_name(SHEET[field]) for place, field in LOOSE.items()}
    written = {place: responses[field].rpartition("=")[2] for place, field in LOOSE.items()}
    straight = judge_all(answers, written)
    mixed = judge_all({place: answers[place] for place in order}, {place: written[place] for place in reversed(order)})

    assert straight == {place: mixed[place] for place in straight}
    assert straight == {place: judge(answers[place], written[place]) for place in straight}


def without_name(answer: Answer) -> Answer:
    return replace(answer, asked="") if isinstance(answer, Expression) else answer


@given(st.fractions(-3, 3, max_denominator=60), st.fractions(0, 100, max_denominator=60))
def test_points_stay_within_the_field_whatever_the_share(share: Fraction, worth: Fraction) -> None:
    assert 0 <= points_for(Verdict("partly", share), worth) <= worth
