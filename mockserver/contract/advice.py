"""What is known of parameters without being sure enough to refuse anything (P6, P7).

`x-advice`, in the schema of a parameter or at the top of a contract, is a JSON Schema that may be
broken: the beginning of a list that a page cuts, what a page calls required, a client's own bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mockserver.base.bounds import (
    MAX_EXPLAINED_VALUES,
    MAX_SHOWN_NAME,
    cut,
    holds_more_values_than,
    show,
)
from mockserver.contract.error_sentences import (
    find_leaf,
    find_missing_names,
    find_place,
    is_missing,
    render_wanted,
)
from mockserver.contract.lenient_reader import LenientReader
from mockserver.contract.schemas import Validator, find_explanations

if TYPE_CHECKING:
    from jsonschema import ValidationError

_MOST_SENTENCES = 8
_LONGEST_SENTENCE = 300
_TOO_WIDE = "The body is not as it should be, as far as is known; it is too wide to say where."


class Advisor:
    """Holds parameters against what is known of them, and says what differs.

    Args:
        schema: The advice of a model, put together into one schema.
        validator: The same, compiled.
    """

    def __init__(self, schema: dict[str, Any], validator: Validator) -> None:
        self._schema = schema
        self._validator = validator
        self._reader = LenientReader(schema)

    def find_advice(self, params: dict[str, Any]) -> tuple[str, ...]:
        """Return a sentence about each parameter that is not as known, the first few of them."""
        if self._validator.is_valid(params):
            return ()
        read = self._reader.read(params).params
        if self._validator.is_valid(read):
            return ()
        if holds_more_values_than(read, MAX_EXPLAINED_VALUES):
            return (_TOO_WIDE,)
        errors = map(find_leaf, find_explanations(read, self._schema))
        sentences = dict.fromkeys(map(_render_advice, errors)) or (_TOO_WIDE,)
        return tuple(sentences)[:_MOST_SENTENCES]


def make_advisor(
    schema: dict[str, Any], compile_schema: Callable[[dict[str, Any]], Validator]
) -> Advisor | None:
    """Return who advises about the parameters of a model; None where nothing is uncertain.

    Args:
        schema: The model's schema, its references resolved.
        compile_schema: Compiles a schema; what it raises goes through.
    """
    examples = [example for example in schema.get("examples", ()) if isinstance(example, dict)]
    properties = {
        name: advice
        for name, described in schema.get("properties", {}).items()
        if (advice := _find_advice(described, [each[name] for each in examples if name in each]))
    }
    parts = [_find_advice(schema), {"properties": properties} if properties else {}]
    if not any(parts):
        return None
    whole = {"allOf": parts}
    return Advisor(whole, compile_schema(whole))


def _find_advice(schema: Any, sent: Sequence[Any] = ()) -> dict[str, Any]:
    """Return what can be broken of the advice that a schema has.

    A list of values whose end is not known has the schema's own default too, and what was sent in
    payloads that are known to run.
    """
    advice = schema.get("x-advice", {}) if isinstance(schema, dict) else {}
    breakable = {keyword: value for keyword, value in advice.items() if keyword != "default"}
    if "enum" in breakable:
        listed = list(breakable["enum"])
        for value in (schema.get("default", listed[0]), *sent):
            listed += [] if value in listed else [value]
        breakable["enum"] = listed
    return breakable


def _render_advice(error: ValidationError) -> str:
    place = cut(find_place(error), MAX_SHOWN_NAME)
    if names := find_missing_names(error):
        either = "' or '".join(names)
        sentence = f"Parameter '{either}' is missing or empty; one of them may be required."
    elif is_missing(error):
        sentence = f"Parameter '{place}' is missing or empty; it may be required."
    elif error.validator == "enum":
        known = render_wanted(error).removeprefix("must be one of ")
        sentence = f"Parameter '{place}' is {show(error.instance)}; known values are {known}."
    else:
        should = render_wanted(error).replace("must", "should", 1)
        came = show(error.instance)
        sentence = f"Parameter '{place}' is {came}; as far as is known it {should}."
    return cut(sentence, _LONGEST_SENTENCE)
