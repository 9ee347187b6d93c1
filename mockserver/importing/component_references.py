"""References within an OpenAPI document, each replaced by what it names; 3.0 is read as 3.1."""

from __future__ import annotations

from typing import Any

from mockserver.importing.errors import SourceError

MOST_VALUES = 50_000
"""Values of one schema with all that it refers to: references can multiply."""


def inline_references(node: Any, document: dict[str, Any]) -> Any:
    """Return a part of a document without references; what refers to itself takes anything there.

    Raises:
        SourceError: a reference names nothing in this document, or there are too many.
    """
    return _Inliner(document).inline(node, ())


def follow_reference(node: Any, document: dict[str, Any]) -> Any:
    """Return what a part of a document refers to, if it is a reference; else the part itself.

    Raises:
        SourceError: it names nothing in this document.
    """
    reference = node.get("$ref") if isinstance(node, dict) else None
    return _find_named(reference, document) if isinstance(reference, str) else node


def _find_named(reference: str, document: dict[str, Any]) -> Any:
    node: Any = document
    if not reference.startswith("#/"):
        raise SourceError(f"$ref {reference!r:.80}: one within the document was expected")
    for step in reference[2:].split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, dict) or name not in node:
            raise SourceError(f"$ref {reference!r:.80} names nothing in the document")
        node = node[name]
    return node


class _Inliner:
    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._left = MOST_VALUES

    def inline(self, node: Any, trail: tuple[str, ...]) -> Any:
        self._left -= 1
        if self._left < 0:
            raise SourceError(f"a schema and what it refers to have more than {MOST_VALUES} values")
        if isinstance(node, list):
            return [self.inline(each, trail) for each in node]
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return _modernise({str(key): self.inline(each, trail) for key, each in node.items()})
        if reference in trail:
            return {}
        named = self.inline(_find_named(reference, self._document), (*trail, reference))
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return {**named, **self.inline(beside, trail)} if isinstance(named, dict) else named


def _modernise(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of OpenAPI 3.0 as JSON Schema has it since: null, and exclusive bounds."""
    if schema.get("nullable") is True:
        del schema["nullable"]
        if isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    for bound in ("minimum", "maximum"):
        strict = f"exclusive{bound.capitalize()}"
        if schema.get(strict) is True and bound in schema:
            schema[strict] = schema.pop(bound)
        elif schema.get(strict) is False:
            del schema[strict]
    return schema
