"""Every language model takes a conversation in each provider's form, and refuses no unusual one."""

import pytest

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.kinds import load_kinds
from mockserver.contract.validation import Violation, find_violation
from mockserver.tests.conversations import make_forms

MODELS = Catalogue().models
TALKING = [
    model
    for model in MODELS.values()
    if model.terms.output.media == "text" and model.terms.output.provider
]
CHAT = ("claude-4.5-sonnet", "gemini-2.5-flash", "gpt-5.5")


@pytest.mark.fact("B1")
def test_every_language_model_of_the_vendor_takes_every_form():
    """Those with a contract of their own, those of a page, and those of the directory alone."""
    refused = [
        (model.slug, form, found.message)
        for model in TALKING
        for form, body in make_forms().items()
        if (found := find_violation(model, body))
    ]
    assert refused == []
    assert {model.terms.level for model in TALKING} == {"partial", "listed"}


@pytest.mark.fact("B1", "E2")
def test_an_empty_conversation_is_refused_where_parameters_are_known():
    """In the same words whichever model it is."""
    partial = [model for model in TALKING if model.terms.level != "listed"]
    told = {find_violation(model, {}).message for model in partial}
    assert told == {"Parameter 'messages' or 'prompt' is required, but it is missing or empty."}


def test_contracts_and_kind_say_the_same_of_conversations():
    """Whole contracts have every parameter that all language models take, in the same words."""
    taken = load_kinds()["text"].takes
    for slug in CHAT:
        document = MODELS[slug].document
        assert document["$ref"] == taken.schema
        assert document["properties"].items() >= taken.properties.items()


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


def test_nothing_is_noted_of_a_usual_conversation():
    """Each provider's form is as usual as the others, whatever the model."""
    noted = [
        (model.slug, form, model.advisor.find_advice(body))
        for model in TALKING
        for form, body in make_forms().items()
        if model.advisor is not None and model.advisor.find_advice(body)
    ]
    assert noted == []


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
