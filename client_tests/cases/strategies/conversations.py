"""Strategies of what is said to a chat model, in the forms of three providers (B1)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases.strategies.values import prompts, uris


def conversations() -> SearchStrategy[Any]:
    """Return the `messages` of a chat model: a list of turns, or Gemini's object."""
    return st.one_of(messages(), gemini_conversations())


def messages() -> SearchStrategy[list[dict[str, Any]]]:
    """Return turns, as OpenAI and Anthropic have them."""
    return _turns("content", _texts_or_parts(), "user", "system", "assistant")


def gemini_conversations() -> SearchStrategy[dict[str, Any]]:
    """Return Gemini's object, which holds the turns."""
    return st.fixed_dictionaries(
        {"contents": contents()}, optional={"system_instruction": instructions()}
    )


def contents() -> SearchStrategy[list[dict[str, Any]]]:
    """Return turns of Gemini's form."""
    file = st.fixed_dictionaries({"mime_type": st.just("image/png"), "data": _base64()})
    part = st.one_of(
        st.fixed_dictionaries({"text": words()}), st.fixed_dictionaries({"inline_data": file})
    )
    parts = st.one_of(part, st.lists(part, min_size=1, max_size=3))
    return _turns("parts", parts, "user", "model")


def instructions() -> SearchStrategy[Any]:
    """Return how a chat model is told to behave: a text, blocks, or an object with parts."""
    return st.one_of(words(), text_blocks(), text_parts())


def words() -> SearchStrategy[str]:
    """Return what is said in words, at least one sign."""
    return prompts(min_size=1)


def text_blocks() -> SearchStrategy[list[dict[str, Any]]]:
    """Return texts as Anthropic has them in a list."""
    return st.lists(_texts(), max_size=2)


def text_parts() -> SearchStrategy[dict[str, Any]]:
    """Return texts as Gemini has them in an object."""
    parts = st.lists(st.fixed_dictionaries({"text": words()}), min_size=1, max_size=2)
    return st.fixed_dictionaries({"parts": parts})


def _turns(key: str, said: SearchStrategy[Any], *roles: str) -> SearchStrategy[list[Any]]:
    """Return turns with what is said under this key; the last is the user's."""
    turn = st.fixed_dictionaries({"role": st.sampled_from(roles), key: said})
    last = st.fixed_dictionaries({"role": st.just("user"), key: said})
    return st.builds(lambda turns, end: [*turns, end], st.lists(turn, max_size=2), last)


def _texts_or_parts() -> SearchStrategy[Any]:
    """Return what a turn says: a text, or parts with pictures as OpenAI and Anthropic have them."""
    url = st.fixed_dictionaries({"url": uris()})
    media = st.sampled_from(["image/png", "image/jpeg"])
    data = {"type": st.just("base64"), "media_type": media, "data": _base64()}
    link = {"type": st.just("url"), "url": uris()}
    source = st.one_of(st.fixed_dictionaries(data), st.fixed_dictionaries(link))
    part = st.one_of(
        _texts(),
        st.fixed_dictionaries({"type": st.just("image_url"), "image_url": url}),
        st.fixed_dictionaries({"type": st.just("image"), "source": source}),
    )
    return st.one_of(words(), st.lists(part, min_size=1, max_size=3))


def _texts() -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just("text"), "text": words()})


def _base64() -> SearchStrategy[str]:
    return st.binary(max_size=30).map(lambda data: b64encode(data).decode())
