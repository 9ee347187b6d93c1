"""Checking an answer of the emulator against the OpenAPI document that its contracts make.

The document is made by the code under test but read by other libraries, so it and the answers
must agree with each other and with the schemas in `contracts/`.
"""

from __future__ import annotations

from typing import Any

import msgspec
from jsonschema import Draft202012Validator
from jsonschema_rs import Draft202012Validator as FastValidator

from mockserver.contract.catalogue import Catalogue, load_shipped_catalogue
from mockserver.contract.models import Model
from mockserver.contract.openapi import render_openapi

V2_HEADERS = {"x-cost", "x-remaining-credits", "x-request-id", "x-generation-time"}
JUDGED_TWICE = 5
"""Of how many bodies of one schema both libraries are asked, before the fast one judges alone."""


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


class _Judge:
    """Says what is wrong with bodies of one schema."""

    def __init__(self, schema: Any, components: Any) -> None:
        root = {**schema, "components": components}
        self._explaining, self._fast = Draft202012Validator(root), FastValidator(root)
        self._judged = 0

    def problems(self, body: Any) -> list[str]:
        """Return what breaks the schema, as `jsonschema` says it."""
        is_right = self._fast.is_valid(body)
        if is_right and self._judged >= JUDGED_TWICE:
            return []
        self._judged += 1
        found = [error.message for error in self._explaining.iter_errors(body)]
        return found or ([] if is_right else ["jsonschema-rs refuses it, and jsonschema does not"])


class _Described:
    """The OpenAPI document of a catalogue, which it keeps, and judges of the schemas in it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        document = render_openapi(catalogue)
        self.paths, self._components = document["paths"], document["components"]
        self._templates = [(path, path.split("/")) for path in self.paths if "{" in path]
        self._judges: dict[int, _Judge] = {}

    def find_template(self, path: str) -> str:
        """Return the path with braces that this is; the one that says most, if several fit."""
        given = path.split("/")
        fitting = [
            template
            for template, parts in self._templates
            if len(parts) == len(given)
            and all(
                part == has or (part[:1] == "{" and has)
                for part, has in zip(parts, given, strict=True)
            )
        ]
        return min(fitting, key=lambda template: template.count("{"), default=path)

    def find_answer(self, operation: Any, status: str) -> Any:
        """Return how an operation answers with a status: of a model, what many share."""
        answer = operation["responses"].get(status)
        if answer is None or "$ref" not in answer:
            return answer
        return self._components["responses"][answer["$ref"].rpartition("/")[2]]

    def judge(self, schema: Any) -> _Judge:
        """Return the judge of a schema of the document, made once."""
        if id(schema) not in self._judges:
            self._judges[id(schema)] = _Judge(schema, self._components)
        return self._judges[id(schema)]


class Conformity:
    """Says of any answer what is wrong with it; remembers documents by catalogue."""

    def __init__(self) -> None:
        self._documents: dict[int, _Described] = {}

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
        described = self._document(_find_described(catalogue, path))
        operation = _find_operation(described, catalogue, method, path)
        if operation is None:
            return found + _stray_problems(method, status, headers, body)
        answer = described.find_answer(operation, str(status))
        if answer is None:
            is_triggered = b"because the prompt asked for it" in body
            return found if is_triggered else [*found, f"{status} is not among the answers"]
        media = headers["content-type"].partition(";")[0]
        content = answer["content"].get(media, answer["content"].get("*/*"))
        if content is None:
            return [*found, f"{headers['content-type']} is not a media type of this answer"]
        if "json" in headers["content-type"] and content:
            found += described.judge(content["schema"]).problems(msgspec.json.decode(body))
        if status == 200 and operation["operationId"].startswith("sync"):
            found += [f"{name} is missing" for name in V2_HEADERS - set(headers)]
        return found

    def _document(self, catalogue: Catalogue) -> _Described:
        # Those that differ in what becomes of unknown models alone have the same schemas.
        key = id(catalogue.schemas)
        if key not in self._documents:
            self._documents[key] = _Described(catalogue)
        return self._documents[key]


def _find_operation(described: _Described, catalogue: Catalogue, method: str, path: str) -> Any:
    template = path = path.partition("?")[0]
    match path.split("/"):
        case ["", "v1" | "v2" as version, slug] if method == "POST" and slug:
            template = f"/{version}/{_find_listed(catalogue, slug)}"
        case _ if path not in described.paths:
            template = described.find_template(path)
    is_file = path.startswith(("/outputs/", "/assets/"))
    verb = "get" if method == "HEAD" and is_file else method.lower()
    return described.paths.get(template, {}).get(verb)


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
