"""How large a JSON Schema is, and how large is too large to make a document for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mockserver.base.errors import UnmetError
from mockserver.schema_samples.expressions import Expression, read_expression

MOST_VALUES = 20_000
MOST_CHARACTERS = 500_000
MOST_LEVELS = 120
"""Lists and objects inside of one another."""

_PLAIN_CHARACTERS = 6
"""What a value takes that is no text, with the signs between values."""


class Size(NamedTuple):
    """How many values there are, what their patterns weigh, how many characters they take."""

    values: int
    weight: int
    characters: int


class SchemaSizes:
    """The sizes of a schema and its parts, and the patterns in it.

    Raises:
        UnmetError: it is too large or too deep, one of its patterns is, or it has another schema
            with a name of its own inside, so that its references cannot be followed.
    """

    def __init__(self, root: Any) -> None:
        self._root = root
        self._sizes: dict[int, Size] = {}
        self._expressions: dict[str, Expression] = {}
        self._characters = 0
        self._values = 0
        self._measure(root, 0)

    def count_values(self, node: Any) -> int:
        """Return how many values there are in a part, itself included."""
        return self._find_size(node).values

    def find_weight(self, node: Any) -> int:
        """Return what the different patterns in a part weigh, at the most."""
        return min(
            self._find_size(node).weight, sum(each.weight for each in self._expressions.values())
        )

    def count_characters(self, node: Any) -> int:
        """Return how many characters a part takes, about."""
        return self._find_size(node).characters

    def find_expression(self, pattern: str) -> Expression:
        """Return a pattern as it was read.

        Raises:
            UnmetError: it is too long, or repeats too much.
        """
        if pattern not in self._expressions:
            self._expressions[pattern] = read_expression(pattern)
        return self._expressions[pattern]

    def _find_size(self, node: Any) -> Size:
        """Look a part up; what is made of parts is measured anew, down to them."""
        if not isinstance(node, dict | list):
            return _measure_plain(node)
        known = self._sizes.get(id(node))
        return (
            self._add_up(node, map(self._find_size, _find_inner(node))) if known is None else known
        )

    def _add_up(self, node: Any, inner: Iterable[Size]) -> Size:
        weight = sum(self.find_expression(each).weight for each in _find_patterns(node))
        values, characters = 1, _PLAIN_CHARACTERS
        characters += sum(map(len, node)) if isinstance(node, dict) else 0
        for each in inner:
            values += each.values
            weight += each.weight
            characters += each.characters
        return Size(values, weight, characters)

    def _measure(self, node: Any, level: int) -> Size:
        self._count(node)
        if not isinstance(node, dict | list):
            return _measure_plain(node)
        if level > MOST_LEVELS:
            raise UnmetError(f"it goes more than {MOST_LEVELS} levels deep")
        if node is not self._root and isinstance(node, dict) and isinstance(node.get("$id"), str):
            raise UnmetError("a part of it has an `$id`, and only the whole of it may have one")
        inner = [self._measure(each, level + 1) for each in _find_inner(node)]
        found = self._sizes[id(node)] = self._add_up(node, inner)
        return found

    def _count(self, node: Any) -> None:
        self._values += 1
        if isinstance(node, str):
            self._characters += len(node)
        elif isinstance(node, dict):
            self._characters += sum(map(len, node))
        if self._values > MOST_VALUES:
            raise UnmetError(f"it has more than {MOST_VALUES} values, and no more are followed")
        if self._characters > MOST_CHARACTERS:
            raise UnmetError(
                f"it has more than {MOST_CHARACTERS} characters, and no more are followed"
            )


def _measure_plain(value: Any) -> Size:
    return Size(1, 0, _PLAIN_CHARACTERS + (len(value) if isinstance(value, str) else 0))


def _find_inner(node: Any) -> Iterator[Any]:
    return iter(node.values() if isinstance(node, dict) else node)


def _find_patterns(node: Any) -> Iterator[str]:
    """Yield the patterns that a schema itself has; where it is no schema, it does no harm."""
    if isinstance(node, dict):
        named = node.get("patternProperties")
        found = [node.get("pattern"), *(named if isinstance(named, dict) else ())]
        yield from (each for each in found if isinstance(each, str))
