"""Judges of how parameters may be sent: an emulator agrees, and refusals in words are found."""

import pytest

from mockserver.facts.observed import Body
from mockserver.tests.facts.changing import change, find_agreed, find_differing, with_document
from mockserver.tests.facts.stories import CATALOGUE, Witness, find_id

SDXL, REMIX, CHAT = "sdxl1.0-txt2img", "ideogram-turbo-img-2-img", "claude-4.5-sonnet"
TUNED = "3f2504e0-4f89-41d3-9a0c-0305e82c3301-tin-whistle"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
FORM = "multipart/form-data; boundary=xx"
PARTS = b'--xx\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nA boat\r\n--xx--\r\n'


def _example(slug):
    return CATALOGUE.models[slug].document["examples"][0]


CASES = [
    (
        "P1",
        SDXL,
        {"prompt": "A boat", "num_inference_steps": "25"},
        "num_inference_steps: invalid type",
    ),
    ("P2", REMIX, {"image_weight": None}, "image_weight must not be null"),
    ("P3", REMIX, {"image_file": PICTURE}, "image_file is no valid URL"),
    ("P3", REMIX, {"image_file": f"data:image/png;base64,{PICTURE}"}, "image_file must be https"),
    ("P4", SDXL, {"prompt": "A boat", "glitter": 3}, "glitter: additional properties"),
    ("P6", SDXL, {}, "prompt is required"),
    ("P7", SDXL, {"prompt": "A boat", "scheduler": "Heun"}, "scheduler must be one of DDIM, Euler"),
    ("B1", CHAT, {"messages": [{"role": "user", "content": "Hi"}]}, "messages: invalid format"),
    ("B1", CHAT, {"prompt": "Hi"}, "prompt or messages is required: prompt has the wrong type"),
]
IDS = [f"{fact}-{slug}-{number}" for number, (fact, slug, *_) in enumerate(CASES)]


def _find_params(slug, params):
    return _example(slug) | params if slug == REMIX else params or {"style": "base"}


@pytest.mark.fact("P1", "P2", "P3", "P4", "P6", "P7", "B1")
@pytest.mark.parametrize(("fact", "slug", "params", "words"), CASES, ids=IDS)
def test_what_is_taken_agrees_and_what_is_refused_in_such_words_does_not(fact, slug, params, words):
    """On v1 the answer says it, on v2 the run's end."""
    seen = Witness()
    params = _find_params(slug, params)
    run = seen.ask("POST", f"/v1/{slug}", params)
    submitted = seen.ask("POST", f"/v2/{slug}", params)
    seen.advance(120)
    poll = seen.ask("GET", f"/v2/requests/{find_id(submitted)}/status")
    assert fact in find_agreed(seen.story)
    assert find_differing(seen.story) == set()
    refused = change(seen.story, run, status=400, body=with_document({"error": words}))
    assert (fact, run.number) in find_differing(refused)
    failed = with_document({"status": "FAILED", "error": words, "metrics": {}})
    assert (fact, poll.number) in find_differing(change(seen.story, poll, status=422, body=failed))


@pytest.mark.parametrize(("fact", "slug", "params", "words"), CASES, ids=IDS)
def test_a_refusal_for_another_reason_says_nothing(fact, slug, params, words):
    """Words that name no such parameter, or no such reason, may be about anything."""
    del words
    seen = Witness()
    run = seen.ask("POST", f"/v1/{slug}", _find_params(slug, params))
    for other in ("Insufficient credits. You have 0.0 credits.", "The seed is too large"):
        refused = change(seen.story, run, status=406, body=with_document({"error": other}))
        assert fact not in {name for name, _ in find_differing(refused)}


@pytest.mark.fact("P5")
def test_a_form_is_taken():
    """A refusal of its content type is a difference."""
    seen = Witness()
    run = seen.ask("POST", f"/v1/{SDXL}", PARTS, headers={"content-type": FORM})
    assert "P5" in find_agreed(seen.story)
    assert find_differing(seen.story) == set()
    words = with_document({"error": "Invalid content type"})
    assert ("P5", 1) in find_differing(change(seen.story, run, status=406, body=words))
    assert "P5" not in find_agreed(change(seen.story, run, status=406, body=Body.of(b"")))


@pytest.mark.fact("P8")
def test_a_fine_tune_runs():
    """That one is gone says nothing, since fine-tunes come and go."""
    seen = Witness()
    run = seen.ask("POST", f"/v1/{TUNED}", {"prompt": "A boat"})
    assert "P8" in find_agreed(seen.story)
    gone = change(seen.story, run, status=404, body=with_document({"error": "Not found"}))
    assert "P8" not in {fact for fact, _ in find_differing(gone)}
