"""Whether a server can serve: asked once, or again and again until it can."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

from mockserver.base.errors import EmulatorError
from mockserver.handles.control_client import (
    HttpControlClient,
    UntrustedServerError,
    make_stranger_error,
)

_PATH = "/_mock/health"
_PATIENCE_S = 5.0
"""A server that can serve says so in milliseconds."""

_SHORTEST_S, _LONGEST_S = 0.05, 0.5
"""Pauses between two questions; each is twice as long as the one before."""

_MOST_BYTES = 65_536


def read_health(client: HttpControlClient, timeout_s: float = _PATIENCE_S) -> dict[str, Any]:
    """Ask a server once whether it can serve; it needs no token for that.

    Returns:
        `status`, which is `ok`, and `version`; with the admin token what it holds, too.

    Raises:
        EmulatorError: nobody answers, or something else than segmock.
    """
    try:
        with client.open(_PATH, timeout_s) as response:
            status, body = response.status, response.read(_MOST_BYTES)
    except (OSError, HTTPException, ValueError) as error:
        raise client.explain(error) from None
    try:
        health = json.loads(body)
    except ValueError:
        health = None
    if not isinstance(health, dict) or health.get("status") != "ok":
        raise make_stranger_error(status, body)
    return health


def wait_for_health(
    client: HttpControlClient, wait_s: float, check: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Ask a server until it can serve, and do nothing between two questions.

    Args:
        client: Calls the control plane of the server.
        wait_s: After so many real seconds it is given up; 0 asks once.
        check: Is called after each question without an answer; what it raises ends the waiting.

    Returns:
        What `read_health` does.

    Raises:
        EmulatorError: it could not serve by then, and why not when it was last asked; or its
            certificate is of an authority that nobody trusts here, which no waiting heals.
    """
    try:
        return read_health(client, min(_PATIENCE_S, wait_s or _PATIENCE_S))
    except UntrustedServerError:
        raise
    except EmulatorError as error:
        if not wait_s:
            raise
        check()
        return _ask_again(client, wait_s, check, error)


def _ask_again(
    client: HttpControlClient, wait_s: float, check: Callable[[], None], last: EmulatorError
) -> dict[str, Any]:
    """Ask until the time is up; then raise what came of the last question."""
    from mockserver.edges.realtime import pause_s, read_monotonic_s

    end_s = read_monotonic_s() + wait_s
    pause = _SHORTEST_S
    while (left := end_s - read_monotonic_s()) > 0:
        pause_s(min(pause, left))
        pause = min(2 * pause, _LONGEST_S)
        try:
            return read_health(client, max(min(_PATIENCE_S, left), _SHORTEST_S))
        except UntrustedServerError:
            raise
        except EmulatorError as error:
            last = error
        check()
    raise last
