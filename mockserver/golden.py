"""Making the golden exchanges of `fixtures/` from the emulator, under a frozen clock and seed 0.

One `Scene` is one account's story; what it records is compared in the tests, so that a change of
behaviour shows in review. `golden_files` compares and writes them.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from mockserver import golden_console
from mockserver.contract.models import Model
from mockserver.core.accounts import AccountSettings
from mockserver.core.bodies import encode
from mockserver.core.clock import HOUR, MINUTE, SECOND
from mockserver.core.clock_changes import ClockChange
from mockserver.core.wire import Request, Respond
from mockserver.emulator import Emulator

HOST = "127.0.0.1:8765"
KEY = "SG_00112233aabbccdd"
REVOKED, BROKEN = "SG_0000000000000401", "SG_0000000000000500"
UNREACHABLE, DENIED, POOR = "SG_0000000000000502", "SG_0000000000000403", "SG_0000000000000406"
UNKNOWN_ID = "0123456789abcdef0123456789abcdef"
JSON = "application/json"
MADE_BY = "segmock fixtures write"
MASKED = "file_size"
"""What depends on the imaging library's version; comparisons leave it out."""
SMALL = {"img_width": 256, "img_height": 256}
"""A size for pictures inside JSON, so that the file stays short."""

Golden = dict[str, Any]


class Scene:
    """A fresh emulator, and the exchanges it was seen to make."""

    def __init__(self, **settings: Any) -> None:
        self.emulator = Emulator(clock="frozen", seed=0, explain=True, **settings)
        self.recorded: dict[str, Golden] = {}

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = KEY,
        headers: dict[str, str] | None = None,
    ) -> tuple[Golden, Golden]:
        """Send one request and return it with its answer, as a file has them."""
        sent = {"host": HOST}
        if key:
            sent["x-api-key"] = key
        if body is not None:
            sent["content-type"] = JSON
        sent.update(headers or {})
        raw = body if isinstance(body, bytes) else b"" if body is None else encode(body)
        plain_path, _, query = path.partition("?")
        outcome = self.emulator.gateway.handle(
            Request(
                method=method,
                path=plain_path,
                query=query,
                headers={name.encode(): value.encode() for name, value in sent.items()},
                body=raw,
                oversized=len(raw) > self.emulator.settings.max_body_mib * 1024 * 1024,
            )
        )
        if not isinstance(outcome, Respond):
            raise TypeError("a frozen clock never waits")
        shown = {"method": method, "path": path, "headers": sent, "body": _shown_request(body)}
        return shown, _shown_response(outcome)

    def keep(self, name: str, exchange: tuple[Golden, Golden]) -> Golden:
        """Record an exchange under a name and return the response's body."""
        request, response = exchange
        facts = response["headers"].pop("x-mock-behaviour").split(",")
        self.recorded[name] = {
            "name": name,
            "provenance": {
                "made_by": MADE_BY,
                "clock": "frozen",
                "seed": 0,
                "facts": facts,
            },
            "request": request,
            "response": response,
        }
        body: Golden = response["body"]
        return body

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.emulator.control.change_clock(ClockChange(advance_s=seconds))


def golden_exchanges() -> dict[str, Golden]:
    """Return every golden exchange, by name."""
    scene = Scene()
    _account_scene(scene)
    models = list(scene.emulator.catalogue.models.values())
    recorded = dict(scene.recorded)
    for model in models:
        recorded |= _model_scenes(model)
    scene = Scene(credits_status="split")
    _empty_wallet(scene, scene.emulator.catalogue.models["ideogram-3"])
    recorded |= scene.recorded
    for play in golden_console.PLAYS:
        scene = Scene()
        play(scene)
        recorded |= scene.recorded
    return recorded


def _account_scene(scene: Scene) -> None:
    scene.keep("account/credits", scene.ask("GET", "/v1/get-user-credits"))
    scene.emulator.control.put_account(KEY, AccountSettings(credits=None))
    scene.keep("account/error-404-no-record", scene.ask("GET", "/v1/get-user-credits"))
    scene.keep("account/error-404-unknown-route", scene.ask("GET", "/v3/anything"))


def _empty_wallet(scene: Scene, model: Model) -> None:
    """Play an empty wallet on v2 where each version has a status of its own (E3c)."""
    exchange = scene.ask("POST", f"/v2/{model.slug}", _example(model), key=POOR)
    scene.keep("account/error-402-credits", exchange)


def _model_scenes(model: Model) -> dict[str, Golden]:
    recorded: dict[str, Golden] = {}
    for play in (_success, _failures, _blocking, _refused_values, _refused_accounts, _limits):
        scene = Scene()
        play(scene, model)
        recorded |= scene.recorded
    return recorded | _retirement(model)


def _success(scene: Scene, model: Model) -> None:
    """Play a job from its submission to its expiry."""
    slug, seconds = model.slug, model.seconds_of(_example(model), 20.0)
    submitted = scene.keep(f"{slug}/submit", scene.ask("POST", f"/v2/{slug}", _example(model)))
    result = f"/v2/requests/{submitted['request_id']}"
    scene.keep(f"{slug}/queued", scene.ask("GET", f"{result}/status"))
    scene.advance(seconds / 2)
    scene.keep(f"{slug}/processing", scene.ask("GET", f"{result}/status"))
    scene.keep(f"{slug}/processing-result", scene.ask("GET", result))
    scene.advance(seconds / 2)
    scene.keep(f"{slug}/completed-status", scene.ask("GET", f"{result}/status"))
    body = scene.keep(f"{slug}/completed", scene.ask("GET", result))
    poll = f"/v1/requests/{submitted['request_id']}"
    scene.keep(f"{slug}/completed-poll", scene.ask("GET", poll))
    if model.terms.output.media != "text":
        output = "/" + body["output"].split("/", 3)[3]
        scene.keep(f"{slug}/output", scene.ask("GET", output, key=None))
    scene.advance(HOUR / SECOND)
    scene.keep(f"{slug}/expired-status", scene.ask("GET", f"{result}/status"))
    scene.keep(f"{slug}/expired", scene.ask("GET", result))
    scene.keep(f"{slug}/expired-poll", scene.ask("GET", poll))


def _failures(scene: Scene, model: Model) -> None:
    """Play jobs that fail: in the run, for their content, and for a wrong value (T10)."""
    wrong = {**_example(model), **_wrong_type(model)}
    for name, params in (
        ("failed", {**_example(model), "prompt": "mock:fail=The worker ran out of memory."}),
        ("blocked", {**_example(model), "prompt": "mock:block"}),
        ("failed-validation", wrong),
    ):
        submitted = scene.ask("POST", f"/v2/{model.slug}", params)[1]["body"]
        scene.advance(MINUTE / SECOND)
        result = f"/v2/requests/{submitted['request_id']}"
        scene.keep(f"{model.slug}/{name}-status", scene.ask("GET", f"{result}/status"))
        scene.keep(f"{model.slug}/{name}", scene.ask("GET", result))


def _blocking(scene: Scene, model: Model) -> None:
    """Play v1: as the contract says, and the ways in which a run can go wrong."""
    slug, path = model.slug, f"/v1/{model.slug}"
    scene.keep(f"{slug}/v1", scene.ask("POST", path, _example(model)))
    if model.terms.base64:
        inside = {**_example(model), model.terms.base64.parameter: True, **SMALL}
        scene.keep(f"{slug}/v1-base64", scene.ask("POST", path, inside))
    failing = {**_example(model), "prompt": "mock:fail=The worker ran out of memory."}
    scene.keep(f"{slug}/v1-error-500-failed", scene.ask("POST", path, failing))
    stalled = {**_example(model), "prompt": "mock:stall"}
    scene.keep(f"{slug}/v1-error-504-timeout", scene.ask("POST", path, stalled))
    for name, key in (("500-internal", BROKEN), ("502-bad-gateway", UNREACHABLE)):
        scene.keep(f"{slug}/v1-error-{name}", scene.ask("POST", path, _example(model), key=key))


def _refused_values(scene: Scene, model: Model) -> None:
    """Play everything that is wrong with a body."""
    slug, path = model.slug, f"/v1/{model.slug}"
    wrong = {**_example(model), **_wrong_type(model)}
    scene.keep(f"{slug}/error-400-invalid-parameter", scene.ask("POST", path, wrong))
    if not model.validator.is_valid({}):
        scene.keep(f"{slug}/error-400-missing-parameter", scene.ask("POST", path, {}))
    scene.keep(f"{slug}/error-400-malformed", scene.ask("POST", path, b'{"prompt": '))
    plain = {"content-type": "text/plain"}
    scene.keep(f"{slug}/error-406-content-type", scene.ask("POST", path, b"hi", headers=plain))
    chosen = next((n for n, schema in model.properties.items() if "enum" in schema), None)
    if chosen:
        outside = {**_example(model), chosen: "NONE_OF_THEM"}
        scene.keep(f"{slug}/error-406-value", scene.ask("POST", path, outside))
    scene.keep(f"{slug}/error-405", scene.ask("GET", path))


def _refused_accounts(scene: Scene, model: Model) -> None:
    """Play everything that is wrong with a key, an account or a model."""
    slug, path, body = model.slug, f"/v2/{model.slug}", _example(model)
    scene.keep(f"{slug}/error-401-missing-key", scene.ask("POST", path, body, key=None))
    scene.keep(f"{slug}/error-401-invalid-key", scene.ask("POST", path, body, key=REVOKED))
    bearer = {"authorization": f"Bearer {KEY}"}
    exchange = scene.ask("POST", path, body, key=None, headers=bearer)
    scene.keep(f"{slug}/error-401-bearer", exchange)
    scene.keep(f"{slug}/error-403", scene.ask("POST", path, body, key=DENIED))
    scene.keep(f"{slug}/error-404-model", scene.ask("POST", f"{path}-0", body))
    unknown = scene.ask("GET", f"/v2/requests/{UNKNOWN_ID}/status")
    scene.keep(f"{slug}/error-404-request", unknown)
    if model.terms.price.usd:
        scene.keep(f"{slug}/error-406-credits", scene.ask("POST", path, body, key=POOR))


def _retirement(model: Model) -> dict[str, Golden]:
    """Play a call of the model once its contract says that it has retired (E4)."""
    contract = msgspec.json.decode(model.file.read_bytes())
    contract["x-model"]["retired"] = True
    with TemporaryDirectory() as folder:
        (Path(folder) / model.file.name).write_bytes(msgspec.json.encode(contract))
        scene = Scene(models=folder)
    scene.keep(f"{model.slug}/error-410", scene.ask("POST", f"/v2/{model.slug}", _example(model)))
    return scene.recorded


def _limits(scene: Scene, model: Model) -> None:
    """Play a full window."""
    limited = AccountSettings(plan="free", credits=Decimal(1000))
    scene.emulator.control.put_account(KEY, limited)
    for _ in range(5):
        scene.ask("POST", f"/v2/{model.slug}", _example(model))
    exchange = scene.ask("POST", f"/v2/{model.slug}", _example(model))
    scene.keep(f"{model.slug}/error-429", exchange)


def _example(model: Model) -> Golden:
    example: Golden = model.document["examples"][0]
    return example


def _wrong_type(model: Model) -> Golden:
    """Return a numeric parameter with a value that is no number."""
    numeric = next(
        name
        for name, schema in model.properties.items()
        if {"integer", "number"} & set(_types_of(schema))
    )
    return {numeric: "not a number"}


def _types_of(schema: Golden) -> list[str]:
    declared = schema.get("type", [])
    return [declared] if isinstance(declared, str) else declared


def _shown_request(body: Any) -> Any:
    return body.decode() if isinstance(body, bytes) else body


def _shown_response(respond: Respond) -> Golden:
    headers = {name.decode(): value.decode() for name, value in respond.headers}
    kind = headers["content-type"]
    return {"status": respond.status, "headers": headers, "body": _body(kind, respond.body)}


def _body(kind: str, body: bytes) -> Any:
    if kind == JSON:
        return msgspec.json.decode(body)
    if kind.startswith("text/"):
        return body.decode()
    if not kind.startswith("image/"):
        return {"media": {"content_type": kind, MASKED: len(body)}}
    from io import BytesIO

    from PIL import Image

    width, height = Image.open(BytesIO(body)).size
    return {"media": {"content_type": kind, "width": width, "height": height, MASKED: len(body)}}
