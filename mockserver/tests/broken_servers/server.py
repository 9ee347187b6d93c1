"""A changed server: an emulator behind an application that a defect goes through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mockserver.contract.run_parameters import compute_price
from mockserver.edges import realtime
from mockserver.edges.own_paths import is_own
from mockserver.emulator import Emulator
from mockserver.state.account import AccountSettings
from mockserver.tests.broken_servers.exchange import Answer, Asked

KEY = "SG_5e71a9c03f8b2d46"
"""Of an account with money and a wide limit."""

LIMITED_KEY = "SG_5e71a9c03f8b2d47"
"""Of one that may make three requests a minute."""

EMPTY_KEY = "SG_5e71a9c03f8b2d48"
"""Of one with nothing in its wallet."""

POOR_KEY = "SG_5e71a9c03f8b2d49"
"""Of one with a cent, which no model of the seeds is to be had for."""

KEYS = {"rich": KEY, "limited": LIMITED_KEY, "empty": EMPTY_KEY, "poor": POOR_KEY}

_ACCOUNTS = {
    KEY: AccountSettings(credits=Decimal(100), requests_per_minute=600),
    LIMITED_KEY: AccountSettings(credits=Decimal(100), requests_per_minute=3),
    EMPTY_KEY: AccountSettings(credits=Decimal(0)),
    POOR_KEY: AccountSettings(credits=Decimal("0.01")),
}

SETTINGS = {"accept": "listed", "accounts": _ACCOUNTS, "triggers": False}
"""As the service is taken to be: no key but those listed, and none of the emulator's inventions."""


def make_emulator(**fields: Any) -> Emulator:
    """Return a sound emulator with the accounts that a stand-in for the service has."""
    return Emulator(**{**SETTINGS, **fields})


class World:
    """What a defect may know of the emulator that it changes."""

    def __init__(self, emulator: Emulator) -> None:
        self._services = emulator.services

    def read_s(self, key: str) -> float:
        """Return the time on an account's clock, in seconds."""
        account = self._services.store.accounts.get(key)
        return account.clock.now() / 1e6 if account else 0.0

    def price(self, asked: Asked) -> Decimal:
        """Return what a run costs; 0 for an unknown model."""
        model = self._services.catalogue.models.get(asked.subject)
        return compute_price(model.terms, asked.params) if model else Decimal(0)


class Alteration:
    """How one server differs; this one does not. Each server has one of its own."""

    delay_s = 0.0

    def __init__(self, world: World) -> None:
        self.world = world

    def ask(self, asked: Asked) -> Asked | Answer:
        """Return what the emulator is asked, or an answer without asking it."""
        return asked

    def answer(self, asked: Asked, answer: Answer) -> Answer:
        """Return what is answered; `asked` is what came, unchanged."""
        del asked
        return answer


class ChangedApp:
    """An emulator as an ASGI application, changed; it has no control plane.

    Args:
        emulator: A sound one.
        make_alteration: Makes what changes it.
    """

    def __init__(
        self, emulator: Emulator, make_alteration: Callable[[World], Alteration] = Alteration
    ) -> None:
        self.emulator = emulator
        self._app = emulator.asgi
        self._alteration = make_alteration(World(emulator))

    def close(self) -> None:
        """Let nobody wait for news any longer."""
        self._app.close()

    async def __call__(self, scope, receive, send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = _parse_request(scope, await _read_body(receive))
        delay_s = self._alteration.delay_s
        if delay_s and await realtime.left_within_s(receive, delay_s):
            return
        changed = self._alteration.ask(_hide_own(asked))
        if isinstance(changed, Asked):
            answer = await self._ask(scope, receive, changed)
            answer = self._alteration.answer(asked, answer)
        else:
            answer = changed
        await _send(answer, asked, send)

    async def _ask(self, scope, receive, asked: Asked) -> Answer:
        sent: list[dict[str, Any]] = []
        body = [{"type": "http.request", "body": asked.body, "more_body": False}]

        async def receive_again():
            return body.pop() if body else await receive()

        async def take(message) -> None:
            sent.append(message)

        await self._app(_change_scope(scope, asked), receive_again, take)
        headers = tuple((name.decode(), value.decode()) for name, value in sent[0]["headers"])
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], headers, content).without_headers("content-length")


def _hide_own(asked: Asked) -> Asked:
    """Have nobody reach what the emulator has and the service has not."""
    headers = {name.encode(): value.encode("latin-1") for name, value in asked.headers}
    return (
        replace(asked, path=f"/none{asked.path}") if is_own("GET", asked.path, headers) else asked
    )


async def _read_body(receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _parse_request(scope, body: bytes) -> Asked:
    headers = tuple((name.decode().lower(), v.decode("latin-1")) for name, v in scope["headers"])
    query = scope["query_string"].decode("latin-1")
    return Asked(scope["method"], scope["path"], headers, query, body)


def _change_scope(scope, asked: Asked):
    kept = tuple(each for each in asked.headers if each[0] not in _FRAMING)
    headers = [(name.encode(), value.encode("latin-1")) for name, value in kept]
    if asked.body:
        headers.append((b"content-length", b"%d" % len(asked.body)))
    return {
        **scope,
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "method": asked.method,
        "headers": headers,
    }


_FRAMING = {"content-length", "transfer-encoding"}


async def _send(answer: Answer, asked: Asked, send) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers]
    if not answer.is_chunked and not _has_no_body(answer):
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    body = b"" if asked.method == "HEAD" or _has_no_body(answer) else answer.body
    middle = len(body) // 2 if answer.is_chunked else 0
    if middle:
        await send({"type": "http.response.body", "body": body[:middle], "more_body": True})
    await send({"type": "http.response.body", "body": body[middle:]})


def _has_no_body(answer: Answer) -> bool:
    return answer.status in {204, 304}
