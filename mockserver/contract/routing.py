"""Which route a path belongs to; contracts/routes.json is the table for readers."""

from __future__ import annotations

from typing import Literal, TypeAlias

RouteName: TypeAlias = Literal[
    "sync",
    "submit",
    "status",
    "result",
    "poll",
    "credits",
    "output",
    "files-upload",
    "asset",
    "dataset",
    "webhooks-get",
    "webhooks-add",
    "webhooks-update",
    "webhooks-delete",
    "webhooks-logs",
    "pixelflows-run",
    "pixelflows-poll",
    "models-list",
    "generations-recent",
    "generations-list",
    "generations-history",
    "generations-get",
    "accounts-current",
    "finetune-submit",
    "finetune-details",
    "finetune-list",
    "finetune-upload",
    "finetune-access",
    "finetune-download",
    "preflight",
    "unknown",
]
"""What an exchange is about; a preflight (C1) can be about any path."""

METHODS: dict[RouteName, tuple[str, ...]] = {
    "sync": ("POST",),
    "submit": ("POST",),
    "status": ("GET",),
    "result": ("GET",),
    "poll": ("GET",),
    "credits": ("GET",),
    "output": ("GET", "HEAD"),
    "files-upload": ("POST",),
    "asset": ("GET", "HEAD"),
    "dataset": ("PUT", "GET", "HEAD"),
    "webhooks-get": ("GET",),
    "webhooks-add": ("POST",),
    "webhooks-update": ("POST",),
    "webhooks-delete": ("GET",),
    "webhooks-logs": ("GET",),
    "pixelflows-run": ("POST",),
    "pixelflows-poll": ("GET",),
    "models-list": ("GET",),
    "generations-recent": ("GET",),
    "generations-list": ("GET",),
    "generations-history": ("GET",),
    "generations-get": ("GET",),
    "accounts-current": ("GET",),
    "finetune-submit": ("POST",),
    "finetune-details": ("GET",),
    "finetune-list": ("GET",),
    "finetune-upload": ("GET",),
    "finetune-access": ("PUT",),
    "finetune-download": ("GET",),
    "unknown": (),
}

BEARER_ROUTES: set[RouteName] = {"pixelflows-run", "pixelflows-poll"}
"""Where a key may come as Authorization: Bearer, too (A4)."""

_CONSOLE: dict[str, RouteName] = {
    "/upload-asset": "files-upload",
    "/webhook/get": "webhooks-get",
    "/webhook/add": "webhooks-add",
    "/webhook/update": "webhooks-update",
    "/webhook/inactive": "webhooks-delete",
    "/webhook/dispatch-logs": "webhooks-logs",
    "/inference-model-information/list": "models-list",
    "/inference-request/recent-generations": "generations-recent",
    "/inference-request/generations": "generations-list",
    "/inference-request/request-history": "generations-history",
    "/api/auth/authenticate": "accounts-current",
    "/finetune/request/submit": "finetune-submit",
    "/finetune/request/details": "finetune-details",
    "/finetune/request/list": "finetune-list",
    "/finetune/request/upload/pre-signed-url": "finetune-upload",
    "/finetune/request/access-update": "finetune-access",
    "/finetune/request/file/download": "finetune-download",
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
        case _:
            return _find_console(path)
    return (route, subject) if subject else ("unknown", "")


def _find_console(path: str) -> tuple[RouteName, str]:
    """Return the same for the paths of the SDK's other namespaces (N1 to N19)."""
    route: RouteName = "unknown"
    subject = ""
    match path.split("/"):
        case ["", "assets", subject]:
            route = "asset"
        case ["", "assets", "datasets", subject]:
            route = "dataset"
        case ["", "workflows", subject]:
            route = "pixelflows-run"
        case ["", "workflows", "request", subject]:
            route = "pixelflows-poll"
        case ["", "inference-request", "request-history", subject]:
            route = "generations-get"
        case _:
            return _CONSOLE.get(path, "unknown"), ""
    return (route, subject) if subject else ("unknown", "")
