"""Deciding whether a request body satisfies its model, and saying in one sentence why not.

The gateway answers 400 to a missing, mistyped or out-of-range parameter and 406 to a value
outside a declared set (E2, E3); when both are wrong, 400 comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from mockserver.base.bounds import (
    MAX_EXPLAINED_VALUES,
    MAX_MESSAGE,
    MAX_SHOWN_NAME,
    cut,
    holds_more_values_than,
    show,
)
from mockserver.contract.models import Model
from mockserver.contract.schemas import find_explanations, find_refusal
from mockserver.schema_samples import response_formats

if TYPE_CHECKING:
    from jsonschema import ValidationError

_SHOWN_CHOICES = 10


class Violation(msgspec.Struct, frozen=True):
    """What is wrong with a body. `row` is the row of contracts/errors.json that says so."""

    row: str
    message: str


def find_violation(model: Model, params: dict[str, Any]) -> Violation | None:
    """Return what is wrong with these parameters, or None."""
    # Parameters that the contract does not name are passed to the model, not refused (inferred:
    # clients send such, and their runs succeed).
    if model.validator.is_valid(params):
        return _check_response_format(params) if model.terms.output.provider else None
    # T10, live: `{"prompt": "", "duration": 0}` got one sentence, about one parameter. So one error
    # is told, whatever else is wrong.
    if holds_more_values_than(params, MAX_EXPLAINED_VALUES):
        return _find_first_refusal(model, params)
    errors = find_explanations(params, model.schema)
    return _choose_telling(errors) if errors else _find_first_refusal(model, params)


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

    leaves = [_find_leaf(error) for error in sorted(errors, key=relevance, reverse=True)]
    # That 400 comes before 406 where both are due is inferred.
    refused = next((error for error in leaves if error.validator != "enum"), None)
    if refused is not None:
        return _make_violation("invalid_parameter", _render_sentence(refused))
    return _make_violation("value_not_allowed", _render_sentence(leaves[0]))


def _make_violation(row: str, message: str) -> Violation:
    return Violation(row, cut(message, MAX_MESSAGE))


def _check_response_format(params: dict[str, Any]) -> Violation | None:
    """Return what is wrong with the form in which a language model is to reply (O4)."""
    # O4: the output of a language model is its provider's JSON, so a reply that no document can
    # satisfy has no result; that this is refused beforehand is inferred.
    sentence = response_formats.find_problem(params)
    return _make_violation("invalid_parameter", sentence) if sentence else None


def _find_leaf(error: ValidationError) -> ValidationError:
    """Follow alternatives down to the branch that the value was most likely meant for."""
    while error.context and not _find_missing_names(error):
        branches = _group_branches(error)
        meant = min(branches.values(), key=_measure_distance)
        error = min(meant, key=lambda cause: cause.validator == "enum")
    return error


def _group_branches(error: ValidationError) -> dict[Any, list[ValidationError]]:
    branches: dict[Any, list[ValidationError]] = {}
    for cause in error.context or ():
        branches.setdefault(cause.schema_path[0], []).append(cause)
    return branches


def _find_missing_names(error: ValidationError) -> list[str]:
    """Return the parameters of which one must be there, if all that `anyOf` says is that."""
    if error.validator != "anyOf":
        return []
    firsts = [causes[0] for causes in _group_branches(error).values()]
    return list(dict.fromkeys(map(_find_place, firsts))) if all(map(_is_missing, firsts)) else []


def _is_missing(error: ValidationError) -> bool:
    # T10: an empty prompt counts as a missing one. That an empty list does too is inferred.
    return error.validator == "required" or (
        error.validator in {"minLength", "minItems"} and not error.instance
    )


def _find_place(error: ValidationError) -> str:
    """Return the name of the parameter that an error is about: of a missing one, its own."""
    place = error.json_path.removeprefix("$").removeprefix(".")
    if error.validator != "required":
        return place
    wanted = cast("list[str]", error.validator_value)
    missing = next(name for name in wanted if name not in cast("dict[str, Any]", error.instance))
    return f"{place}.{missing}" if place else missing


def _measure_distance(errors: list[ValidationError]) -> tuple[bool, bool, int]:
    """Order branches: first those of the value's type that have the fields it names."""
    kinds = {error.validator for error in errors if not error.relative_path}
    return "type" in kinds, bool(kinds & {"required", "not"}), len(errors)


def _render_sentence(error: ValidationError) -> str:
    place = cut(_find_place(error), MAX_SHOWN_NAME)
    if alternatives := _find_missing_names(error):
        names = "' or '".join(alternatives)
        return f"Parameter '{names}' is required, but it is missing or empty."
    if error.validator == "required" or (error.validator == "minLength" and error.instance == ""):
        return _render_missing(place)
    came = show(error.instance)
    return f"Parameter '{place}' is {came}, but it {_render_wanted(error)}."


def _render_missing(parameter: str) -> str:
    return f"Parameter '{parameter}' is required, but it is missing or empty."


def _render_wanted(error: ValidationError) -> str:
    keyword, limit = str(error.validator), error.validator_value
    schema = cast("dict[str, Any]", error.schema)
    if keyword in {"minimum", "maximum"} and {"minimum", "maximum"} <= set(schema):
        return f"must be from {schema['minimum']} to {schema['maximum']}"
    if keyword == "pattern" and schema.get("format") == "uri":
        return "must be an absolute URI such as https://example.com/image.png"
    if keyword == "type" and isinstance(limit, list):
        return f"must be of type {' or '.join(limit)}"
    words = {
        "type": "must be of type {}",
        "enum": "must be one of {}",
        "minimum": "must be at least {}",
        "maximum": "must be at most {}",
        "pattern": "must match {}",
    }
    return words.get(keyword, f"must satisfy {keyword} {{}}").format(_render_list(limit))


def _render_list(limit: Any) -> str:
    """Spell a limit; of a long list, show the first choices and count the rest."""
    if not isinstance(limit, list):
        return limit if isinstance(limit, str) else show(limit)
    more = len(limit) - _SHOWN_CHOICES
    shown = ", ".join(show(value) for value in limit[:_SHOWN_CHOICES])
    return f"{shown} and {more} more" if more > 0 else shown
