"""Checking an answer of the emulator against the OpenAPI document that its contracts make.

The document is made by the code under test but read by another library, so it and the answers
must agree with each other and with the schemas in `contracts/`.
"""

from __future__ import annotations

from typing import Any

import msgspec
from jsonschema import Draft202012Validator

from mockserver.contract.catalogue import Catalogue, load_shipped_catalogue
from mockserver.contract.models import Model
from mockserver.contract.openapi import render_openapi

V2_HEADERS = {"x-cost", "x-remaining-credits", "x-request-id", "x-generation-time"}


class _OwnModels:
    """A catalogue with no models but its user's: a document of all that come along is large."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.models = {slug: catalogue.models[slug] for slug in catalogue.models.own}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._catalogue, name)


def _find_described(catalogue: Catalogue, path: str) -> Any:
    """Return what the document is made of in which a path is described."""
    slug = path.rpartition("/")[2]
    is_own = slug in catalogue.models.own
    return _OwnModels(catalogue) if is_own else load_shipped_catalogue()


class Conformity:
    """Says of any answer what is wrong with it; remembers compiled schemas by catalogue."""

    def __init__(self) -> None:
        self._documents: dict[int, tuple[Catalogue, Any]] = {}
        self._validators: dict[tuple[int, str], Draft202012Validator] = {}

    def problems(
        self,
        catalogue: Catalogue,
        *,
        method: str,
        path: str,
        status: int,
        headers: dict[str, str],
        body: bytes,
    ) -> list[str]:
        """Return what breaks the contract; empty when nothing does."""
        found = _header_problems(method, status, headers, body)
        operation = self._operation(catalogue, method, path)
        catalogue = _find_described(catalogue, path)
        if operation is None:
            return found + _stray_problems(method, status, headers, body)
        answer = self._find_answer(catalogue, operation, str(status))
        if answer is None:
            is_triggered = b"because the prompt asked for it" in body
            return found if is_triggered else [*found, f"{status} is not among the answers"]
        media = headers["content-type"].partition(";")[0]
        content = answer["content"].get(media, answer["content"].get("*/*"))
        if content is None:
            return [*found, f"{headers['content-type']} is not a media type of this answer"]
        if "json" in headers["content-type"] and content:
            found += self._schema_problems(catalogue, content["schema"], body)
        if status == 200 and operation["operationId"].startswith("sync"):
            found += [f"{name} is missing" for name in V2_HEADERS - set(headers)]
        return found

    def _operation(self, catalogue: Catalogue, method: str, path: str) -> Any:
        paths = self._document(_find_described(catalogue, path))["paths"]
        template = path = path.partition("?")[0]
        match path.split("/"):
            case ["", "v1" | "v2" as version, slug] if method == "POST" and slug:
                template = f"/{version}/{_find_listed(catalogue, slug)}"
            case _ if path not in paths:
                template = _find_template(paths, path)
        is_file = path.startswith(("/outputs/", "/assets/"))
        verb = "get" if method == "HEAD" and is_file else method.lower()
        return paths.get(template, {}).get(verb)

    def _find_answer(self, catalogue: Catalogue, operation: Any, status: str) -> Any:
        """Return how an operation answers with a status: of a model, what many share."""
        answer = operation["responses"].get(status)
        if answer is None or "$ref" not in answer:
            return answer
        name = answer["$ref"].rpartition("/")[2]
        return self._document(catalogue)["components"]["responses"][name]

    def _document(self, catalogue: Catalogue) -> Any:
        # Those that differ in what becomes of unknown models alone have the same schemas.
        key = id(catalogue.schemas)
        if key not in self._documents:
            self._documents[key] = (catalogue, render_openapi(catalogue))
        return self._documents[key][1]

    def _schema_problems(self, catalogue: Catalogue, schema: Any, body: bytes) -> list[str]:
        key = (id(catalogue.schemas), str(schema))
        if key not in self._validators:
            root = {**schema, "components": self._document(catalogue)["components"]}
            self._validators[key] = Draft202012Validator(root)
        instance = msgspec.json.decode(body)
        return [error.message for error in self._validators[key].iter_errors(instance)]


def _find_listed(catalogue: Catalogue, slug: str) -> str:
    """Return a slug of the document whose model answers as this one: a fine-tune is not there."""
    models = catalogue.models
    model = models.get(slug)
    if model is None:
        return "ideogram-3"
    if model.terms.level != "unknown":
        return slug
    wanted = _describe_answers(model)
    return next(each.slug for each in models.values() if _describe_answers(each) == wanted)


def _describe_answers(model: Model) -> tuple[str | None, ...]:
    output = model.terms.output
    return (model.terms.v1_returns, output.media, output.provider, output.kind)


def _find_template(paths: Any, path: str) -> str:
    """Return the path of the document that this is; the one that says most, if several fit."""
    given = path.split("/")
    fitting = [
        template
        for template in paths
        if len(parts := template.split("/")) == len(given)
        and all(
            part == has or (part[:1] == "{" and has) for part, has in zip(parts, given, strict=True)
        )
    ]
    return min(fitting, key=lambda template: template.count("{"), default=path)


def _header_problems(method: str, status: int, headers: dict[str, str], body: bytes) -> list[str]:
    found = [f"{name} is missing" for name in ("content-type", "date") if name not in headers]
    if method != "HEAD" and headers.get("content-length") != str(len(body)):
        found.append("content-length is not the body's length")
    if status == 429 and ("x-rate-limit-reset-at-utc" not in headers or "retry-after" in headers):
        found.append("a 429 says when the window ends, and nothing else")
    return found


def _stray_problems(method: str, status: int, headers: dict[str, str], body: bytes) -> list[str]:
    """Check what is no operation: a wrong verb is an HTML page, a wrong path the envelope."""
    if status == 405:
        return [] if headers["content-type"].startswith("text/html") else ["a 405 is HTML"]
    if status != 404:
        return [f"{method} on an unknown path is {status}"]
    envelope = msgspec.json.decode(body)
    return [] if set(envelope) == {"error"} and envelope["error"] else ["no error envelope"]
