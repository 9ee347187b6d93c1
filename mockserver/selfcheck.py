"""The emulator checks its own faults: over a real socket, what is armed shows, and nothing else.

Each effect of contracts/faults.json is tried at every route that it names, on each side of the
commit that it allows. A cell is three calls on an equal footing, each by an account of its own:
undisturbed, with the fault armed, and with the fault disarmed again. The second has to differ
from the first in what a client can observe, now or later; the third must not.
"""

from __future__ import annotations

import re
import socket
from collections import Counter
from itertools import count
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import msgspec

from mockserver.base.json_encoding import encode
from mockserver.contract.tables import FaultRow
from mockserver.edges.realtime import monotonic_s
from mockserver.emulator import Emulator
from mockserver.rules.faults import FaultRequest, On, When
from mockserver.state.account import Account, AccountSettings

MODEL = "ideogram-3"
BODY = encode({"prompt": "A paper boat", "seed": 27182})
PATIENCE_S = 10.0
"""How long the client waits for an answer, except where a fault is to outlast it."""

SHORT_PATIENCE_S, DELAY_S = 0.05, 0.15
PIECES, PIECE_EVERY_S = 6, 0.01
SLACKS = (1, 4, 16)
"""How far times are stretched, in turn, on a machine too slow to tell them from its own pauses."""

_TIMED = {"delay_s", "drip"}
_POLLS_AFTERWARDS = 4
_MASKS = (
    (re.compile(r"https?://[^\"\s]+"), "URL"),
    (re.compile(r"[0-9a-f]{32}"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"),
)
_CHUNK = 1 << 20

Key: TypeAlias = tuple[str, str, When]


class Answer(msgspec.Struct, frozen=True):
    """What came over the socket, unmasked."""

    outcome: str
    status: int | None = None
    content_type: str = ""
    body: bytes = b""
    pauses: int = 0


class Observation(msgspec.Struct, frozen=True):
    """What a client can see of a call and of its consequences, ids and URLs masked.

    Attributes:
        outcome: `answered`, `reset`, `closed`, `cut short` or `timed out`.
        status: The answer's status.
        content_type: The answer's content type.
        body: The answer's body.
        is_slow: The client had to wait for more than half of the pieces of the body.
        later: What polls say afterwards, one after the other.
        ledger: What was charged in the end, and why.
        delivery: What the journal says of the call.
    """

    outcome: str
    status: int | None
    content_type: str
    body: str
    is_slow: bool
    later: tuple[str, ...]
    ledger: tuple[str, ...]
    delivery: str


class Cell(msgspec.Struct, frozen=True):
    """One effect at one route, on one side of the commit.

    Attributes:
        told_apart: The armed fault could be observed, not in the journal alone.
        clean: The disarmed one could not.
        note: What differed, or what did not and should.
    """

    effect: str
    route: str
    when: When
    told_apart: bool
    clean: bool
    note: str

    @property
    def is_good(self) -> bool:
        """Whether the fault shows exactly when it is armed."""
        return self.told_apart and self.clean


class Client:
    """An HTTP client that can tell how an answer ended, and in how many pieces it came."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.address = (parts.hostname or "", parts.port or 0)
        self.host = parts.netloc

    def ask(
        self,
        method: str,
        path: str,
        api_key: str,
        *,
        patience_s: float = PATIENCE_S,
        pause_s: float = PIECE_EVERY_S,
    ) -> Answer:
        """Send one request on a connection of its own, and see what becomes of it."""
        body = BODY if method == "POST" else b""
        head = (
            f"{method} {path} HTTP/1.1\r\nhost: {self.host}\r\nx-api-key: {api_key}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        received = _Received(pause_s)
        with socket.create_connection(self.address, timeout=PATIENCE_S) as sock:
            sock.sendall(head.encode() + body)
            try:
                received.read(sock, monotonic_s() + patience_s)
            except TimeoutError:
                return received.answer("timed out")
            except ConnectionResetError:
                return received.answer("reset")
        return received.answer("")


class _Received:
    """What has been received so far."""

    def __init__(self, pause_s: float) -> None:
        self.data = b""
        self.pauses = 0
        self.pause_s = pause_s

    def read(self, sock: socket.socket, deadline_s: float) -> None:
        """Read until the answer is whole, or the server closes the connection.

        Raises:
            TimeoutError: it took too long.
            ConnectionResetError: the server reset the connection.
        """
        before_s = monotonic_s()
        while not self.is_whole:
            sock.settimeout(max(deadline_s - before_s, 0.001))
            chunk = sock.recv(_CHUNK)
            now_s = monotonic_s()
            if not chunk:
                return
            self.pauses += bool(self.data) and now_s - before_s > self.pause_s / 2
            self.data, before_s = self.data + chunk, now_s

    @property
    def parts(self) -> tuple[int | None, dict[str, str], bytes]:
        """Status, headers and body, as far as they are there."""
        head, end, body = self.data.partition(b"\r\n\r\n")
        if not end:
            return None, {}, b""
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
        }
        return int(first.split()[1]), headers, body

    @property
    def is_whole(self) -> bool:
        """Whether as much has come as was announced."""
        status, headers, body = self.parts
        return status is not None and len(body) >= int(headers.get("content-length", "0"))

    def answer(self, outcome: str) -> Answer:
        """Return what was received; without an outcome, the answer's own end decides it."""
        status, headers, body = self.parts
        if not outcome:
            ended = "cut short" if self.data else "closed"
            outcome = "answered" if self.is_whole else ended
        return Answer(outcome, status, headers.get("content-type", ""), body, self.pauses)


class Bench:
    """A live emulator and a client, and fresh accounts to try faults on."""

    def __init__(self, emulator: Emulator, url: str) -> None:
        self.emulator = emulator
        self.client = Client(url)
        self._ordinals = count(1)
        self._footings: dict[str, Answer] = {}

    def cell(self, row: FaultRow, route: str, when: When) -> Cell:
        """Try one effect at one route, with more time if the machine needs it."""
        tried = self._tried(row, route, when, SLACKS[0])
        for slack in SLACKS[1:]:
            if tried.is_good or row.effect not in _TIMED:
                break
            tried = self._tried(row, route, when, slack)
        return tried

    def _tried(self, row: FaultRow, route: str, when: When, slack: int) -> Cell:
        does = probe(row, self._footing(route), slack)
        plain = self._observed(route, None, when, slack, timed=row.effect)
        armed = self._observed(route, does, when, slack, timed=row.effect)
        disarmed = self._observed(route, does, when, slack, timed=row.effect, is_armed=False)
        seen, left = _differences(plain, armed), _differences(plain, disarmed)
        note = ", ".join(seen) or "nothing shows"
        if left:
            note += f"; disarmed it still shows: {', '.join(left)}"
        told_apart = any(not name.startswith("delivery") for name in seen)
        return Cell(row.effect, route, when, told_apart, not left, note)

    def _footing(self, route: str) -> Answer:
        """Return an undisturbed answer of the route."""
        if route not in self._footings:
            api_key = self._account()
            self._footings[route] = self.client.ask(*self._call(route, api_key), api_key)
        return self._footings[route]

    def _account(self) -> str:
        api_key = f"SG_selfcheck{next(self._ordinals):06d}"
        with self.emulator.lock:
            self.emulator.control.put_account(api_key, AccountSettings())
        return api_key

    def _call(self, route: str, api_key: str) -> tuple[str, str]:
        """Prepare what the route needs, and return method and path of a call of it."""
        if route in {"submit", "sync"}:
            return "POST", f"/{'v2' if route == 'submit' else 'v1'}/{MODEL}"
        if route == "credits":
            return "GET", "/v1/get-user-credits"
        ran = self.client.ask("POST", f"/{'v1' if route == 'output' else 'v2'}/{MODEL}", api_key)
        document = msgspec.json.decode(ran.body)
        if route == "output":
            return "GET", urlsplit(document["data"][0]["url"]).path
        word = {"status": "status_url", "result": "response_url", "poll": "poll_url"}[route]
        return "GET", urlsplit(document[word]).path

    def _observed(
        self,
        route: str,
        does: dict[str, Any] | None,
        when: When,
        slack: int,
        *,
        timed: str,
        is_armed: bool = True,
    ) -> Observation:
        api_key = self._account()
        method, path = self._call(route, api_key)
        fault_id = self._arm(api_key, route, does, when) if does else None
        if fault_id and not is_armed:
            self._disarm(fault_id)
        patience_s = SHORT_PATIENCE_S * slack if timed == "delay_s" else PATIENCE_S
        pause_s = PIECE_EVERY_S * slack
        answer = self.client.ask(method, path, api_key, patience_s=patience_s, pause_s=pause_s)
        delivery = self._delivery(api_key, route)
        if fault_id and is_armed:
            self._disarm(fault_id)
        return self._described(answer, delivery, self._later(route, api_key, path), api_key)

    def _arm(self, api_key: str, route: str, does: dict[str, Any], when: When) -> str:
        wanted = FaultRequest(does=does, api_key=api_key, on=On(route=route), when=when)
        with self.emulator.lock:
            return str(self.emulator.control.add_fault(wanted)["id"])

    def _disarm(self, fault_id: str) -> None:
        with self.emulator.lock:
            self.emulator.control.remove_fault(fault_id)

    def _delivery(self, api_key: str, route: str) -> str:
        """Return what the journal says of the call; one that was left is entered a bit later."""
        deadline_s = monotonic_s() + 1
        while monotonic_s() < deadline_s:
            with self.emulator.lock:
                journal = list(self._account_of(api_key).journal)
            found = [entry.delivery for entry in journal if entry.route == route]
            if found:
                return found[-1]
        return "not in the journal"

    def _account_of(self, api_key: str) -> Account:
        return self.emulator.services.store.accounts[api_key]

    def _later(self, route: str, api_key: str, path: str) -> tuple[str, ...]:
        """Poll what the call was about, a few times, and return what comes."""
        if route in {"output", "credits"}:
            return (self._shown(path, api_key),)
        with self.emulator.lock:
            jobs = self.emulator.control.list_jobs(api_key)["jobs"]
        seen = [f"{len(jobs)} jobs"]
        for job in jobs:
            usual = f"/v2/requests/{job['request_id']}"
            paths = [f"{usual}/status"] * _POLLS_AFTERWARDS + [usual]
            seen += [self._shown(each, api_key) for each in paths]
        return tuple(seen)

    def _shown(self, path: str, api_key: str) -> str:
        answer = self.client.ask("GET", path, api_key)
        if answer.content_type != "application/json":
            return f"{answer.status} {answer.content_type}"
        return f"{answer.status} {_masked(answer.body)}"

    def _described(
        self, answer: Answer, delivery: str, later: tuple[str, ...], api_key: str
    ) -> Observation:
        with self.emulator.lock:
            ledger = self.emulator.control.show_account(api_key)["ledger"]
        return Observation(
            outcome=answer.outcome,
            status=answer.status,
            content_type=answer.content_type,
            body=_masked(answer.body),
            is_slow=answer.pauses > PIECES // 2,
            later=later,
            ledger=tuple(f"{entry['amount']} {entry['why']}" for entry in ledger),
            delivery=delivery,
        )


def probe(row: FaultRow, answer: Answer, slack: int = 1) -> dict[str, Any]:
    """Return the effect as it is tried: the example, fitted to the answer that it strikes."""
    if row.effect == "delay_s":
        return {"delay_s": DELAY_S * slack}
    if row.effect == "drip":
        piece_bytes = max(1, len(answer.body) // PIECES)
        return {"drip": {"bytes": piece_bytes, "every_s": PIECE_EVERY_S * slack}}
    if row.effect == "truncate_bytes":
        return {"truncate_bytes": len(answer.body) // 2}
    if row.effect == "drop_fields":
        return {"drop_fields": [min(msgspec.json.decode(answer.body))]}
    return row.example


def _masked(body: bytes) -> str:
    text = body.decode("latin-1")
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return text


def _differences(one: Observation, other: Observation) -> list[str]:
    """Name the fields in which two observations differ, with what the second has if it is short."""
    return [
        f"{name} {value}" if name in {"outcome", "status", "delivery"} else name
        for name in Observation.__struct_fields__
        if (value := getattr(other, name)) != getattr(one, name)
    ]


def keys(rows: list[FaultRow]) -> list[Key]:
    """Return every cell that the catalogue has: effect, route and side of the commit."""
    return [(row.effect, route, when) for row in rows for route in row.routes for when in row.when]


def run() -> list[Cell]:
    """Try every effect wherever it can strike."""
    emulator = Emulator(clock="auto")
    rows = {row.effect: row for row in emulator.catalogue.faults}
    with emulator.live() as server:
        bench = Bench(emulator, server.url)
        return [
            bench.cell(rows[effect], route, when) for effect, route, when in keys([*rows.values()])
        ]


def table(cells: list[Cell]) -> str:
    """Return effects by routes: `b` and `a` are before and after the commit, `·` is neither."""
    routes = list(dict.fromkeys(cell.route for cell in cells))
    marks: dict[tuple[str, str], list[str]] = {}
    for cell in cells:
        mark = f"{cell.when[0]}{'✓' if cell.is_good else '✗'}"
        marks.setdefault((cell.effect, cell.route), []).append(mark)
    lines = ["effect".ljust(16) + "".join(route.ljust(8) for route in routes).rstrip()]
    for effect in dict.fromkeys(cell.effect for cell in cells):
        row = (" ".join(marks.get((effect, route), ["·"])).ljust(8) for route in routes)
        lines.append(effect.ljust(16) + "".join(row).rstrip())
    return "\n".join(lines)


def summary(cells: list[Cell]) -> str:
    """Return the counts in one line."""
    tally = Counter(cell.is_good for cell in cells)
    unseen = sum(not cell.told_apart for cell in cells)
    dirty = sum(not cell.clean for cell in cells)
    return (
        f"{len(cells)} cells: {tally[True]} as they should be, "
        f"{unseen} where the armed fault does not show, {dirty} where the disarmed one does"
    )
