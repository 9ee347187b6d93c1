"""What a language model is asked is read from any parameters, right or wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.rules.chat_input import find_last_user_text, parse_conversation

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["role", "content", "type", "text"]), inner)
    ),
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


@given(
    st.dictionaries(st.sampled_from(["messages", "prompt", "instruction", "image"]), json_values)
)
def test_anything_can_be_read(params):
    """Parameters that a model refuses are read too, and never stumbled over."""
    talk = parse_conversation(params)
    assert find_last_user_text(params) in (talk.asked, "")
