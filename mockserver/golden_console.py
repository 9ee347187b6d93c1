"""The golden exchanges of the SDK's other namespaces, each a short story of one account."""

from __future__ import annotations

from typing import Any, Protocol

DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)
REVOKED, NOBODY = "SG_0000000000000401", "0" * 32
HOOK = {"webhook_url": "https://example.com/hook", "event": {"types": ["NODE_RUN", "GRAPH_RUN"]}}
FORM = {"content-type": "application/x-www-form-urlencoded"}
HISTORY, TUNES = "/inference-request/request-history", "/finetune/request"


class Stage(Protocol):
    """What a story is played on: a `Scene` of mockserver/golden.py."""

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = ...,
        headers: dict[str, str] | None = None,
    ) -> tuple[Any, Any]:
        """Send one request and return it with its answer."""

    def keep(self, name: str, exchange: tuple[Any, Any]) -> Any:
        """Record an exchange under a name and return the response's body."""

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""


def files_scene(scene: Stage) -> None:
    """Play an upload, and what is wrong with others."""
    path = "/upload-asset"
    uploaded = scene.keep("files/upload", scene.ask("POST", path, {"data_urls": [DOT]}))
    file = "/" + uploaded["file_urls"][0].split("/", 3)[3]
    scene.keep("files/asset", scene.ask("GET", file, key=None))
    wrong = {"data_urls": ["https://example.com/a.png"]}
    scene.keep("files/error-400", scene.ask("POST", path, wrong))
    scene.keep("files/error-401", scene.ask("POST", path, {"data_urls": [DOT]}, key=None))
    scene.keep("files/error-404", scene.ask("GET", f"/assets/{NOBODY}.png", key=None))


def webhooks_scene(scene: Stage) -> None:
    """Play the life of a webhook."""
    added = scene.keep("webhooks/add", scene.ask("POST", "/webhook/add", HOOK))
    webhook_id = added["webhook_id"]
    changed = {**HOOK, "webhook_id": webhook_id, "event": {"types": ["GRAPH_RUN"]}}
    scene.keep("webhooks/update", scene.ask("POST", "/webhook/update", changed))
    scene.keep("webhooks/get", scene.ask("GET", "/webhook/get"))
    logs = scene.ask("GET", f"/webhook/dispatch-logs?webhook_id={webhook_id}")
    scene.keep("webhooks/logs", logs)
    inactive = scene.ask("GET", f"/webhook/inactive?webhook_id={webhook_id}")
    scene.keep("webhooks/delete", inactive)
    odd = {**HOOK, "event": {"types": ["NOTHING"]}}
    scene.keep("webhooks/error-400", scene.ask("POST", "/webhook/add", odd))
    scene.keep("webhooks/error-401", scene.ask("GET", "/webhook/get", key=REVOKED))
    unknown = scene.ask("GET", f"/webhook/dispatch-logs?webhook_id={NOBODY}")
    scene.keep("webhooks/error-404", unknown)


def pixelflows_scene(scene: Stage) -> None:
    """Play a workflow's run that completes, and one that fails; then who asks what was run."""
    flow = "/workflows/65f0c0ffee-v1"
    inputs = {"prompt": "A paper boat in a puddle"}
    run = scene.keep("pixelflows/submit", scene.ask("POST", flow, inputs))
    failing = scene.ask("POST", flow, {"prompt": "mock:fail=The worker ran out of memory."})
    poll = f"/workflows/request/{run['request_id']}"
    scene.keep("pixelflows/queued", scene.ask("GET", poll))
    scene.advance(0.5)
    scene.keep("pixelflows/processing", scene.ask("GET", poll))
    scene.advance(5)
    scene.keep("pixelflows/completed", scene.ask("GET", poll))
    failed = f"/workflows/request/{failing[1]['body']['request_id']}"
    scene.keep("pixelflows/failed", scene.ask("GET", failed))
    scene.keep("pixelflows/error-404", scene.ask("GET", f"/workflows/request/{NOBODY}"))
    for name, path in (
        ("list", "/inference-request/generations"),
        ("recent", "/inference-request/recent-generations?model_name=65f0c0ffee-v1"),
        ("history", HISTORY),
        ("get", f"{HISTORY}/{run['request_id']}"),
        ("error-400", f"{HISTORY}?per_page=101"),
        ("error-403", f"{HISTORY}?user_email=somebody@example.com"),
        ("error-404", f"{HISTORY}/{NOBODY}"),
    ):
        scene.keep(f"generations/{name}", scene.ask("GET", path))


def finetune_scene(scene: Stage) -> None:
    """Play what is left of fine-tuning, and ask who is calling."""
    scene.keep("accounts/current", scene.ask("GET", "/api/auth/authenticate"))
    scene.keep("accounts/error-401", scene.ask("GET", "/api/auth/authenticate", key=None))
    scene.keep("finetune/submit", scene.ask("POST", f"{TUNES}/submit", {"name": "flux-job-1"}))
    [tune] = scene.keep("finetune/list", scene.ask("GET", f"{TUNES}/list"))
    wanted = {"request_id": tune["finetune_id"]}
    scene.keep("finetune/details", scene.ask("GET", f"{TUNES}/details", wanted))
    place = scene.ask("GET", f"{TUNES}/upload/pre-signed-url", {"name": "dataset.zip"})
    scene.keep("finetune/upload-presigned-url", place)
    access = f"request_id={tune['finetune_id']}&segmind_public=True".encode()
    changed = scene.ask("PUT", f"{TUNES}/access-update", access, headers=FORM)
    scene.keep("finetune/access-update", changed)
    stored = f"cloud_storage_url={tune['cloud_storage_url']}".encode()
    file = scene.ask("GET", f"{TUNES}/file/download", stored, headers=FORM)
    scene.keep("finetune/file-download", file)
    unknown = scene.ask("GET", f"{TUNES}/details", {"request_id": NOBODY})
    scene.keep("finetune/error-404", unknown)


PLAYS = (files_scene, webhooks_scene, pixelflows_scene, finetune_scene)
