"""Pictures and films: what is said of them is words, what they show and their padding is not."""

from __future__ import annotations

from hashlib import sha256

import pytest

from mockserver.recordings.known_secrets import KnownSecrets
from mockserver.recordings.media_redaction import MediaRedaction, holds_words

START = b"\0\0\0\x18ftypisom" + bytes(12)
NOISE = b"".join(sha256(b"%d" % at).digest() for at in range(8 * 1024))
EMAIL = b"somebody@example.com"


def make_film(kind: bytes, content: bytes) -> bytes:
    """Return a film of one box besides its first."""
    return START + (len(content) + 8).to_bytes(4, "big") + kind + content


def redact(content: bytes) -> bytes:
    """Redact a file of a session that knows nothing."""
    return MediaRedaction(KnownSecrets()).redact_media(content)


@pytest.mark.parametrize("kind", [b"free", b"skip", b"moov", b"mdat"])
def test_noise_teaches_no_secrets_and_stays_as_it_is(kind):
    """In a quarter of a million bytes of it something looks like an e-mail address."""
    film = make_film(kind, NOISE)
    assert redact(film) == film


@pytest.mark.parametrize("around", [b"", b"\0\1\2" * 100, b"Made with love. " * 10_000])
def test_an_address_in_what_is_said_of_a_film_is_hidden(around):
    """Amid numbers where that is short, and in texts of any length."""
    film = make_film(b"udta", around + b" " + EMAIL + b" " + around)
    shown = redact(film)
    assert EMAIL not in shown
    assert len(shown) == len(film)


def test_what_is_long_holds_words_where_it_is_nothing_else():
    """A table of a film's is as long as a text, and full of control characters."""
    assert holds_words(b"word " * 100_000)
    assert not holds_words(NOISE)
    assert holds_words(NOISE[:1000])
