"""Where a redirect leads that a case writes: known only once there is a server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from client_tests.cases.model import Effect

_NAMES = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}
"""Two names of this machine: the same server, and two origins for a client."""


def find_other_origin(origin: str) -> str:
    """Return another origin at which the same server is."""
    parts = urlsplit(origin)
    host = _NAMES.get(parts.hostname or "", "localhost")
    return f"{parts.scheme}://{host}:{parts.port}"


def fill_addresses(
    effects: Iterable[Effect], origin: str, download: str | None = None
) -> tuple[Effect, ...]:
    """Return effects with what stands in braces in their headers filled in.

    `{other_origin}` is the server under another name, and `{output}` the path of the file that the
    client is to download.
    """
    filling = {
        "{other_origin}": find_other_origin(origin),
        "{output}": urlsplit(download or "").path,
    }
    return tuple(_fill(effect, filling) for effect in effects)


def _fill(effect: Effect, filling: dict[str, str]) -> Effect:
    headers: dict[str, str] = effect.do.get("headers", {})
    filled = {name: _fill_text(value, filling) for name, value in headers.items()}
    return replace(effect, do={**effect.do, "headers": filled}) if headers else effect


def _fill_text(text: str, filling: dict[str, str]) -> str:
    for brace, filled in filling.items():
        text = text.replace(brace, filled)
    return text
