"""What mutants have in common that change the parameters."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from client_tests.clients.gateway_http import Json
from client_tests.clients.reference import Reference

PARAMS, PARAMS_V1 = "property/params-arrive", "property/params-arrive-v1"


class Altering(Reference):
    """Sends what `alter` makes of the parameters."""

    def post(self, url: str, params: Json) -> httpx.Response:
        return super().post(url, self.alter(params))

    def alter(self, params: Json) -> Any:
        """Return what is sent in place of the parameters."""
        raise NotImplementedError


def each(change: Callable[[Any], Any], value: Any) -> Any:
    """Return a value in which every string, number, boolean and null has been changed."""
    if isinstance(value, dict):
        return {name: each(change, item) for name, item in value.items()}
    if isinstance(value, list):
        return [each(change, item) for item in value]
    return change(value)


def text(change: Callable[[str], str], value: Any) -> Any:
    """Return a value in which every string has been changed."""
    return each(lambda item: change(item) if isinstance(item, str) else item, value)
