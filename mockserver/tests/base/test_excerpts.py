"""What is kept of long parameters is short, and yields the picture that all of them yield."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.bounds import MAX_PAYLOAD_BYTES
from mockserver.base.excerpts import LONGEST_TEXT, excerpt, shorten
from mockserver.contract.catalogue import Catalogue
from mockserver.rules.outputs import make_artefact

MODEL = Catalogue().models["ideogram-3"]
MIB = 1024 * 1024

long_texts = st.integers(0, 3 * LONGEST_TEXT).map(lambda length: "é" * length)
payloads = st.dictionaries(
    st.sampled_from(["prompt", "image", "seed", "more"]),
    st.recursive(
        st.none()
        | st.integers(-(2**70), 2**70)
        | st.floats(allow_nan=False, allow_infinity=False)
        | long_texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=5,
    ),
).map(lambda params: json.dumps(params).encode())


@given(payloads)
def test_what_is_kept_of_parameters_is_short_and_yields_the_same_picture(payload):
    """However long the texts, what is kept is short, stays as it is, and is the same picture."""
    kept = shorten(payload)
    whole, short = json.loads(payload), json.loads(kept)
    assert whole.keys() == short.keys()
    assert shorten(kept) == kept
    assert make_artefact(MODEL, short, 7) == make_artefact(MODEL, whole, 7)
    assert len(payload) <= LONGEST_TEXT or len(kept) <= len(payload)
    echoed = json.loads(shorten(payload, whole=("prompt",)))
    assert echoed.get("prompt") == whole.get("prompt")
    assert make_artefact(MODEL, echoed, 7) == make_artefact(MODEL, whole, 7)


def test_long_texts_that_differ_at_their_ends_are_different_pictures():
    """The digest of a long text counts, though only its beginning is kept."""
    one, other = ({"prompt": "a" * LONGEST_TEXT + end} for end in "bc")
    assert make_artefact(MODEL, one, 7) != make_artefact(MODEL, other, 7)
    assert len(make_artefact(MODEL, one, 7).params) < LONGEST_TEXT


HUGE = {
    "a prompt": {"prompt": "é" * 4 * MIB},
    "a prompt before what else is asked for": {"prompt": "a " * MIB, "resolution": "512x1536"},
    "a picture as a data URL": {"image": "data:image/png;base64," + "A" * 4 * MIB, "seed": 7},
    "very many short texts": {"style_codes": ["a" * 300] * 9_000, "resolution": "512x1536"},
    "a deep value": {"a": [[[["a" * 400] * 50] * 20] * 5]},
    "very many names": {f"name {place}": "a" * 200 for place in range(9_000)},
    "long names": {f"{place}" * 100_000: place for place in range(9)},
    "one name that is longer than all that is kept": {"a" * 2 * MIB: 1, "seed": 7},
}


@pytest.mark.parametrize("params", HUGE.values(), ids=HUGE)
def test_of_huge_parameters_no_more_is_kept_than_is_soon_read(params):
    """Whatever makes them long, excerpts are kept, of as many parameters as there is room for."""
    kept = excerpt(json.dumps(params).encode())
    assert len(kept) <= MAX_PAYLOAD_BYTES
    assert excerpt(kept) == kept
    short = json.loads(kept)
    assert [*short] == [name for name in params if name in short]
    assert short.get("resolution") == params.get("resolution")
    assert short.get("seed") == params.get("seed")
    assert make_artefact(MODEL, json.loads(shorten(kept)), 7) == make_artefact(MODEL, short, 7)


@pytest.mark.parametrize("length", [0, LONGEST_TEXT, MAX_PAYLOAD_BYTES - 13])
def test_parameters_that_are_not_huge_are_kept_as_they_came(length):
    """Up to a million bytes everything is kept."""
    payload = b'{"prompt":"%s"}' % (b"a" * length)
    assert excerpt(payload) == payload


def test_a_parameter_that_is_not_huge_is_kept_beside_one_that_is():
    """A picture as a data URL costs nothing of the prompt."""
    prompt = "kite " * 4_000
    kept = json.loads(excerpt(json.dumps({"image": "A" * 4 * MIB, "prompt": prompt}).encode()))
    assert kept["prompt"] == prompt
    assert len(kept["image"]) < LONGEST_TEXT


def ask_for_everything(client, slug, prompt):
    """Submit a run and return its id and what is said of it to whoever may ask."""
    run = client.submit(slug, {"prompt": prompt})
    client.advance(100)
    asked = (run["status_url"], run["response_url"], "/inference-request/request-history")
    return run["request_id"], [client.get(path) for path in asked]


def test_a_run_repeats_no_more_of_a_huge_prompt_than_it_keeps(client):
    """However long the prompt, the result is short and says how long it was; its file is there."""
    [_, answers] = ask_for_everything(client, "ideogram-3", "kite " * MIB)
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert max(len(answer.body) for answer in answers) < 10_000
    result = answers[1].json
    assert result["prompt"].startswith("kite kite ")
    assert f"({5 * MIB} characters, " in result["prompt"]
    assert len(client.get(result["output"]).body) == result["images"][0]["file_size"]


def test_a_language_model_answers_all_that_it_was_asked(client):
    """What a conversation says at its very end is heard."""
    body = {"messages": [{"role": "user", "content": "a " * MIB}]}
    short = {"messages": [{"role": "user", "content": "a " * 600_000}]}
    heard = [
        client.post("/v1/gpt-5.5", each).json["usage"]["prompt_tokens"] for each in (short, body)
    ]
    assert heard[0] < heard[1]
