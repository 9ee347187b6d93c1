"""What a request asks of the gateway, by its route and verb."""

from __future__ import annotations

from mockserver.contract.routing import Route
from mockserver.facts.observed import Observed

_VERSIONS = ("/v1/", "/v2/")


def is_gateways(route: Route) -> bool:
    """Tell whether a route is of the gateway itself.

    The other namespaces of the SDK may be at other hosts (R7).
    """
    return route.path.startswith(_VERSIONS)


def has_envelope(route: Route) -> bool:
    """Tell whether a route refuses in the gateway's envelope, not in the console's (N20)."""
    is_job = route.starts_job or route.polls_job
    return is_gateways(route) or is_job or route.name == "files-upload"


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
    return exchange.route.key and has_envelope(exchange.route) and is_call(exchange)
