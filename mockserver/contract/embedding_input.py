"""What an embedding model is asked: texts under any of their names, and how many numbers for each.

OpenAI has `input`, a text or a list of them, and Gemini `content` or `contents`, objects with
`parts`; the vendor's own models have `prompt`. It reads anything, as jobs with wrong values run
too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mockserver.contract.model_terms import Names, Output
from mockserver.contract.parameter_values import find_value, read_count, spell
from mockserver.media.vectors import count_words

_TEXTS = ("prompt", "input", "inputs", "text", "texts", "content", "contents")
_DIMENSIONS = Names(["dimensions"])

MOST_NUMBERS = 1_000_000
"""Numbers of all vectors of one answer."""

MOST_WORDS = 100_000
"""Words of all texts of one request."""


class EmbeddingInput(msgspec.Struct, frozen=True, gc=False):
    """The texts, and whether they came as a list; how many numbers each vector has."""

    texts: list[str]
    is_list: bool
    dimensions: int


def read_input(output: Output, params: Mapping[str, Any]) -> EmbeddingInput:
    """Read what is asked of a model that makes vectors; of no text, an empty one is taken."""
    value = find_value(params, _TEXTS)
    is_list = isinstance(value, list) and not _is_tokens(value)
    texts = list(map(_read_text, value)) if is_list else [_read_text(value)]
    most = output.dimensions or 1
    asked = find_value(params, output.dimensions_parameter or _DIMENSIONS)
    return EmbeddingInput(texts, is_list, read_count(asked, most) or most)


def find_excess(output: Output, params: Mapping[str, Any]) -> str | None:
    """Return why the vectors that are asked for are not made, as a sentence."""
    asked = read_input(output, params)
    numbers = len(asked.texts) * asked.dimensions
    if numbers > MOST_NUMBERS:
        return (
            f"{len(asked.texts):,} texts with {asked.dimensions:,} numbers each are more than the "
            f"{MOST_NUMBERS:,} numbers of one answer: send fewer texts at once."
        )
    left = MOST_WORDS
    for text in asked.texts:
        left -= count_words(text, left + 1)
        if left < 0:
            return f"The texts have more than {MOST_WORDS:,} words: send fewer at once."
    return None


def _is_tokens(values: list[Any]) -> bool:
    """Tell whether a list is one text, as the numbers of its tokens."""
    return bool(values) and all(isinstance(each, int) for each in values)


def _read_text(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(_find_texts(value))
    if isinstance(value, list):
        return " ".join(map(spell, value))
    return spell(value)


def _find_texts(content: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of one content: its own, and those of its parts."""
    parts = content.get("parts")
    for holder in (content, *(parts if isinstance(parts, list) else [parts])):
        text = holder.get("text") if isinstance(holder, dict) else None
        if isinstance(text, str):
            yield text
