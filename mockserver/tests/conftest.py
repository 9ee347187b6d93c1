"""What the tests share: an emulator on a clock of their own, and a client of its core."""

from __future__ import annotations

import gc
import os
import signal
from functools import cache
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, settings

from mockserver.base.json_encoding import encode
from mockserver.base.wire import Outcome, Request, Respond
from mockserver.contract.routing import PREFLIGHT
from mockserver.control.clock import ClockChange
from mockserver.edges.authority_store import FOLDER_VARIABLE
from mockserver.emulator import Emulator
from mockserver.fixtures import files, generate
from mockserver.gateway.context import Context
from mockserver.gateway.gateway import Gateway
from mockserver.handles.control_client import HttpControlClient, InProcessControlClient
from mockserver.replay.gateway import ReplayGateway
from mockserver.replay.marks import EMULATED
from mockserver.state.account import AccountSettings
from mockserver.tests.conformity import Conformity
from mockserver.tests.kinds import IS_STORM
from mockserver.tests.media_models import write_models
from mockserver.tests.patience import PATIENCE_S
from mockserver.tests.redis_server import DATABASES, serving_redis

# No test depends on how fast the machine is. `make test` repeats itself; `make storm` explores.
settings.register_profile(
    "segmock",
    deadline=None,
    derandomize=not IS_STORM,
    max_examples=400 if IS_STORM else 40,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("segmock")

# The tests themselves, some ten thousand, are no garbage: to look for it among them as often as
# Python does took a third of the time of their collection, and a tenth of theirs.
gc.set_threshold(50_000, 20, 100)

KEY = "SG_0123456789abcdef"
OTHER_KEY = "SG_fedcba9876543210"
HOST = "127.0.0.1:8765"
PROMPT = {"prompt": "A paper boat in a puddle"}
FIXED = {"clock_start": "2026-01-01T00:00:00Z"}
"""The setting that has runs repeat: clients are told virtual time."""

AUTHORITY_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""What names authorities that clients trust in place of those of the system."""

UNFROZEN = ["testcontainers"]
"""What freezegun is to leave alone: it reads every attribute, and one of these asks for Docker."""

# Trio's plugin of Hypothesis imports trio and pytest: the kit's processes, of which tests start
# some hundred, would take twice as long to be there.
os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")

# So do clients that were given no time-out, in place of the five seconds of httpx.
for _phase in ("connect", "read", "write", "pool"):
    setattr(httpx._config.DEFAULT_TIMEOUT_CONFIG, _phase, PATIENCE_S)

_make_tls_context = httpx._transports.default.create_ssl_context
_read_system_authorities = cache(_make_tls_context)


def _share_tls_context(**wanted):
    """Read once what a client trusts that was told nothing, which takes it most of its start."""
    is_told = not os.environ.keys().isdisjoint(AUTHORITY_VARIABLES)
    if is_told or wanted["verify"] is not True or wanted["cert"] is not None:
        return _make_tls_context(**wanted)
    return _read_system_authorities(**wanted)


httpx._transports.default.create_ssl_context = _share_tls_context

_conformity = Conformity()
_problems: list[str] = []


@pytest.fixture(autouse=True, scope="session")
def _heed_sigint():
    """Let programs that tests start heed SIGINT; what runs in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True, scope="session")
def _keep_authority_of_user(tmp_path_factory):
    """Have an authority of the tests' own, here and in what they start; the user's is not read."""
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv(FOLDER_VARIABLE, str(tmp_path_factory.mktemp("authority")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _check_every_answer():
    """Compare every answer that no fault struck, of every emulator here, with its contract."""
    Gateway.observers = (_check_answer,)
    yield
    Gateway.observers = ()


def _check_answer(gateway: Gateway, context: Context, answer: Outcome) -> None:
    """Note in what an answer breaks its contract; no contract describes preflights (C1).

    What is replayed says what was recorded, which need not be what the contracts have.
    """
    if context.fault_id is not None or context.route is PREFLIGHT:
        return
    if isinstance(gateway, ReplayGateway) and EMULATED not in context.facts:
        return
    assert isinstance(answer, Respond), answer
    request = context.request
    found = _conformity.problems(
        gateway.services.catalogue,
        method=request.method,
        path=request.path,
        status=answer.status,
        headers={n.decode("latin-1"): v.decode("latin-1") for n, v in answer.headers},
        body=answer.body,
    )
    where = f"{request.method} {request.path} answered {answer.status}: "
    _problems.extend(where + each for each in found)


@pytest.fixture(autouse=True)
def _no_answer_breaks_its_contract():
    """Fail a test in which an answer broke its contract."""
    _problems.clear()
    yield
    assert not _problems, "\n".join(_problems[:5])


class Answer:
    """An answer as a test looks at it."""

    def __init__(self, respond: Respond) -> None:
        self.status = respond.status
        self.headers = {n.decode(): v.decode("latin-1") for n, v in respond.headers}
        self.body = respond.body

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return msgspec.json.decode(self.body)

    @property
    def error(self) -> str:
        """The words of an error envelope."""
        return self.json["error"]

    @property
    def facts(self) -> set[str]:
        """The facts that produced it, where the emulator explains itself."""
        return set(self.headers["x-mock-behaviour"].split(","))


class Client:
    """A client of the core: no socket, and time moves when told."""

    def __init__(self, key: str | None = KEY, **settings: Any) -> None:
        defaults = {"clock": "frozen", "explain": True, **FIXED}
        self.emulator = Emulator(**{**defaults, **settings})
        self.control = self.emulator.control
        self.store = self.emulator.services.store
        self.key = key

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        key: str | None = "",
    ) -> Answer:
        """Send a request; `key` "" is the client's own, None sends none."""
        sent = {"host": HOST}
        key = self.key if key == "" else key
        if key is not None:
            sent["x-api-key"] = key
        if body is not None:
            sent["content-type"] = "application/json"
        sent |= headers or {}
        raw = body if isinstance(body, bytes) else b"" if body is None else encode(body)
        limit = self.emulator.settings.max_body_mib * 1024 * 1024
        path, _, query = path.partition("?")
        request = Request(
            method=method,
            path=path,
            query=query,
            headers={n.encode(): v.encode("latin-1") for n, v in sent.items() if v is not None},
            body=b"" if len(raw) > limit else raw,
            oversized=len(raw) > limit,
        )
        with self.emulator.lock:  # as every edge does
            outcome = self.emulator.gateway.handle(request)
        assert isinstance(outcome, Respond), outcome
        return Answer(outcome)

    def get(self, path: str, **kwargs: Any) -> Answer:
        """GET a path, or the path of a URL."""
        return self.ask("GET", path.removeprefix(f"http://{HOST}"), **kwargs)

    def post(self, path: str, body: Any = PROMPT, **kwargs: Any) -> Answer:
        """POST a body, by default a prompt."""
        return self.ask("POST", path, body, **kwargs)

    def submit(self, slug: str = "ideogram-3", body: Any = PROMPT, **kwargs: Any) -> Any:
        """Submit a v2 run that must be accepted, and return the answer's body."""
        answer = self.post(f"/v2/{slug}", body, **kwargs)
        assert answer.status == 200, answer.body
        return answer.json

    def advance(self, seconds: float, key: str | None = None) -> Any:
        """Move the default clock, or an account's."""
        return self.control.clock.change(ClockChange(advance_s=seconds, api_key=key))

    def account(self, key: str | None = None, **fields: Any) -> Any:
        """Change an account, and return what is said about it."""
        return self.control.accounts.put(key or self.key, AccountSettings(**fields))


@pytest.fixture
def client() -> Client:
    """A client of an emulator whose clock is frozen."""
    return Client()


@pytest.fixture
def make_client():
    """Make clients of emulators with other settings."""
    return Client


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory):
    """A folder with models of the media that no model which comes along makes."""
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def running():
    """An emulator whose clock is frozen, on a real socket."""
    emulator = Emulator(clock="frozen", **FIXED)
    with emulator.live() as server:
        yield emulator, server.url


@pytest.fixture(params=["in process", "over HTTP"])
def control_client(request, running):
    """The control plane of the emulator, as it was when it started."""
    emulator, url = running
    found = (
        InProcessControlClient(emulator.in_process)
        if request.param == "in process"
        else HttpControlClient(url)
    )
    found.call("POST", "/_mock/reset")
    return found


@pytest.fixture(scope="session")
def made():
    """The golden exchanges, made once."""
    return generate.generate_all()


@pytest.fixture
def made_once(monkeypatch, made):
    """Compare and write what was made once."""
    monkeypatch.setattr(files, "generate_all", lambda: made)


@pytest.fixture(scope="session")
def redis_server():
    """A real Redis for all tests; what one does to it (kill, fill) others would feel."""
    with serving_redis() as server:
        yield server


@pytest.fixture(scope="session")
def _databases(redis_server):
    """Where the databases of that Redis are that nobody has taken yet."""
    return (redis_server.url_of(number) for number in range(DATABASES))


@pytest.fixture
def make_redis_url(_databases):
    """Take an empty database, and return where it is; none is taken twice."""
    return lambda: next(_databases)


@pytest.fixture
def redis_url(make_redis_url):
    """An empty database of the test's own."""
    return make_redis_url()
