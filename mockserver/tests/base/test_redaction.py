"""Keys are hidden however they are spelled."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base import redaction
from mockserver.base.redaction import hide_keys, redact_query, says_secret, unescape

KEY = "SG_0123456789abcdef"
OWN = "my-own key/ü"


def percent(text):
    """Encode every character."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


SPELLINGS = {
    "plain": str,
    "percent": percent,
    "lower percent": lambda text: percent(text).lower(),
    "quoted": lambda text: quote(text, safe=""),
    "first letter": lambda text: percent(text[0]) + text[1:],
    "every other letter": lambda text: "".join(
        percent(letter) if place % 2 else letter for place, letter in enumerate(text)
    ),
    "twice": lambda text: quote(percent(text)),
    "three times": lambda text: quote(quote(percent(text))),
    "latin-1": lambda text: quote(text.encode("latin-1"), safe=""),
    "json": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
    "upper json": lambda text: "".join(f"\\u{ord(letter):04X}" for letter in text),
    "json twice": lambda text: "".join(f"\\\\u{ord(letter):04x}" for letter in text),
    "hex": lambda text: "".join(f"\\x{ord(letter):02x}" for letter in text),
    "json in percent": lambda text: percent("".join(f"\\u{ord(letter):04x}" for letter in text)),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("key", [KEY, OWN])
@pytest.mark.parametrize("around", ["{}", "a={}&b=%41", "<p>{}</p> 100%", "x{}y", "/v2/{}/z?q"])
def test_a_key_is_hidden_in_every_spelling(spelling, key, around):
    """After all escapes have been taken out, what is shown still has no key in it."""
    text = around.format(SPELLINGS[spelling](key))
    shown = hide_keys(text, [key])
    assert key not in unescape(shown)
    assert key[-4:] in shown


@given(st.text(alphabet="ab %\\u0041Sx25&=<>", max_size=40))
def test_what_holds_no_key_stays_as_it_is(text):
    """Escapes are left alone where no key is in them."""
    assert hide_keys(text, [KEY]) == text


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(sorted(SPELLINGS)))
def test_a_key_is_hidden_whatever_is_around_it(before, after, spelling):
    """In no text can it be read, and what is shown is a text that JSON can hold."""
    shown = hide_keys(f"{before} {SPELLINGS[spelling](KEY)} {after}")
    assert KEY not in unescape(shown)
    shown.encode()


def test_names_and_nested_values_are_looked_at_too():
    """A JSON value is searched whole; what is no text stays."""
    value = {KEY: [KEY, {"a": f"x {percent(KEY)}"}, 7, None]}
    assert KEY not in json.dumps(hide_keys(value))
    assert hide_keys([7, None, True, 1.5]) == [7, None, True, 1.5]


def test_half_of_a_surrogate_pair_is_no_obstacle():
    """An escape that stands for no character is left where it is."""
    shown = hide_keys(f"\\ud83d{KEY}")
    assert KEY not in shown
    shown.encode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("api_key=abcdefghijk", "api_key=...hijk"),
        ("%61pi_key=%61bcdefghijk", "%61pi_key=...hijk"),
        ("a=1&access_token=x&b", "a=1&access_token=...&b"),
        ("key=&token", "key=&token"),
        ("author=abcdefghijk&a=%41", "author=abcdefghijk&a=%41"),
    ],
)
def test_a_parameter_named_like_a_secret_is_redacted(query, shown):
    """By its name alone, whatever its value is; the others stay as they were sent."""
    assert redact_query(query) == shown


def test_text_that_is_encoded_again_and_again_takes_no_time():
    """Decoding ends after some rounds, and a word of any length is read a few times only."""
    assert unescape("%" + "25" * 30_000 + "41").startswith("%25")
    assert hide_keys("%" + "25" * 30_000 + KEY) == "%" + "25" * 30_000 + "...cdef"


@pytest.mark.parametrize("word", ["%41", "\\u0041", "\\a", "100%"])
def test_text_of_very_many_escaped_words_is_read_as_a_whole(word, monkeypatch):
    """Where no key is in the text, no word is looked at by itself, however many there are."""
    decoded = []
    monkeypatch.setattr(redaction, "unescape", lambda text: decoded.append(text) or unescape(text))
    text = f"{word} " * 20_000
    assert hide_keys(text, [KEY], {OWN}) == text
    assert decoded == [text]


@pytest.mark.parametrize("name", ["www-authenticate", "x-author", "content-type", "accept"])
def test_other_headers_say_nothing_of_a_secret(name):
    """Only what is named like one is redacted."""
    assert not says_secret(name)
