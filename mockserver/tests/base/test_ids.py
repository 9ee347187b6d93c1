"""Ids and draws repeat with the same seed, and nobody can guess them without it."""

import re
from contextlib import suppress
from unittest.mock import MagicMock

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mockserver.base.ids import (
    SeededRandom,
    draw_integer,
    make_id,
    name_account,
    normalize_id,
    parse_key,
    redact_key,
)

KEY = "SG_0123456789abcdef"

# Unlike st.text(), this includes surrogates.
any_text = st.text(st.characters(exclude_categories=()))
places = st.tuples(st.integers(), st.sampled_from(["request", "output"]), any_text, st.integers())


@pytest.mark.fact("S1b")
@given(places)
@example((0, "request", "\ud800", 0))
def test_an_id_is_32_hex_digits_and_repeats(place):
    """The same seed, use, key and ordinal give the same 32 hex digits."""
    assert re.fullmatch("[0-9a-f]{32}", make_id(*place))
    assert make_id(*place) == make_id(*place)


@given(places, places)
def test_another_place_has_another_id(one, other):
    """Ids of two places differ, even where parts of them run into each other."""
    assume(one != other)
    assert make_id(*one) != make_id(*other)


def test_an_id_is_the_same_in_every_process():
    """Ids are part of what a seed promises, so they stay as they are from release to release."""
    assert make_id(0, "request", KEY, 0) == "c76eb5023ba2204f920cd4a494401842"
    assert make_id(1, "request", KEY, 0) == "fdf8a751998aa091f5b3121da96971c4"
    assert draw_integer(100, 999_999, 0, "seed", KEY, 0) == 954111


@given(st.integers(-(2**40), 2**40), st.integers(0, 2**40), any_text)
@example(1, 5, "\ud800")
def test_a_draw_stays_in_its_range_and_repeats(low, span, where):
    """A draw is from low to high, both included, and the same for the same place."""
    drawn = draw_integer(low, low + span, where)
    assert low <= drawn <= low + span
    assert drawn == draw_integer(low, low + span, where)


def test_draws_reach_both_ends_of_their_range():
    """Over many ordinals a die shows all of its six faces, each about as often."""
    faces = [draw_integer(1, 6, "die", ordinal) for ordinal in range(600)]
    assert {60 < faces.count(face) < 140 for face in range(1, 7)} == {True}


@pytest.mark.fact("S1b")
@given(st.uuids())
def test_a_dashed_uuid_is_another_spelling_of_an_id(uuid):
    """Dashes and capital letters in an id make no difference, and one spelling is kept."""
    assert normalize_id(str(uuid)) == normalize_id(str(uuid).upper()) == uuid.hex
    assert normalize_id(uuid.hex) == uuid.hex


@given(st.text(min_size=5))
@example("SG_poor")
def test_a_key_is_shown_by_its_last_four_characters(key):
    """However short it is, as long as it has more: it can be told from others."""
    assert redact_key(key) == "..." + key[-4:]


@given(st.text(max_size=4))
def test_a_key_of_four_characters_is_not_shown_at_all(key):
    """All of it would be shown otherwise."""
    assert redact_key(key) == "..."


@given(any_text, any_text)
@example("\ud800", "\ud801")
def test_an_account_has_a_name_of_its_own_without_its_key(one, other):
    """Two keys have two names, each of which repeats, and nothing of the key stands in it."""
    assume(one != other)
    assert re.fullmatch("account-[0-9a-f]{12}", name_account(one))
    assert name_account(one) != name_account(other)


def test_the_name_of_an_account_is_the_same_in_every_process():
    """Workers that share a store name accounts alike, and so do servers of other releases."""
    assert name_account(KEY) == "account-87ac53aad18d"


@given(st.integers(), st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 99)), min_size=1))
def test_a_row_of_draws_is_the_same_for_the_same_place(where, ranges):
    """Draws lie between their bounds, repeat for the same place, and follow no other row."""
    rows = [
        [draws.draw_integer(low, low + room) for low, room in ranges]
        for draws in (SeededRandom(where), SeededRandom(where))
    ]
    assert rows[0] == rows[1]
    assert all(
        low <= drawn <= low + room for drawn, (low, room) in zip(rows[0], ranges, strict=True)
    )


def test_two_rows_of_draws_differ():
    """What is drawn next is not what was drawn before, nor what another place draws."""
    rows = {
        tuple(draws.draw_integer(0, 10**9) for _ in "abc")
        for draws in (SeededRandom(1), SeededRandom(2))
    }
    assert len(rows) == len({number for row in rows for number in row}) // 3 == 2


@given(st.lists(any_text | st.integers(), max_size=3), st.integers(-9, 9), st.integers(0, 99))
def test_draws_are_those_that_are_drawn_one_by_one(where, low, width):
    """A row of draws is the single draws at its place, numbered from 1."""
    row = SeededRandom(*where)
    drawn = [row.draw_integer(low, low + width) for _ in range(3)]
    assert drawn == [draw_integer(low, low + width, *where, number) for number in (1, 2, 3)]


def test_where_draws_are_made_is_read_once():
    """However long a place is, a draw costs the same: it may hold all that a client has sent."""
    place = MagicMock()
    place.__str__.return_value = "place"
    row = SeededRandom(place)
    assert [row.draw_integer(0, 9) for _ in range(5)] == [
        draw_integer(0, 9, "place", n) for n in range(1, 6)
    ]
    assert place.__str__.call_count == 1


@pytest.mark.fact("A8")
@given(st.text(alphabet="abäöüß", min_size=1))
def test_a_key_is_the_same_in_utf_8_and_in_latin_1(key):
    """Both ways of sending letters beyond ASCII name one account."""
    latin = key.encode("latin-1")
    assert parse_key(key.encode()) == key
    with suppress(UnicodeDecodeError):
        latin.decode()
        return  # these bytes are UTF-8 as well, of other letters
    assert parse_key(latin) == key
