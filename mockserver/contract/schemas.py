"""JSON Schemas by their `$id`: checking documents, and resolving references once, when loading.

`jsonschema-rs` decides, because it is fast; `jsonschema` explains, because its `best_match`
finds the one error worth showing. It is imported when there is something to explain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol

import jsonschema_rs

from mockserver.base.errors import ContractError
from mockserver.contract.files import read_folder
from mockserver.schema_samples.expressions import ENGINE, is_match

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ROOT = "urn:segmock:root"
"""The name of a document while its own references are resolved."""


class Validator(Protocol):
    """A compiled schema."""

    def is_valid(self, instance: Any) -> bool:
        """Tell whether the instance satisfies the schema."""


class Schemas:
    """The schemas of `contracts/`.

    Attributes:
        by_id: Each of them by its `$id`.

    Raises:
        ContractError: a schema cannot be used, or an `$id` is taken.
    """

    def __init__(self, folders: list[Path]) -> None:
        self.by_id: dict[str, Any] = {}
        self._compiled: dict[str, Validator] = {}
        for folder in folders:
            for path, schema in read_folder(folder).items():
                self._add(path, schema)

    def _add(self, path: Path, schema: Any) -> None:
        identifier = schema.get("$id") if isinstance(schema, dict) else None
        if not isinstance(identifier, str):
            raise ContractError(str(path), "$['$id']", "a schema needs an `$id`")
        if identifier in self.by_id:
            raise ContractError(str(path), "$['$id']", f"{identifier} is taken")
        if isinstance(dialect := schema.get("$schema", DIALECT), str) and dialect != DIALECT:
            raise ContractError(str(path), "$['$schema']", f"a schema's dialect is {DIALECT}")
        if not jsonschema_rs.meta.is_valid(schema):
            raise ContractError(str(path), *explain(schema, {"$ref": DIALECT}))
        self.by_id[identifier] = schema

    def __getitem__(self, identifier: str) -> Any:
        """Return the schema with this `$id`."""
        return self.by_id[identifier]

    def find_ids(self, prefix: str) -> list[str]:
        """Return every `$id` that begins so, sorted."""
        return sorted(identifier for identifier in self.by_id if identifier.startswith(prefix))

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry(list(self.by_id.items()))

    def compile(self, schema: Any, path: Path | None = None) -> Validator:
        """Compile a schema, of this file; it may refer to any of these.

        Raises:
            ContractError: it has a pattern or a reference that nobody can read.
        """
        try:
            return jsonschema_rs.validator_for(
                schema, registry=self._registry, pattern_options=ENGINE
            )
        except (jsonschema_rs.ValidationError, ValueError) as error:
            raise ContractError(str(path), "$", str(error).partition("\n")[0]) from None

    def check(self, path: Path, document: Any, identifier: str) -> None:
        """Check a data file against the schema with this `$id`.

        Raises:
            ContractError: it breaks the schema; the message names file, place and reason.
        """
        schema = self.by_id[identifier]
        if identifier not in self._compiled:
            self._compiled[identifier] = self.compile(schema, path)
        if not self._compiled[identifier].is_valid(document):
            raise ContractError(str(path), *explain(document, schema, self.by_id))

    def resolve(self, path: Path, schema: Any) -> Any:
        """Return a schema with every reference replaced by what it names, siblings kept.

        Raises:
            ContractError: a reference names nothing, or itself.
        """
        if not _has_references(schema):
            return schema
        root = [*self.by_id.items(), (_ROOT, schema)]
        try:
            registry = jsonschema_rs.Registry(root, retriever=_refuse_unknown)
            return _resolve(schema, registry.resolver(_ROOT), ())
        except ValueError as error:
            raise ContractError(
                str(path), "$ref", str(error).rpartition("ValueError: ")[2]
            ) from None


def _has_references(node: Any) -> bool:
    if isinstance(node, dict):
        return "$ref" in node or any(map(_has_references, node.values()))
    return isinstance(node, list) and any(map(_has_references, node))


def _refuse_unknown(reference: str) -> NoReturn:
    raise ValueError(f"{reference} names no schema")


def _resolve(node: Any, resolver: jsonschema_rs.Resolver, trail: tuple[str, ...]) -> Any:
    """Resolve a node; `trail` is the references that led to it, each with where it stood."""
    if isinstance(node, list):
        return [_resolve(item, resolver, trail) for item in node]
    if not isinstance(node, dict):
        return node
    children = {key: _resolve(value, resolver, trail) for key, value in node.items()}
    reference = children.pop("$ref", None)
    if not isinstance(reference, str):
        return children
    step = f"{resolver.base_uri} {reference}"
    if step in trail:
        raise ValueError(f"{reference} refers to itself")
    try:
        found = resolver.lookup(reference)
    except (jsonschema_rs.ReferencingError, ValueError):
        _refuse_unknown(reference)
    if not isinstance(found.contents, dict):
        _refuse_unknown(reference)
    return {**_resolve(found.contents, found.resolver, (*trail, step)), **children}


def make_explainer(schema: Any, schemas: Mapping[str, Any] | None = None) -> Draft202012Validator:
    """Return the validator that explains; it reads patterns as the one that decides does.

    The library's own keywords match them by an engine that may backtrack for ever.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012, SchemaRegistry

    known = [(each, DRAFT202012.create_resource(of)) for each, of in (schemas or {}).items()]
    registry: SchemaRegistry = Registry().with_resources(known)
    # Else each look-up of an anchor reads all of them anew.
    registry = registry.crawl()
    keywords = {
        "pattern": _check_pattern,
        "patternProperties": _check_named,
        "additionalProperties": _check_unnamed,
        # It matches names in the depths of a library; whoever decides tells the reason.
        "unevaluatedProperties": _leave_to_others,
    }
    kind: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, keywords
    )
    return kind(schema, registry=registry)


def _check_pattern(
    _validator: Any, wanted: str, instance: Any, _schema: Any
) -> Iterator[ValidationError]:
    from jsonschema import ValidationError

    if isinstance(instance, str) and not is_match(wanted, instance):
        yield ValidationError(f"{instance!r} does not match {wanted!r}")


def _check_named(
    validator: Any, patterns: dict[str, Any], instance: Any, _schema: Any
) -> Iterator[ValidationError]:
    for pattern, wanted in patterns.items():
        for name in _find_matching_names(pattern, instance):
            yield from validator.descend(instance[name], wanted, path=name, schema_path=pattern)


def _check_unnamed(
    validator: Any, rest: Any, instance: Any, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    from jsonschema import Draft202012Validator

    known = {
        name
        for pattern in schema.get("patternProperties", {})
        for name in _find_matching_names(pattern, instance)
    }
    others = {key: value for key, value in schema.items() if key != "patternProperties"}
    if known:
        instance = {name: value for name, value in instance.items() if name not in known}
    check = Draft202012Validator.VALIDATORS["additionalProperties"]
    yield from check(validator, rest, instance, others)


def _find_matching_names(pattern: str, instance: Any) -> list[str]:
    names = instance if isinstance(instance, dict) else ()
    return [name for name in names if is_match(pattern, name)]


def _leave_to_others(*_: Any) -> Iterator[ValidationError]:
    return iter(())


def explain(
    document: Any, schema: Any, schemas: Mapping[str, Any] | None = None
) -> tuple[str, str]:
    """Return the place of the one error that tells most about a document, and the reason."""
    from jsonschema.exceptions import best_match

    errors = find_explanations(document, schema, schemas)
    error: ValidationError | None = best_match(errors)
    if error is None:
        return find_refusal(document, schema, schemas)[::2]
    return error.json_path, describe_error(error)


def describe_error(error: ValidationError) -> str:
    """Return what an error says, and what came where its own words leave that out."""
    came = f"; {error.instance!r} came" if error.validator == "const" else ""
    return f"{error.message}{came}"


def find_explanations(
    document: Any, schema: Any, schemas: Mapping[str, Any] | None = None
) -> list[ValidationError]:
    """Return every error that the explaining validator finds; none where it cannot tell.

    The two validators differ in rare cases: fractions of steps, huge numbers, patterns that
    only one of them can read.
    """
    try:
        return list(make_explainer(schema, schemas).iter_errors(document))
    except (re.error, ArithmeticError):
        return []


class Refusal(NamedTuple):
    """What the deciding validator found first: where, by which keyword, and why, as a clause."""

    place: str
    keyword: str
    reason: str


def find_refusal(document: Any, schema: Any, schemas: Mapping[str, Any] | None = None) -> Refusal:
    """Return what the deciding validator found first in a document that breaks its schema."""
    registry = jsonschema_rs.Registry(list((schemas or {}).items()))
    validator = jsonschema_rs.validator_for(
        schema, registry=registry, mask="it", pattern_options=ENGINE
    )
    try:
        validator.validate(document)
    except jsonschema_rs.ValidationError as error:
        place = ".".join(["$", *map(str, error.instance_path)])
        return Refusal(place, error.kind.name, error.message)
    raise AssertionError("a document that satisfies its schema has no refusal")
