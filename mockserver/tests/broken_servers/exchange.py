"""What a changed server is asked and answers, as values that a defect can change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from mockserver.contract.routing import Route, find


@dataclass(frozen=True)
class Asked:
    """A request, whole; header names are in lower case."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    query: str = ""
    body: bytes = b""

    @property
    def route(self) -> Route:
        """The route of the data plane that it is for."""
        return find(self.path)[0]

    @property
    def subject(self) -> str:
        """The slug, id or file in its path."""
        return find(self.path)[1]

    @property
    def key(self) -> str:
        """What it has in x-api-key; empty without."""
        return self.find_header("x-api-key") or ""

    @property
    def params(self) -> dict[str, Any]:
        """The parameters in its body; empty where that is no JSON object."""
        found = parse(self.body)
        return found if isinstance(found, dict) else {}

    def find_header(self, name: str) -> str | None:
        """Return the first header by this name."""
        return next((value for each, value in self.headers if each == name), None)

    def with_header(self, name: str, value: str) -> Asked:
        """Return it with a header in place of those by this name."""
        kept = tuple(each for each in self.headers if each[0] != name)
        return replace(self, headers=(*kept, (name, value)))


@dataclass(frozen=True)
class Answer:
    """An answer, whole; the length of its body is told when it is sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    is_chunked: bool = False

    @property
    def document(self) -> Any:
        """The JSON value that its body is; None where it is none."""
        return parse(self.body)

    @property
    def members(self) -> dict[str, Any]:
        """The members of its body; empty where that is no JSON object."""
        found = self.document
        return found if isinstance(found, dict) else {}

    def find_header(self, name: str) -> str | None:
        """Return the first header by this name."""
        return next((value for each, value in self.headers if each.lower() == name), None)

    def with_header(self, name: str, value: str) -> Answer:
        """Return it with a header in place of those by this name."""
        return replace(self, headers=(*self.without_headers(name).headers, (name, value)))

    def without_headers(self, *names: str) -> Answer:
        """Return it without the headers by these names."""
        kept = tuple(each for each in self.headers if each[0].lower() not in names)
        return replace(self, headers=kept)

    def rename_header(self, name: str, other: str) -> Answer:
        """Return it with a header under another name."""
        headers = tuple((other if each == name else each, value) for each, value in self.headers)
        return replace(self, headers=headers)

    def with_document(self, document: Any, status: int | None = None) -> Answer:
        """Return it with a JSON value for a body, and perhaps another status."""
        changed = self.with_header("content-type", "application/json")
        body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        return replace(changed, status=status or self.status, body=body)

    def with_members(self, **members: Any) -> Answer:
        """Return it with these members changed or added."""
        return self.with_document(self.members | members)

    def without_members(self, *names: str) -> Answer:
        """Return it without these members."""
        return self.with_document({k: v for k, v in self.members.items() if k not in names})

    def with_metrics(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
        """Return it with its metrics changed, if it has any."""
        metrics = self.members.get("metrics")
        return self.with_members(metrics=change(dict(metrics))) if metrics else self


def parse(body: bytes) -> Any:
    """Return the JSON value that a body is; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, UnicodeDecodeError):
        return None


def error(status: int, words: str) -> Answer:
    """Return an error in the gateway's envelope."""
    return Answer(status, ()).with_document({"error": words})
