"""Strategies of a model's parameters."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases.contracts import models
from client_tests.cases.strategies.conversations import contents, conversations, instructions
from client_tests.cases.strategies.values import (
    json_values,
    large_texts,
    names,
    prompts,
    rarely,
    values,
)

MODEL, PROMPT = "ideogram-3", "A kit"


def response_formats() -> SearchStrategy[dict[str, Any]]:
    """Return how a chat model is to answer."""
    schema = {"type": "object", "properties": {"timeout": {"type": "number"}}}
    return st.sampled_from(
        [
            {"type": "text"},
            {"type": "json_object"},
            {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}},
        ]
    )


_BY_NAME: dict[str, Callable[[], SearchStrategy[Any]]] = {
    "prompt": prompts,
    "messages": conversations,
    "contents": contents,
    "instruction": instructions,
    "system": instructions,
    "system_instruction": instructions,
    "systemInstruction": instructions,
    "response_format": response_formats,
}
"""Parameters whose schemas say less than what they mean."""


def params(model: str = MODEL, longest_s: float = 50.0) -> SearchStrategy[dict[str, Any]]:
    """Return valid parameters of a model, and parameters that it does not know beside them.

    Args:
        model: Its slug.
        longest_s: How long a run may be told to take, where a parameter says so; v1 gives up
            after a minute, and v2 forgets after an hour.
    """
    schema = models()[model]
    properties = dict(schema["properties"])
    duration = schema["x-model"].get("duration_parameter")
    if duration:
        properties[duration] = {**properties[duration], "maximum": longest_s}
    known = {
        name: _BY_NAME[name]() if name in _BY_NAME else values(each)
        for name, each in properties.items()
    }
    required = set(schema.get("required", ())) | ({"prompt"} & known.keys())
    declared = st.fixed_dictionaries(
        {name: each for name, each in known.items() if name in required},
        optional={name: each for name, each in known.items() if name not in required},
    )
    unknown = names().filter(lambda name: name not in properties)
    extra = st.dictionaries(unknown, rarely(json_values(), large_texts()), max_size=3)
    excluded = _find_exclusions(schema)
    return st.builds(lambda declared, more: {**_keep(declared, excluded), **more}, declared, extra)


def _find_exclusions(schema: dict[str, Any]) -> dict[str, set[str]]:
    """Return, for each parameter beside which others have to be empty, the names of those."""
    dependent = schema.get("dependentSchemas", {})
    return {name: set(each["properties"]) for name, each in dependent.items()}


def _keep(params: dict[str, Any], excluded: dict[str, set[str]]) -> dict[str, Any]:
    """Return these parameters without those that others among them exclude."""
    gone = set().union(*(names for name, names in excluded.items() if name in params))
    return {name: value for name, value in params.items() if name not in gone}


def payloads(most_s: float = inf) -> SearchStrategy[tuple[str, dict[str, Any]]]:
    """Return a model and valid parameters of it.

    Args:
        most_s: How long a run of the model takes at the most, at realistic speed.
    """
    fit = [slug for slug, schema in models().items() if schema["x-model"]["typical_s"] <= most_s]
    first = [MODEL, *(slug for slug in fit if slug != MODEL)]
    return st.sampled_from(first).flatmap(lambda slug: st.tuples(st.just(slug), params(slug)))
