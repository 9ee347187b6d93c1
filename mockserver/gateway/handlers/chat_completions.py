"""What a language model answers: a reply of our own, in its provider's shape (O4).

What the vendor's SDK does not read of a shape is the provider's public API (inferred). Words and
signs stand for tokens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec

from mockserver.base.clock import SECOND, render_iso
from mockserver.base.ids import SeededRandom, make_id
from mockserver.base.json_encoding import encode, encode_sorted
from mockserver.rules.chat_input import Conversation, find_token_limit, parse_conversation
from mockserver.rules.jobs import Job

MOST_ECHOED = 600
"""Characters of what was asked that a reply repeats."""

MOST_COUNTED = 100_000
"""Characters in which tokens are counted one by one."""

_WORD_OR_SIGN = r"\w+|[^\w\s]"
_CLOSINGS = (
    "No language model has read this: segmock answers in place of {model}.",
    "{model} was not asked; segmock repeats what it is told.",
    "This is segmock, which writes the same for {model} whenever it is asked the same.",
    "segmock stands in for {model} here, and knows no more than you have said.",
)


class Completion(msgspec.Struct, frozen=True, gc=False):
    """A reply before it has a shape.

    Attributes:
        number: 32 hex digits that no other reply has.
        is_cut: It was longer than it may be.
        created_at: An instant on the account's clock.
    """

    number: str
    model: str
    text: str
    is_cut: bool
    heard: int
    said: int
    created_at: int


def render_completion(
    provider: str, job: Job, params: dict[str, Any], where: tuple[int, str]
) -> bytes:
    """Return the provider's JSON for a completed job.

    Args:
        provider: openai, anthropic or gemini.
        job: The job.
        params: Its parameters.
        where: The emulator's seed and the account's key, which the answer's id depends on.
    """
    slug, talk = job.model.slug, parse_conversation(params)
    seed, api_key = where
    asked = encode_sorted(params).decode()
    text, is_cut = _cut(
        _write_text(slug, talk, params, SeededRandom(slug, job.seed or 0, asked)), params
    )
    reply = Completion(
        number=make_id(seed, "completion", api_key, job.ordinal),
        model=slug,
        text=text,
        is_cut=is_cut,
        heard=count_tokens(talk.heard),
        said=count_tokens(text),
        created_at=job.finished_at,
    )
    return encode(_SHAPES[provider](reply))


def count_tokens(text: str) -> int:
    """Count words and signs; beyond `MOST_COUNTED` characters, estimate them from those."""
    counted = sum(1 for _ in re.finditer(_WORD_OR_SIGN, text[:MOST_COUNTED]))
    return counted * max(len(text), MOST_COUNTED) // MOST_COUNTED


def _write_text(slug: str, talk: Conversation, params: dict[str, Any], draws: SeededRandom) -> str:
    from mockserver.schema_samples import response_formats  # kept out of start-up

    wanted = response_formats.find_wanted(params)
    if wanted is not None:
        return _render_compact(response_formats.make_document(wanted.schema, draws))
    echo = talk.asked[:MOST_ECHOED] + ("…" if len(talk.asked) > MOST_ECHOED else "")
    if response_formats.is_json_object(params):
        return _render_compact({"you_said": echo, "model": slug, "messages": talk.messages})
    closing = _CLOSINGS[draws.draw_integer(0, len(_CLOSINGS) - 1)].format(model=slug)
    seen = f" You showed {talk.images} image{'s'[: talk.images > 1]}." if talk.images else ""
    return f"You said: {echo}\n\n{closing}{seen}"


def _render_compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _cut(text: str, params: dict[str, Any]) -> tuple[str, bool]:
    """Cut a reply after as many tokens as it may have."""
    most = find_token_limit(params)
    ends = [found.end() for found in re.finditer(_WORD_OR_SIGN, text)]
    return (text, False) if most is None or most >= len(ends) else (text[: ends[most - 1]], True)


def _render_openai(reply: Completion) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.text, "refusal": None}
    choice = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": "length" if reply.is_cut else "stop",
    }
    return {
        "id": f"chatcmpl-{reply.number[:29]}",
        "object": "chat.completion",
        "created": reply.created_at // SECOND,
        "model": reply.model,
        "choices": [choice],
        "usage": {
            "prompt_tokens": reply.heard,
            "completion_tokens": reply.said,
            "total_tokens": reply.heard + reply.said,
        },
    }


def _render_anthropic(reply: Completion) -> dict[str, Any]:
    return {
        "id": f"msg_{reply.number[:24]}",
        "type": "message",
        "role": "assistant",
        "model": reply.model,
        "content": [{"type": "text", "text": reply.text}],
        "stop_reason": "max_tokens" if reply.is_cut else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": reply.heard, "output_tokens": reply.said},
    }


def _render_gemini(reply: Completion) -> dict[str, Any]:
    candidate = {
        "content": {"parts": [{"text": reply.text}], "role": "model"},
        "finishReason": "MAX_TOKENS" if reply.is_cut else "STOP",
        "index": 0,
    }
    return {
        "candidates": [candidate],
        "usageMetadata": {
            "promptTokenCount": reply.heard,
            "candidatesTokenCount": reply.said,
            "totalTokenCount": reply.heard + reply.said,
        },
        "modelVersion": reply.model,
        "createTime": render_iso(reply.created_at),
        "responseId": reply.number,
    }


_SHAPES: dict[str, Callable[[Completion], dict[str, Any]]] = {
    "openai": _render_openai,
    "anthropic": _render_anthropic,
    "gemini": _render_gemini,
}
