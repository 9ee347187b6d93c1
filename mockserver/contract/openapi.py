"""The data plane as OpenAPI 3.1, made from `contracts/`: one path a model, its own parameters."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from mockserver.base.errors import ContractError
from mockserver.base.json_encoding import encode
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.components import make_components, name_body, refer_to
from mockserver.contract.models import Model
from mockserver.contract.openapi_responses import render_response
from mockserver.contract.tables import AnswerRow, Parameter, RouteRow

VERSION = "3.1.0"
_JSON = "application/json"


def render_openapi(catalogue: Catalogue) -> dict[str, Any]:
    """Return the document as a JSON value."""
    responses: dict[str, Any] = {}
    paths = _render_paths(catalogue, responses)
    return {
        "openapi": VERSION,
        "info": {
            "title": "Segmind gateway, as emulated by segmock",
            "version": "2026-11-20",
            "description": "Made from segmock's contracts. Every fact behind it has an id; "
            "`x-facts` names them. `x-evidence` says how much is known of a model, and from where.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [
            {"url": "http://127.0.0.1:8765", "description": "segmock serve"},
            {"url": "https://api.segmind.com", "description": "the gateway itself"},
        ],
        "security": [{"key": []}],
        "tags": _render_tags(catalogue),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
            "responses": responses,
            "schemas": make_components(catalogue),
        },
    }


@lru_cache(maxsize=2)
def encode_openapi(catalogue: Catalogue) -> bytes:
    """Return the document as JSON; it is large, and the same for as long as the contracts are."""
    return encode(render_openapi(catalogue))


def _render_paths(catalogue: Catalogue, responses: dict[str, Any]) -> dict[str, Any]:
    """Return the operations by path; the models' share their responses, which are collected."""
    paths: dict[str, Any] = {}
    for route in catalogue.routes:
        if not route.runs_model:
            paths[route.path] = _render_item(catalogue, route)
            continue
        for model in catalogue.models.values():
            path = route.fill_path(model.slug)
            method = route.methods[0]
            operation = _render_operation(catalogue, route, model, method)
            operation["responses"] = {
                status: _share_response(f"{route.name}-{status}", response, responses)
                for status, response in operation["responses"].items()
            }
            paths[path] = {method.lower(): operation}
    return paths


def _share_response(name: str, response: Any, responses: dict[str, Any]) -> dict[str, str]:
    """Return the reference to a response; of those that differ, the later ones are numbered."""
    same = name
    number = 1
    while responses.setdefault(same, response) != response:
        number += 1
        same = f"{name}-{number}"
    return {"$ref": f"#/components/responses/{same}"}


def _render_tags(catalogue: Catalogue) -> list[dict[str, str]]:
    groups = [{"name": tag.name, "description": tag.description} for tag in catalogue.tags]
    models = [
        {"name": model.slug, "description": model.document["description"]}
        for model in catalogue.models.values()
    ]
    return groups + models


def _render_item(catalogue: Catalogue, route: RouteRow) -> dict[str, Any]:
    """Return the operations of a route, one for each of its verbs; HEAD goes without saying."""
    item = {}
    for method in route.methods:
        if method == "HEAD":
            continue
        operation = _render_operation(catalogue, route, None, method)
        if method != route.methods[0]:
            operation["operationId"] = f"{route.name}-{method.lower()}"
        item[method.lower()] = operation
    return item


def _render_operation(
    catalogue: Catalogue, route: RouteRow, model: Model | None, method: str
) -> dict[str, Any]:
    answers: dict[int, list[AnswerRow]] = {}
    for answer in route.answers:
        if answer.method in {None, method}:
            answers.setdefault(answer.status, []).append(answer)
    operation: dict[str, Any] = {
        **_render_head(catalogue, route, model),
        "x-facts": list(route.facts),
        "responses": {
            str(status): render_response(catalogue, model, same)
            for status, same in sorted(answers.items())
        },
    }
    if model:
        operation["x-evidence"] = refer_to(f"{model.slug}/x-evidence")
        operation["requestBody"] = _render_request_body(model)
    elif parameters := _render_parameters(catalogue, route):
        operation["parameters"] = parameters
    if method == route.methods[0] and (body := _render_console_body(catalogue, route)):
        operation["requestBody"] = body
    if route.host:
        operation["x-host"] = route.host
    if route.bearer:
        operation["security"] = [{"key": []}, {"bearer": []}]
    if not route.key:
        operation["security"] = []
    return operation


def _render_head(catalogue: Catalogue, route: RouteRow, model: Model | None) -> dict[str, Any]:
    """Return what an operation is called, and what is known of it."""
    facts = [row for row in catalogue.behaviours if row.id in route.facts]
    known = "\n\n".join(f"{row.id}: {row.statement}" for row in facts)
    if model is None:
        own = {"operationId": route.name, "tags": [route.tag], "summary": route.summary}
        return {**own, "description": known}
    return {
        "operationId": f"{route.name}-{model.slug}",
        "tags": [model.slug],
        "summary": f"{model.document['title']}: {route.summary.lower()}",
        "description": f"{model.document['description']}\n\n{known}",
    }


def _render_parameters(catalogue: Catalogue, route: RouteRow) -> list[dict[str, Any]]:
    """Return what varies in the path, and what may be in the query."""
    varying = [part.partition("}")[0] for part in route.path.split("{")[1:]]
    return [_render_path_parameter(catalogue, route, name) for name in varying] + [
        _render_query_parameter(row) for row in route.query
    ]


def _render_path_parameter(catalogue: Catalogue, route: RouteRow, name: str) -> dict[str, Any]:
    row = catalogue.path_parameters.get(name)
    if row is None:
        reason = f"its path varies in {{{name}}}, which `parameters` of this file does not describe"
        raise ContractError("contracts/routes.json", f"routes/{route.name}", reason)
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": row.description,
        "schema": row.schema,
    }


def _render_query_parameter(row: Parameter) -> dict[str, Any]:
    parameter = {
        "name": row.name,
        "in": "query",
        "required": row.required,
        "description": row.description,
        "schema": row.schema,
    }
    return {**parameter, "allowEmptyValue": True} if row.may_be_empty else parameter


def _render_console_body(catalogue: Catalogue, route: RouteRow) -> dict[str, Any] | None:
    """Return the body that a route takes, any bytes where it has a media type alone."""
    if route.request:
        schema: dict[str, Any] = refer_to(name_body(route.request))
        example = catalogue.schemas[route.request]["examples"][0]
        content = {"schema": schema, "examples": {"example": {"value": example}}}
    elif route.request_media != _JSON:
        content = {"schema": {"type": "string", "format": "binary"}}
    else:
        return None
    return {"required": route.request_required, "content": {route.request_media: content}}


def _render_request_body(model: Model) -> dict[str, Any]:
    schema = refer_to(model.slug)
    examples = {
        f"example-{index}": {"value": example}
        for index, example in enumerate(model.document["examples"], 1)
    }
    return {
        "required": True,
        "content": {
            _JSON: {"schema": schema, "examples": examples},
            "multipart/form-data": {"schema": schema},
        },
    }
