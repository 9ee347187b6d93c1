"""Effects tried on a live emulator, one cell at a time."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from mockserver.base.plurals import count
from mockserver.contract.routing import ROUTES
from mockserver.contract.tables import FaultRow
from mockserver.control.pages import ListFilter
from mockserver.edges.realtime import read_monotonic_s
from mockserver.emulator import Emulator
from mockserver.rules.faults import FaultRequest, On, When
from mockserver.selfcheck.cells import Cell
from mockserver.selfcheck.client import MODEL, PATIENCE_S, PIECE_EVERY_S, Answer, Client
from mockserver.selfcheck.observations import Observation, find_differences, mask
from mockserver.state.account import AccountSettings

SHORT_PATIENCE_S = 0.05
PIECES = 6
SLACKS = (1, 4, 16)
"""How far times are stretched, in turn, on a machine too slow to tell them from its own pauses."""

_POLLS_AFTERWARDS = 4


class Trial(msgspec.Struct, frozen=True):
    """One call to be made.

    Attributes:
        effect: What the fault is to do; no fault without it.
        is_armed: The fault is armed during the call, not disarmed before.
        patience_s: How long the answer is waited for.
        pause_s: The time between two pieces of an answer that comes slowly.
    """

    effect: dict[str, Any] | None
    route: str
    when: When
    patience_s: float
    pause_s: float
    is_armed: bool = True


class CellRunner:
    """A live emulator and a client, and fresh accounts to try faults on."""

    def __init__(self, emulator: Emulator, url: str) -> None:
        self.emulator = emulator
        self.client = Client(url)
        self._ordinals = itertools.count(1)
        self._plain_answers: dict[str, Answer] = {}

    def run_cell(self, row: FaultRow, route: str, when: When) -> Cell:
        """Try one effect at one route, with more time if the machine needs it."""
        tried = self._try_effect(row, route, when, SLACKS[0])
        for slack in SLACKS[1:]:
            if tried.is_good or not row.takes_time:
                break
            tried = self._try_effect(row, route, when, slack)
        return tried

    def _try_effect(self, row: FaultRow, route: str, when: When, slack: int) -> Cell:
        effect = fit_effect(row, self._find_plain_answer(route), slack)
        outlasts_client = row.takes_time and effect == row.example
        trial = Trial(
            effect=effect,
            route=route,
            when=when,
            patience_s=SHORT_PATIENCE_S * slack if outlasts_client else PATIENCE_S,
            pause_s=PIECE_EVERY_S * slack,
        )
        plain = self._observe(replace(trial, effect=None))
        armed = self._observe(trial)
        disarmed = self._observe(replace(trial, is_armed=False))
        seen, left = find_differences(plain, armed), find_differences(plain, disarmed)
        has_failed = self._has_failed(armed, outlasts_client=outlasts_client)
        note = ", ".join(seen) or "nothing shows"
        if has_failed:
            note = f"segmock fails, or never answers: {note}"
        if left:
            note += f"; disarmed it still shows: {', '.join(left)}"
        told_apart = not has_failed and any(not name.startswith("delivery") for name in seen)
        return Cell(row.effect, route, when, told_apart, not left, note)

    def _has_failed(self, armed: Observation, *, outlasts_client: bool) -> bool:
        """Tell whether the call was left without an answer, or answered by a failure of segmock."""
        if armed.outcome == "timed out":
            return not outlasts_client
        return self.emulator.catalogue.errors["emulator_failed"].message in armed.body

    def _find_plain_answer(self, route: str) -> Answer:
        """Return an undisturbed answer of the route."""
        if route not in self._plain_answers:
            api_key = self._make_account()
            self._plain_answers[route] = self.client.send(
                *self._prepare_call(route, api_key), api_key
            )
        return self._plain_answers[route]

    def _make_account(self) -> str:
        api_key = f"SG_selfcheck{next(self._ordinals):06d}"
        with self.emulator.lock:
            self.emulator.control.accounts.put(api_key, AccountSettings())
        return api_key

    def _prepare_call(self, route: str, api_key: str) -> tuple[str, str]:
        """Prepare what the route needs, and return method and path of a call of it."""
        called = ROUTES[route]
        method = called.methods[0]
        if called.polls_job:
            return method, called.fill_path(self._run_model("submit", api_key)["request_id"])
        if called.serves:
            url = self._run_model("sync", api_key)["data"][0]["url"]
            return method, urlsplit(url).path
        return method, called.fill_path(MODEL)

    def _run_model(self, route: str, api_key: str) -> Any:
        """Run the model by one of its routes, and return what the answer says."""
        answer = self.client.send(*self._prepare_call(route, api_key), api_key)
        return msgspec.json.decode(answer.body)

    def _observe(self, trial: Trial) -> Observation:
        """Make a call by a new account, and see what comes of it."""
        api_key, route = self._make_account(), trial.route
        method, path = self._prepare_call(route, api_key)
        fault_id = self._arm(api_key, trial) if trial.effect else None
        if fault_id and not trial.is_armed:
            self._disarm(fault_id)
        answer = self.client.send(
            method, path, api_key, patience_s=trial.patience_s, pause_s=trial.pause_s
        )
        delivery = self._wait_for_delivery(api_key, route)
        if fault_id and trial.is_armed:
            self._disarm(fault_id)
        later = self._poll_afterwards(route, api_key, path)
        return self._describe(answer, delivery, later, api_key)

    def _arm(self, api_key: str, trial: Trial) -> str:
        on = On(route=trial.route)
        wanted = FaultRequest(does=trial.effect, api_key=api_key, on=on, when=trial.when)
        with self.emulator.lock:
            return str(self.emulator.control.faults.add(wanted)["id"])

    def _disarm(self, fault_id: str) -> None:
        with self.emulator.lock:
            self.emulator.control.faults.remove(fault_id)

    def _wait_for_delivery(self, api_key: str, route: str) -> str:
        """Return what the journal says of the call; one that was left is entered a bit later."""
        deadline_s = read_monotonic_s() + 1
        while read_monotonic_s() < deadline_s:
            with self.emulator.lock:
                journal = list(self.emulator.services.store.journals.exchanges_of(api_key))
            found = [exchange.delivery for exchange in journal if exchange.route == route]
            if found:
                return found[-1]
        return "not in the journal"

    def _poll_afterwards(self, route: str, api_key: str, path: str) -> tuple[str, ...]:
        """Poll what the call was about, a few times, and return what comes."""
        if not (ROUTES[route].starts_job or ROUTES[route].polls_job):
            return (self._describe_state(path, api_key),)
        with self.emulator.lock:
            jobs = self.emulator.control.jobs.list(ListFilter(api_key=api_key))["jobs"]
        seen = [count(len(jobs), "job")]
        for job in jobs:
            usual = f"/v2/requests/{job['request_id']}"
            paths = [f"{usual}/status"] * _POLLS_AFTERWARDS + [usual]
            seen += [self._describe_state(each, api_key) for each in paths]
        return tuple(seen)

    def _describe_state(self, path: str, api_key: str) -> str:
        answer = self.client.send("GET", path, api_key)
        if answer.content_type != "application/json":
            return f"{answer.status} {answer.content_type}"
        return f"{answer.status} {mask(answer.body)}"

    def _describe(
        self, answer: Answer, delivery: str, later: tuple[str, ...], api_key: str
    ) -> Observation:
        with self.emulator.lock:
            ledger = self.emulator.control.accounts.show(api_key)["ledger"]
        return Observation(
            outcome=answer.outcome,
            status=answer.status,
            content_type=answer.content_type,
            body=mask(answer.body),
            is_slow=answer.pauses > PIECES // 2,
            later=later,
            ledger=tuple(f"{entry['amount']} {entry['why']}" for entry in ledger),
            delivery=delivery,
        )


def fit_effect(row: FaultRow, answer: Answer, slack: int = 1) -> dict[str, Any]:
    """Return the effect as it is tried: the example, fitted to the answer that it strikes."""
    if row.effect == "drip":
        piece_bytes = max(1, len(answer.body) // PIECES)
        return {"drip": {"bytes": piece_bytes, "every_s": PIECE_EVERY_S * slack}}
    if row.effect == "truncate_bytes":
        return {"truncate_bytes": len(answer.body) // 2}
    if row.effect == "drop_fields":
        return {"drop_fields": [min(msgspec.json.decode(answer.body))]}
    return row.example
