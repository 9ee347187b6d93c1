"""The named schemas of the OpenAPI document: every model's parameters, every body and its parts."""

from __future__ import annotations

import re
from typing import Any

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.model_evidence import make_evidence
from mockserver.contract.models import Model

BODY = "urn:segmock:body:"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_OPEN = {"additionalProperties": True}
_CONTRACTS_ONLY = {"$schema", "$id", "x-model", "examples"}


def refer_to(component: str) -> dict[str, str]:
    """Return the reference to a named schema."""
    return {"$ref": f"#/components/schemas/{component}"}


def name_body(body: str) -> str:
    """Return the name of a body's schema; no slug begins with a capital letter."""
    return f"Body-{body.removeprefix(BODY)}"


def make_components(catalogue: Catalogue) -> dict[str, Any]:
    """Return every model's parameters and every body, free of what only contracts have.

    Each object within a body is a schema with a name of its own: generators of clients would
    make names for those without, and some make the same name twice.
    """
    components = {
        slug: _describe_parameters(model) for slug, model in sorted(catalogue.models.items())
    }
    for identifier in catalogue.schemas.find_ids(BODY):
        name, schema = name_body(identifier), _strip(catalogue.schemas[identifier])
        components[name] = _lift(name, schema, components)
    return components


def _describe_parameters(model: Model) -> dict[str, Any]:
    """Return a model's parameters; where not all are known, tools are told that others pass."""
    schema: dict[str, Any] = _drop_uri_formats(_strip(model.schema))
    if model.terms.level != "verified":
        schema |= _OPEN
    if "dependentSchemas" in schema:  # of which linters take each for a whole object
        dependent = schema["dependentSchemas"].items()
        schema["dependentSchemas"] = {name: {**each, **_OPEN} for name, each in dependent}
    return {**schema, "x-evidence": make_evidence(model.terms)}


def _strip(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in _CONTRACTS_ONLY}


def _drop_uri_formats(schema: Any) -> Any:
    """Leave out the format `uri` where a pattern decides: the gateway takes more than RFC 3986."""
    if isinstance(schema, list):
        return [_drop_uri_formats(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    left_out = ("format", "uri") if "pattern" in schema else None
    return {
        key: _drop_uri_formats(value)
        for key, value in schema.items()
        if not isinstance(value, str) or (key, value) != left_out
    }


def _lift(name: str, schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Return a schema whose objects are references, and put these into the components."""
    lifted = dict(schema)
    if "properties" in schema:
        lifted["properties"] = {
            key: _lift_part(f"{name}-{key}", value, components)
            for key, value in schema["properties"].items()
        }
    if "items" in schema:
        lifted["items"] = _lift_part(f"{name}-item", schema["items"], components)
    if "anyOf" in schema:
        lifted["anyOf"] = [
            _lift_part(f"{name}-{number}", each, components)
            for number, each in enumerate(schema["anyOf"], 1)
        ]
    return lifted


def _lift_part(name: str, schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    lifted = _lift(name, schema, components)
    if schema.get("type") != "object":
        return lifted
    component = _NOT_IN_NAMES.sub("-", name)
    components[component] = lifted
    return refer_to(component)
