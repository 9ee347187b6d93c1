"""What a JSON Schema says of the values at one place, put together from all its branches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from mockserver.contract.spelled_values import list_spellings, parse_number

Schema: TypeAlias = dict[str, Any]

_KINDS = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_NUMBERS = frozenset({"integer", "number"})
_NAMES = {type(None): "null", bool: "boolean", int: "integer", str: "string", list: "array"}


class Place:
    """A place in a document, as schemas describe it.

    Args:
        schemas: What holds there, each without regard to its `anyOf` and `oneOf`.
        choices: Of each of these one holds.
    """

    def __init__(self, schemas: Sequence[Schema], choices: Sequence[Sequence[Place]]) -> None:
        self.schemas = schemas
        self.choices = choices
        self._members: dict[str, Place | None] = {}
        """Those that were asked for, and are described."""

    @classmethod
    def parse(cls, schema: Schema) -> Place:
        """Return what a schema says of a document itself."""
        whole = [cls.parse(part) for part in _list_parts(schema, "allOf")]
        choices = [
            [cls.parse(part) for part in parts]
            for keyword in ("anyOf", "oneOf")
            if (parts := _list_parts(schema, keyword))
        ]
        return cls._join([cls([schema], choices), *whole])

    @classmethod
    def _join(cls, places: Sequence[Place]) -> Place:
        """Return the place of which all this is said."""
        return cls(
            [schema for place in places for schema in place.schemas],
            [choice for place in places for choice in place.choices],
        )

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The types that a value may have there."""
        kinds = _KINDS
        for schema in self.schemas:
            kinds &= _find_kinds(schema)
        for choice in self.choices:
            kinds &= frozenset[str]().union(*(place.kinds for place in choice))
        return kinds

    @cached_property
    def takes_numbers(self) -> bool:
        """Whether a number may stand there."""
        return bool(self.kinds & _NUMBERS)

    @cached_property
    def takes_uri(self) -> bool:
        """Whether some branch wants a URI there."""
        return any(schema.get("format") == "uri" for schema in self.list_schemas())

    @cached_property
    def texts(self) -> frozenset[str]:
        """The texts that are listed there, known ones of a list that is cut among them."""
        lists = [_list_values(schema) or () for schema in self.list_schemas()]
        return frozenset(
            value for values in [*lists, *self._known] for value in values if isinstance(value, str)
        )

    @cached_property
    def takes_other_numbers(self) -> bool:
        """Whether there is a list of texts that spell numbers, and it is cut (P7)."""
        known = (value for values in self._known for value in values if isinstance(value, str))
        return any(parse_number(value) is not None for value in known)

    @cached_property
    def _known(self) -> list[list[Any]]:
        """The values of each list that is cut."""
        advices = (schema.get("x-advice") for schema in self.list_schemas())
        return [_list_values(advice) or [] for advice in advices if isinstance(advice, dict)]

    def takes(self, value: Any) -> bool:
        """Tell whether a value has a type that may stand there."""
        return find_kind(value) in self.kinds

    def find_text(self, value: float) -> str | None:
        """Return the text that a number or a boolean stands for there; None if it is none (P1)."""
        spellings = list_spellings(value)
        if found := next((text for text in spellings if text in self.texts), None):
            return found
        is_open = self.takes_other_numbers and not isinstance(value, bool)
        return next(iter(spellings), None) if is_open else None

    def find_member(self, name: str) -> Place | None:
        """Return the place of this member of an object; None if nothing is said of it."""
        if name not in self._names:
            return None
        if name not in self._members:
            self._members[name] = self.descend(lambda schema: _find_property(schema, name))
        return self._members[name]

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names of all members that are described."""
        return frozenset(
            name for schema in self.list_schemas() for name in schema.get("properties", {})
        )

    @cached_property
    def items(self) -> Place | None:
        """The place of the items of an array; None if nothing is said of them all."""
        return self.descend(_find_items)

    def descend(self, pick: Callable[[Schema], Any]) -> Place | None:
        """Return the place that `pick` finds in each schema; None if none says anything of it.

        A branch that says nothing of it takes any value there, so the others decide.
        """
        inner = [pick(schema) for schema in self.schemas]
        found = [Place.parse(schema) for schema in inner if isinstance(schema, dict)]
        for choice in self.choices:
            branches = [place.descend(pick) for place in choice]
            if said := [branch for branch in branches if branch is not None]:
                found.append(Place([], [said]))
        return self._join(found) if found else None

    def list_schemas(self) -> Iterator[Schema]:
        """Yield every schema that may have a say, those of all branches too."""
        yield from self.schemas
        for choice in self.choices:
            for place in choice:
                yield from place.list_schemas()


def find_kind(value: Any) -> str:
    """Return the narrowest JSON type of a value: 5.0 is an integer."""
    if isinstance(value, float):
        return "integer" if value.is_integer() else "number"
    return _NAMES.get(type(value), "object")


def _find_kinds(schema: Schema) -> frozenset[str]:
    """Return the types that a schema alone allows, by its `type` and by what it lists."""
    declared = schema.get("type")
    kinds = _KINDS if declared is None else frozenset(_list_names(declared))
    if "number" in kinds:
        kinds |= _NUMBERS
    values = _list_values(schema)
    return kinds if values is None else kinds & frozenset(map(find_kind, values))


def _list_names(declared: str | list[str]) -> list[str]:
    return [declared] if isinstance(declared, str) else declared


def _list_values(schema: Schema) -> list[Any] | None:
    """Return the values that a schema lists; None if any may be."""
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _list_parts(schema: Schema, keyword: str) -> list[Schema]:
    return [part for part in schema.get(keyword, ()) if isinstance(part, dict)]


def _find_property(schema: Schema, name: str) -> Any:
    return schema.get("properties", {}).get(name)


def _find_items(schema: Schema) -> Any:
    return None if "prefixItems" in schema else schema.get("items")
