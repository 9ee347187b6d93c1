"""The ways in which a JSON Schema can be satisfied: each is one schema that combines no others.

`allOf` and references are merged; of `anyOf`, `oneOf` and `if` one branch is taken after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from mockserver.base.errors import UnmetError
from mockserver.base.ids import SeededRandom
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.checks import Checks
from mockserver.schema_samples.merge import (
    Schema,
    count_merging_work,
    find_types,
    merge,
    remove_types,
)
from mockserver.schema_samples.references import KEYWORDS, find_references

STEP = 20
"""Units of work to follow a subschema."""
MOST_HOPS = 60
"""Subschemas that are merged into one."""

NOTHING = "it allows nothing"

_COMBINING = {
    *KEYWORDS, "allOf", "anyOf", "oneOf", "if", "then", "else", "not", "const", "pattern", "$defs",
    "definitions",
}  # fmt: skip


class Alternatives:
    """The ways through the subschemas of one schema, in a drawn order.

    Attributes:
        contradiction: Why the last way that was no way led nowhere.
    """

    def __init__(self, checks: Checks, draws: SeededRandom, budget: Budget) -> None:
        self.contradiction = UnmetError(NOTHING)
        self._checks = checks
        self._references = checks.references
        self._draws = draws
        self._budget = budget

    def find_ways(self, schema: Any, *, is_deep: bool) -> Iterator[Schema]:
        """Yield the ways to satisfy a schema; where it is deep, the shortest come first."""
        self.contradiction = UnmetError(NOTHING)
        return self._find_ways([schema], {}, 0, is_deep=is_deep)

    def _find_ways(
        self, pending: list[Any], flat: Schema, hops: int, *, is_deep: bool
    ) -> Iterator[Schema]:
        pending = [each for each in pending if each is not True]
        self._budget.spend("alternatives", STEP + len(pending) // STEP)
        if not pending:
            yield flat
            return
        schema, *rest = pending
        if hops > MOST_HOPS:
            self.contradiction = UnmetError(f"more than {MOST_HOPS} subschemas hold at once")
        elif schema is not False:
            try:
                flat, more = self._take(schema, flat)
            except UnmetError as error:
                self.contradiction = error
                return
            first, *others = _find_groups(schema) or [{"anyOf": [True]}]
            rest = [*others, *rest]
            for branch in self._walk_branches(first, is_deep=is_deep):
                yield from self._find_ways([*more, branch, *rest], flat, hops + 1, is_deep=is_deep)

    def _take(self, schema: Schema, flat: Schema) -> tuple[Schema, list[Any]]:
        """Merge what a schema itself says; return it with the schemas that hold as well."""
        plain = {key: value for key, value in schema.items() if key not in _COMBINING}
        if isinstance(plain.get("items"), list):  # as before 2020-12
            plain |= {"prefixItems": plain["items"], "items": plain.get("additionalItems", True)}
        if "const" in schema:
            flat = self._merge(flat, {"enum": [schema["const"]]})
        if "pattern" in schema:
            plain["patterns"] = [schema["pattern"]]
        flat = self._merge(flat, plain)
        if "not" in schema:
            flat = self._deny(flat, schema["not"])
        references = map(self._references.resolve, find_references(schema))
        return flat, [*schema.get("allOf", []), *references]

    def _merge(self, first: Schema, second: Schema) -> Schema:
        """Merge two schemas and pay for it."""
        work = count_merging_work(first, second, self._checks.sizes.count_values)
        self._budget.spend("alternatives", work)
        return merge(first, second, self._checks.matches)

    def _deny(self, flat: Schema, denied: Any) -> Schema:
        """Merge what must not be, as far as it can be seen beforehand."""
        if denied is True or denied == {}:
            raise UnmetError("everything is forbidden")
        if isinstance(denied, dict) and denied.keys() == {"type"}:
            return remove_types(flat, find_types(denied) or [])
        if (
            isinstance(denied, dict)
            and denied.keys() == {"required"}
            and len(denied["required"]) == 1
        ):
            return self._merge(flat, {"properties": {denied["required"][0]: False}})
        return self._merge(flat, {"nots": [denied]})

    def _walk_branches(self, group: Schema, *, is_deep: bool) -> Iterator[Any]:
        """Yield the branches of a group, of `oneOf` each without the others."""
        [(keyword, branches)] = group.items()
        for place in self._order(branches, is_deep=is_deep):
            self._budget.spend(f"`{keyword}`", 1 + len(branches) // STEP)
            yield _isolate(branches, place) if keyword == "oneOf" else branches[place]

    def _order(self, branches: list[Any], *, is_deep: bool) -> list[int]:
        """Return the places of branches that can end, in a drawn order, or the shortest first."""
        self._budget.spend("alternatives", 3 * len(branches))
        heights = [self._references.find_height(branch) for branch in branches]
        order = [place for place, height in enumerate(heights) if height < inf]
        for place in range(len(order) - 1, 0, -1):
            other = self._draws.draw_integer(0, place)
            order[place], order[other] = order[other], order[place]
        if is_deep or self._budget.is_weary:
            order.sort(key=heights.__getitem__)
        return order


def _find_groups(schema: Schema) -> list[Schema]:
    """Return the groups of alternatives of a schema, of each of which one must be chosen."""
    found: list[Schema] = [
        {keyword: schema[keyword]} for keyword in ("anyOf", "oneOf") if keyword in schema
    ]
    if "if" in schema:
        found.append({"anyOf": _expand_conditions(schema)})
    return found


def _isolate(branches: list[Any], place: int) -> Any:
    """Return a branch that no other branch goes along with."""
    others = [*branches[:place], *branches[place + 1 :]]
    return {"allOf": [branches[place], {"not": {"anyOf": others}}]} if others else branches[place]


def _expand_conditions(schema: Schema) -> list[Any]:
    """Return the two ways to satisfy if, then and else."""
    asked = schema["if"]
    return [
        {"allOf": [asked, schema.get("then", True)]},
        {"allOf": [{"not": asked}, schema.get("else", True)]},
    ]
