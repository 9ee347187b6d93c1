"""What a language model is asked is read from any parameters, right or wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.rules.chat_input import (
    find_last_user_text,
    find_token_limit,
    parse_conversation,
)
from mockserver.tests.conversations import INSTRUCTED, PICTURED, QUESTION, RULE, TURNS, make_forms

NAMES = [
    *("role", "content", "type", "text", "parts", "contents", "system_instruction"),
    *("inline_data", "fileData", "mimeType", "generationConfig", "maxOutputTokens"),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=8,
)
PARTS = [
    {"type": "text", "text": "What is"},
    {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
    {"type": "text", "text": "this?"},
]


def make_turn(role, content):
    """Return a turn."""
    return {"role": role, "content": content}


@pytest.mark.fact("O4")
@pytest.mark.parametrize(
    ("params", "asked"),
    [
        ({}, ""),
        ({"prompt": "Hello"}, "Hello"),
        ({"messages": [make_turn("user", "Hello")]}, "Hello"),
        ({"messages": [make_turn("user", "Hello")], "prompt": "Bye"}, "Hello"),
        ({"messages": [make_turn("system", "Be brief")], "prompt": "Bye"}, "Bye"),
        ({"messages": [make_turn("user", "One"), make_turn("assistant", "Two")]}, "One"),
        ({"messages": [make_turn("user", "One"), make_turn("user", "Two")]}, "Two"),
        ({"messages": [make_turn("user", PARTS)]}, "What is this?"),
        ({"messages": [make_turn("user", None)]}, ""),
        ({"messages": [make_turn("poet", "Ode"), make_turn("tool", "Two")]}, "Ode"),
        ({"messages": [{"content": "Ode"}]}, "Ode"),
        ({"messages": {"contents": []}, "prompt": "Bye"}, "Bye"),
        ({"messages": [], "contents": [{"parts": [{"text": "Hello"}]}]}, "Hello"),
        ({"contents": [{"role": "model", "parts": [{"text": "Hello"}]}]}, ""),
    ],
)
def test_the_last_users_turn_is_what_is_asked(params, asked):
    """A conversation is answered where the user spoke last; without one, the prompt is."""
    assert parse_conversation(params).asked == asked


def test_turns_pictures_and_all_words_are_counted():
    """Everything that was said is heard, and pictures are seen in turns and beside them."""
    talk = parse_conversation(
        {
            "messages": [make_turn("system", "Be brief"), make_turn("user", PARTS)],
            "instruction": "In French",
            "prompt": "Now",
            "image": "https://example.com/b.png",
        }
    )
    assert (talk.messages, talk.images) == (2, 2)
    assert talk.heard == "In French Be brief What is this? Now"


@pytest.mark.fact("B1")
@pytest.mark.parametrize(("form", "params"), make_forms().items())
def test_each_form_of_a_conversation_says_the_same(form, params):
    """Question, instruction, turns and pictures are found wherever a provider has them."""
    talk = parse_conversation(params)
    assert talk.asked == QUESTION
    assert talk.heard.startswith(RULE) is (form in INSTRUCTED)
    assert talk.heard.endswith(QUESTION)
    assert (talk.messages, talk.images) == (TURNS.get(form, 1), int(form in PICTURED))


@pytest.mark.fact("B1")
@pytest.mark.parametrize(
    ("part", "images"),
    [
        ({"inline_data": {"mime_type": "image/webp", "data": ""}}, 1),
        ({"inlineData": {"mimeType": "audio/wav", "data": ""}}, 0),
        ({"file_data": {"file_uri": "https://example.com/a"}}, 1),
        ({"fileData": {"mimeType": "video/mp4", "fileUri": "https://example.com/a"}}, 0),
        ({"fileData": "https://example.com/a"}, 0),
        ({"text": "image"}, 0),
        ({"type": ["image"]}, 0),
    ],
)
def test_files_that_are_no_pictures_are_not_counted_as_such(part, images):
    """In Gemini's form the media type tells; without one, a file is taken for a picture."""
    assert parse_conversation({"contents": [{"parts": [part]}]}).images == images


@pytest.mark.parametrize(
    ("images", "count"), [("iVBORw0KGgo=", 1), (["a", "b"], 2), ([], 0), ("", 0)]
)
def test_pictures_beside_the_conversation_are_counted(images, count):
    """`images` is one picture, or a list of them."""
    assert parse_conversation({"prompt": "Hi", "images": images}).images == count


@pytest.mark.fact("B1")
@pytest.mark.parametrize(
    ("params", "limit"),
    [
        ({}, None),
        ({"max_tokens": 7}, 7),
        ({"max_tokens": "7"}, 7),
        ({"max_completion_tokens": 7, "max_tokens": 8}, 7),
        ({"max_new_tokens": 7}, 7),
        ({"max_output_tokens": 7}, 7),
        ({"generationConfig": {"maxOutputTokens": 7}}, 7),
        ({"generation_config": {"max_output_tokens": 7}, "max_tokens": 9}, 7),
        ({"messages": {"contents": [], "generationConfig": {"maxOutputTokens": 7}}}, 7),
        ({"max_tokens": 0}, None),
        ({"max_tokens": -1}, None),
        ({"max_tokens": None}, None),
        ({"max_tokens": True}, None),
        ({"max_tokens": "many"}, None),
        ({"generationConfig": 7}, None),
    ],
)
def test_the_least_limit_of_tokens_counts_whatever_its_name(params, limit):
    """Each provider has its own name for it; what is no number from 1 limits nothing."""
    assert find_token_limit(params) == limit


@given(
    st.dictionaries(
        st.sampled_from(["messages", "contents", "prompt", "instruction", "image", *NAMES]),
        json_values,
    )
)
def test_anything_can_be_read(params):
    """Parameters that a model refuses are read too, and never stumbled over."""
    talk = parse_conversation(params)
    assert find_last_user_text(params) in (talk.asked, "")
    assert find_token_limit(params) != 0
