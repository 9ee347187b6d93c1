"""Contracts of models whose media no model that comes along has, as a user's files have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PICTURE = {"type": "string", "format": "uri"}
MODELS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "shaper": (
        {
            "task": "image-to-3d",
            "v1_returns": "3d",
            "output": {"media": "3d", "format": "glb", "format_parameter": "file_type"},
            "seed": {"parameter": "seed", "minimum": 0, "maximum": 99},
        },
        {
            "image": PICTURE,
            "prompt": {"type": "string"},
            "file_type": {"enum": ["glb", "obj", "ply", "stl"], "default": "glb"},
            "seed": {"type": "integer"},
        },
        {"prompt": "A jug"},
    ),
    "embedder": (
        {
            "task": "text-to-embedding",
            "v1_returns": "json",
            "output": {
                "media": "embedding",
                "provider": "openai",
                "dimensions": 64,
                "dimensions_parameter": ["dimensions", "size"],
            },
        },
        {"prompt": {"type": ["string", "array"]}, "dimensions": {"type": "integer"}},
        {"prompt": "A jug"},
    ),
    "embedder-g": (
        {
            "task": "text-to-embedding",
            "v1_returns": "json",
            "output": {"media": "embedding", "provider": "gemini", "dimensions": 16_384},
        },
        {},
        {"prompt": "A jug"},
    ),
    "writer": (
        {
            "task": "audio-to-text",
            "v1_returns": "json",
            "output": {"media": "text", "kind": "transcription"},
        },
        {"audio_url": {"type": "string", "format": "uri"}, "language_code": {"type": "string"}},
        {"audio_url": "https://example.com/talk.mp3"},
    ),
    "describer": (
        {
            "task": "image-to-text",
            "v1_returns": "json",
            "output": {"media": "text", "kind": "caption"},
        },
        {"image": PICTURE, "prompt": {"type": "string"}},
        {"image": "https://example.com/cat.png"},
    ),
}
"""By slug: what `x-model` says, the properties and an example."""


def make_document(slug: str) -> dict[str, Any]:
    """Return the contract of a model of `MODELS`."""
    terms, properties, example = MODELS[slug]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:example:model:{slug}",
        "title": slug.capitalize(),
        "description": "Made for tests.",
        "x-model": {
            "slug": slug,
            "retired": False,
            "typical_s": 3.5,
            "price": {"usd": "0.01"},
            "provenance": [{"what": "everything", "evidence": "inferred"}],
            **terms,
        },
        "type": "object",
        "properties": properties,
        "examples": [example],
    }


def write_models(folder: Path) -> Path:
    """Write every contract into a folder, and return it."""
    for slug in MODELS:
        (folder / f"{slug}.json").write_text(json.dumps(make_document(slug)))
    return folder
