"""What a language model is asked, in whichever way: `messages` with parts, or a `prompt`.

It reads anything, also what the model's contract refuses, since jobs with wrong values run too.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Conversation(msgspec.Struct, frozen=True, gc=False):
    """What was said: the words to answer, all words, and how many turns and pictures."""

    asked: str
    heard: str
    messages: int
    images: int


def parse_conversation(params: dict[str, Any]) -> Conversation:
    """Read a conversation; the last user's turn is what is asked, or else the prompt."""
    messages = _list_messages(params)
    prompt, instruction = (
        _read_string(params.get("prompt")),
        _read_string(params.get("instruction")),
    )
    said = [_read_text(message) for message in messages]
    parts = [part for message in messages for part in _list_parts(message)]
    images = sum(part.get("type") == "image_url" for part in parts) + bool(params.get("image"))
    heard = " ".join(filter(None, [instruction, *said, prompt]))
    return Conversation(find_last_user_text(params) or prompt, heard, len(messages), images)


def find_last_user_text(params: dict[str, Any]) -> str:
    """Return the words of the last user's turn; empty where there is none."""
    users = (
        message for message in reversed(_list_messages(params)) if message.get("role") == "user"
    )
    return next(map(_read_text, users), "")


def _list_messages(params: dict[str, Any]) -> list[dict[str, Any]]:
    return _list_objects(params.get("messages"))


def _read_text(message: dict[str, Any]) -> str:
    return _read_string(message.get("content")) or " ".join(
        filter(None, (_read_string(part.get("text")) for part in _list_parts(message)))
    )


def _list_parts(message: dict[str, Any]) -> list[dict[str, Any]]:
    return _list_objects(message.get("content"))


def _list_objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _read_string(value: object) -> str:
    return value if isinstance(value, str) else ""
