"""The properties: what a right client does whatever the server does, over generated cases.

Each names a strategy of cases with all that is expected of them, so that an example which fails
can be saved as a file and played again; the oracle and the other assertions look at each as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases import strategies as some
from client_tests.cases.model import Case, Effect, Expect, Level, Operation
from client_tests.cases.outcomes import outcome_of

SHORT_TIMEOUTS_S = (0.4, 0.5, 0.6)
BEYOND_EVERYTHING_S = 4.0
"""Longer than a short deadline and the grace after it."""

TIMEOUT_S = 10.0
"""A deadline that only a client in trouble meets."""

_LOST = ("server_error", "transport_error", "timeout")
_FULFILLED = Expect(outcomes=("completed",), charges=(1,), submits=(1,))


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property.

    Attributes:
        id: Its name.
        title: What a right client does.
        level: Whether it has to.
        facts: The facts that it rests on.
        feature: The operation that a driver needs for it.
        cases: Returns the strategy of its cases.
        share: What part of --examples it is given: some take long.
    """

    id: str
    title: str
    facts: tuple[str, ...]
    cases: Callable[[], SearchStrategy[Case]]
    level: Level = "MUST"
    feature: str = "run"
    share: float = 1.0

    def strategy(self) -> SearchStrategy[Case]:
        """Return its cases, under its name."""
        return self.cases().map(self.named)

    def named(self, case: Case) -> Case:
        """Return a case as one of this property."""
        header: dict[str, Any] = {"id": self.id, "title": self.title, "facts": self.facts}
        return replace(case, level=self.level, **header)

    def examples(self, most: int) -> int:
        """Return how many cases it is given."""
        return max(2, round(most * self.share))


def _make_fulfilled(operation: Operation, behaviour: some.Behaviour = (), **parts: Any) -> Case:
    """Return a case that has to end with the result, for the price of one run."""
    return some.case(
        [replace(operation, timeout_s=TIMEOUT_S)], behaviour, expect=_FULFILLED, **parts
    )


def _make_ended(behaviour: some.Behaviour, error: str | None) -> Case:
    """Return a case whose job completes, or fails with an error."""
    if error is None:
        return _make_fulfilled(some.ask(), behaviour)
    expect = Expect(outcomes=("failed",), error=error, charges=(0,), submits=(1,))
    operation = some.ask(timeout_s=TIMEOUT_S)
    # What a 422 means whose body cannot be read is for each client to say (E8).
    readable = (effect for effect in behaviour if effect.do != some.MALFORMED)
    return some.case([operation], (some.fail_with(error), *readable), expect=expect)


def _ends() -> SearchStrategy[str | None]:
    return st.one_of(st.none(), st.none(), some.errors())


def _place(effects: list[tuple[str, int, some.Injection]]) -> some.Behaviour:
    """Return effects of which no two are on the same call."""
    found: dict[tuple[str, int], Effect] = {}
    for route, ordinal, (do, when) in effects:
        side: Any = when
        found.setdefault((route, ordinal), Effect(route=route, ordinal=ordinal, do=do, when=side))
    return tuple(found[place] for place in sorted(found))


# --- What arrives -------------------------------------------------------------------------


def _params_arrive() -> SearchStrategy[Case]:
    return some.asks("run").map(_make_fulfilled)


def _params_arrive_v1() -> SearchStrategy[Case]:
    return some.asks("run_sync").map(_make_fulfilled)


# --- States and faults --------------------------------------------------------------------


def _states() -> SearchStrategy[Case]:
    return st.builds(_make_ended, some.schedules(), _ends())


def _poll_faults() -> SearchStrategy[Case]:
    return st.builds(_make_ended, some.poll_faults(), _ends())


def _unknown_things() -> SearchStrategy[Case]:
    added = st.tuples(
        st.sampled_from(["submit", "status", "result", "poll"]), st.integers(0, 3), some.additions()
    )
    run = st.builds(
        lambda schedule, more: _make_fulfilled(some.ask(), _merge(schedule, _place(more))),
        some.schedules(unknown=True),
        st.lists(added, max_size=4),
    )
    single = st.builds(_make_enriched, st.sampled_from(["credits", "run_sync"]), some.additions())
    return st.one_of(run, run, run, single)


def _merge(first: some.Behaviour, second: some.Behaviour) -> some.Behaviour:
    """Return both, with the second's effect where the two are on the same call."""
    effects = {(each.route, each.ordinal): each for each in (*first, *second)}
    return tuple(effects[place] for place in sorted(effects))


def _make_enriched(op: str, injection: some.Injection) -> Case:
    route = {"credits": "credits", "run_sync": "sync"}[op]
    behaviour = some.place(route, [injection])
    operation = some.ask(op, timeout_s=TIMEOUT_S)
    return some.case([operation], behaviour, expect=Expect(outcomes=("completed",)))


# --- Money --------------------------------------------------------------------------------


def _no_double_charge() -> SearchStrategy[Case]:
    once = Expect(submits=(1,))
    garbled = st.one_of(some.lost_answers(), some.garblings("submit"))

    def make_lost(op: str, injection: some.Injection) -> Case:
        route = {"run": "submit", "run_sync": "sync"}[op]
        expect = replace(once, outcomes=_LOST)
        return some.case([some.ask(op)], some.place(route, [injection]), expect=expect)

    def make_troubled(injections: list[some.Injection], error: str | None) -> Case:
        start = () if error is None else (some.fail_with(error),)
        polls = [some.place(route, injections) for route in ("status", "result", "poll")]
        behaviour = (*start, *(effect for each in polls for effect in each))
        return some.case([some.ask(timeout_s=1.0)], behaviour, expect=once)

    def make_expired(ordinal: int) -> Case:
        return some.case([some.ask()], _expire_job(ordinal, "before"), expect=once)

    op = st.sampled_from(["run", "run", "run_sync"])
    faults = st.lists(some.transient_faults(), min_size=1, max_size=6)
    return st.one_of(
        st.builds(make_lost, op, garbled),
        st.builds(make_lost, op, garbled),
        st.builds(make_troubled, faults, _ends()),
        st.integers(0, 2).map(make_expired),
    )


# --- Refusals -----------------------------------------------------------------------------


def _refusals_end() -> SearchStrategy[Case]:
    struck = st.sampled_from(
        [("run", "submit"), ("run", "submit"), ("run", "polls"), ("run_sync", "sync"),
         ("credits", "credits")]
    ).flatmap(_inject_refusal)  # fmt: skip
    return st.one_of(struck, struck, st.sampled_from(_real_refusals()))


def _inject_refusal(where: tuple[str, str]) -> SearchStrategy[Case]:
    op, route = where
    refused = some.refusals("status" if route == "polls" else route)
    routes = ("status", "result", "poll") if route == "polls" else (route,)

    def make_case(injection: some.Injection) -> Case:
        status = injection[0]["status"]
        words = "credits" if status == 406 else ""
        outcome = outcome_of(status, words) or ""
        behaviour = [effect for each in routes for effect in some.place(each, [injection])]
        return _make_refused(some.ask(op), outcome, tuple(behaviour))

    return refused.map(make_case)


def _make_refused(
    operation: Operation, outcome: str, behaviour: some.Behaviour = (), **parts: Any
) -> Case:
    submits = () if operation.op == "credits" else (1,)
    return some.case(
        [operation], behaviour, expect=Expect(outcomes=(outcome,), submits=submits), **parts
    )


def _real_refusals() -> list[Case]:
    """Return what the gateway refuses without being told to."""
    found = []
    for op in ("run", "run_sync"):
        operation = some.ask(op)
        found += [
            _make_refused(operation, "insufficient_credits", account={"credits": 0}),
            _make_refused(operation, "forbidden", account={"denied_models": [some.MODEL]}),
            _make_refused(operation, "unauthorized", account={"status": "revoked"}),
            _make_refused(replace(operation, model="no-such-model"), "not_found"),
        ]
    wrong: list[dict[str, Any]] = [{}, {"prompt": ""}, {"prompt": 5}, {"seed": 1, "prompt": "A"}]
    wrong.append({"prompt": "A", "style_type": "NO_SUCH_STYLE"})
    found += [_make_refused(some.ask("run_sync", params=params), "invalid") for params in wrong]
    found.append(_make_refused(some.ask("credits"), "unauthorized", account={"status": "revoked"}))
    return found


def _rate_limit() -> SearchStrategy[Case]:
    def make_case(behaviour: some.Behaviour) -> Case:
        is_submit = any(effect.route == "submit" for effect in behaviour)
        outcomes = ("completed", "rate_limited") if is_submit else ("completed",)
        expect = Expect(outcomes=outcomes, charges=(0, 1) if is_submit else (1,))
        operation = some.ask(timeout_s=TIMEOUT_S, poll_interval_s=0.02)
        return some.case([operation], behaviour, clock="real", expect=expect)

    return some.rate_limits().map(make_case)


def _expire_job(ordinal: int, when: Any) -> some.Behaviour:
    """Return what lets a job be gone at a poll of its status, or else before its result."""
    expire = {"expire": True}
    status = Effect(route="status", ordinal=ordinal, do=expire, when=when)
    result = Effect(route="result", ordinal=0, do=expire, when="before")
    return (status, result, replace(result, route="poll"))


def _gone() -> SearchStrategy[Case]:
    expect = Expect(outcomes=("not_found",), submits=(1,))

    def make_case(schedule: some.Behaviour, expiry: some.Behaviour) -> Case:
        return some.case([some.ask()], _merge(schedule, expiry), expect=expect)

    at_once = Effect(route="submit", ordinal=0, do={"expire": True}, when="after")
    sides = st.sampled_from(["before", "after"])
    later = st.builds(_expire_job, st.integers(0, 4), sides)
    return st.builds(make_case, some.schedules(), st.one_of(later, st.just((at_once,))))


# --- Damage and time ----------------------------------------------------------------------


def _garbled() -> SearchStrategy[Case]:
    routes = {
        "run": ["submit", "status", "result", "poll"],
        "run_sync": ["sync"],
        "credits": ["credits"],
        "download": ["output"],
    }

    def list_injections(route: str) -> SearchStrategy[tuple[str, int, some.Injection]]:
        ordinals = st.integers(0, 3 if route == "status" else 0)
        kinds = [some.garblings(route)]
        if route != "output":
            kinds.append(some.dropped_fields(route))
        return st.tuples(st.just(route), ordinals, st.one_of(kinds))

    def make_cases(op: str) -> SearchStrategy[Case]:
        each = st.one_of([list_injections(route) for route in routes[op]])
        expect = Expect(submits=(1,)) if op in {"run", "run_sync"} else Expect()
        return st.lists(each, min_size=1, max_size=4).map(
            lambda found: some.case([some.ask(op)], _place(found), expect=expect)
        )

    return st.sampled_from(["run", "run", "run", "run_sync", "credits", "download"]).flatmap(
        make_cases
    )


def _deadline() -> SearchStrategy[Case]:
    late: Any = {"delay_s": BEYOND_EVERYTHING_S}
    routes = {"run_sync": "sync", "credits": "credits", "download": "output"}

    def make_stalled(state: str, timeout_s: float) -> Case:
        stall = Effect(route="submit", ordinal=0, do={"stall": state})
        expect = Expect(outcomes=("timeout",), submits=(1,))
        return some.case([_slow_down(some.ask(timeout_s=timeout_s))], (stall,), expect=expect)

    def make_delayed(route: str, ordinal: int, side: Any, timeout_s: float) -> Case:
        place = ordinal if route == "status" else 0
        effect = Effect(route=route, ordinal=place, do=late, when=side)
        expect = Expect(submits=(1,))
        return some.case([_slow_down(some.ask(timeout_s=timeout_s))], (effect,), expect=expect)

    def make_dripping(timeout_s: float) -> Case:
        drip = {"drip": {"bytes": 1, "every_s": 0.04}}
        effect = Effect(route="status", ordinal=0, do=drip)
        return some.case([_slow_down(some.ask(timeout_s=timeout_s))], (effect,))

    def make_single(op: str, side: Any, timeout_s: float) -> Case:
        effect = Effect(route=routes[op], ordinal=0, do=late, when=side)
        expect = Expect(outcomes=("timeout", "transport_error", "server_error"))
        return some.case([some.ask(op, timeout_s=timeout_s)], (effect,), expect=expect)

    timeouts = st.sampled_from(SHORT_TIMEOUTS_S)
    sides = st.sampled_from(["before", "after"])
    stalls = st.builds(make_stalled, st.sampled_from(["PROCESSING", "QUEUED"]), timeouts)
    polls = st.sampled_from(["status", "submit", "result"])
    return st.one_of(
        stalls,
        st.builds(make_delayed, polls, st.integers(0, 2), sides, timeouts),
        st.builds(make_single, st.sampled_from(list(routes)), sides, timeouts),
        st.builds(make_dripping, timeouts),
    )


def _slow_down(operation: Operation) -> Operation:
    return replace(operation, poll_interval_s=0.05)


# --- Keys, company, downloads -------------------------------------------------------------


def _key() -> SearchStrategy[Case]:
    opaque = Effect(route="submit", ordinal=0, do={"opaque_urls": True})

    def make_case(ops: list[str], behaviour: some.Behaviour, *, is_opaque: bool) -> Case:
        runs = sum(op in {"run", "run_sync"} for op in ops)
        expect = Expect(outcomes=("completed",), charges=(runs,), submits=(runs,))
        operations = [some.ask(op, timeout_s=TIMEOUT_S) for op in ops]
        has_run = "run" in ops
        start = (opaque,) if is_opaque and has_run else ()
        return some.case(operations, (*start, *behaviour) if has_run else (), expect=expect)

    ops = st.lists(
        st.sampled_from(["run", "run_sync", "credits", "download"]), min_size=1, max_size=2
    )
    return st.builds(make_case, ops, some.poll_faults(most=2), is_opaque=st.booleans())


def _concurrent() -> SearchStrategy[Case]:
    def make_case(prompts: list[str], behaviour: some.Behaviour) -> Case:
        number = len(prompts)
        numbers = count()
        operations = [
            some.ask(params={"prompt": f"{next(numbers)} {prompt}"}, timeout_s=TIMEOUT_S)
            for prompt in prompts
        ]
        expect = Expect(outcomes=("completed",), charges=(number,), submits=(number,))
        return some.case(operations, behaviour, concurrent=True, expect=expect)

    prompts = st.lists(some.texts(max_size=20), min_size=2, max_size=4)
    return st.builds(make_case, prompts, some.poll_faults(most=3))


def _downloads() -> SearchStrategy[Case]:
    right = Expect(outcomes=("completed",))

    def make_case(injection: some.Injection | None, prompt: str) -> Case:
        operation = some.ask("download", params={"prompt": prompt, "resolution": "512x1536"})
        is_harmless = injection is None or {"delay_s", "drip"} & injection[0].keys()
        behaviour = some.place("output", [injection])
        return some.case([operation], behaviour, expect=right if is_harmless else Expect())

    kinds: list[SearchStrategy[some.Injection | None]] = [
        st.none(), some.delays(), some.lost_answers(), some.server_errors(),
        some.refusals("output"),
    ]  # fmt: skip
    prompts = some.texts(min_size=1, max_size=20).filter(lambda text: not text.startswith("mock:"))
    return st.builds(make_case, st.one_of(kinds), prompts)


def _anything() -> SearchStrategy[Case]:
    return some.cases()


PROPERTIES = (
    Property(
        id="property/params-arrive",
        title="Every parameter reaches the model as it was given, whatever it is called",
        facts=("S1", "R2"),
        cases=_params_arrive,
    ),
    Property(
        id="property/params-arrive-v1",
        title="Every parameter reaches the model as it was given, on v1 too",
        facts=("R1", "V1"),
        cases=_params_arrive_v1,
        feature="run_sync",
    ),
    Property(
        id="property/states",
        title="However long a job stays in which state, COMPLETED yields its result and FAILED "
        "its error",
        facts=("T1", "T2", "T3", "T4"),
        cases=_states,
    ),
    Property(
        id="property/poll-faults",
        title="A poll that goes wrong now and then changes nothing about the outcome",
        facts=("S2", "T4", "E6"),
        cases=_poll_faults,
    ),
    Property(
        id="property/no-double-charge",
        title="No call is paid for twice: a run that may have been accepted is not sent again",
        facts=("S2", "E7"),
        cases=_no_double_charge,
    ),
    Property(
        id="property/refusals-end",
        title="A refusal that no repetition heals ends the call at once, under its own name",
        facts=("E1", "E2", "E3", "E4", "A3", "A6"),
        cases=_refusals_end,
    ),
    Property(
        id="property/rate-limit",
        title="After a 429 nothing is asked again until the instant that it names",
        facts=("E5", "L2"),
        cases=_rate_limit,
        share=0.06,
    ),
    Property(
        id="property/gone",
        title="A job that has expired ends the call as not found",
        facts=("T6", "T7"),
        cases=_gone,
        share=0.5,
    ),
    Property(
        id="property/unknown-things",
        title="States and fields that nobody has heard of break nothing",
        facts=("T8b", "O1"),
        cases=_unknown_things,
    ),
    Property(
        id="property/garbled",
        title="An answer that is no answer never crashes the client, nor passes for success",
        facts=("E1", "E6", "S2"),
        cases=_garbled,
    ),
    Property(
        id="property/deadline",
        title="The deadline holds, whether the job or an answer takes too long",
        facts=("T1", "S2"),
        cases=_deadline,
        share=0.12,
    ),
    Property(
        id="property/key",
        title="The key goes with every call to the API, and never with a download",
        facts=("A1", "A2", "A4", "R7"),
        cases=_key,
        share=0.5,
    ),
    Property(
        id="property/concurrent",
        title="Calls made at the same time each have their own result",
        facts=("S2", "O1"),
        cases=_concurrent,
        share=0.3,
    ),
    Property(
        id="property/downloads",
        title="A download yields the file byte by byte, or says what went wrong",
        facts=("R7",),
        cases=_downloads,
        feature="download",
        share=0.5,
    ),
    Property(
        id="property/anything",
        title="Whatever the server does, the client reports what it was shown",
        facts=("S2", "T1", "T4", "T6", "E1"),
        cases=_anything,
    ),
)


def properties() -> list[Property]:
    """Return every property."""
    return list(PROPERTIES)
