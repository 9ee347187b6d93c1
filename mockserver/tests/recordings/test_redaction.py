"""No secret is left in a recording, wherever and however it was; and nothing else is missing."""

import json
import shutil
import tempfile
from itertools import product
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from mockserver.facts.observed import Body
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.tests.kinds import IS_STORM
from mockserver.tests.recordings.planting import (
    JSON_PLACES,
    KEYS,
    MEDIA_PLACES,
    NAMED_PLACES,
    SHAPES,
    SPELLINGS,
    TEXT_PLACES,
    answer,
    draw_picture,
    encode_base64,
    find_secret,
    make_film,
    observe,
    pack_parts,
    send,
)
from mockserver.tests.recordings.recording import record

EXAMPLES = 1500 if IS_STORM else 12
STEP = 1 if IS_STORM else 7
"""Of the pairs of shape and place every so many is tried."""

SETTINGS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
FIRST = settings(SETTINGS, max_examples=1, phases=[Phase.generate])
VALUES = st.text("abcdefghijklmnop0123456789", min_size=11, max_size=30).map("9{}z".format)


def find_survivor(secret, *exchanges):
    """Return the file in which a secret is left when exchanges are recorded; None if in none."""
    folder = Path(tempfile.mkdtemp())
    try:
        record(folder, *exchanges)
        path = find_secret(folder, secret)
        return path and (path.name, path.read_bytes()[:2000])
    finally:
        shutil.rmtree(folder)


PLACES = TEXT_PLACES | JSON_PLACES | MEDIA_PLACES


LATE = "0001234A"
"""A key that looks like none."""


@pytest.mark.no_cover
@pytest.mark.parametrize("shape", SHAPES)
@settings(SETTINGS, max_examples=max(EXAMPLES // 3, 6))
@given(st.data())
def test_what_looks_like_a_secret_survives_nowhere(shape, data):
    """Whatever shape it has, wherever it is: it needs to be known from nowhere else."""
    secret = data.draw(SHAPES[shape])
    place = data.draw(st.sampled_from(sorted(PLACES)))
    spelling = data.draw(st.sampled_from(["plain", "percent", "percent twice", "JSON"]))
    if place not in TEXT_PLACES or place in {"compressed", "deflated"}:
        spelling = "plain"
    assert find_survivor(secret, PLACES[place](SPELLINGS[spelling](secret))) is None


@pytest.mark.no_cover
@pytest.mark.parametrize("spelling", SPELLINGS)
@SETTINGS
@given(st.data())
def test_the_key_of_a_session_survives_in_no_spelling(spelling, data):
    """Whatever somebody has for a key, and however whoever answers repeats it."""
    key = data.draw(KEYS)
    place = data.draw(st.sampled_from(sorted(PLACES)))
    keyed = observe(request_headers=(("x-api-key", key),))
    planted = PLACES[place](SPELLINGS[spelling](key))
    order = data.draw(st.permutations([keyed, planted]))
    assert find_survivor(key, *order) is None


@pytest.mark.parametrize("place", PLACES)
def test_a_key_that_is_learnt_late_is_in_nothing_that_was_written_before(place):
    """Not in what is packed either, whose bytes do not show it."""
    planted = PLACES[place](SPELLINGS["plain"](LATE))
    keyed = observe(request_headers=(("x-api-key", LATE),))
    assert find_survivor(LATE, planted, keyed) is None


@pytest.mark.parametrize("place", NAMED_PLACES)
@settings(SETTINGS, max_examples=max(EXAMPLES // 6, 2))
@given(value=VALUES)
def test_what_goes_by_the_name_of_a_secret_survives_nowhere(place, value):
    """Not at its place, nor where it was repeated before and after."""
    around = [answer(json.dumps({"a": f"see {value}."}), "application/json") for _ in range(2)]
    assert find_survivor(value, around[0], NAMED_PLACES[place](value), around[1]) is None


@pytest.mark.parametrize("place", NAMED_PLACES)
def test_a_short_secret_is_hidden_at_its_own_place_alone(tmp_path, place):
    """Text in which the same letters are stays readable."""
    said = answer(json.dumps({"a": "a qzx for all"}), "application/json")
    first, _ = record(tmp_path, NAMED_PLACES[place]("qzx"), said)
    assert "qzx" not in repr(msgspec.to_builtins(first, builtin_types=(bytes,)))
    assert find_secret(tmp_path, "a qzx for all")


@pytest.mark.no_cover
def test_every_shape_is_planted_at_every_place(tmp_path):
    """None of them is told by its place: each is found, and none is left.

    Unless there is time for all pairs, they are drawn so that no shape and no place is left out.
    """
    pairs = list(product(SHAPES, PLACES))
    secrets = {shape: find(draw, lambda _: True, settings=FIRST) for shape, draw in SHAPES.items()}
    tried = [pair for at, pair in enumerate(pairs) if (at // len(PLACES) + at) % STEP == 0]
    assert {shape for shape, _ in tried} == set(SHAPES)
    assert {place for _, place in tried} == set(PLACES)
    for number, (shape, place) in enumerate(tried):
        folder = tmp_path / str(number)
        record(folder, PLACES[place](secrets[shape]))
        assert find_secret(folder, secrets[shape]) is None, (shape, place)
    assert len(SHAPES) >= 20


HARMLESS = {
    "submit": send(
        '{"prompt": "A key to the session, token by token", "seed": 42}', "application/json"
    ),
    "spaces": send('{ "prompt" :"a",\n\t"cfg": 7.50, "n":1e5, "seed":-0.0 }\n', "application/json"),
    "twice": send('{"a": 1, "a": "\\u00e4\\/", "b": "ä\\"%41&amp;"}', "application/json"),
    "queued": answer(
        json.dumps(
            {
                "poll_url": "https://api.segmind.com/v1/requests/0f8fad5bd9cd469fa16570867728950e",
                "request_id": "0f8fad5bd9cd469fa16570867728950e",
                "status": "QUEUED",
            }
        ),
        "application/json",
        headers=(
            ("x-remaining-credits", "12.50"),
            ("x-request-id", "0f8fad5b-d9cd-469f-a165-70867728950e"),
        ),
    ),
    "chat": send(
        json.dumps(
            {
                "messages": [{"role": "user", "content": "Is the password of a user a secret?"}],
                "max_tokens": 1024,
                "logprobs": True,
            }
        ),
        "application/json",
    ),
    "usage": answer(
        json.dumps(
            {
                "usage": {"prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19},
                "choices": [{"logprobs": {"content": [{"token": " fox", "logprob": -0.25}]}}],
                "system_fingerprint": "fp_44709d6fcb",
            }
        ),
        "application/json",
    ),
    "refused": answer(
        '{"error": "Missing Authorization or x-api-key in header"}', "application/json"
    ),
    "unknown key": answer(
        '{"error": "Unauthorized. API key is invalid or may have expired..."}', "application/json"
    ),
    "words": answer(
        json.dumps({"error": "Bearer authentication is required; token: invalid, key: missing"}),
        "application/json",
    ),
    "output": answer(
        json.dumps(
            {"output": "https://images.segmind.com/outputs/0f8fad5b-d9cd.png?width=512&v=2"}
        ),
        "application/json",
    ),
    "picture @2x": send('{"image": "https://a.example/icon@2x.png"}', "application/json"),
    "slugs": send('{"model": "task-based-image-upscaler-with-long-name-2"}', "application/json"),
    "page": answer("<p>50 % off &amp; more &copy; 2026 \\u0041</p>", "text/html"),
    "events": answer('data: {"delta": {"content": "to"}}\n\ndata: [DONE]\n\n', "text/event-stream"),
    "parts": send(pack_parts(file=bytes(range(256))), "multipart/form-data; boundary=b0"),
    "form": send("prompt=a+fox%20runs&seed=7&&x=", "application/x-www-form-urlencoded"),
    **{
        kind: answer(draw_picture(kind, "made by nobody"), f"image/{kind.lower()}")
        for kind in ("PNG", "JPEG", "WEBP")
    },
    "film": answer(make_film("nobody"), "video/mp4"),
    "bytes": answer(bytes(range(256)) * 40, "application/octet-stream"),
    "latin-1": answer("caf\xe9".encode("latin-1"), "text/plain; charset=latin-1"),
    "UTF-16": answer('{"a": 1}'.encode("utf-16"), "application/json"),
    "picture in JSON": send(
        json.dumps({"image": encode_base64(draw_picture("PNG", "nobody"))}), "application/json"
    ),
    "date": observe(headers=(("date", "Thu, 26 Nov 2026 18:52:09 GMT"), ("etag", '"33a6'))),
    "query": observe(url="https://api.segmind.com/v2/flux?width=512&keyword=a%20b&x=%7E#top"),
}


@pytest.mark.parametrize("exchange", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_secret_is_as_it_was(tmp_path, exchange):
    """Every byte, though the session knows secrets of all kinds."""
    keyed = observe(
        request_headers=(("x-api-key", "SG_0123456789abcdef"), ("cookie", "a=8f2e1d7c6b5a")),
        url="https://images.segmind.com/a.png?X-Amz-Signature=5d41402abc4b2a76b9719d911017c592",
        body=Body.of(b'{"user_id": 4711815, "email": "somebody@example.com"}'),
    )
    _, found = record(tmp_path, keyed, exchange)
    assert found == msgspec.structs.replace(exchange, number=2)


@settings(SETTINGS, max_examples=EXAMPLES * 10)
@given(
    content=st.one_of(
        st.binary(max_size=3000),
        st.text("ab 1%&;\\\"'{}[]:,=/?#@.-_+", max_size=200).map(str.encode),
    ),
    content_type=st.sampled_from(
        ["application/json", "text/plain", "text/html", "image/png", "text/event-stream", ""]
    ),
)
def test_what_nobody_planted_is_not_taken_out(content, content_type):
    """Whatever the bytes: without a secret of some shape they stay."""
    session = RedactionSession(
        upstream="https://api.segmind.com", began_utc_s=0, secrets=["SG_0123456789abcdef"]
    )
    exchange = answer(content, content_type)
    redacted = redact(exchange, session)
    assert redacted.exchange.body == exchange.body or redacted.replaced or redacted.notes
