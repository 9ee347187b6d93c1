"""Stories of several accounts, made by Hypothesis, in which the gateway's promises must hold."""

from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from mockserver.rules.jobs import TRANSITIONS
from mockserver.tests.conftest import Client
from mockserver.tests.kinds import IS_STORM

KEYS = ["SG_aaaaaaaaaaaaaaaa", "SG_bbbbbbbbbbbbbbbb", "SG_cccccccccccccccc"]
SLUGS = ["ideogram-3", "ideogram-2a-txt-2-img", "ideogram-txt-2-img", "mock-inference"]
PROMPTS = [
    "A kite",
    "",
    "mock:fail=no",
    "mock:stall",
    "mock:expire",
    "mock:slow=5000",
    "mock:block",
]
START = Decimal("1.5")
LIMIT = 7

keys = st.sampled_from(KEYS)


class GatewayStory(RuleBasedStateMachine):
    """Accounts submit, run, poll, wait and reach limits; the model is what clients were told."""

    jobs = Bundle("jobs")

    @initialize(clock=st.sampled_from(["frozen", "auto"]))
    def begin(self, clock):
        """Start with three accounts, one of them limited and one of them poor."""
        self.client = Client(clock=clock, credits=START)
        self.client.account(KEYS[0])
        self.client.account(KEYS[1], requests_per_minute=LIMIT)
        self.client.account(KEYS[2], credits=Decimal("0.2"))
        self.start = {KEYS[0]: START, KEYS[1]: START, KEYS[2]: Decimal("0.2")}
        self.seen: dict[tuple[str, str], str] = {}
        self.completed: dict[str, set[str]] = {key: set() for key in KEYS}
        self.charged: dict[str, Decimal] = dict.fromkeys(KEYS, Decimal(0))

    @rule(target=jobs, key=keys, slug=st.sampled_from(SLUGS), prompt=st.sampled_from(PROMPTS))
    def submit(self, key, slug, prompt):
        """Queue a run."""
        answer = self.client.post(f"/v2/{slug}", {"prompt": prompt}, key=key)
        assert answer.status in {200, 406, 429}
        if answer.status != 200:
            return key, None
        request_id = answer.json["request_id"]
        assert (key, request_id) not in self.seen
        self.seen[key, request_id] = "QUEUED"
        return key, request_id

    @rule(key=keys, slug=st.sampled_from(SLUGS), prompt=st.sampled_from(PROMPTS))
    def run(self, key, slug, prompt):
        """Run and wait."""
        answer = self.client.post(f"/v1/{slug}", {"prompt": prompt}, key=key)
        assert answer.status in {200, 400, 406, 429, 500, 504}
        if answer.status == 200:
            self.completed[key].add(answer.headers["x-request-id"])
            self.charged[key] += Decimal(answer.headers["x-cost"])

    @rule(job=jobs, route=st.sampled_from(["/v2/requests/{}/status", "/v2/requests/{}"]))
    def poll(self, job, route):
        """Ask for a job; its state never goes back."""
        key, request_id = job
        if request_id is None:
            return
        answer = self.client.get(route.format(request_id), key=key)
        before = self.seen[key, request_id]
        if answer.status == 404:
            self.seen[key, request_id] = "GONE"
            return
        state = answer.json["status"]
        assert answer.status == (422 if state == "FAILED" else 200)
        assert before == state or state in _reachable(before)
        self.seen[key, request_id] = state
        if state == "COMPLETED":
            self.completed[key].add(request_id)

    @rule(job=jobs, other=keys)
    def snoop(self, job, other):
        """Ask for another account's job; it is not there."""
        key, request_id = job
        if request_id is not None and other != key:
            assert self.client.get(f"/v2/requests/{request_id}", key=other).status == 404

    @rule(seconds=st.sampled_from([0.001, 0.05, 0.5, 7, 60, 3599, 3600]), key=st.none() | keys)
    def wait(self, seconds, key):
        """Let time pass, for all or for one."""
        self.client.advance(seconds, key=key)

    @rule(key=keys)
    def look(self, key):
        """Ask for the balance."""
        assert self.client.get("/v1/get-user-credits", key=key).status == 200

    @invariant()
    def money_is_accounted_for(self):
        """Balances are never negative, and what is missing is what was booked."""
        if not hasattr(self, "client"):
            return
        for key in KEYS:
            account = self.client.account(key)
            booked = sum((entry["amount"] for entry in account["ledger"]), Decimal(0))
            assert account["credits"] == self.start[key] - booked
            assert account["credits"] >= account["held"] >= 0
            booked_ids = [entry["request_id"] for entry in account["ledger"]]
            assert len(booked_ids) == len(set(booked_ids))
            assert self.completed[key] <= set(booked_ids)
            assert booked >= self.charged[key]

    @invariant()
    def holds_are_those_of_pending_jobs(self):
        """What is held is the price of what has not ended."""
        if not hasattr(self, "client"):
            return
        for key in KEYS:
            account = self.client.store.accounts[key]
            now = account.clock.now()
            pending = [
                job for job in self.client.store.jobs_of(key) if job.find_next_transition(now) > now
            ]
            held = sum((job.price for job in pending if not job.settled), Decimal(0))
            assert account.wallet.held == held

    @invariant()
    def nothing_outlives_its_time(self):
        """Jobs are gone after an hour, and each account keeps only its own."""
        if not hasattr(self, "client"):
            return
        ids = [{job.key for job in self.client.store.jobs_of(key)} for key in KEYS]
        assert len(set().union(*ids)) == sum(map(len, ids))
        for key in KEYS:
            now = self.client.store.accounts[key].clock.now()
            assert all(job.expires_at > now for job in self.client.store.jobs_of(key))


def _reachable(state):
    """Return every state that may follow, after however many steps."""
    following = set(TRANSITIONS.get(state, ()))
    return following.union(*(_reachable(each) for each in following)) if following else set()


GatewayStory.TestCase.settings = settings(
    max_examples=2_000 if IS_STORM else 60,
    stateful_step_count=60 if IS_STORM else 40,
)


@pytest.mark.fact("T1", "T6", "L3", "E7", "S2")
class TestGatewayStory(GatewayStory.TestCase):
    """States never go back, money adds up, nothing crosses accounts."""
