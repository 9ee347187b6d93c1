"""Stories of an emulator in this process, as a client would see them, on a virtual clock."""

from __future__ import annotations

import msgspec

from mockserver.base.clock import FIXED_START, render_iso
from mockserver.base.wire import Request, Respond
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.control.clock import ClockChange
from mockserver.emulator import Emulator
from mockserver.facts.observed import EMPTY, Body, Observed, Story

CATALOGUE = load_shipped_catalogue()
HOST = "127.0.0.1:8765"
KEY = "SG_00112233aabbccdd"
UNKNOWN_ID = "0123456789abcdef0123456789abcdef"


class Witness:
    """A client of a fresh emulator, which remembers all it saw.

    Attributes:
        emulator: The emulator; `settings` are its constructor's.
        now_s: Seconds since the story began.
        exchanges: What was seen.
    """

    def __init__(self, **settings):
        fixed = {"clock": "frozen", "clock_start": render_iso(FIXED_START), "seed": 0}
        self.emulator = Emulator(**(fixed | settings))
        self.now_s = 0.0
        self.exchanges = []

    def advance(self, seconds):
        """Let virtual time pass."""
        self.emulator.control.clock.change(ClockChange(advance_s=seconds))
        self.now_s += seconds

    def ask(self, method, path, body=None, *, key=KEY, bearer=None, headers=None, known=()):
        """Send a request, remember the exchange and return it."""
        sent = {"host": HOST}
        if key:
            sent["x-api-key"] = key
        if bearer:
            sent["authorization"] = f"Bearer {bearer}"
        if body is not None:
            sent["content-type"] = "application/json"
        sent |= headers or {}
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body) if body else b""
        respond = self._send(method, path, sent, raw)
        exchange = Observed(
            number=len(self.exchanges) + 1,
            sent_s=self.now_s,
            answered_s=self.now_s + 0.01,
            method=method,
            url=f"http://{HOST}{path}",
            request_headers=tuple((name, value) for name, value in sent.items() if value),
            request_body=Body.of(raw),
            account=key or bearer,
            key_place="x-api-key" if key else "bearer" if bearer else None,
            known=frozenset(known),
            status=respond.status,
            headers=tuple((n.decode(), v.decode("latin-1")) for n, v in respond.headers),
            body=Body.of(respond.body) if respond.body else EMPTY,
        )
        self.advance(0.02)
        self.exchanges.append(exchange)
        return exchange

    def _send(self, method, path, sent, raw):
        plain, _, query = path.partition("?")
        request = Request(
            method=method,
            path=plain,
            query=query,
            headers={name.encode(): value.encode() for name, value in sent.items() if value},
            body=raw,
        )
        outcome = self.emulator.gateway.handle(request)
        assert isinstance(outcome, Respond), outcome
        return outcome

    def submit(self, slug, **more):
        """Queue a run of a model's first example, with these parameters changed."""
        params = {**CATALOGUE.models[slug].document["examples"][0], **more.pop("params", {})}
        return self.ask("POST", f"/v2/{slug}", params, **more)

    @property
    def story(self):
        """All that was seen."""
        return Story(exchanges=tuple(self.exchanges), began_utc_s=FIXED_START / 1_000_000)


def find_id(submitted):
    """Return the id of the request that an exchange has queued."""
    return submitted.body.document["request_id"]
