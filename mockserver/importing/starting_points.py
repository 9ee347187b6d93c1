"""Contracts to begin with: whole, commented, and served as they are."""

from __future__ import annotations

from typing import Any

from mockserver.contract.kinds import TASKS, load_kinds
from mockserver.contract.schemas import DIALECT
from mockserver.importing.drafts import Draft
from mockserver.importing.terms import TermsMaker
from mockserver.importing.type_words import URI

KINDS = tuple(TASKS)
"""What a model can be like."""

_COMMENT = (
    "This file is a JSON Schema (2020-12) of the body of a request, with `x-model` for what a "
    "schema cannot say. Edit it, check it with `segmock models lint`, and serve its folder with "
    "`segmock serve --models`. In x-model: slug is the name in /v1/{slug} and /v2/{slug}; "
    "v1_returns is json, or the medium for bare bytes; typical_s is how long a run takes in life, "
    "and beyond 60 v1 answers 504; "
    "price.usd is what it costs, as a text; output says what is made, and which parameters decide "
    "its size, format and length: one name, or a list of which the first that is sent counts; "
    "seed.minimum and maximum bound the seed that is drawn where none is sent; level is verified "
    "where all parameters are known, else partial; provenance says where the claims come from. "
    "contracts/schemas/model.json describes every key."
)

_PROMPT = {
    "type": "string",
    "title": "Prompt",
    "description": "What to make.",
    "minLength": 1,
    "$comment": "It is listed in `required`: v1 answers 400 without it, and a run on v2 fails.",
}
_SEED = {
    "type": "integer",
    "title": "Seed",
    "description": "The same request with the same number makes the same thing.",
    "minimum": 0,
    "maximum": 4294967295,
    "$comment": "x-model.seed names it; v1 tells the seed of a run in x-seed-value.",
}
_ASPECT_RATIO = {
    "type": "string",
    "title": "Aspect ratio",
    "description": "Width to height.",
    "enum": ["1:1", "16:9", "9:16", "4:3", "3:4"],
    "default": "16:9",
    "$comment": "A complete list of values refuses every other one. One that is not complete "
    'belongs into `"x-advice": {"enum": [...]}`, which notes the others and lets them pass.',
}
_DURATION = {
    "type": "integer",
    "title": "Duration",
    "description": "How many seconds it plays.",
    "minimum": 1,
    "maximum": 30,
    "default": 5,
    "$comment": "x-model.output.duration names it; default_s there is for when it is not sent.",
}

_PROPERTIES: dict[str, dict[str, Any]] = {
    "image": {
        "prompt": _PROMPT,
        "aspect_ratio": {**_ASPECT_RATIO, "default": "1:1"},
        "width": {
            "type": "integer",
            "title": "Width",
            "description": "Pixels; it comes before the ratio.",
            "minimum": 64,
            "maximum": 2048,
            "$comment": "x-model.output.size names it, and with it height.",
        },
        "height": {
            "type": "integer",
            "title": "Height",
            "description": "Pixels.",
            "minimum": 64,
            "maximum": 2048,
        },
        "output_format": {
            "type": "string",
            "title": "Format",
            "description": "File format of the picture.",
            "enum": ["png", "jpeg", "webp"],
            "default": "png",
            "$comment": "x-model.output.format_parameter names it.",
        },
        "seed": _SEED,
    },
    "video": {
        "prompt": _PROMPT,
        "image": {
            **URI,
            "title": "First frame",
            "description": "The picture to begin with: a URL or a data URL.",
            "$comment": "A film that is made of a picture shows it.",
        },
        "aspect_ratio": _ASPECT_RATIO,
        "duration": _DURATION,
        "seed": _SEED,
    },
    "audio": {"prompt": _PROMPT, "duration": _DURATION, "seed": _SEED},
    "text": {
        "messages": {
            "type": "array",
            "title": "Messages",
            "description": "The conversation, oldest turn first.",
            "minItems": 1,
            "items": {"type": "object", "required": ["role", "content"]},
            "$comment": "Answers echo the last user's turn. `provider` in x-model.output says "
            "whose shape they have: openai, anthropic or gemini.",
        },
        "max_tokens": {
            "type": "integer",
            "title": "Longest answer",
            "description": "Tokens after which the answer is cut.",
            "minimum": 1,
        },
    },
    "json": {
        "prompt": _PROMPT,
        "options": {
            "type": "object",
            "title": "Options",
            "description": "Whatever else your model takes.",
            "$comment": "Parameters that are not listed pass too, and are noted in the journal.",
        },
    },
}

_EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "image": [
        {"prompt": "A thimble on a map", "aspect_ratio": "4:3", "seed": 7},
        {"prompt": "A thimble"},
    ],
    "video": [
        {"prompt": "A paper boat in rain", "image": "https://example.com/boat.png", "duration": 8},
        {"prompt": "A paper boat"},
    ],
    "audio": [{"prompt": "Rain on a tin roof", "duration": 10}, {"prompt": "Rain"}],
    "text": [
        {"messages": [{"role": "user", "content": "Why do boats float?"}], "max_tokens": 200},
        {"messages": [{"role": "user", "content": "Hello"}]},
    ],
    "json": [{"prompt": "What is in it?", "options": {"detail": "low"}}, {"prompt": "Hello"}],
}


def make_starting_point(slug: str, kind: str) -> dict[str, Any]:
    """Return a contract for a model of one of `KINDS` that makes what such models make.

    Raises:
        SourceError: that is no slug.
    """
    properties = _PROPERTIES[kind]
    draft = Draft(slug=slug, schema={"properties": properties})
    terms = TermsMaker(draft, load_kinds()[TASKS[kind]]).make()
    terms |= {"typical_s": 5, "price": {"usd": "0.01"}}
    if kind == "json":
        terms["output"] = {"media": "text"}
    first = next(iter(properties))
    return {
        "$schema": DIALECT,
        "$id": f"urn:segmock:model:{slug}",
        "$comment": _COMMENT,
        "title": slug,
        "description": "Say here what your model does.",
        "x-model": {
            **terms,
            "level": "verified",
            "provenance": [{"what": "everything: a starting point", "evidence": "inferred"}],
        },
        "type": "object",
        "required": [first],
        "properties": properties,
        "examples": _EXAMPLES[kind],
    }
