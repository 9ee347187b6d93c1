"""Very many at once, and for very long: no account feels another, and no memory stays behind.

The storm goes over real sockets: one connection for each account, all of them at the same time,
with no more HTTP in the client than there has to be. Each account tells a story, and what it saw
is compared with the same story told alone, in process, to an emulator as it was at the start.
"""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Generator, Iterator
from contextlib import suppress
from decimal import Decimal
from resource import RUSAGE_SELF, getrusage
from types import SimpleNamespace
from typing import Any, TypeAlias

import msgspec
import pytest

from mockserver.base.clock import DAY, HOUR, SECOND
from mockserver.base.json_encoding import encode
from mockserver.base.wire import Pieces, Request, Respond, Wait
from mockserver.control.clock import ClockChange
from mockserver.control.control import ResetScope
from mockserver.edges.realtime import read_monotonic_s
from mockserver.emulator import Emulator
from mockserver.rules.faults import NOT_COUNTED, FaultRequest
from mockserver.rules.jobs import TRANSITIONS, Job
from mockserver.state.journal import MAX_EXCHANGES, Exchange
from mockserver.state.memory_store import SWEEP_EVERY, SWEEP_JOBS
from mockserver.tests.conftest import FIXED, Client
from mockserver.tests.kinds import IS_STORM

ACCOUNTS = 32
JOBS = 2_000 if IS_STORM else 60
MANY_JOBS = 100_000 if IS_STORM else 6_500
HOST = "segmock.test"
MIB = 1024 * 1024

Ask: TypeAlias = tuple[str, str, bytes]
"""Method, path and body of a request."""

Answer: TypeAlias = tuple[int, bytes] | None
"""Status and body as they came; None if they did not come, or not whole."""

Story: TypeAlias = Generator[Ask, Answer, None]


# A client that adds nothing


class Wire:
    """A connection that is made anew whenever the server has cut it."""

    def __init__(self, url: str, key: str, **headers: str) -> None:
        self.host, _, port = url.removeprefix("http://").rpartition(":")
        self.port = int(port)
        self.headers = headers_of(key) | headers
        self.head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        self.ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def open(self) -> None:
        """Connect, unless connected."""
        if self.ends is None:
            self.ends = await asyncio.open_connection(self.host, self.port)

    async def close(self) -> None:
        """Leave, if connected."""
        if self.ends is not None:
            self.ends[1].close()
            with suppress(ConnectionError):
                await self.ends[1].wait_closed()
            self.ends = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        """Send one request, and return its answer if it comes whole."""
        await self.open()
        reader, writer = self.ends
        length = f"content-length: {len(body)}\r\n" if body else ""
        writer.write(f"{method} {path} HTTP/1.1\r\n{self.head}{length}\r\n".encode() + body)
        try:
            status, *lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
            headers = dict(line.lower().split(b": ", 1) for line in lines if line)
            received = await reader.readexactly(int(headers[b"content-length"]))
        except (ConnectionError, asyncio.IncompleteReadError):
            await self.close()
            return None
        return int(status.split()[1]), received


def headers_of(key: str) -> dict[str, str]:
    """Return the headers that every request of an account has."""
    return {"host": HOST, "x-api-key": key, "content-type": "application/json"}


def ask_alone(emulator: Emulator, key: str, method: str, path: str, body: bytes) -> Answer:
    """Send one request in process, as if over a wire that is never in a hurry."""
    headers = headers_of(key) | ({"content-length": str(len(body))} if body else {})
    pairs = {name.encode(): value.encode() for name, value in headers.items()}
    outcome = emulator.gateway.handle(Request(method=method, path=path, headers=pairs, body=body))
    while isinstance(outcome, Wait):
        outcome = emulator.gateway.resume(outcome)
    if isinstance(outcome, Pieces) and outcome.sent_bytes is None:
        outcome = outcome.respond
    return (outcome.status, outcome.body) if isinstance(outcome, Respond) else None


# What an account does


RUNS: list[tuple[str, dict[str, Any]]] = [
    ("/v2/ideogram-3", {"prompt": "A kite", "rendering_speed": "TURBO", "seed": 101}),
    ("/v2/ideogram-2a-txt-2-img", {"prompt": "A kite", "seed": 7}),
    ("/v2/mock-inference", {"sleep": 2.5}),
    ("/v2/ideogram-3", {"prompt": "mock:fail=no such luck"}),
    ("/v2/ideogram-txt-2-img", {"prompt": "A kite", "seed": 8}),
    ("/v2/ideogram-3", {"prompt": 3}),
    ("/v2/ideogram-3", {"prompt": "A kite", "rendering_speed": "QUALITY", "seed": 102}),
    ("/v2/ideogram-turbo-txt-2-img", {"prompt": "A kite", "seed": 9}),
    ("/v1/ideogram-3", {"prompt": "A kite", "seed": 103}),
    ("/v2/mock-inference", {"prompt": "A kite"}),
    ("/v1/mock-inference", {"sleep": 0.25}),
]
IN_FLIGHT = 5
MOST_POLLS = 60
KNOWN = {"QUEUED", "PROCESSING", "COMPLETED", "FAILED"}

FAULTS: list[list[dict[str, Any]]] = [
    [{"do": {"status": 503}, "on": {"route": "submit"}, "probability": 0.2}],
    [{"do": {"status": 503, "body": "html"}, "when": "after", "probability": 0.2}],
    [{"do": {"delay_s": 0.001}, "probability": 0.1}, {"do": {"status": 429}, "every": 8}],
    [{"do": {"delay_s": 0.001}, "when": "after", "every": 9}],
    [{"do": {"drip": {"bytes": 200, "every_s": 0.001}}, "on": {"route": "status"}, "every": 11}],
    [{"do": {"truncate_bytes": 25}, "probability": 0.1}],
    [{"do": {"malformed": True}, "every": 7}],
    [{"do": {"reset": True}, "when": "before", "probability": 0.1}],
    [{"do": {"reset": True}, "when": "after", "on": {"route": "submit"}, "every": 5}],
    [
        {"do": {"close": True}, "when": "before", "every": 6, "times": 20},
        {"do": {"close": True}, "when": "after", "probability": 0.1},
    ],
    [
        {"do": {"state": "FAILED", "error": "no memory"}, "on": {"route": "submit"}, "every": 3},
        {"do": {"state": "FAILED"}, "on": {"route": "status"}, "probability": 0.2},
    ],
    [{"do": {"expire": True}, "on": {"route": "status"}, "every": 9}],
    [{"do": {"unknown_state": "THROTTLED"}, "probability": 0.3}],
    [
        {"do": {"drop_fields": ["status", "metrics"]}, "probability": 0.3},
        {"do": {"extra_fields": {"region": "eu"}}, "on": {"route": "status"}, "skip": 10},
    ],
    [
        {"do": {"opaque_urls": True}, "on": {"route": "submit"}, "probability": 0.5},
        {"do": {"drop_fields": ["no such field"]}},  # no contract describes such URLs
    ],
    [{"do": [None, {"status": 502}, None, None, {"reset": True}, {"expire": True}, None] * 9}],
]
"""The rules of each account of the first half."""

FAULTED = len(FAULTS)
KEYS = [f"SG_5709{number:012x}" for number in range(ACCOUNTS)]


class Teller:
    """One account: how many jobs it starts, and what it has seen of them."""

    def __init__(self, number: int, jobs: int) -> None:
        self.number = number
        self.jobs = jobs
        self.seen: dict[str, str] = {}
        self.illegal: list[tuple[str, str, str]] = []
        self.transcript: list[Answer] = []

    def tell(self) -> Story:
        """Start a few jobs at a time and ask for each until it has ended, or is gone."""
        for first in range(0, self.jobs, IN_FLIGHT):
            urls = []
            for ordinal in range(first, min(first + IN_FLIGHT, self.jobs)):
                path, body = RUNS[(ordinal + self.number) % len(RUNS)]
                answer = yield "POST", path, encode(body)
                document = _json(answer)
                if document.get("status") == "QUEUED" and "status_url" in document:
                    self._see(document["request_id"], "QUEUED")
                    wanted = "response_url" if ordinal % 8 == 7 else "status_url"
                    urls.append((document["request_id"], document[wanted]))
            for request_id, url in urls:
                yield from self._followed(request_id, url.removeprefix(f"http://{HOST}"))
        yield "GET", "/v1/get-user-credits", b""

    def _followed(self, request_id: str, path: str) -> Story:
        for _ in range(MOST_POLLS):
            answer = yield "GET", path, b""
            state = _json(answer).get("status")
            if answer is not None and answer[0] == 422:
                state = "FAILED"
            if state in KNOWN:
                self._see(request_id, state)
            if state in {"COMPLETED", "FAILED"} or (answer is not None and answer[0] == 404):
                return
        raise AssertionError(f"{request_id} does not end: {self.transcript[-3:]}")

    def _see(self, request_id: str, state: str) -> None:
        before = self.seen.get(request_id, "QUEUED")
        if state != before and state not in _following(before):
            self.illegal.append((request_id, before, state))
        self.seen[request_id] = state


def _json(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer; an empty one if it is none."""
    try:
        document = msgspec.json.decode(answer[1]) if answer else {}
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _following(state: str) -> set[str]:
    direct = set(TRANSITIONS[state])
    return direct.union(*map(_following, direct))


def tell_alone(emulator: Emulator, teller: Teller, key: str) -> None:
    """Let an account tell its story in process."""
    story, answer = teller.tell(), None
    with suppress(StopIteration):
        while True:
            answer = ask_alone(emulator, key, *story.send(answer))
            teller.transcript.append(answer)


async def tell_over(wire: Wire, teller: Teller) -> None:
    """Let an account tell its story over a connection."""
    story, answer = teller.tell(), None
    with suppress(StopIteration):
        while True:
            answer = await wire.ask(*story.send(answer))
            teller.transcript.append(answer)
    await wire.close()


# The storm


def emulator_with_faults() -> Emulator:
    """Return an emulator under whose faults the first half of the accounts suffers."""
    emulator = Emulator(clock="auto", credits=10_000, seed=11, **FIXED)
    arm(emulator)
    return emulator


def arm(emulator: Emulator) -> None:
    """Arm the rules of every account of the first half."""
    for key, rules in zip(KEYS, FAULTS, strict=False):
        for rule in rules:
            wanted = msgspec.convert({**rule, "api_key": key}, FaultRequest)
            emulator.control.faults.add(wanted)


def state_of(emulator: Emulator, key: str) -> SimpleNamespace:
    """Let everything under a key end; return what the emulator knows of it."""
    with emulator.lock:
        emulator.control.clock.change(ClockChange(advance_s=60, api_key=key))
        account = emulator.services.store.accounts[key]
        shown = emulator.control.accounts.show(key)
        counts = [rule.counts.get(key, NOT_COUNTED) for rule in rules_of(emulator, key)]
        journal = [
            _timeless(exchange) for exchange in emulator.services.store.journals.exchanges_of(key)
        ]
        now = account.clock.now()
    hits = [counted.hits for counted in counts]
    return SimpleNamespace(shown=shown, hits=hits, journal=journal, now=now)


def rules_of(emulator: Emulator, key: str) -> list[Any]:
    """Return the rules of an account."""
    return [rule for rule in emulator.services.faults.rules.values() if rule.wanted.api_key == key]


def _timeless(exchange: Exchange) -> Exchange:
    """Leave out of an exchange what depends on the other accounts and on real time."""
    request = msgspec.structs.replace(
        exchange.request, received_s=0.0, connection=0, connected_s=0.0, beside=None
    )
    return msgspec.structs.replace(exchange, seq=0, request=request)


@pytest.fixture(scope="module")
def storm() -> SimpleNamespace:
    """Every account's story, told over real sockets at the same time."""
    emulator, tellers = emulator_with_faults(), [Teller(n, JOBS) for n in range(ACCOUNTS)]
    made: dict[str, dict[int, Job]] = {key: {} for key in KEYS}
    settlement = emulator.services.store.settlement
    add_job, change_job = settlement.add_job, settlement.change_job

    def note_new(record: Any, job: Job) -> None:
        made[record.account.api_key][job.ordinal] = job
        add_job(record, job)

    def note_changed(record: Any, job: Job) -> None:
        made[record.account.api_key][job.ordinal] = job
        change_job(record, job)

    settlement.add_job, settlement.change_job = note_new, note_changed

    async def everyone(url: str) -> None:
        wires = [Wire(url, key) for key in KEYS]
        await asyncio.gather(*(wire.open() for wire in wires))
        await asyncio.gather(*map(tell_over, wires, tellers))

    with emulator.live() as server:
        began = read_monotonic_s()
        asyncio.run(everyone(server.url))
        took_s = read_monotonic_s() - began
        states = [state_of(emulator, key) for key in KEYS]
    return SimpleNamespace(
        emulator=emulator, tellers=tellers, made=made, states=states, took_s=took_s
    )


def test_the_storm_was_one(storm):
    """Every account started its jobs, and every rule struck its own account and no other."""
    requests = sum(len(teller.transcript) for teller in storm.tellers)
    jobs = sum(map(len, storm.made.values()))
    hits = sum(sum(state.hits) for state in storm.states)
    assert [len(storm.made[key]) for key in KEYS[FAULTED:]] == [JOBS] * (ACCOUNTS - FAULTED)
    assert all(len(storm.made[key]) > JOBS // 2 for key in KEYS[:FAULTED])
    for rule in storm.emulator.services.faults.rules.values():
        assert set(rule.counts) == {rule.wanted.api_key}
    figures = f"{jobs} jobs, {requests} requests, {hits} struck, {storm.took_s:.1f} s"
    print(f"\nstorm: {figures}, {requests / storm.took_s:.0f} requests/s")  # noqa: T201


def test_no_account_feels_another(storm):
    """What each saw, owes and left in its journal is what it would be if it were alone."""
    emulator = emulator_with_faults()
    for number, (key, told) in enumerate(zip(KEYS, storm.tellers, strict=True)):
        emulator.control.reset(ResetScope())
        arm(emulator)
        alone = Teller(number, JOBS)
        tell_alone(emulator, alone, key)
        assert told.transcript == alone.transcript
        assert told.seen == alone.seen
        assert storm.states[number] == state_of(emulator, key)


def test_accounts_without_faults_get_perfect_answers(storm):
    """Each answer came whole, as JSON, and says that a job goes on, is done, or has failed."""
    for teller in storm.tellers[FAULTED:]:
        assert {answer and answer[0] for answer in teller.transcript} == {200, 422}
        assert all(map(_json, teller.transcript))
        slots = [RUNS[(n + teller.number) % len(RUNS)] for n in range(JOBS)]
        assert len(teller.seen) == sum(path.startswith("/v2/") for path, _ in slots)


def test_a_journal_has_the_exchanges_of_one_account(storm):
    """Every exchange in an account's journal bears its key."""
    for key, state in zip(KEYS, storm.states, strict=True):
        assert 0 < len(state.journal) <= MAX_EXCHANGES
        assert {exchange.api_key for exchange in state.journal} == {key}
        assert {exchange.request.headers[b"x-api-key"] for exchange in state.journal} == {
            key.encode()
        }


def test_no_job_was_seen_to_go_back(storm):
    """QUEUED, PROCESSING, then COMPLETED or FAILED: whatever was damaged, this is never broken."""
    for teller in storm.tellers:
        assert teller.illegal == []
        assert set(teller.seen.values()) >= {"COMPLETED", "FAILED"}


def test_the_ledger_balances(storm):
    """Each completed job was charged for once, lost answers or not, and nothing is held."""
    for key, teller, state in zip(KEYS, storm.tellers, storm.states, strict=True):
        ledger = state.shown["ledger"]
        charged = [entry["request_id"] for entry in ledger]
        completed = [
            job.request_id for job in storm.made[key].values() if _has_completed(job, state.now)
        ]
        assert sorted(charged) == sorted(completed)
        amounts = sum((entry["amount"] for entry in ledger), Decimal(0))
        assert Decimal(10_000) - amounts == state.shown["credits"]
        assert state.shown["held"] == 0
        seen = {request_id for request_id, last in teller.seen.items() if last == "COMPLETED"}
        assert seen <= set(charged)


def _has_completed(job: Job, now: int) -> bool:
    return job.ends == "COMPLETED" and job.finished_at <= min(job.expires_at, now)


# Memory


CROWD = [f"SG_c20d{number:012x}" for number in range(3)]
STEPS = 20


class Crowd:
    """A few accounts that start very many jobs, within the hour for which a job is kept."""

    def __init__(self) -> None:
        self.client = Client(clock="frozen", explain=False, credits=10**9)
        self.store = self.client.store

    def run(self, jobs: int) -> None:
        """Start so many jobs, and ask for each once, while most of an hour passes."""
        for ordinal in range(jobs):
            if ordinal % (jobs // STEPS) == 0:
                self.store.clock.advance(HOUR // STEPS - SECOND)
            key = CROWD[ordinal % len(CROWD)]
            body = {"prompt": f"Kite number {ordinal}"}
            submitted = self.client.submit(body=body, key=key)
            answer = self.client.get(submitted["status_url"], key=key)
            assert answer.json["status"] == "QUEUED"

    def outlive(self, jobs: int) -> None:
        """Let seven days and an hour pass, and one account call until all have been swept."""
        self.store.clock.advance(7 * DAY + HOUR)
        for _ in range(SWEEP_EVERY * (jobs // SWEEP_JOBS + 2 * len(CROWD))):
            self.client.get("/v1/get-user-credits", key=CROWD[0])

    def held(self) -> int:
        """Return how many records there are but for the journal."""
        records = self.store.records.values()
        jobs = sum(len(record.jobs) + len(list(record.jobs.list_retained())) for record in records)
        made = sum(len(list(record.outputs)) + len(list(record.ledger)) for record in records)
        due = sum(len(record.due) for record in records)
        return jobs + made + due + len(self.store.settlement.outputs)


def traced_bytes() -> int:
    """Return what is allocated now."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    """Accounts whose journals are full and who have nothing else, under tracemalloc.

    What is made once, for all emulators, is made before.
    """
    first = Client()
    first.get(first.submit()["status_url"])
    tracemalloc.start()
    crowd, few = Crowd(), MAX_EXCHANGES // 2 * len(CROWD)
    crowd.run(few)
    crowd.outlive(few)
    assert [len(crowd.store.records[key].journal) for key in CROWD] == [MAX_EXCHANGES] * len(CROWD)
    yield crowd
    tracemalloc.stop()


def test_memory_comes_back_when_jobs_and_outputs_have_expired(crowd):
    """After very many jobs and a week, there is no more than there was with full journals."""
    assert crowd.held() == 0
    before = traced_bytes()
    tracemalloc.reset_peak()
    crowd.run(MANY_JOBS)
    held = crowd.held()  # looks at all outputs and ledgers, which are made for that
    loaded = traced_bytes()
    crowd.outlive(MANY_JOBS)
    after, peak = traced_bytes(), tracemalloc.get_traced_memory()[1]
    rss = getrusage(RUSAGE_SELF).ru_maxrss
    parts = {"before": before, "loaded": loaded, "peak": peak, "after": after}
    sizes = ", ".join(f"{name} {size / MIB:.1f} MiB" for name, size in parts.items())
    figures = f"{MANY_JOBS} jobs: {sizes}; peak RSS {rss / 1024:.0f} MiB"
    print(f"\nmemory: {figures}")  # noqa: T201
    assert held >= MANY_JOBS
    assert loaded > 1.5 * before
    assert crowd.held() == 0
    assert after <= 1.2 * before
