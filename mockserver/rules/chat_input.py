"""What a language model is asked, in any of three forms or by a `prompt` (B1).

OpenAI and Anthropic have `messages`, a list of turns with `content`; Gemini has `contents`, turns
with `parts`, inside an object `messages` or beside it. Whatever the model, each form is read.
It reads anything, also what the model's contract refuses, since jobs with wrong values run too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from mockserver.contract.parameter_values import read_count

_OTHERS = frozenset({"system", "developer", "assistant", "model", "tool", "function"})
"""Roles that are not the user's. A turn without a role is the user's, as Gemini has it."""

_INSTRUCTIONS = ("instruction", "system", "system_instruction", "systemInstruction")
_PICTURES = frozenset({"image_url", "image"})
"""Types of parts that are pictures: OpenAI's and Anthropic's."""

_FILES = ("inline_data", "inlineData", "file_data", "fileData")
_OPTIONS = ("generation_config", "generationConfig")
_LIMITS = (
    *("max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens"),
    "max_new_tokens",
)
_MOST_TOKENS = 1_000_000_000


class Conversation(msgspec.Struct, frozen=True, gc=False):
    """What was said: the words to answer, all words, and how many turns and pictures.

    `heard` begins with the instruction, which is no turn.
    """

    asked: str
    heard: str
    messages: int
    images: int


def parse_conversation(params: dict[str, Any]) -> Conversation:
    """Read a conversation; the last user's turn is what is asked, or else the prompt."""
    turns, prompt = _list_turns(params), _read_string(params.get("prompt"))
    instructions = [
        _read_instruction(place.get(name))
        for place in _list_places(params)
        for name in _INSTRUCTIONS
    ]
    said = [_read_text(turn) for turn in turns]
    images = sum(_is_picture(part) for turn in turns for part in _list_parts(turn))
    return Conversation(
        asked=find_last_user_text(params) or prompt,
        heard=" ".join(filter(None, [*instructions, *said, prompt])),
        messages=len(turns),
        images=images + _count_images(params.get("image")) + _count_images(params.get("images")),
    )


def find_last_user_text(params: dict[str, Any]) -> str:
    """Return the words of the last user's turn; empty where there is none."""
    return next(map(_read_text, filter(_is_users, reversed(_list_turns(params)))), "")


def find_token_limit(params: dict[str, Any]) -> int | None:
    """Return how many tokens the answer may have: the least number that is given, of any name."""
    places = _list_places(params)
    options = [*places, *_list_objects([place.get(name) for place in places for name in _OPTIONS])]
    given = (read_count(place.get(name), _MOST_TOKENS) for place in options for name in _LIMITS)
    return min((limit for limit in given if limit is not None), default=None)


def _list_places(params: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the objects in which a form has its parts: Gemini's may all be inside `messages`."""
    messages = params.get("messages")
    return [params, messages] if isinstance(messages, dict) else [params]


def _list_turns(params: dict[str, Any]) -> list[dict[str, Any]]:
    messages = params.get("messages")
    if isinstance(messages, dict):
        messages = messages.get("contents")
    return _list_objects(messages) or _list_objects(params.get("contents"))


def _is_users(turn: dict[str, Any]) -> bool:
    role = turn.get("role")
    return not isinstance(role, str) or role not in _OTHERS


def _read_instruction(value: object) -> str:
    return _read_text(value if isinstance(value, dict) else {"content": value})


def _read_text(turn: dict[str, Any]) -> str:
    return _read_string(turn.get("content")) or " ".join(
        filter(None, (_read_string(part.get("text")) for part in _list_parts(turn)))
    )


def _list_parts(turn: dict[str, Any]) -> list[dict[str, Any]]:
    return _list_objects(turn.get("content")) or _list_objects(turn.get("parts"))


def _is_picture(part: dict[str, Any]) -> bool:
    kind = part.get("type")
    return (isinstance(kind, str) and kind in _PICTURES) or any(map(_is_image, _list_files(part)))


def _list_files(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a part of Gemini's form has of files."""
    return (part[name] for name in _FILES if isinstance(part.get(name), dict))


def _is_image(file: dict[str, Any]) -> bool:
    """Tell whether a file is a picture; without a media type it is taken for one."""
    kind = _read_string(file.get("mime_type")) or _read_string(file.get("mimeType"))
    return not kind or kind.startswith("image/")


def _count_images(value: object) -> int:
    return len(value) if isinstance(value, list) else bool(value)


def _list_objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; of a single one, a list."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, dict)]


def _read_string(value: object) -> str:
    return value if isinstance(value, str) else ""
