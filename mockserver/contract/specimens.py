"""A JSON document that satisfies a JSON Schema, made up from the schema alone.

Alternatives are tried in a drawn order and given up when they contradict what else is asked. What
refers to itself is left by the shortest way out, once a document is deep enough. `jsonschema-rs`
decides in the end; a document that it refuses is made anew from other draws.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from math import inf
from typing import Any, NoReturn

import jsonschema_rs

from mockserver.contract.alternatives import NOTHING, Alternatives
from mockserver.contract.merging import Schema, matches, spelled, types_of
from mockserver.contract.numbers import number
from mockserver.contract.references import References
from mockserver.contract.texts import text
from mockserver.core.errors import UnmetError
from mockserver.core.ids import Draws

ATTEMPTS = 24
TEXT_STEPS = 20
"""What a text of a form costs, in steps."""
MOST_WAYS = 40
"""Ways through the alternatives of one subschema."""
DEEP, DEEPEST = 4, 60
"""From how many levels on only what must be is made, and after how many nothing is."""
MOST_ITEMS = 1_000
_TRIES = 300

_KIND_OF = {
    **dict.fromkeys(
        ("properties", "required", "additionalProperties", "patternProperties", "minProperties",
         "propertyNames", "dependentRequired"), "object",
    ),
    **dict.fromkeys(("items", "prefixItems", "minItems", "contains", "uniqueItems"), "array"),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"
    ),
}  # fmt: skip
"""Which type is made where only a keyword for that type is there; else a string."""


def specimen(schema: Any, draws: Draws) -> Any:
    """Return a document that satisfies a schema; the same draws give the same document.

    Raises:
        UnmetError: it is no schema, or no document was found.
    """
    strict, lenient = _validators(schema)
    maker = _Maker(schema, draws)
    reasons: list[str] = []
    spare: list[Any] = []
    for attempt in range(ATTEMPTS):
        maker.is_thrifty = attempt % 2 == 1
        try:
            made = maker.made(schema, 0)
        except UnmetError as error:
            reasons.append(str(error))
            continue
        if strict.is_valid(made):
            return made
        if not spare and lenient.is_valid(made):
            spare.append(made)
    if spare:
        return spare[0]
    raise UnmetError(next(iter(reasons), "no document was found that satisfies all of it"))


def _validators(schema: Any) -> tuple[Any, Any]:
    """Compile a schema twice: formats count, and they do not."""

    def refuse(reference: str) -> NoReturn:
        raise ValueError(f"{reference} is not in it")

    def compiled(*, formats: bool) -> Any:
        return jsonschema_rs.validator_for(schema, retriever=refuse, validate_formats=formats)

    try:
        return compiled(formats=True), compiled(formats=False)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise UnmetError(f"it is no JSON Schema: {reason}") from None


class _Maker:
    """Makes documents of one schema.

    Attributes:
        is_thrifty: Leave out some of what may be left out.
    """

    def __init__(self, root: Any, draws: Draws) -> None:
        self.is_thrifty = False
        self._references = References(root)
        if self._references.height(root) == inf:
            raise UnmetError("whatever satisfies it has no end")
        self._alternatives = Alternatives(self._references, draws)
        self._definitions = {"$defs": root.get("$defs", {})} if isinstance(root, dict) else {}
        self._draws = draws

    def made(self, schema: Any, depth: int) -> Any:
        """Return a value that satisfies a subschema.

        Raises:
            UnmetError: none was found.
        """
        if depth > DEEPEST:
            raise UnmetError(f"it goes more than {DEEPEST} levels deep")
        why = None
        for flat in islice(self._alternatives.of(schema, is_deep=depth >= DEEP), MOST_WAYS):
            try:
                value = self._value(flat, depth)
            except UnmetError as error:
                why = error
                continue
            if not any(self._is_valid(value, denied) for denied in flat.get("nots", [])):
                return value
            why = UnmetError("what was found satisfies what it must not, too")
        raise why or self._alternatives.contradiction

    # --- Values ---------------------------------------------------------------------------

    def _value(self, flat: Schema, depth: int) -> Any:
        if "enum" in flat:
            fitting = [value for value in flat["enum"] if self._fits(value, flat)]
            if not fitting:
                raise UnmetError("none of the values that it names satisfies the rest of it")
            return fitting[self._draws.between(0, len(fitting) - 1)]
        makers: dict[str, Callable[[Schema, int], Any]] = {
            "null": lambda _flat, _depth: None,
            "boolean": lambda _flat, _depth: bool(self._draws.between(0, 1)),
            "string": lambda flat, _depth: self._text(flat),
            "integer": lambda flat, _depth: number(flat, self._draws, is_whole=True),
            "number": lambda flat, _depth: number(flat, self._draws, is_whole=False),
            "array": self._array,
            "object": self._object,
        }
        why = UnmetError(NOTHING)
        for kind in self._kinds(flat, depth):
            try:
                return makers[kind](flat, depth)
            except UnmetError as error:
                why = error
        raise why

    def _kinds(self, flat: Schema, depth: int) -> list[str]:
        """Return the types to try, a drawn one first; what has no levels, where it is deep."""
        kinds = list(types_of(flat) or [])
        if not kinds:
            meant = dict.fromkeys(_KIND_OF[name] for name in flat if name in _KIND_OF)
            kinds = [*meant] or ["string"]
        first = self._draws.between(0, len(kinds) - 1)
        kinds = [*kinds[first:], *kinds[:first]]
        if depth >= DEEP:
            kinds.sort(key=lambda kind: kind in {"array", "object"})
        return kinds

    def _fits(self, value: Any, flat: Schema) -> bool:
        """Tell whether a value that is named satisfies what else is asked, as far as is seen."""
        own = spelled({key: item for key, item in flat.items() if key != "enum"})
        return self._is_valid(value, own) is not False

    def _is_valid(self, value: Any, schema: Any) -> bool | None:
        """Tell whether a value satisfies a part of the schema; None where it refers elsewhere."""
        whole = {"allOf": [schema], **self._definitions}
        try:
            validator = jsonschema_rs.validator_for(whole, validate_formats=True)
            return bool(validator.is_valid(value))
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
            return None

    def _text(self, flat: Schema) -> str:
        if "patterns" in flat or "format" in flat:
            self._alternatives.spend(TEXT_STEPS)
        return text(flat, self._draws)

    # --- Arrays ---------------------------------------------------------------------------

    def _array(self, flat: Schema, depth: int) -> list[Any]:
        prefix, rest = flat.get("prefixItems", []), flat.get("items", True)
        wanted = flat.get("minContains", 1) if "contains" in flat else 0
        least = max(flat.get("minItems", 0), wanted)
        most = min(flat.get("maxItems", inf), len(prefix) if rest is False else inf)
        if flat.get("unevaluatedItems") is False and "items" not in flat:
            most = min(most, len(prefix))
        if least > MOST_ITEMS:
            raise UnmetError(f"a list of {least} items is longer than any that is made here")
        if least > most:
            raise UnmetError(f"no list has {least} or more items and {most} or fewer")
        items: list[Any] = []
        for place in range(self._length(least, most, len(prefix), depth)):
            own = prefix[place] if place < len(prefix) else rest
            schema = {"allOf": [own, flat["contains"]]} if place < wanted else own
            try:
                items.append(self._item(schema, depth, items if flat.get("uniqueItems") else []))
            except UnmetError:
                if place < least:
                    raise
                break
        return items

    def _length(self, least: int, most: float, usual: int, depth: int) -> int:
        if depth >= DEEP or self._alternatives.is_weary:
            return least
        length = max(least, usual) if usual else least + self._draws.between(not least, 2)
        return int(min(length, most))

    def _item(self, schema: Any, depth: int, others: list[Any]) -> Any:
        """Return an item that is none of the others."""
        for _ in range(_TRIES):
            item = self.made(schema, depth + 1)
            if not others or jsonschema_rs.is_valid({"uniqueItems": True}, [*others, item]):
                return item
        raise UnmetError("there are not enough different items")

    # --- Objects --------------------------------------------------------------------------

    def _object(self, flat: Schema, depth: int) -> dict[str, Any]:
        dependent = flat.get("dependentSchemas", {})
        needed = _closure(flat.get("required", []), flat.get("dependentRequired", {}))
        for name in needed:
            if name in dependent:
                rest = {key: each for key, each in dependent.items() if key != name}
                own = spelled({**flat, "dependentSchemas": rest})
                together = {"allOf": [own, dependent[name]], "required": needed}
                made: dict[str, Any] = self.made({**together, "type": "object"}, depth)
                return made
        found = {name: self._property(flat, name, depth) for name in needed}
        most = flat.get("maxProperties", inf)
        if len(found) > most:
            raise UnmetError(f"it has {len(found)} properties that must be, and at most {most}")
        for name in flat.get("properties", {}):
            if name not in found and name not in dependent and self._wants(flat, name, depth):
                group = _closure([name], flat.get("dependentRequired", {}))
                self._add_group(found, flat, group, depth)
        self._fill(found, flat, depth)
        return found

    def _wants(self, flat: Schema, name: str, depth: int) -> bool:
        """Tell whether a property that may be left out is made."""
        is_needed = bool(len(flat["properties"]) <= flat.get("minProperties", 0))
        if depth >= DEEP or self._alternatives.is_weary:
            return is_needed
        is_kept = is_needed or not self.is_thrifty or self._draws.between(0, 1) == 1
        return is_kept and self._references.height(flat["properties"][name]) < inf

    def _add_group(self, found: dict[str, Any], flat: Schema, group: list[str], depth: int) -> None:
        """Add properties that come together, if there is room and each can be made."""
        new = [name for name in group if name not in found]
        if len(found) + len(new) > flat.get("maxProperties", inf):
            return
        if any(name in flat.get("dependentSchemas", {}) for name in new):
            return
        try:
            found |= {name: self._property(flat, name, depth) for name in new}
        except UnmetError:
            return

    def _property(self, flat: Schema, name: str, depth: int) -> Any:
        names = flat.get("propertyNames", True)
        if names is not True and not self._fits(name, {"allOf": [names]}):
            raise UnmetError(f"a property may not be called {name}")
        parts = [flat["properties"][name]] if name in flat.get("properties", {}) else []
        parts += [
            schema
            for pattern, schema in flat.get("patternProperties", {}).items()
            if matches(pattern, name)
        ]
        if not parts:
            parts = [flat.get("additionalProperties", flat.get("unevaluatedProperties", True))]
        try:
            return self.made(parts[0] if len(parts) == 1 else {"allOf": parts}, depth + 1)
        except UnmetError as error:
            raise UnmetError(_in_place(name, str(error))) from None

    def _fill(self, found: dict[str, Any], flat: Schema, depth: int) -> None:
        """Add properties of other names until there are enough."""
        least = flat.get("minProperties", 0)
        for place in range(_TRIES):
            if len(found) >= least:
                return
            name = self._name(flat, place)
            if name not in found and name not in flat.get("properties", {}):
                found[name] = self._property(flat, name, depth)
        if len(found) < least:
            raise UnmetError(f"no names were found for {least} properties")

    def _name(self, flat: Schema, place: int) -> str:
        patterns = [*flat.get("patternProperties", {})]
        rest = flat.get("additionalProperties", flat.get("unevaluatedProperties", True))
        if patterns and (rest is False or place % 2):
            return text({"patterns": [patterns[place % len(patterns)]]}, self._draws)
        if rest is False:
            raise UnmetError("it needs more properties than it allows")
        names = flat.get("propertyNames", True)
        if names is True:
            return f"extra_{place + 1}"
        return str(self.made({"allOf": [names, {"type": "string"}]}, DEEP))


def _closure(names: list[str], dependent: dict[str, list[str]]) -> list[str]:
    """Return these names with all that they bring along."""
    found = list(dict.fromkeys(names))
    for name in found:  # it grows as it goes
        found += [each for each in dependent.get(name, []) if each not in found]
    return found


def _in_place(name: str, reason: str) -> str:
    """Return a reason with the property that it is about in front."""
    return f"{name}.{reason}" if reason.partition(":")[0].isidentifier() else f"{name}: {reason}"
