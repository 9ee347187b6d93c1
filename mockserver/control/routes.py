"""The routes of the gateway, by the names that journal and rules for faults use."""

from __future__ import annotations

from typing import Any

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.tables import RouteRow


def list_routes(catalogue: Catalogue) -> dict[str, Any]:
    """Return every route of contracts/routes.json, in the order of that table."""
    return {"routes": [render_route(row) for row in catalogue.routes]}


def render_route(row: RouteRow) -> dict[str, Any]:
    """Return what is to be known of a route: how it is asked, and what it has to do with jobs."""
    return {
        "name": row.name,
        "methods": row.methods,
        "path": row.path,
        "summary": row.summary,
        "starts_job": row.starts_job,
        "polls_job": row.polls_job,
        "has_model": row.has_model,
        "has_state": row.has_state,
    }
