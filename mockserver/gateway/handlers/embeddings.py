"""What an embedding model answers: a vector for each text, in its provider's public shape (O7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from mockserver.base.json_encoding import encode
from mockserver.contract.embedding_input import EmbeddingInput, read_input
from mockserver.gateway.handlers.chat_completions import count_tokens
from mockserver.media.vectors import embed
from mockserver.rules.jobs import Job


class Embedding(msgspec.Struct, frozen=True, gc=False):
    """What was asked, and the vectors before they have a shape."""

    model: str
    asked: EmbeddingInput
    vectors: list[list[float]]


def render_embedding(job: Job, params: dict[str, Any]) -> bytes:
    """Return the provider's JSON for a completed job."""
    output, slug = job.model.terms.output, job.model.slug
    asked = read_input(output, params)
    vectors = [embed(slug, text, output.dimensions, asked.dimensions) for text in asked.texts]
    return encode(_SHAPES[output.provider](Embedding(slug, asked, vectors)))


def _render_openai(made: Embedding) -> dict[str, Any]:
    """Return OpenAI's list, and beside it the vectors where public clients read them (O7b)."""
    tokens = sum(map(count_tokens, made.asked.texts))
    bare = {"embeddings": made.vectors} if made.asked.is_list else {"embedding": made.vectors[0]}
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in enumerate(made.vectors)
        ],
        "model": made.model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        **bare,
    }


def _render_gemini(made: Embedding) -> dict[str, Any]:
    """Return one vector, or for a list of texts a list of them."""
    rows = [{"values": vector} for vector in made.vectors]
    return {"embeddings": rows} if made.asked.is_list else {"embedding": rows[0]}


_SHAPES: dict[str, Callable[[Embedding], dict[str, Any]]] = {
    "openai": _render_openai,
    "gemini": _render_gemini,
}
