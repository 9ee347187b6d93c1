"""What a model that writes down speech answers, in the shape that ElevenLabs publishes (O8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.base.json_encoding import encode
from mockserver.contract.parameter_values import find_value
from mockserver.rules.jobs import Job
from mockserver.rules.source_names import Source, find_source

_SPOKEN = ("text", "transcript")
"""Parameters of models that are told what is said, to find when each word of it is."""

_SPOKEN_WITHOUT_SOUND = (*_SPOKEN, "prompt")
"""Beside a sound a prompt is a hint."""

_LANGUAGES = ("language_code", "language")
_MOST_CHARACTERS = 20_000
_PAUSE_MS, _LETTER_MS = 120, 70
"""How long a word is waited for, and how long each of its letters lasts."""


def render_transcription(job: Job, params: dict[str, Any]) -> bytes:
    """Return what was said, and when each word begins and ends, in seconds."""
    source, language = find_source(params), find_value(params, _LANGUAGES)
    spoken = find_value(params, _SPOKEN if source else _SPOKEN_WITHOUT_SOUND)
    text = spoken if isinstance(spoken, str) else _write_text(job, source)
    return encode(
        {
            "language_code": language if isinstance(language, str) else "en",
            "language_probability": 1.0,
            "text": text[:_MOST_CHARACTERS],
            "words": list(_time_words(text[:_MOST_CHARACTERS])),
        }
    )


def _write_text(job: Job, source: Source | None) -> str:
    if source is None:
        return f"{job.model.slug} was given nothing: no parameter holds a sound."
    return (
        f"{source.parameter} is {source.name}. "
        f"segmock stands in for {job.model.slug} and has not listened to it."
    )


def _time_words(text: str) -> Iterator[dict[str, Any]]:
    """Yield each word with its time; a word lasts as long as it is written."""
    at_ms = 0
    for word in text.split():
        start, at_ms = at_ms + _PAUSE_MS, at_ms + _PAUSE_MS + _LETTER_MS * len(word)
        yield {"text": word, "start": start / 1000, "end": at_ms / 1000, "type": "word"}
