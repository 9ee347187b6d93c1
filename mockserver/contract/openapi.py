"""The data plane as OpenAPI 3.1, made from `contracts/`: one path a model, its own parameters."""

from __future__ import annotations

from typing import Any

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import Model
from mockserver.contract.tables import Answer, ErrorRow, RouteRow

VERSION = "3.1.0"
_INFERENCE = {"sync", "submit"}
_BODY = "urn:segmock:body:"
_ANYTHING = "*/*"
_RESULTS = ("image-result", "video-result", "audio-result", "text-result")
_BODIES_OF = {
    "status": ("pending", "completed-status"),
    "result": ("pending", *_RESULTS),
    "poll": ("pending", *_RESULTS),
}
_V1_BODY = {
    "image": "v1-image-result",
    "video": "v1-media-result",
    "audio": "v1-media-result",
    "text": "v1-text-result",
}
_PROVIDER_BODY = {
    "openai": "openai-completion",
    "anthropic": "anthropic-message",
    "gemini": "gemini-response",
}
_ANNOTATIONS = {"$schema", "$id", "x-model", "examples"}


def openapi(catalogue: Catalogue) -> dict[str, Any]:
    """Return the document as a JSON value."""
    return {
        "openapi": VERSION,
        "info": {
            "title": "Segmind gateway, as emulated by segmock",
            "version": "2026-11-20",
            "description": "Made from segmock's contracts. Every fact behind it has an id; "
            "`x-facts` names them.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [
            {"url": "http://127.0.0.1:8765", "description": "segmock serve"},
            {"url": "https://api.segmind.com", "description": "the gateway itself"},
        ],
        "security": [{"key": []}],
        "paths": _paths(catalogue),
        "components": {
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
            "schemas": _schemas(catalogue),
        },
    }


def _paths(catalogue: Catalogue) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in catalogue.routes:
        if route.name not in _INFERENCE:
            paths[route.path] = _item(catalogue, route)
            continue
        for model in catalogue.models.values():
            path = route.path.replace("{slug}", model.slug)
            paths[path] = {route.method.lower(): _operation(catalogue, route, model)}
    return paths


def _item(catalogue: Catalogue, route: RouteRow) -> dict[str, Any]:
    """Return the operations of a route, one for each of its verbs."""
    operation = _operation(catalogue, route, None)
    item = {route.method.lower(): operation}
    for method in route.also:
        item[method.lower()] = {**operation, "operationId": f"{route.name}-{method.lower()}"}
    return item


def _operation(catalogue: Catalogue, route: RouteRow, model: Model | None) -> dict[str, Any]:
    name = f"{route.name}-{model.slug}" if model else route.name
    answers: dict[int, list[Answer]] = {}
    for answer in route.answers:
        answers.setdefault(answer.status, []).append(answer)
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": f"{model.document['title']}: {route.summary.lower()}"
        if model
        else route.summary,
        "x-facts": list(route.facts),
        "responses": {
            str(status): _response(catalogue, route, model, same)
            for status, same in sorted(answers.items())
        },
    }
    if model:
        operation["requestBody"] = _request_body(model)
        operation["tags"] = [model.slug]
    elif parameters := _parameters(route):
        operation["parameters"] = parameters
    if route.request:
        operation["requestBody"] = _console_body(catalogue, route, route.request)
    if route.host:
        operation["x-host"] = route.host
    if route.bearer:
        operation["security"] = [{"key": []}, {"bearer": []}]
    if not route.key:
        operation["security"] = []
    return operation


def _parameters(route: RouteRow) -> list[dict[str, Any]]:
    """Return what varies in the path, and what may be in the query."""
    varying = [part.partition("}")[0] for part in route.path.split("{")[1:]]
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in varying
    ]
    in_query = [
        {
            "name": row.name,
            "in": "query",
            "required": row.required,
            "description": row.description,
            "schema": row.schema,
        }
        for row in route.query
    ]
    return in_path + in_query


def _console_body(catalogue: Catalogue, route: RouteRow, body: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{_component(body.removeprefix(_BODY))}"}
    examples = {"example": {"value": catalogue.schemas[body]["examples"][0]}}
    content = {route.request_media: {"schema": schema, "examples": examples}}
    return {"required": False, "content": content}


def _request_body(model: Model) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model.slug}"}
    examples = {
        f"example-{index}": {"value": example}
        for index, example in enumerate(model.document["examples"], 1)
    }
    return {
        "required": True,
        "content": {
            "application/json": {"schema": schema, "examples": examples},
            "multipart/form-data": {"schema": schema},
        },
    }


def _response(
    catalogue: Catalogue, route: RouteRow, model: Model | None, answers: list[Answer]
) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for answer in answers:
        for media in _media_of(answer, model):
            content[media] = _content(catalogue, route, model, answer, media)
    return {"description": "; ".join(answer.description for answer in answers), "content": content}


def _media_of(answer: Answer, model: Model | None) -> tuple[str, ...]:
    """Leave out the media types that this model never answers with."""
    if model is None or len(answer.media) == 1:
        return answer.media
    own = ("application/json", f"{model.terms.output.media}/")
    return tuple(media for media in answer.media if media.startswith(own))


def _content(
    catalogue: Catalogue, route: RouteRow, model: Model | None, answer: Answer, media: str
) -> dict[str, Any]:
    if media.startswith(("image/", "video/", "audio/")) or media == _ANYTHING:
        return {}
    if media.startswith("text/"):
        return {"schema": {"type": "string"}}
    if answer.errors:
        rows = [catalogue.errors[row] for row in answer.errors]
        examples = {row.id: {"value": _refusal(row), "summary": row.when} for row in rows}
        is_console = rows[0].media == "console"
        reference = f"#/components/schemas/{_component('console-error' if is_console else 'error')}"
        return {"schema": {"$ref": reference}, "examples": examples}
    names = _bodies(route, model, answer)
    schemas = [{"$ref": f"#/components/schemas/{_component(name)}"} for name in names]
    examples = {name: {"value": catalogue.schemas[_BODY + name]["examples"][0]} for name in names}
    return {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}, "examples": examples}


def _refusal(row: ErrorRow) -> dict[str, Any]:
    """Return the envelope of a refusal, its message not filled in."""
    if row.media != "console":
        return {"error": row.message}
    return {"error": row.code, "error_description": row.message, "status_code": row.status}


def _bodies(route: RouteRow, model: Model | None, answer: Answer) -> tuple[str, ...]:
    """Return the names of the bodies with which a success can come."""
    if answer.body:
        return (answer.body.removeprefix(_BODY),)
    if model:
        output = model.terms.output
        own = _PROVIDER_BODY[output.provider] if output.provider else _V1_BODY[output.media]
        return (own, "v1-base64-result") if model.terms.base64 else (own,)
    return _BODIES_OF[route.name]


def _schemas(catalogue: Catalogue) -> dict[str, Any]:
    """Return every model's parameters and every body, free of what only contracts have."""
    schemas = {slug: _plain(model.schema) for slug, model in sorted(catalogue.models.items())}
    for identifier in catalogue.schemas.ids(_BODY):
        name = _component(identifier.removeprefix(_BODY))
        schemas[name] = _plain(catalogue.schemas[identifier])
    return schemas


def _component(body: str) -> str:
    """Return the name of a body's schema; no slug begins with a capital letter."""
    return f"Body-{body}"


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
