"""One question in every form in which language models are asked it (B1)."""

from __future__ import annotations

from typing import Any

QUESTION, RULE = "Why is rain wet?", "Be brief."
DATA = "iVBORw0KGgo="


def make_forms(question: str = QUESTION) -> dict[str, dict[str, Any]]:
    """Return bodies whose last user's turn is this question, by what is special in each."""
    turn = {"role": "user", "content": question}
    text = {"type": "text", "text": question}
    source = {"type": "base64", "media_type": "image/jpeg", "data": DATA}
    part = {"text": question}
    asked = {"role": "user", "parts": [part]}
    return {
        "openai": {"messages": [{"role": "system", "content": RULE}, turn]},
        "openai-three-turns": {
            "messages": [
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": "Hi."},
                turn,
            ]
        },
        "openai-options": {
            "model": "any",
            "messages": [turn],
            "max_tokens": 900,
            "stream": False,
            "temperature": 1.0,
        },
        "openai-picture": {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        text,
                        {"type": "image_url", "image_url": {"url": "https://example.com/a.jpg"}},
                    ],
                }
            ]
        },
        "anthropic": {"messages": [turn], "system": RULE, "max_tokens": 900},
        "anthropic-blocks": {"messages": [turn], "system": [{"type": "text", "text": RULE}]},
        "anthropic-picture": {
            "instruction": RULE,
            "messages": [{"role": "user", "content": [text, {"type": "image", "source": source}]}],
        },
        "anthropic-link": {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "image", "source": {"type": "url", "url": "https://a.example/b"}},
                        text,
                    ],
                }
            ]
        },
        "gemini": {
            "messages": {
                "system_instruction": {"parts": {"text": RULE}},
                "contents": [
                    {
                        "role": "user",
                        "parts": [part, {"inlineData": {"mimeType": "image/jpeg", "data": DATA}}],
                    }
                ],
            }
        },
        "gemini-three-turns": {
            "messages": {
                "system_instruction": RULE,
                "contents": [
                    {"role": "user", "parts": [{"text": "Hello"}]},
                    {"role": "model", "parts": [{"text": "Hi."}]},
                    {
                        "role": "user",
                        "parts": [
                            {"inline_data": {"mime_type": "image/png", "data": DATA}},
                            part,
                        ],
                    },
                ],
            }
        },
        "gemini-own": {
            "systemInstruction": {"parts": [{"text": RULE}]},
            "contents": [asked],
            "generationConfig": {"maxOutputTokens": 900},
        },
        "gemini-single": {"contents": {"parts": part}},
        "gemini-in-a-list": {"messages": [asked]},
        "prompt": {"prompt": question},
    }


TURNS = {"openai": 2, "openai-three-turns": 3, "gemini-three-turns": 3, "prompt": 0}
"""How many turns a form has, where it is not one."""

PICTURED = {
    *("openai-picture", "anthropic-picture", "anthropic-link", "gemini", "gemini-three-turns"),
}
"""Forms with one picture; the others have none."""

INSTRUCTED = {
    *("openai", "anthropic", "anthropic-blocks", "anthropic-picture"),
    *("gemini", "gemini-three-turns", "gemini-own"),
}
"""Forms that say `RULE` as well."""
