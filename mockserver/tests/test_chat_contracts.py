"""Every language model takes a conversation in each provider's form, and refuses no unusual one."""

import pytest

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.validation import Violation, find_violation
from mockserver.tests.conversations import make_forms

MODELS = Catalogue().models
CHAT = ("claude-4.5-sonnet", "gemini-2.5-flash", "gpt-5.5")


@pytest.mark.fact("B1")
@pytest.mark.parametrize("slug", CHAT)
@pytest.mark.parametrize("form", make_forms())
def test_every_model_takes_every_form_of_a_conversation(slug, form):
    """Whose model it is does not matter: OpenAI's, Anthropic's and Gemini's bodies all pass."""
    assert find_violation(MODELS[slug], make_forms()[form]) is None


@pytest.mark.fact("B1")
@pytest.mark.parametrize("slug", CHAT)
@pytest.mark.parametrize(
    "params",
    [
        {"messages": [{"role": "poet", "content": "Hi"}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "a"}]}]},
        {"messages": [{"role": "user", "content": [{"type": "image"}]}]},
        {"contents": [{"role": "poet", "parts": {"text": "Hi"}}]},
        {"prompt": "Hi", "temperature": 9},
        {"prompt": "Hi", "max_tokens": 0},
        {"prompt": "Hi", "generationConfig": {"topK": 3}},
    ],
)
def test_what_no_source_refuses_of_a_conversation_passes(slug, params):
    """Roles, kinds of parts and bounds that providers have are no reason for the gateway's 400."""
    assert find_violation(MODELS[slug], params) is None


@pytest.mark.fact("B1", "P7")
@pytest.mark.parametrize("slug", CHAT)
@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"messages": [{"role": "poet", "content": "Hi"}]}, "messages[0].role"),
        ({"messages": {"contents": [{"role": "poet", "parts": []}]}}, "messages.contents[0].role"),
        ({"contents": [{"role": "poet", "parts": []}]}, "contents[0].role"),
        ({"prompt": "Hi", "temperature": 9}, "temperature"),
        ({"prompt": "Hi", "max_tokens": 0}, "max_tokens"),
    ],
)
def test_what_is_unusual_in_a_conversation_is_noted(slug, params, place):
    """A role that no provider has, or a number beyond its bounds, draws a note and no refusal."""
    (note,) = MODELS[slug].advisor.find_advice(params)
    assert note.startswith(f"Parameter '{place}' is ")
    assert find_violation(MODELS[slug], params) is None


@pytest.mark.parametrize("slug", CHAT)
@pytest.mark.parametrize("form", make_forms())
def test_nothing_is_noted_of_a_usual_conversation(slug, form):
    """Each provider's form is as usual as the others, whatever the model."""
    assert MODELS[slug].advisor.find_advice(make_forms()[form]) == ()


@pytest.mark.fact("B1", "E2")
@pytest.mark.parametrize("slug", CHAT)
@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"contents": []}, "messages' or 'prompt"),
        ({"messages": {}}, "messages.contents' or 'prompt"),
        ({"messages": {"contents": []}}, "messages.contents' or 'prompt"),
        ({"messages": {"role": "user", "content": "Hi"}}, "messages.contents' or 'prompt"),
    ],
)
def test_an_empty_conversation_of_geminis_form_is_none(slug, params, names):
    """It is as good as no conversation, as an empty list of messages is."""
    assert find_violation(MODELS[slug], params) == Violation(
        "invalid_parameter", f"Parameter '{names}' is required, but it is missing or empty."
    )
