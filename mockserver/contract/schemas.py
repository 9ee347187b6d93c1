"""JSON Schemas by their `$id`: checking documents, and resolving references once, when loading.

`jsonschema-rs` decides, because it is fast; `jsonschema` explains, because its `best_match`
finds the one error worth showing. It is imported when there is something to explain.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import jsonschema_rs

from mockserver.contract.files import read_folder
from mockserver.core.errors import ContractError

if TYPE_CHECKING:
    from jsonschema import ValidationError

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Validator(Protocol):
    """A compiled schema."""

    def is_valid(self, instance: Any) -> bool:
        """Tell whether the instance satisfies the schema."""


class Schemas:
    """The schemas of `contracts/`, by `$id`."""

    def __init__(self, folders: list[Path]) -> None:
        self._by_id: dict[str, Any] = {}
        for folder in folders:
            for path, schema in read_folder(folder).items():
                self._add(path, schema)

    def _add(self, path: Path, schema: Any) -> None:
        identifier = schema.get("$id") if isinstance(schema, dict) else None
        if not isinstance(identifier, str):
            raise ContractError(str(path), "$['$id']", "a schema needs an `$id`")
        if not jsonschema_rs.meta.is_valid(schema):
            raise _explained(path, schema, {"$ref": DIALECT}, {})
        self._by_id[identifier] = schema

    def __getitem__(self, identifier: str) -> Any:
        """Return the schema with this `$id`."""
        return self._by_id[identifier]

    def ids(self, prefix: str) -> list[str]:
        """Return every `$id` that begins so, sorted."""
        return sorted(identifier for identifier in self._by_id if identifier.startswith(prefix))

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry(list(self._by_id.items()))

    def compile(self, schema: Any) -> Validator:
        """Compile a schema that may refer to any of these."""
        return jsonschema_rs.validator_for(schema, registry=self._registry)

    def check(self, path: Path, document: Any, identifier: str) -> None:
        """Check a data file against the schema with this `$id`.

        Raises:
            ContractError: it breaks the schema; the message names file, place and reason.
        """
        schema = self._by_id[identifier]
        if not self.compile(schema).is_valid(document):
            raise _explained(path, document, schema, self._by_id)

    def resolved(self, path: Path, schema: Any) -> Any:
        """Return a schema with every reference replaced by what it names, siblings kept.

        Raises:
            ContractError: a reference names nothing, or itself.
        """
        return self._resolved(path, schema, schema, ())

    def _resolved(self, path: Path, root: Any, node: Any, trail: tuple[str, ...]) -> Any:
        """Resolve a node of the document `root`; `trail` is the references that led to it."""
        if isinstance(node, list):
            return [self._resolved(path, root, item, trail) for item in node]
        if not isinstance(node, dict):
            return node
        children = {key: self._resolved(path, root, value, trail) for key, value in node.items()}
        reference = children.pop("$ref", None)
        if not isinstance(reference, str):
            return children
        if reference in trail:
            raise ContractError(str(path), "$ref", f"{reference} refers to itself")
        home, target = self._lookup(path, root, reference)
        return {**self._resolved(path, home, target, (*trail, reference)), **children}

    def _lookup(self, path: Path, root: Any, reference: str) -> tuple[Any, Any]:
        """Return the document that a reference leads to, and the schema in it."""
        identifier, _, pointer = reference.partition("#")
        home = node = self._by_id.get(identifier) if identifier else root
        for part in filter(None, pointer.split("/")):
            node = node.get(part) if isinstance(node, dict) else None
        if not isinstance(node, dict):
            raise ContractError(str(path), "$ref", f"{reference} names no schema")
        return home, node


def _explained(path: Path, document: Any, schema: Any, schemas: Mapping[str, Any]) -> ContractError:
    error = best_error(document, schema, schemas)
    return ContractError(str(path), error.json_path, error.message)


def best_error(
    document: Any, schema: Any, schemas: Mapping[str, Any] | None = None
) -> ValidationError:
    """Return the one error of an invalid document that tells most about it."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012, SchemaRegistry

    registry: SchemaRegistry = Registry()
    for identifier, known in (schemas or {}).items():
        registry = registry.with_resource(identifier, DRAFT202012.create_resource(known))
    error: ValidationError | None = best_match(
        Draft202012Validator(schema, registry=registry).iter_errors(document)
    )
    if error is None:
        raise AssertionError("the fast and the explaining validator disagree")
    return error
