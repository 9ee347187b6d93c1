"""An OpenAPI document, 3.0 or 3.1: every path that takes an object is a model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mockserver.importing.assumptions import Assumption
from mockserver.importing.component_references import follow_reference, inline_references
from mockserver.importing.drafts import SLUG, Draft
from mockserver.importing.errors import SourceError
from mockserver.importing.model_lists import check_parameters

_RUN = re.compile(r"/v[12]/(?P<slug>[^/{}]+)$")
_LAST = re.compile(r"/(?P<slug>[^/{}]+)/?$")
_MEDIA = ("image", "video", "audio")
_NOT_OF_REQUESTS = ("title", "description", "example", "examples", "xml", "externalDocs")


def parse_openapi(document: dict[str, Any]) -> list[Draft]:
    """Read every model of a document: `POST /v1/SLUG` and `/v2/SLUG`, else every POST of an object.

    Raises:
        SourceError: it is another version, has no such path, or a schema of it cannot be used.
    """
    version = document.get("openapi")
    if not str(version).startswith(("3.0", "3.1")):
        raise SourceError(f"$.openapi: {version!r:.40} came; version 3.0 or 3.1 was expected")
    paths = document.get("paths")
    if not isinstance(paths, dict):
        raise SourceError("$.paths: an object with paths was expected")
    drafts = _gather(document, paths, _RUN) or _gather(document, paths, _LAST)
    if not drafts:
        raise SourceError("$.paths: there is no POST that takes a JSON object, which a model would")
    return list(drafts.values())


def _gather(
    document: dict[str, Any], paths: dict[str, Any], form: re.Pattern[str]
) -> dict[str, Draft]:
    """Return a draft for each slug; what the path of v1 says counts, if there is one."""
    drafts: dict[str, Draft] = {}
    for path in sorted(map(str, paths)):
        found = form.search(path)
        if found and SLUG.fullmatch(found["slug"]) and found["slug"] not in drafts:
            for draft in _parse_path(document, path, paths.get(path), found["slug"]):
                drafts[draft.slug] = draft
    return drafts


def _parse_path(document: dict[str, Any], path: str, item: Any, slug: str) -> Iterator[Draft]:
    operation = _find(item, "post")
    content = _find(follow_reference(_find(operation, "requestBody"), document), "content")
    media = _find(content, "application/json")
    schema = inline_references(_find(media, "schema"), document)
    if not isinstance(operation, dict) or not isinstance(schema, dict) or not _is_object(schema):
        return
    place = f"$.paths['{path}'].post.requestBody"
    parameters = {
        key: value
        for key, value in check_parameters(schema, place).items()
        if key not in _NOT_OF_REQUESTS
    }
    title = _text(schema.get("title")) or _text(operation.get("summary")) or slug
    description = _text(schema.get("description")) or _text(operation.get("description"))
    v1_returns = _find_v1(operation, document) if path.startswith("/v1/") else None
    yield Draft(
        slug=slug,
        title=title,
        description=description,
        v1_returns=v1_returns,
        schema=parameters,
        samples=list(_find_samples(media, schema)),
        is_whole=True,
        assumptions=[Assumption("parameters", f"those of POST {path}")],
    )


def _find(node: Any, key: str) -> Any:
    return node.get(key) if isinstance(node, dict) else None


def _text(value: Any) -> str:
    return value.partition("\n\n")[0] if isinstance(value, str) else ""


def _is_object(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "object" or isinstance(schema.get("properties"), dict)


def _find_v1(operation: dict[str, Any], document: dict[str, Any]) -> str | None:
    """Return what v1 returns, by the media types of its success; None if that is not one thing."""
    success = follow_reference(_find(_find(operation, "responses"), "200"), document)
    content = _find(success, "content")
    names = content if isinstance(content, dict) else {}
    kinds = {str(name).partition("/")[0] for name in names}
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    return kind if kind in _MEDIA else "json"


def _find_samples(media: Any, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    named = _find(media, "examples")
    rows = named.values() if isinstance(named, dict) else ()
    listed = schema.get("examples")
    found = [
        *(_find(row, "value") for row in rows),
        *(listed if isinstance(listed, list) else ()),
        _find(media, "example"),
        schema.get("example"),
    ]
    return (each for each in found if isinstance(each, dict))
