"""What the references inside of a JSON Schema name, and how soon a document of it can end."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from mockserver.contract.merging import Schema, types_of
from mockserver.core.errors import UnmetError

_KEYWORDS = ("$ref", "$dynamicRef")


class References:
    """The references of one schema.

    Raises:
        UnmetError: one of them leads outside, or nowhere.
    """

    def __init__(self, root: Any) -> None:
        self._root = root
        names = sorted(set(_names(root)))
        self._heights: dict[str, float] = dict.fromkeys(names, inf)
        for _ in names:  # each round settles one of them at the least
            found = {name: self.height(self.named(name)) for name in names}
            if found == self._heights:
                return
            self._heights = found

    def named(self, reference: str) -> Any:
        """Return what a reference names."""
        anchor = reference.removeprefix("#")
        if anchor == reference:
            raise UnmetError(f"{reference} is not in it")
        if anchor and not anchor.startswith("/"):
            return next(_anchored(self._root, anchor), True)
        node = self._root
        try:
            for part in anchor.split("/")[1:]:
                name = part.replace("%25", "%").replace("~1", "/").replace("~0", "~")
                node = node[int(name)] if isinstance(node, list) else node[name]
        except (LookupError, TypeError, ValueError):
            raise UnmetError(f"{reference} is not in it") from None
        return node

    def height(self, schema: Any) -> float:
        """Return how many levels a value has at the least; infinite where it cannot end."""
        if not isinstance(schema, dict):
            return 0
        heights = [self._heights[schema[name]] for name in _KEYWORDS if name in schema]
        heights += map(self.height, schema.get("allOf", []))
        heights += [
            min(map(self.height, schema[name])) for name in ("anyOf", "oneOf") if name in schema
        ]
        return max([*heights, self._own_height(schema)])

    def _own_height(self, schema: Schema) -> float:
        """Return the height that the schema's own keywords ask for."""
        if "enum" in schema or "const" in schema:
            return 0
        types = types_of(schema)
        inner = {"object": self._of_object, "array": self._of_array}
        if types is None:
            return max(measure(schema) for measure in inner.values())
        return min(inner[kind](schema) if kind in inner else 0 for kind in types)

    def _of_object(self, schema: Schema) -> float:
        properties = schema.get("properties", {})
        needed = [properties[name] for name in schema.get("required", []) if name in properties]
        return max((1 + self.height(each) for each in needed), default=0)

    def _of_array(self, schema: Schema) -> float:
        least = schema.get("minItems", 0)
        items = schema.get("items", True)
        prefix = schema.get("prefixItems", items if isinstance(items, list) else [])
        inner = [*prefix[:least], *([items] if least > len(prefix) else [])]
        if "contains" in schema and schema.get("minContains", 1):
            inner.append(schema["contains"])
        return max((1 + self.height(each) for each in inner), default=0)


def _names(node: Any) -> Iterator[str]:
    """Yield every reference in a schema; what only looks like one does no harm."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in _KEYWORDS and isinstance(value, str):
                yield value
            yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)


def _anchored(node: Any, anchor: str) -> Iterator[Any]:
    if isinstance(node, dict):
        if anchor in {node.get("$anchor"), node.get("$dynamicAnchor")}:
            yield node
        for value in node.values():
            yield from _anchored(value, anchor)
    elif isinstance(node, list):
        for value in node:
            yield from _anchored(value, anchor)
