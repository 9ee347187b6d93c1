"""Strategies of a model's parameters."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import inf
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases.contracts import Level, Schema, find_model, models, slugs
from client_tests.cases.strategies.advice import ANNOTATIONS, narrow
from client_tests.cases.strategies.conversations import (
    contents,
    gemini_conversations,
    messages,
    text_blocks,
    text_parts,
    words,
)
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


_KEYWORDS = frozenset(
    {
        "$schema", "$id", "x-model", "type", "properties", "required", "dependentSchemas",
        "if", "then", "else",
    }
)  # fmt: skip
"""What a whole model's schema may say; each of the others would have to be heeded."""

_ByType: TypeAlias = dict[str, Callable[[], SearchStrategy[Any]]]

_INSTRUCTIONS: _ByType = {"string": words, "array": text_blocks, "object": text_parts}

_BY_NAME: dict[str, _ByType] = {
    "prompt": {"string": prompts},
    "messages": {"array": messages, "object": gemini_conversations},
    "contents": {"array": contents},
    "instruction": _INSTRUCTIONS,
    "system": _INSTRUCTIONS,
    "system_instruction": _INSTRUCTIONS,
    "systemInstruction": _INSTRUCTIONS,
    "response_format": {"object": response_formats},
}
"""Parameters whose schemas say less than what they mean, and what each type of them holds."""


def params(model: str = MODEL, longest_s: float = 50.0) -> SearchStrategy[dict[str, Any]]:
    """Return valid parameters of a model, and parameters that it does not know beside them.

    What is only advised is heeded too. Of a model that the directory alone knows, the parameters
    are those of its kind's example.

    Args:
        model: Its slug.
        longest_s: How long a run may be told to take, where a parameter says so; v1 gives up
            after a minute, and v2 forgets after an hour.

    Raises:
        LookupError: there is no such model; the message says which ones are close.
        ValueError: its contract says what these strategies do not know.
    """
    schema = narrow(find_model(model))
    if unread := sorted(schema.keys() - _KEYWORDS - ANNOTATIONS):
        raise ValueError(f"there is no strategy for {' and '.join(unread)} of {model}")
    properties = _list_properties(schema)
    duration = schema["x-model"].get("duration_parameter")
    if duration:
        properties[duration] = {**properties[duration], "maximum": longest_s}
    known = {name: _make_values(name, each) for name, each in properties.items()}
    required = _list_required(schema, known.keys())
    declared = st.fixed_dictionaries(
        {name: each for name, each in known.items() if name in required},
        optional={name: each for name, each in known.items() if name not in required},
    )
    unknown = names().filter(lambda name: name not in properties)
    extra = st.dictionaries(unknown, rarely(json_values(), large_texts()), max_size=3)
    excluded, needed = _find_exclusions(schema), _find_needs(schema)
    return st.builds(
        lambda declared, more: {**_keep_fit(declared, excluded, needed), **more}, declared, extra
    )


def _list_properties(schema: Schema) -> dict[str, Schema]:
    """Return what is known of each parameter, with the values that examples have."""
    examples = schema.get("examples", ())
    properties = schema["properties"] or {name: {} for each in examples for name in each}
    return {
        name: {**each, "examples": [example[name] for example in examples if name in example]}
        for name, each in properties.items()
    }


def _list_required(schema: Schema, known: Collection[str]) -> set[str]:
    """Return the parameters that are always sent: those that say what is wanted among them."""
    if not schema["properties"]:
        return set(known)
    asked = next(({name} for name in ("prompt", "messages") if name in known), set[str]())
    return asked.union(schema.get("required", ()))


def _make_values(name: str, schema: Schema) -> SearchStrategy[Any]:
    """Return the values of a parameter, by its name where that says more than its schema."""
    by_type = _BY_NAME.get(name, {})
    stated = narrow(schema).get("type", list(by_type))
    kinds = stated if isinstance(stated, list) else [stated]
    fit = [make for kind, make in by_type.items() if kind in kinds]
    return st.one_of([make() for make in fit]) if fit else values(schema)


def _find_exclusions(schema: Schema) -> dict[str, set[str]]:
    """Return, for each parameter beside which others have to be empty, the names of those."""
    dependent = schema.get("dependentSchemas", {})
    return {name: set(each["properties"]) for name, each in dependent.items()}


def _find_needs(schema: Schema) -> dict[str, set[str]]:
    """Return, for each parameter that means nothing without others, the names of those."""
    needed = set(schema.get("then", {}).get("required", ()))
    return dict.fromkeys(schema["if"]["required"], needed) if needed else {}


def _keep_fit(
    params: dict[str, Any], excluded: dict[str, set[str]], needed: dict[str, set[str]]
) -> dict[str, Any]:
    """Return these parameters without those that others exclude, or that lack what they need."""
    gone = set().union(*(names for name, names in excluded.items() if name in params))
    kept = {name: value for name, value in params.items() if name not in gone}
    return {name: kept[name] for name in kept if needed.get(name, set()) <= kept.keys()}


def payloads(
    most_s: float = inf, level: Level | None = None
) -> SearchStrategy[tuple[str, dict[str, Any]]]:
    """Return a model and valid parameters of it; what may be retired is left out (P8).

    Args:
        most_s: How long a run of the model takes at the most, at realistic speed.
        level: How much is known of the model; any if it is None.

    Raises:
        ValueError: there is no such level, or no model that is so quick.
    """
    found = ((slug, models()[slug]["x-model"]) for slug in slugs(level))
    fit = [
        slug
        for slug, terms in found
        if terms["typical_s"] <= most_s and not terms["may_be_retired"]
    ]
    if not fit:
        raise ValueError(f"no {f'{level} ' if level else ''}model takes {most_s:g} s or less")
    simplest_first = sorted(fit, key=lambda slug: slug != MODEL)
    chosen = st.sampled_from(simplest_first)
    return chosen.flatmap(lambda slug: st.tuples(st.just(slug), params(slug)))
