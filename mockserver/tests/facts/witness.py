"""A client of an emulator in this process, on a virtual clock, that remembers all it saw."""

from __future__ import annotations

import msgspec

from mockserver.base.clock import FIXED_START, render_iso
from mockserver.base.wire import Request, Respond
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.control.clock import ClockChange
from mockserver.emulator import Emulator
from mockserver.facts.observed import Body, Observed, Story
from mockserver.tests.broken_servers.exchange import Answer, Asked
from mockserver.tests.broken_servers.server import World

CATALOGUE = load_shipped_catalogue()
HOST = "127.0.0.1:8765"
KEY = "SG_00112233aabbccdd"
JSON = "application/json"


class Witness:
    """A client of a fresh emulator; `settings` are the emulator's.

    Args:
        make_alteration: Makes what changes the emulator (`broken_servers`); nothing unless given.

    Attributes:
        emulator: The emulator.
        now_s: Seconds since the story began.
        exchanges: What was seen.
    """

    def __init__(self, make_alteration=None, **settings):
        fixed = {"clock": "frozen", "clock_start": render_iso(FIXED_START), "seed": 0}
        self.emulator = Emulator(**(fixed | settings))
        self.now_s = 0.0
        self.exchanges = []
        self._alteration = make_alteration and make_alteration(World(self.emulator))

    def advance(self, seconds):
        """Let virtual time pass."""
        self.emulator.control.clock.change(ClockChange(advance_s=seconds))
        self.now_s += seconds

    def ask(self, method, path, body=None, *, key=KEY, bearer=None, headers=None, known=()):
        """Send a request, remember the exchange and return it."""
        given = {
            "host": HOST,
            "x-api-key": key,
            "authorization": bearer and f"Bearer {bearer}",
            "content-type": None if body is None else JSON,
        } | (headers or {})
        sent = tuple((name, value) for name, value in given.items() if value is not None)
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        )
        answer = self._answer(Asked(method, path.partition("?")[0], sent, _find_query(path), raw))
        exchange = Observed(
            number=len(self.exchanges) + 1,
            sent_s=self.now_s,
            answered_s=self.now_s + 0.01,
            method=method,
            url=f"https://{HOST}{path}",
            request_headers=sent,
            request_body=Body.of(raw),
            account=key or bearer,
            key_place="x-api-key" if key else "bearer" if bearer else None,
            known=frozenset(known),
            status=answer.status,
            headers=tuple((name.lower(), value) for name, value in answer.headers),
            body=Body.of(answer.body),
        )
        self.advance(0.02)
        self.exchanges.append(exchange)
        return exchange

    def _answer(self, asked):
        """Return what the emulator answers, or what it is changed to."""
        if self._alteration is None:
            return self._handle(asked)
        changed = self._alteration.ask(asked)
        answer = changed if isinstance(changed, Answer) else self._handle(changed)
        return self._alteration.answer(asked, answer)

    def _handle(self, asked):
        request = Request(
            method=asked.method,
            path=asked.path,
            query=asked.query,
            headers={name.encode(): value.encode() for name, value in asked.headers},
            body=asked.body,
            scheme="https",
        )
        respond = self.emulator.gateway.handle(request)
        assert isinstance(respond, Respond), respond
        headers = tuple((name.decode(), value.decode("latin-1")) for name, value in respond.headers)
        return Answer(status=respond.status, headers=headers, body=respond.body)

    def submit(self, slug, params=None, **more):
        """Queue a run of a model's first example, with these parameters changed."""
        return self.ask("POST", f"/v2/{slug}", find_example(slug) | (params or {}), **more)

    def run(self, slug, params=None, **more):
        """Run a model's first example and wait for it, with these parameters changed."""
        return self.ask("POST", f"/v1/{slug}", find_example(slug) | (params or {}), **more)

    def poll(self, identifier, **more):
        """Ask on all three routes about a request; return the answer of the result route."""
        for path in (f"/v2/requests/{identifier}/status", f"/v1/requests/{identifier}"):
            self.ask("GET", path, **more)
        return self.ask("GET", f"/v2/requests/{identifier}", **more)

    def read_balance(self, **more):
        """Ask for the balance."""
        return self.ask("GET", "/v1/get-user-credits", **more)

    @property
    def story(self):
        """All that was seen."""
        return Story(exchanges=tuple(self.exchanges), began_utc_s=FIXED_START / 1_000_000)


def _find_query(path):
    return path.partition("?")[2]


def find_example(slug):
    """Return a body that a model takes: the first that its contract shows."""
    return CATALOGUE.models[slug].document["examples"][0]


def find_id(submitted):
    """Return the id of the request that an exchange has queued."""
    return submitted.body.document["request_id"]


def spell_with_dashes(identifier):
    """Return the other spelling of an id of 32 digits."""
    parts = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
    return "-".join(identifier[start:end] for start, end in parts)


def find_path(url):
    """Return the path of an address."""
    return "/" + url.split("/", 3)[3]


def change_story(story, number, **changed):
    """Return a story in which one exchange differs so."""
    exchanges = tuple(
        msgspec.structs.replace(each, **changed) if each.number == number else each
        for each in story.exchanges
    )
    return msgspec.structs.replace(story, exchanges=exchanges)
