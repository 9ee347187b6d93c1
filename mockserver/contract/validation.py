"""Deciding whether a request body satisfies its model, and saying in one sentence why not.

The gateway answers 400 to a missing, mistyped or out-of-range parameter and 406 to a value
outside a declared set (E2, E3); when both are wrong, 400 comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from mockserver.base.bounds import (
    MAX_EXPLAINED_VALUES,
    MAX_MESSAGE,
    MAX_SHOWN_NAME,
    cut,
    holds_more_values_than,
)
from mockserver.contract import embedding_input
from mockserver.contract.error_sentences import find_leaf, render_sentence
from mockserver.contract.models import Model
from mockserver.contract.schemas import find_explanations, find_refusal

if TYPE_CHECKING:
    from jsonschema import ValidationError


class Violation(msgspec.Struct, frozen=True):
    """What is wrong with a body. `row` is the row of contracts/errors.json that says so."""

    row: str
    message: str


def find_violation(model: Model, params: dict[str, Any]) -> Violation | None:
    """Return what is wrong with these parameters by the word of the schema, or None."""
    # Parameters that the contract does not name are passed to the model, not refused (P4).
    if model.validator.is_valid(params):
        return find_reply_violation(model, params)
    return explain_violation(model, params)


def explain_violation(model: Model, params: dict[str, Any]) -> Violation:
    """Return what is wrong with parameters that the schema refuses."""
    # T10, live: `{"prompt": "", "duration": 0}` got one sentence, about one parameter. So one error
    # is told, whatever else is wrong.
    if holds_more_values_than(params, MAX_EXPLAINED_VALUES):
        return _find_first_refusal(model, params)
    errors = find_explanations(params, model.schema)
    return _choose_telling(errors) if errors else _find_first_refusal(model, params)


def find_reply_violation(model: Model, params: dict[str, Any]) -> Violation | None:
    """Return why what is asked for has no reply: a form (O4), or more than is made at once (O7)."""
    output = model.terms.output
    if not output.provider:
        return None
    # O4: the output of a language model is its provider's JSON, so a reply that no document can
    # satisfy has no result; that this is refused beforehand is inferred.
    if output.media == "embedding":
        sentence = embedding_input.find_excess(output, params)
    else:
        from mockserver.schema_samples import response_formats  # kept out of start-up

        sentence = response_formats.find_problem(params)
    return _make_violation("invalid_parameter", sentence) if sentence else None


def _find_first_refusal(model: Model, params: dict[str, Any]) -> Violation:
    """Return what the deciding validator says: less than the explaining one, but at once."""
    found = find_refusal(params, model.schema)
    # E3: a value that a declared set does not list is 406; E2: everything else is 400.
    row = "value_not_allowed" if found.keyword == "enum" else "invalid_parameter"
    place = cut(found.place.removeprefix("$").removeprefix("."), MAX_SHOWN_NAME)
    what = f"Parameter '{place}'" if place else "The body"
    return _make_violation(row, f"{what} is not allowed: {found.reason}.")


def _choose_telling(errors: list[ValidationError]) -> Violation:
    """Return the one of these errors that tells most; 400 comes before 406."""
    from jsonschema.exceptions import relevance

    leaves = [find_leaf(error) for error in sorted(errors, key=relevance, reverse=True)]
    # That 400 comes before 406 where both are due is inferred.
    refused = next((error for error in leaves if error.validator != "enum"), None)
    if refused is not None:
        return _make_violation("invalid_parameter", render_sentence(refused))
    return _make_violation("value_not_allowed", render_sentence(leaves[0]))


def _make_violation(row: str, message: str) -> Violation:
    return Violation(row, cut(message, MAX_MESSAGE))
