"""The ways in which a JSON Schema can be satisfied: each is one schema that combines no others.

`allOf` and references are merged; of `anyOf`, `oneOf` and `if` one branch is taken after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from mockserver.contract.merging import Schema, merged, types_of, without_types
from mockserver.contract.references import References
from mockserver.core.errors import UnmetError
from mockserver.core.ids import Draws

MOST_STEPS = 12_000
"""Subschemas that are followed for one document: it bounds the time."""
MOST_HOPS = 60
"""Subschemas that are merged into one."""

NOTHING = "it allows nothing"

_COMBINING = {
    "$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "then", "else", "not", "const",
    "pattern", "$defs", "definitions",
}  # fmt: skip


class Alternatives:
    """The ways through the subschemas of one schema, in a drawn order.

    Attributes:
        contradiction: Why the last way that was no way led nowhere.
    """

    def __init__(self, references: References, draws: Draws) -> None:
        self.contradiction = UnmetError(NOTHING)
        self._references = references
        self._draws = draws
        self._steps = 0

    @property
    def is_weary(self) -> bool:
        """Tell whether much has been tried, and what is short comes first from now on."""
        return self._steps > MOST_STEPS // 6

    def spend(self, steps: int = 1) -> None:
        """Count steps.

        Raises:
            UnmetError: there were too many.
        """
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise UnmetError("it has more alternatives than can be tried")

    def of(self, schema: Any, *, is_deep: bool) -> Iterator[Schema]:
        """Yield the ways to satisfy a schema; where it is deep, the shortest come first."""
        self.contradiction = UnmetError(NOTHING)
        return self._ways([schema], {}, 0, is_deep=is_deep)

    def _ways(
        self, pending: list[Any], flat: Schema, hops: int, *, is_deep: bool
    ) -> Iterator[Schema]:
        self.spend()
        if not pending:
            yield flat
            return
        schema, *rest = pending
        if schema is True:
            yield from self._ways(rest, flat, hops, is_deep=is_deep)
        elif schema is not False and hops <= MOST_HOPS:
            try:
                flat, more = self._taken(schema, flat)
            except UnmetError as error:
                self.contradiction = error
                return
            first, *others = _groups(schema) or [[True]]
            rest = [*({"anyOf": group} for group in others), *rest]
            for branch in self._ordered(first, is_deep=is_deep):
                yield from self._ways([*more, branch, *rest], flat, hops + 1, is_deep=is_deep)

    def _taken(self, schema: Schema, flat: Schema) -> tuple[Schema, list[Any]]:
        """Merge what a schema itself says; return it with the schemas that hold as well."""
        plain = {key: value for key, value in schema.items() if key not in _COMBINING}
        if isinstance(plain.get("items"), list):  # as before 2020-12
            plain |= {"prefixItems": plain["items"], "items": plain.get("additionalItems", True)}
        if "const" in schema:
            flat = merged(flat, {"enum": [schema["const"]]})
        if "pattern" in schema:
            plain["patterns"] = [schema["pattern"]]
        flat = merged(flat, plain)
        if "not" in schema:
            flat = _denied(flat, schema["not"])
        references = [schema[name] for name in ("$ref", "$dynamicRef") if name in schema]
        return flat, [*schema.get("allOf", []), *map(self._references.named, references)]

    def _ordered(self, branches: list[Any], *, is_deep: bool) -> list[Any]:
        """Return branches that can end, in a drawn order, or the shortest first."""
        heights = [self._references.height(branch) for branch in branches]
        order = [place for place, height in enumerate(heights) if height < inf]
        for place in range(len(order) - 1, 0, -1):
            other = self._draws.between(0, place)
            order[place], order[other] = order[other], order[place]
        if is_deep or self.is_weary:
            order.sort(key=heights.__getitem__)
        return [branches[place] for place in order]


def _groups(schema: Schema) -> list[list[Any]]:
    """Return the alternatives of a schema, of each group of which one must be chosen."""
    groups = [schema["anyOf"]] if "anyOf" in schema else []
    if "oneOf" in schema:
        groups.append([_alone(schema["oneOf"], place) for place in range(len(schema["oneOf"]))])
    if "if" in schema:
        groups.append(_branches(schema))
    return groups


def _alone(branches: list[Any], place: int) -> Any:
    """Return a branch that no other branch goes along with."""
    others = [*branches[:place], *branches[place + 1 :]]
    return {"allOf": [branches[place], {"not": {"anyOf": others}}]} if others else branches[place]


def _branches(schema: Schema) -> list[Any]:
    """Return the two ways to satisfy if, then and else."""
    asked = schema["if"]
    return [
        {"allOf": [asked, schema.get("then", True)]},
        {"allOf": [{"not": asked}, schema.get("else", True)]},
    ]


def _denied(flat: Schema, denied: Any) -> Schema:
    """Merge what must not be, as far as it can be seen beforehand."""
    if denied is True or denied == {}:
        raise UnmetError("everything is forbidden")
    if isinstance(denied, dict) and denied.keys() == {"type"}:
        return without_types(flat, types_of(denied) or [])
    if isinstance(denied, dict) and denied.keys() == {"required"} and len(denied["required"]) == 1:
        return merged(flat, {"properties": {denied["required"][0]: False}})
    return merged(flat, {"nots": [denied]})
