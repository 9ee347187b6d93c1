"""Two emulators on one Redis say, in turn, what one emulator in memory says: not a byte differs."""

from __future__ import annotations

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from mockserver.base.json_encoding import encode
from mockserver.base.wire import Request, Respond
from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.emulator import Emulator
from mockserver.tests.conftest import FIXED, HOST
from mockserver.tests.kinds import IS_STORM

KEYS = ["SG_aaaaaaaaaaaaaaaa", "SG_bbbbbbbbbbbbbbbb", "SG_0000000000000406"]
SLUGS = ["ideogram-3", "ideogram-2a-txt-2-img", "mock-inference", "gpt-4o", "nothing"]
PROMPTS = [
    *("A kite", "", "mock:fail=no", "mock:stall", "mock:expire", "mock:slow=5000", "mock:block"),
    *("mock:status=502", "x" * 3_000, "mock:seed=7"),
]
DATA_URL = "data:image/png;base64,aGVsbG8="
KEPT = "kept_bytes"
"""What only says how much is kept in this way or that."""

FAULTS = [
    {"do": {"status": 503}, "on": {"route": "submit"}, "every": 2, "times": 3},
    {"do": {"status": 429}, "probability": 0.4},
    {"do": [{"status": 500}, None, {"status": 502}], "on": {"route": "status"}},
    {"do": {"state": "FAILED"}, "on": {"route": "status"}, "times": 1},
    {"do": {"status": 504}, "when": "after", "on": {"route": "submit"}, "times": 1},
    {"do": {"disconnect": True}, "times": 1},
    {"do": {"nothing": 1}},
]
LOOKS = [
    *("/v1/get-user-credits", "/inference-model-information/list", "/nowhere", "/webhook/get"),
    *("/inference-request/recent-generations", "/inference-request/generations"),
    *("/inference-request/request-history", "/api/auth/authenticate", "/finetune/request/list"),
]
OF_ALL = [
    *(
        "/_mock/health",
        "/_mock/accounts",
        "/_mock/jobs",
        "/_mock/faults",
        "/_mock/clock",
        "/_mock/requests",
    ),
    *("/_mock/requests?limit=3", "/_mock/verdicts", "/_mock/report", "/_mock/requests?status=404"),
    *("/_mock/outputs", "/_mock/outputs?limit=2"),
]
OF_JOBS = [
    *("/v2/requests/{}/status", "/v2/requests/{}", "/v1/requests/{}", "/_mock/jobs/{}"),
    *("/inference-request/request-history/{}", "/workflows/request/{}"),
]
SAID = [
    {"requests_per_minute": 3},
    {"requests_per_minute": None, "credits": 5},
    {"credits": "0.1"},
    {"status": "revoked"},
    {"status": "active", "plan": "free"},
    {"plan": "none such"},
    {"denied_models": ["ideogram-3"]},
    {"window_s": 5, "requests_per_minute": 2},
]
CHANGES = [
    {"state": "COMPLETED"},
    {"state": "FAILED", "error": "no"},
    {"state": "PROCESSING"},
    {"stall": True},
    {"expire": True},
    {},
]
keys = st.sampled_from(KEYS)


class Sent:
    """The same request, sent to the emulator in memory and to one of those on Redis in turn."""

    def __init__(self, url: str, **fields: object) -> None:
        shared = {"seed": 7, "explain": True, "webhooks": "off", **FIXED, **fields}
        self.alone = Emulator(**shared)
        self.pair = [Emulator(store=url, **shared) for _ in range(2)]
        self.calls = 0

    def ask(self, method: str, target: str, body: object = None, key: str | None = None) -> Respond:
        """Send a request to both; the answers are the same."""
        path, _, query = target.partition("?")
        headers = {b"host": HOST.encode(), b"content-type": b"application/json"}
        if key is not None:
            headers[b"x-api-key"] = key.encode()
        content = b"" if body is None else encode(body)
        request = Request(
            method=method, path=path, query=query, headers=headers, body=content, received_s=0.0
        )
        self.calls += 1
        expected = self.alone.in_process.handle(request)
        found = self.pair[self.calls % 2].in_process.handle(request)
        assert look(found) == look(expected), f"{method} {target}"
        return expected

    def finish(self) -> None:
        """Look at all that is left, through both emulators of the Redis."""
        for target in (*OF_ALL, *(f"/_mock/accounts/{key}" for key in KEYS)) * 2:
            self.ask("GET", target)
            self.calls += 1
            self.ask("GET", target)


def look(answer: object) -> object:
    """Return what is to be the same of an answer."""
    if not isinstance(answer, Respond):
        return answer
    body: object = answer.body
    if KEPT.encode() in answer.body:
        body = {**json.loads(answer.body), KEPT: None}
        return answer.status, body
    return answer.status, answer.headers, body


def read_id(answer: object) -> str | None:
    """Return the id of the job that an answer is about, if it is about one."""
    if not isinstance(answer, Respond) or answer.status != 200:
        return None
    return dict(answer.headers).get(b"x-request-id", b"").decode() or json.loads(answer.body).get(
        "request_id"
    )


class TwinStory(RuleBasedStateMachine):
    """Accounts are called, watched, steered and forgotten."""

    jobs = Bundle("jobs")
    make_url = None

    @initialize(clock=st.sampled_from(["frozen", "auto"]), credits=st.sampled_from(["1.5", "100"]))
    def begin(self, clock, credits):  # noqa: A002
        """Start in a database of one's own."""
        self.sent = Sent(self.make_url(), clock=clock, credits=credits)

    @rule(target=jobs, key=keys, slug=st.sampled_from(SLUGS), prompt=st.sampled_from(PROMPTS))
    def submit(self, key, slug, prompt):
        """Queue a run."""
        return key, read_id(self.sent.ask("POST", f"/v2/{slug}", {"prompt": prompt}, key))

    @rule(target=jobs, key=keys, slug=st.sampled_from(SLUGS), prompt=st.sampled_from(PROMPTS))
    def run(self, key, slug, prompt):
        """Run and wait."""
        answer = self.sent.ask("POST", f"/v1/{slug}", {"prompt": prompt}, key)
        headers = dict(answer.headers) if isinstance(answer, Respond) else {}
        return key, headers.get(b"x-request-id", b"").decode() or None

    @rule(target=jobs, key=keys)
    def run_workflow(self, key):
        """Run a workflow."""
        answer = self.sent.ask("POST", "/workflows/some-flow-v1", {"prompt": "a"}, key)
        return key, read_id(answer)

    @rule(job=jobs, path=st.sampled_from(OF_JOBS), other=st.none() | keys)
    def look_at_a_job(self, job, path, other):
        """Ask for a job, with its key or another one."""
        key, request_id = job
        if request_id is not None:
            self.sent.ask("GET", path.format(request_id), key=other or key)

    @rule(job=jobs)
    def fetch(self, job):
        """Fetch what a job has yielded."""
        key, request_id = job
        if request_id is None:
            return
        answer = self.sent.ask("GET", f"/v2/requests/{request_id}", key=key)
        found = answer.body.decode() if isinstance(answer, Respond) else ""
        for url in found.split('"'):
            if f"{HOST}/outputs/" in url:
                self.sent.ask("GET", url.partition(HOST)[2])
                self.sent.ask("GET", "/_mock" + url.partition(HOST)[2])
                self.sent.ask("GET", f"/_mock/outputs?after={url.rpartition('/')[2]}")
                self.sent.ask("GET", f"/_mock/outputs?request_id={request_id}")

    @rule(key=st.none() | keys, path=st.sampled_from(LOOKS))
    def ask(self, key, path):
        """Ask for what is an account's."""
        self.sent.ask("GET", path, key=key)

    @rule(key=keys, count=st.integers(1, 2))
    def upload(self, key, count):
        """Upload files."""
        self.sent.ask("POST", "/upload-asset", {"data_urls": [DATA_URL] * count}, key)

    @rule(key=keys)
    def add_webhook(self, key):
        """Have a webhook."""
        body = {"webhook_url": "https://example.com/hook", "event_types": ["PIXELFLOW"]}
        self.sent.ask("POST", "/webhook/add", body, key)

    @rule(seconds=st.sampled_from([0.001, 0.5, 7, 60, 3600, 7 * 86_400]), key=st.none() | keys)
    def advance(self, seconds, key):
        """Let time pass, for all or for one."""
        self.sent.ask("PATCH", "/_mock/clock", {"advance_s": seconds, "api_key": key})

    @rule(key=st.none() | keys)
    def advance_to_next(self, key):
        """Let time pass until something becomes of a job, of all or of one."""
        self.sent.ask("PATCH", "/_mock/clock", {"to_next": True, "api_key": key})

    @rule(mode=st.sampled_from(["frozen", "auto", "never"]), key=st.none() | keys)
    def set_mode(self, mode, key):
        """Have time go otherwise."""
        self.sent.ask("PATCH", "/_mock/clock", {"mode": mode, "api_key": key})

    @rule(key=keys, said=st.sampled_from(SAID))
    def configure(self, key, said):
        """Say something of an account."""
        self.sent.ask("PUT", f"/_mock/accounts/{key}", said)

    @rule(key=keys)
    def delete(self, key):
        """Forget an account."""
        self.sent.ask("DELETE", f"/_mock/accounts/{key}")

    @rule(fault=st.sampled_from(FAULTS), key=st.none() | keys)
    def arm(self, fault, key):
        """Make a rule of faults."""
        self.sent.ask("POST", "/_mock/faults", {**fault, "api_key": key})

    @rule(number=st.integers(1, 4))
    def disarm(self, number):
        """Remove one."""
        self.sent.ask("DELETE", f"/_mock/faults/fault-{number}")

    @rule(key=st.none() | keys)
    def disarm_all(self, key):
        """Remove all, or those of an account."""
        self.sent.ask("DELETE", f"/_mock/faults?api_key={key}" if key else "/_mock/faults")

    @rule(job=jobs, change=st.sampled_from(CHANGES))
    def force(self, job, change):
        """Have a job go otherwise."""
        if job[1] is not None:
            self.sent.ask("PATCH", f"/_mock/jobs/{job[1]}", change)

    @rule(target_path=st.sampled_from(OF_ALL), key=st.none() | keys)
    def watch(self, target_path, key):
        """Look at what the control plane shows."""
        joint = "&" if "?" in target_path else "?"
        takes_key = key and target_path not in {"/_mock/health", "/_mock/accounts"}
        self.sent.ask("GET", f"{target_path}{joint}api_key={key}" if takes_key else target_path)

    @rule(since=st.integers(0, 40), before=st.integers(0, 40), key=st.none() | keys)
    def page(self, since, before, key):
        """Look at a part of the journal."""
        of_key = f"&api_key={key}" if key else ""
        self.sent.ask("GET", f"/_mock/requests?since={since}&limit=5{of_key}")
        self.sent.ask("GET", f"/_mock/requests?before={before}&limit=5{of_key}")

    @rule(key=keys)
    def clear_journal(self, key):
        """Empty the journal of an account."""
        self.sent.ask("DELETE", f"/_mock/requests?api_key={key}")

    @rule(status=st.sampled_from([200, 404]))
    def clear_some(self, status):
        """Take some exchanges out."""
        self.sent.ask("DELETE", f"/_mock/requests?status={status}")

    @rule(key=st.none() | keys)
    def reset(self, key):
        """Begin anew."""
        self.sent.ask("POST", "/_mock/reset", {"api_key": key} if key else {})

    def teardown(self):
        """Whatever happened: all that is there is the same at the end."""
        if hasattr(self, "sent"):
            self.sent.finish()


TwinStory.TestCase.settings = settings(
    max_examples=1_000 if IS_STORM else 40,
    stateful_step_count=60 if IS_STORM else 40,
)


def test_stories_are_told_the_same(make_redis_url, monkeypatch):
    """Answers of both planes, ids and pages, journals, ledgers and verdicts."""
    load_shipped_catalogue()
    monkeypatch.setattr(TwinStory, "make_url", staticmethod(make_redis_url))
    TwinStory.TestCase().runTest()
