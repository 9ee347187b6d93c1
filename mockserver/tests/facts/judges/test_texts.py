"""Judges of what is written: each can say no."""

import json

import pytest

from mockserver.tests.facts.tables import (
    find_changed,
    find_first,
    set_fields,
    set_members,
    set_metrics,
)
from mockserver.tests.facts.witness import find_id

STORY = "other kinds"


def find_result(slug):
    """Return the result of the first run of a model."""
    submitted = find_first(STORY, "submit", subject=slug)
    return find_first(STORY, "result", state="COMPLETED", subject=find_id(submitted))


def set_output(**members):
    """Change members of the JSON that the output is; None leaves one out."""

    def make(exchange):
        inner = json.loads(exchange.body.document["output"]) | members
        kept = {name: value for name, value in inner.items() if value is not None}
        return set_members(output=json.dumps(kept))(exchange)

    return make


@pytest.mark.fact("O4", "O5", "O7", "O7b", "O8")
@pytest.mark.parametrize(
    ("fact", "slug", "make"),
    [
        ("O4", "gpt-5.5", set_members(output={"choices": []})),
        ("O4", "gpt-5.5", set_members(output="Because of the water.")),
        ("O4", "gpt-5.5", set_output(choices=None)),
        ("O4", "claude-4.5-sonnet", set_output(content="Because.")),
        ("O4", "gemini-2.5-flash", set_output(candidates=None)),
        ("O5", "mock-inference", set_metrics(total_time=0.4)),
        ("O5", "mock-inference", set_metrics(total_time=12.84)),
        ("O7", "text-embedding-3-small", set_members(output=[0.1, 0.2])),
        ("O7", "text-embedding-3-small", set_output(data=[])),
        ("O7", "gemini-embedding-001", set_output(embedding={})),
        ("O7b", "text-embedding-3-small", set_output(embedding=None)),
        ("O8", "eleven-labs-transcript", set_output(words=[{"text": "Good"}])),
        ("O8", "eleven-labs-transcript", set_output(language_code=None)),
        ("O8", "bria-fibo-generate", set_members(output={"text": "A tree"})),
    ],
)
def test_a_change_is_found_by_the_judge_of_its_fact(fact, slug, make):
    """At the exchange that was changed."""
    assert fact in find_changed(STORY, find_result(slug), make)


@pytest.mark.fact("O7", "O8")
@pytest.mark.parametrize(
    ("fact", "slug"), [("O7", "text-embedding-3-small"), ("O8", "eleven-labs-transcript")]
)
def test_on_v1_it_is_bare(fact, slug):
    """A string in JSON is what v2 has."""
    bare = find_first(STORY, "sync", subject=slug)
    wrapped = set_members(**dict.fromkeys(bare.body.document), output=bare.body.content.decode())
    assert fact in find_changed(STORY, bare, wrapped)


@pytest.mark.fact("O4")
def test_the_text_of_a_model_that_nobody_knows_is_not_judged():
    """Whether it is a language model is not known."""
    submitted = find_first(STORY, "submit", subject="gpt-5.5")
    url = submitted.url.replace("gpt-5.5", "no-such-model")
    assert "O4" not in find_changed(STORY, submitted, set_fields(url=url))
