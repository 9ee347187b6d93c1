"""Which route a path belongs to (R1 to R6); contracts/routes.json is the table for readers."""

from __future__ import annotations

from typing import Literal, TypeAlias

RouteName: TypeAlias = Literal[
    "sync", "submit", "status", "result", "poll", "credits", "output", "unknown"
]

METHODS: dict[RouteName, tuple[str, ...]] = {
    "sync": ("POST",),
    "submit": ("POST",),
    "status": ("GET",),
    "result": ("GET",),
    "poll": ("GET",),
    "credits": ("GET",),
    "output": ("GET", "HEAD"),
    "unknown": (),
}


def find(path: str) -> tuple[RouteName, str]:
    """Return the route of a path and the part of it that varies: slug, request id or file."""
    route: RouteName = "unknown"
    subject = ""
    match path.split("/"):
        case ["", "v2", "requests", subject, "status"]:
            route = "status"
        case ["", "v2", "requests", subject]:
            route = "result"
        case ["", "v1", "requests", subject]:
            route = "poll"
        case ["", "v1", "get-user-credits"]:
            return "credits", ""
        case ["", "v2", subject]:
            route = "submit"
        case ["", "v1", subject]:
            route = "sync"
        case ["", "outputs", subject]:
            route = "output"
    return (route, subject) if subject else ("unknown", "")
