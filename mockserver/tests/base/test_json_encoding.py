"""JSON is written compactly, with every digit of a decimal, and legibly where people read it."""

from decimal import Decimal

import msgspec

from mockserver.base.json_encoding import encode, encode_pretty, encode_sorted, encode_text


def test_a_decimal_is_a_number_with_all_its_digits():
    """A balance of credits is no text, and nothing of it is rounded."""
    assert encode({"credits": Decimal("0.0184921035")}) == b'{"credits":0.0184921035}'


def test_members_stay_in_their_order_and_text_is_utf_8():
    """The order on the wire is the one of the value; nothing is escaped that need not be."""
    assert encode({"b": 1, "a": "ü"}) == '{"b":1,"a":"ü"}'.encode()
    assert encode_text({"b": 1, "a": "ü"}) == '{"b":1,"a":"ü"}'


def test_equal_values_are_equal_bytes_when_sorted():
    """It does not matter how a client spelled them."""
    assert encode_sorted({"b": 1, "a": {"d": 2, "c": 3}}) == b'{"a":{"c":3,"d":2},"b":1}'


def test_people_get_two_spaces_a_level():
    """It is the same value, and ends without a newline."""
    value = {"a": [1, Decimal("2.50")]}
    assert encode_pretty(value) == b'{\n  "a": [\n    1,\n    2.50\n  ]\n}'
    assert msgspec.json.decode(encode_pretty(value)) == {"a": [1, 2.5]}
