"""Dice, seeds and paper ids: known answers, bounds, and independence of places."""

import hashlib
import hmac
import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_templates.dice import Dice, is_paper_id, new_secret, paper_id, seed_for

#: What random.Random(0x616263).random() gives: 0.5807, 0.5753, 0.8514, 0.9090, 0.0504, 0.8199, 0.0978, 0.5211, ...
SEED = b"abc"


def test_whole_numbers_by_hand():
    dice = Dice(SEED)

    assert [4, 4, 6, 6, 1, 5, 1, 4] == [dice.integer(1, 6) for _ in range(8)]


def test_a_choice_by_hand():
    assert "y" == Dice(SEED).choice("xyz")


def test_a_shuffle_by_hand():
    assert list("adbc") == Dice(SEED).shuffled("abcd")


def test_a_sample_by_hand():
    assert list("ad") == Dice(SEED).sample("abcd", 2)


@pytest.mark.parametrize(("probability", "happens"), [(0.58, False), (0.59, True), (0, False), (1, True)])
def test_a_chance_by_hand(probability: float, happens: bool):
    assert happens is Dice(SEED).chance(probability)


def test_the_stream_is_pythons_promised_one():
    uniform = random.Random(int.from_bytes(SEED, "big")).random
    dice = Dice(SEED)

    assert [int(1000 * uniform()) for _ in range(100)] == [dice.integer(0, 999) for _ in range(100)]


@given(st.binary(), st.integers(-1000, 1000), st.integers(0, 1000))
def test_a_whole_number_stays_within_its_bounds(seed: bytes, low: int, span: int):
    dice = Dice(seed)

    assert all(low <= dice.integer(low, low + span) <= low + span for _ in range(20))


def test_both_bounds_are_drawn_about_equally_often():
    dice = Dice(SEED)
    counts = Counter(dice.integer(-1, 1) for _ in range(3000))

    assert {-1, 0, 1} == set(counts)
    assert all(900 < count < 1100 for count in counts.values())


@given(st.binary(), st.lists(st.integers()))
def test_a_shuffle_is_a_permutation_and_leaves_its_argument_alone(seed: bytes, things: list[int]):
    before = list(things)
    shuffled = Dice(seed).shuffled(things)

    assert sorted(things) == sorted(shuffled)
    assert before == things


@given(st.binary(), st.lists(st.integers(), unique=True), st.data())
def test_a_sample_holds_different_things(seed: bytes, things: list[int], data: st.DataObject):
    count = data.draw(st.integers(0, len(things)))
    sample = Dice(seed).sample(things, count)

    assert count == len(set(sample))
    assert set(sample) <= set(things)


def test_a_seed_is_hmac_sha256_of_the_place_with_lengths():
    message = b"\0\0\0\x04slot\0\0\0\x03\xc3\xa4b"

    assert hmac.new(b"key", message, hashlib.sha256).digest() == seed_for(b"key", "slot", "äb")


def test_a_seed_by_the_definition_of_hmac():
    def sha256(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    key = b"key".ljust(64, b"\0")
    inner, outer = bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)

    assert sha256(outer + sha256(inner + b"\0\0\0\x011")) == seed_for(b"key", "1")


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_different_places_have_different_seeds(place: list[str], other: list[str]):
    assert (place == other) == (seed_for(b"key", *place) == seed_for(b"key", *other))


def test_another_secret_gives_another_seed():
    assert seed_for(b"one", "slot") != seed_for(b"two", "slot")


@given(st.text(), st.binary())
def test_a_paper_id_is_two_groups_of_letters_nobody_mixes_up(place: str, secret: bytes):
    assert re.fullmatch("[2-9A-HJ-KM-NP-TW-Z]{4}-[2-9A-HJ-KM-NP-TW-Z]{4}", paper_id(secret, place))


def test_paper_ids_of_a_large_class_differ():
    assert 5000 == len({paper_id(b"secret", "student", str(number)) for number in range(5000)})


def test_the_seed_of_a_paper_id_is_no_slots_seed():
    assert seed_for(b"key", "paper id", "1") != seed_for(b"key", "slot", "1")


def test_a_new_secret_has_256_bits_and_is_new():
    assert (32, True) == (len(new_secret()), new_secret() != new_secret())


@given(st.text(), st.binary())
def test_a_paper_id_is_recognised(place: str, secret: bytes):
    assert is_paper_id(paper_id(secret, place))


@pytest.mark.parametrize(
    "text", ["", "K7QF2MXP", "K7QF-2MX", "K7QF-2MXPP", "k7qf-2mxp", "K7QO-2MXP", "K7Q-F2MXP", "----2----"]
)
def test_what_has_another_form_is_no_paper_id(text: str):
    assert not is_paper_id(text)
