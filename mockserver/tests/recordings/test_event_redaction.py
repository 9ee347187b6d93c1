"""What a stream says in pieces is redacted as if it were said at once."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.recordings.keep import Keep, hash_text
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.tests.recordings.planting import answer

KEY = "SG_0123456789abcdef"
SAID = f"Your key is {KEY}, isn't it?"


def stream(pieces):
    """Return an answer that says these pieces, one an event."""
    events = [{"id": "chatcmpl-1", "choices": [{"delta": {"content": piece}}]} for piece in pieces]
    lines = [f"data: {json.dumps(event)}\n\n" for event in events]
    return answer("".join([*lines, "data: [DONE]\n\n"]), "text/event-stream")


def listen(exchange, **options):
    """Return the pieces that are left when an answer has been redacted."""
    session = RedactionSession(upstream="https://api.segmind.com", began_utc_s=0, **options)
    text = redact(exchange, session).exchange.body.content.decode()
    events = [line.removeprefix("data: ") for line in text.split("\n\n") if "{" in line]
    return [json.loads(event)["choices"][0]["delta"]["content"] for event in events]


def cut(text, places):
    """Cut a text at some places."""
    ends = [0, *sorted(places), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(ends)]


@pytest.mark.no_cover
@given(st.sets(st.integers(1, len(SAID) - 1), max_size=20))
def test_a_key_that_comes_in_pieces_is_found(places):
    """Wherever it is cut; there are as many events, and all else is said as before."""
    pieces = cut(SAID, places)
    left = listen(stream(pieces))
    assert "".join(left) == SAID.replace(KEY, "key-1")
    assert len(left) == len(pieces)


@pytest.mark.no_cover
@given(st.lists(st.text('ab "{}\\\\é', max_size=5), min_size=1, max_size=8))
def test_pieces_without_a_secret_stay_as_they_are(pieces):
    """To the byte."""
    exchange = stream(pieces)
    session = RedactionSession(upstream="https://api.segmind.com", began_utc_s=0, secrets=[KEY])
    assert redact(exchange, session).exchange.body == exchange.body


@pytest.mark.parametrize("kept", ["hashed", "dropped"])
def test_what_is_said_in_pieces_has_one_digest(kept):
    """A digest of a single word would tell the word to whoever has a dictionary."""
    left = listen(stream(["a ", "red ", "fox"]), keep=Keep(prompts=kept))
    assert left == [hash_text("a red fox") if kept == "hashed" else "dropped", "", ""]
