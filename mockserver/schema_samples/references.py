"""What the references inside of a JSON Schema name, and how soon a document of it can end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from math import inf
from typing import Any
from urllib.parse import unquote

from mockserver.base.errors import UnmetError
from mockserver.schema_samples.budgets import Budget
from mockserver.schema_samples.merge import Schema, find_types
from mockserver.schema_samples.shapes import check_shape

KEYWORDS = ("$ref", "$dynamicRef", "$recursiveRef")


class References:
    """The references of one schema.

    Raises:
        UnmetError: one of them leads outside, or nowhere.
        SpentError: there are too many to follow.
    """

    def __init__(self, root: Any, budget: Budget) -> None:
        self._root = root
        self._budget = budget
        names = sorted(set(self._find_names(root)))
        self._nodes = {name: self._find(name) for name in names}
        for node in self._nodes.values():
            check_shape(node)
        self._heights: dict[str, float] = dict.fromkeys(names, inf)
        self._settle(names)

    def resolve(self, reference: str) -> Any:
        """Return what a reference names.

        Raises:
            UnmetError: it is none of the schema's.
        """
        if reference not in self._nodes:
            self._nodes[reference] = self._find(reference)
        return self._nodes[reference]

    def find_height(self, schema: Any) -> float:
        """Return how many levels a value has at the least; infinite where it cannot end."""
        self._budget.spend("alternatives", 1)
        if not isinstance(schema, dict):
            return 0
        heights = [self._heights[name] for name in find_references(schema)]
        heights += map(self.find_height, schema.get("allOf", []))
        heights += [
            min(map(self.find_height, schema[name]))
            for name in ("anyOf", "oneOf")
            if name in schema
        ]
        return max([*heights, self._compute_own_height(schema)])

    def _settle(self, names: list[str]) -> None:
        """Find the height of each name: whoever refers to one that got lower is looked at again."""
        readers: dict[str, list[str]] = {name: [] for name in names}
        for name in names:
            for read in dict.fromkeys(self._find_names(self._nodes[name])):
                readers[read].append(name)
        waiting = deque(names)
        queued = set(names)
        while waiting:
            name = waiting.popleft()
            queued.remove(name)
            found = self.find_height(self._nodes[name])
            if found < self._heights[name]:
                self._heights[name] = found
                waiting += [each for each in readers[name] if each not in queued]
                queued.update(readers[name])

    def _find(self, reference: str) -> Any:
        anchor = reference.removeprefix("#")
        if anchor == reference:
            raise UnmetError(f"{reference} is not in it")
        if anchor and not anchor.startswith("/"):
            return next(self._find_anchored(self._root, anchor), True)
        node = self._root
        try:
            for part in unquote(anchor).split("/")[1:]:
                name = part.replace("~1", "/").replace("~0", "~")
                node = node[int(name)] if isinstance(node, list) else node[name]
        except (LookupError, TypeError, ValueError):
            raise UnmetError(f"{reference} is not in it") from None
        return node

    def _compute_own_height(self, schema: Schema) -> float:
        """Return the height that the schema's own keywords ask for."""
        if "enum" in schema or "const" in schema:
            return 0
        types = find_types(schema)
        inner = {"object": self._compute_object_height, "array": self._compute_array_height}
        if types is None:
            return max(measure(schema) for measure in inner.values())
        return min(inner[kind](schema) if kind in inner else 0 for kind in types)

    def _compute_object_height(self, schema: Schema) -> float:
        properties = schema.get("properties", {})
        needed = [properties[name] for name in schema.get("required", []) if name in properties]
        return max((1 + self.find_height(each) for each in needed), default=0)

    def _compute_array_height(self, schema: Schema) -> float:
        least = int(schema.get("minItems", 0))
        items = schema.get("items", True)
        prefix = schema.get("prefixItems", items if isinstance(items, list) else [])
        inner = [*prefix[:least], *([items] if least > len(prefix) else [])]
        if "contains" in schema and schema.get("minContains", 1):
            inner.append(schema["contains"])
        return max((1 + self.find_height(each) for each in inner), default=0)

    def _find_names(self, node: Any) -> Iterator[str]:
        """Yield every reference in a schema; what only looks like one does no harm."""
        self._budget.spend("references", 1)
        if isinstance(node, dict):
            yield from find_references(node)
        for value in _find_inner(node):
            yield from self._find_names(value)

    def _find_anchored(self, node: Any, anchor: str) -> Iterator[Any]:
        self._budget.spend("references", 1)
        if isinstance(node, dict) and anchor in _find_anchors(node):
            yield node
        for value in _find_inner(node):
            yield from self._find_anchored(value, anchor)


def find_references(schema: Schema) -> list[str]:
    """Return the references of a schema itself, not those of its parts."""
    return [schema[name] for name in KEYWORDS if isinstance(schema.get(name), str)]


def _find_anchors(schema: Schema) -> list[Any]:
    return [schema.get("$anchor"), schema.get("$dynamicAnchor")]


def _find_inner(node: Any) -> list[Any]:
    """Return the lists and objects that are in a list or object."""
    values = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [each for each in values if isinstance(each, dict | list)]
