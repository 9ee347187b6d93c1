"""A language model's answer has its provider's shape, and says what it was told."""

import json
from decimal import Decimal

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.base.clock import FIXED_START, SECOND
from mockserver.contract.catalogue import Catalogue
from mockserver.gateway.handlers.chat_completions import (
    MOST_COUNTED,
    MOST_ECHOED,
    count_tokens,
    render_completion,
)
from mockserver.rules.jobs import Job

CATALOGUE = Catalogue()
SLUGS = {"openai": "gpt-5.5", "anthropic": "claude-4.5-sonnet", "gemini": "gemini-2.5-flash"}
BODIES = {
    "openai": "openai-completion",
    "anthropic": "anthropic-message",
    "gemini": "gemini-response",
}
ENDS = {
    "openai": ("stop", "length"),
    "anthropic": ("end_turn", "max_tokens"),
    "gemini": ("STOP", "MAX_TOKENS"),
}
WHERE = (0, "SG_0123456789abcdef")
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}

every_provider = pytest.mark.parametrize("provider", SLUGS)


def make_job(provider="openai", **changes):
    """Return a completed job of a language model."""
    fields = {
        "request_id": "ab",
        "ordinal": 3,
        "model": CATALOGUE.models[SLUGS[provider]],
        "payload": b"{}",
        "seed": None,
        "price": Decimal(1),
        "submitted_at": FIXED_START,
        "started_at": FIXED_START,
        "finished_at": FIXED_START + 5 * SECOND,
        "expires_at": FIXED_START + 9 * SECOND,
        "ends": "COMPLETED",
    }
    return Job(**{**fields, **changes})


def render_answer(provider="openai", where=WHERE, job=None, /, **params):
    """Return the answer, checked against its schema."""
    body = json.loads(render_completion(provider, job or make_job(provider), params, where))
    schema = CATALOGUE.schemas[f"urn:segmock:body:{BODIES[provider]}"]
    jsonschema_rs.validate(schema, body)
    return body


def read(provider, body):
    """Return text, reason to stop, and counts of words, where the vendor's SDK looks for them."""
    if provider == "openai":
        (choice,) = body["choices"]
        usage = body["usage"]
        counts = usage["prompt_tokens"], usage["completion_tokens"]
        return choice["message"]["content"], choice["finish_reason"], counts
    if provider == "anthropic":
        usage = body["usage"]
        return body["content"][0]["text"], body["stop_reason"], tuple(usage.values())
    (candidate,) = body["candidates"]
    usage = body["usageMetadata"]
    counts = usage["promptTokenCount"], usage["candidatesTokenCount"]
    return candidate["content"]["parts"][0]["text"], candidate["finishReason"], counts


@pytest.mark.fact("O4")
@every_provider
def test_an_answer_repeats_what_was_asked(provider):
    """The text says what the user said, the model is named, and words are counted."""
    text, end, counts = read(provider, render_answer(provider, prompt="Why is rain wet?"))
    assert text.startswith("You said: Why is rain wet?\n")
    assert SLUGS[provider] in text
    assert end == ENDS[provider][0]
    assert counts == (5, count_tokens(text))


@pytest.mark.fact("O4")
def test_an_answer_has_the_accounts_time_and_an_id_of_its_own():
    """The time is that of the job's end; the id depends on seed, key and ordinal."""
    first, gemini = render_answer(prompt="a"), render_answer("gemini", prompt="a")
    assert first["created"] == 1_767_225_605
    assert gemini["createTime"] == "2026-01-01T00:00:05.000000Z"
    assert render_answer(prompt="a") == first
    others = [
        render_answer("openai", (1, WHERE[1]), prompt="a"),
        render_answer("openai", (0, "SG_other"), prompt="a"),
        render_answer("openai", WHERE, make_job(ordinal=4), prompt="a"),
    ]
    assert len({each["id"] for each in [first, *others]}) == 4
    assert {each["choices"][0]["message"]["content"] for each in others} == {
        first["choices"][0]["message"]["content"]
    }


@pytest.mark.fact("O4")
@every_provider
@pytest.mark.parametrize("limit", ["max_tokens", "max_completion_tokens", "max_output_tokens"])
def test_an_answer_is_cut_where_it_may_not_go_on(provider, limit):
    """As many words and signs as are allowed are said, and the reason to stop tells of it."""
    text, end, counts = read(provider, render_answer(provider, prompt="Why?", **{limit: 4}))
    assert (text, end, counts[1]) == ("You said: Why", ENDS[provider][1], 4)
    text, end, _ = read(provider, render_answer(provider, prompt="Why?", **{limit: 400}))
    assert text.endswith(".")
    assert end == ENDS[provider][0]


def test_a_long_question_is_repeated_in_part():
    """However long a question is, its answer is not."""
    text, _, _ = read("openai", render_answer(prompt="x" * 10_000))
    assert f"{'x' * MOST_ECHOED}…" in text
    assert len(text) < MOST_ECHOED + 200


@pytest.mark.parametrize(("images", "words"), [(1, "1 image."), (2, "2 images.")])
def test_pictures_are_noticed(images, words):
    """Who sends pictures reads how many have come through."""
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}
    messages = [{"role": "user", "content": [part] * images}]
    text, _, _ = read("openai", render_answer(messages=messages))
    assert text.endswith(f"You showed {words}")


@pytest.mark.fact("O4")
@every_provider
def test_json_is_answered_where_json_is_asked_for(provider):
    """With json_object the text is an object that repeats the question."""
    form = {"type": "json_object"}
    text, _, _ = read(provider, render_answer(provider, prompt="Hi", response_format=form))
    assert json.loads(text) == {"you_said": "Hi", "model": SLUGS[provider], "messages": 0}
    form = {"type": "text"}
    text, _, _ = read(provider, render_answer(provider, prompt="Hi", response_format=form))
    assert text.startswith("You said: Hi")


@pytest.mark.fact("O4")
@every_provider
@pytest.mark.parametrize("place", ["json_schema", "schema"])
@given(st.text(max_size=20))
def test_a_schema_is_kept_to(provider, place, prompt):
    """With json_schema the text is JSON that the schema allows, whichever way it was sent."""
    named = {"name": "place", "strict": True, "schema": SCHEMA}
    form = {"type": "json_schema", place: named if place == "json_schema" else SCHEMA}
    text, _, _ = read(provider, render_answer(provider, prompt=prompt, response_format=form))
    assert isinstance(json.loads(text)["city"], str)


def test_a_job_with_a_seed_of_its_own_varies_the_text():
    """Parameters and seed decide what is said, and among many questions it is not always same."""
    form = {"type": "json_schema", "schema": {"type": "integer", "minimum": 0, "maximum": 10**6}}
    texts = {
        read(
            "openai",
            render_answer("openai", WHERE, make_job(seed=seed), prompt="a", response_format=form),
        )[0]
        for seed in range(5)
    }
    assert len(texts) == 5


@given(st.text("ab ,.", max_size=30))
def test_words_and_signs_are_counted(text):
    """A count is that of words and signs, however many spaces are between them."""
    signs = text.count(",") + text.count(".")
    words = len(text.replace(",", " ").replace(".", " ").split())
    assert count_tokens(text) == signs + words


@pytest.mark.fact("O4")
def test_the_tokens_of_a_very_long_text_are_estimated():
    """Beyond a hundred thousand characters, the rest is taken to be as what was counted."""
    assert count_tokens("!" * MOST_COUNTED) == MOST_COUNTED
    assert count_tokens("hi " * MOST_COUNTED) == pytest.approx(MOST_COUNTED, rel=0.001)
    assert count_tokens("!" * MOST_COUNTED + "a" * MOST_COUNTED) == 2 * MOST_COUNTED
