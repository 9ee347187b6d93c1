"""What a request asks of the gateway, by its route and verb."""

from __future__ import annotations

from mockserver.facts.observed import Observed

_OTHERS_WITH_A_KEY = {"credits", "files-upload"}

GATEWAY = frozenset({"sync", "submit", "status", "result", "poll", "credits"})
"""The routes of the gateway's own host; the SDK's other namespaces may be at other hosts (R7)."""


def is_call(exchange: Observed) -> bool:
    """Tell whether a request is one that its route takes, as its verb says."""
    return exchange.method in exchange.route.methods


def is_submit(exchange: Observed) -> bool:
    """Tell whether a request queues a run of a model."""
    return exchange.route.name == "submit" and is_call(exchange)


def is_blocking(exchange: Observed) -> bool:
    """Tell whether a request runs a model and waits for it."""
    return exchange.route.name == "sync" and is_call(exchange)


def is_poll(exchange: Observed) -> bool:
    """Tell whether a request asks for the state of a run of a model, on whichever route."""
    return exchange.route.has_state and is_call(exchange)


def needs_key(exchange: Observed) -> bool:
    """Tell whether a request goes where a key must be sent, and refusals are the gateway's own.

    The console, which the other namespaces of the SDK speak to, refuses in another manner (N20).
    """
    route = exchange.route
    is_ordinary = route.starts_job or route.polls_job or route.name in _OTHERS_WITH_A_KEY
    return is_ordinary and is_call(exchange)
