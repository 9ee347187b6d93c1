"""The responses of the OpenAPI document: what each answer of a route looks like."""

from __future__ import annotations

from typing import Any

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.components import BODY, name_body, refer_to
from mockserver.contract.model_terms import Output
from mockserver.contract.models import Model
from mockserver.contract.tables import AnswerRow, ErrorRow, LinkRow, Parameter
from mockserver.media.artefacts import CONTENT_TYPES, FORMATS

_ANYTHING = "*/*"
_FILES = frozenset(CONTENT_TYPES.values())
_JSON = "application/json"
_V1_BODY = {
    "image": "v1-image-result",
    "video": "v1-media-result",
    "audio": "v1-media-result",
    "3d": "v1-media-result",
    "text": "v1-text-result",
}
_PROVIDER_BODY = {
    "openai": "openai-completion",
    "anthropic": "anthropic-message",
    "gemini": "gemini-response",
}
_EMBEDDING_BODY = {"openai": "openai-embedding", "gemini": "gemini-embedding"}


def render_response(
    catalogue: Catalogue, model: Model | None, answers: list[AnswerRow]
) -> dict[str, Any]:
    """Return what a status means: of those who answer with it, each body that there can be."""
    content: dict[str, Any] = {}
    for answer in answers:
        for media in _select_media(answer, model):
            content[media] = _render_content(catalogue, model, answer, media)
    response = {
        "description": "; ".join(answer.description for answer in answers),
        "headers": {row.name: _render_header(row) for each in answers for row in each.headers},
        "content": content,
        "links": {row.to: _render_link(row) for each in answers for row in each.links},
    }
    return {key: value for key, value in response.items() if value or key == "content"}


def _render_header(row: Parameter) -> dict[str, Any]:
    return {"description": row.description, "required": row.required, "schema": row.schema}


def _render_link(row: LinkRow) -> dict[str, Any]:
    link: dict[str, Any] = {"operationId": row.to, "description": row.description}
    if row.parameters:
        link["parameters"] = row.parameters
    if row.body is not None:
        link["requestBody"] = row.body
    return link


def _select_media(answer: AnswerRow, model: Model | None) -> tuple[str, ...]:
    """Leave out the media types that this model never answers with."""
    if model is None or len(answer.media) == 1:
        return answer.media
    formats = FORMATS.get(model.terms.output.media, ())
    own = {_JSON, *(CONTENT_TYPES[each] for each in formats)}
    return tuple(media for media in answer.media if media in own)


def _render_content(
    catalogue: Catalogue, model: Model | None, answer: AnswerRow, media: str
) -> dict[str, Any]:
    if media == _ANYTHING or media in _FILES:
        return {}
    if media.startswith("text/"):
        return {"schema": {"type": "string"}}
    if answer.errors:
        rows = [catalogue.errors[row] for row in answer.errors]
        examples = {row.id: {"value": _render_refusal(row), "summary": row.when} for row in rows}
        is_console = rows[0].media == "console"
        body = name_body("console-error" if is_console else "error")
        return {"schema": refer_to(body), "examples": examples}
    names = _find_bodies(model, answer)
    schemas = [refer_to(name_body(name)) for name in names]
    examples = {name: {"value": catalogue.schemas[BODY + name]["examples"][0]} for name in names}
    return {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}, "examples": examples}


def _render_refusal(row: ErrorRow) -> dict[str, Any]:
    """Return the envelope of a refusal, its message not filled in."""
    if row.media != "console":
        return {"error": row.message}
    return {"error": row.code, "error_description": row.message, "status_code": row.status}


def _name_own_body(output: Output) -> str:
    """Return the name of the JSON body that a model's own output has on v1."""
    if output.provider:
        return (_PROVIDER_BODY if output.media == "text" else _EMBEDDING_BODY)[output.provider]
    return "transcription" if output.kind == "transcription" else _V1_BODY[output.media]


def _find_bodies(model: Model | None, answer: AnswerRow) -> tuple[str, ...]:
    """Return the names of the bodies with which a success can come."""
    if answer.bodies or model is None:
        return tuple(name.removeprefix(BODY) for name in answer.bodies)
    output = model.terms.output
    own = _name_own_body(output)
    return (own, "v1-base64-result") if model.terms.base64 else (own,)
