"""What is wrong with a value, in one sentence: which parameter, what came, what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from mockserver.base.bounds import MAX_SHOWN_NAME, cut, show

if TYPE_CHECKING:
    from jsonschema import ValidationError

_SHOWN_CHOICES = 10


def find_leaf(error: ValidationError) -> ValidationError:
    """Follow alternatives down to the branch that the value was most likely meant for."""
    while error.context and not find_missing_names(error):
        branches = _group_branches(error)
        meant = min(branches.values(), key=_measure_distance)
        error = min(meant, key=lambda cause: cause.validator == "enum")
    return error


def _group_branches(error: ValidationError) -> dict[Any, list[ValidationError]]:
    branches: dict[Any, list[ValidationError]] = {}
    for cause in error.context or ():
        branches.setdefault(cause.schema_path[0], []).append(cause)
    return branches


def find_missing_names(error: ValidationError) -> list[str]:
    """Return the parameters of which one must be there, if all that `anyOf` says is that."""
    if error.validator != "anyOf":
        return []
    firsts = [causes[0] for causes in _group_branches(error).values()]
    return list(dict.fromkeys(map(find_place, firsts))) if all(map(is_missing, firsts)) else []


def is_missing(error: ValidationError) -> bool:
    """Tell whether an error is that something is not there, or empty."""
    # T10: an empty prompt counts as a missing one. That an empty list does too is inferred.
    return error.validator == "required" or (
        error.validator in {"minLength", "minItems"} and not error.instance
    )


def find_place(error: ValidationError) -> str:
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


def render_sentence(error: ValidationError) -> str:
    """Return what is said of a value that is refused."""
    place = cut(find_place(error), MAX_SHOWN_NAME)
    if alternatives := find_missing_names(error):
        names = "' or '".join(alternatives)
        return f"Parameter '{names}' is required, but it is missing or empty."
    if error.validator == "required" or (error.validator == "minLength" and error.instance == ""):
        return _render_missing(place)
    came = show(error.instance)
    return f"Parameter '{place}' is {came}, but it {render_wanted(error)}."


def _render_missing(parameter: str) -> str:
    return f"Parameter '{parameter}' is required, but it is missing or empty."


def render_wanted(error: ValidationError) -> str:
    """Return what a value must be, as the end of a sentence."""
    keyword, limit = str(error.validator), error.validator_value
    schema = cast("dict[str, Any]", error.schema)
    if keyword in {"minimum", "maximum"} and {"minimum", "maximum"} <= set(schema):
        return f"must be from {schema['minimum']} to {schema['maximum']}"
    if keyword == "pattern" and schema.get("format") == "uri":
        return "must be an absolute URI such as https://example.com/image.png"
    if keyword == "type" and isinstance(limit, list):
        return f"must be of type {' or '.join(limit)}"
    if keyword == "maxItems" and limit == 0:
        return f"must be empty{_render_condition(error)}"
    words = {
        "type": "must be of type {}",
        "enum": "must be one of {}",
        "minimum": "must be at least {}",
        "maximum": "must be at most {}",
        "pattern": "must match {}",
        "maxItems": "must have at most {} items",
    }
    return words.get(keyword, f"must satisfy {keyword} {{}}").format(render_list(limit))


def _render_condition(error: ValidationError) -> str:
    """Return beside which parameter a value is refused that is not refused without it."""
    path = list(error.absolute_schema_path)
    if "dependentSchemas" not in path:
        return ""
    return f" beside '{path[path.index('dependentSchemas') + 1]}'"


def render_list(limit: Any) -> str:
    """Spell a limit; of a long list, show the first choices and count the rest."""
    if not isinstance(limit, list):
        return limit if isinstance(limit, str) else show(limit)
    more = len(limit) - _SHOWN_CHOICES
    shown = ", ".join(show(value) for value in limit[:_SHOWN_CHOICES])
    return f"{shown} and {more} more" if more > 0 else shown
