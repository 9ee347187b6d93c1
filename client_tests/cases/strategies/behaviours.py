"""Strategies of how the server behaves: schedules of states, faults, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from client_tests.cases.model import PATIENCE, Effect
from client_tests.cases.strategies.values import texts

Behaviour: TypeAlias = tuple[Effect, ...]


Injection: TypeAlias = tuple[dict[str, Any], str | None]
"""What happens, and on which side of the commit."""


MAX_POLL_FAULTS = 4
"""So few in one case that even a client which waits longer each time meets its deadline."""


SMALL_DELAYS_S = (0.02, 0.05)


MALFORMED: dict[str, Any] = {"malformed": True}


ROUTES = {"run_sync": "sync", "download": "output", "credits": "credits", "run": "submit"}


def errors() -> SearchStrategy[str]:
    """Return what a failed job says: words that a client has no reason to change."""
    letters = st.characters(codec="utf-8", exclude_categories=["C", "Z"])
    return st.one_of(st.just("Nope."), st.text(letters, min_size=1, max_size=80))


def fail_with(error: str) -> Effect:
    """Return what makes a run FAIL in its time."""
    return Effect(route="submit", ordinal=0, do={"state": "FAILED", "error": error})


def unknown_states() -> SearchStrategy[str]:
    """Return states that the gateway does not document."""
    words = ["THROTTLED", "STARTING", "RETRYING", "SCALING_UP", "COMPLETE", "DONE", "IN_PROGRESS"]
    return st.sampled_from(words)


def schedules(*, unknown: bool = False) -> SearchStrategy[Behaviour]:
    """Return how many polls a job spends in which state, whichever route is polled.

    Args:
        unknown: Whether the status may name states that nobody has heard of.
    """
    lingering = st.tuples(st.just({"linger": True}), st.none())
    steps: SearchStrategy[Injection | None] = st.one_of(st.none(), lingering)
    if unknown:
        named = unknown_states().map(lambda state: ({"unknown_state": state}, None))
        steps = st.one_of(st.none(), lingering, named)
    plain = st.lists(st.one_of(st.none(), lingering), max_size=6)
    return st.builds(
        lambda status, other: (
            *place("status", status), *place("result", other), *place("poll", other)
        ),
        st.lists(steps, max_size=8),
        plain,
    )  # fmt: skip


def place(route: str, injections: Sequence[Injection | None]) -> Behaviour:
    """Return what makes the n-th call of a route meet the n-th strike; None lets it pass."""
    return tuple(
        Effect(route=route, ordinal=ordinal, do=injection[0], when=_when(injection[1]))
        for ordinal, injection in enumerate(injections)
        if injection is not None
    )


def _when(word: str | None) -> Any:
    return word


def _sides() -> SearchStrategy[str | None]:
    return st.sampled_from(["before", "after"])


def server_errors() -> SearchStrategy[Injection]:
    """Return a 5xx, as the gateway or the edge before it says it."""
    do = st.builds(
        lambda status, body: {"status": status, "body": body},
        st.sampled_from([503, 500, 502, 504]),
        st.sampled_from(["json", "html", "empty"]),
    )
    return st.tuples(do, _sides())


def lost_answers() -> SearchStrategy[Injection]:
    """Return an answer that does not come, or not whole."""
    gone = st.tuples(st.sampled_from([{"reset": True}, {"close": True}]), _sides())
    cut = st.builds(lambda size: ({"truncate_bytes": size}, "after"), st.integers(0, 120))
    return st.one_of(gone, cut)


def garblings(route: str = "status") -> SearchStrategy[Injection]:
    """Return a success whose body is not what it has to be."""
    texts_ = st.sampled_from(["html", "empty", "text:", "text:OK", "text:COMPLETED", "text:{"])
    other = st.sampled_from(["[]", "null", '"COMPLETED"', "5", "true", "[{}]", '[["status"]]'])
    plain = texts_.map(lambda body: {"status": 200, "body": body})
    as_json = {"headers": {"content-type": "application/json"}}
    odd = other.map(lambda body: {"status": 200, "body": f"text:{body}", **as_json})
    answered = st.tuples(st.one_of(plain, odd), _sides())
    if route == "output":
        return lost_answers()
    return st.one_of(answered, st.just((MALFORMED, "after")), lost_answers())


def delays() -> SearchStrategy[Injection]:
    """Return an answer that is late, or comes in pieces, but within anybody's deadline."""
    late = st.sampled_from(SMALL_DELAYS_S).map(lambda delay_s: {"delay_s": delay_s})
    drip = st.just(({"drip": {"bytes": 100, "every_s": 0.005}}, "after"))
    return st.one_of(st.tuples(late, _sides()), drip)


def dropped_fields(route: str = "status") -> SearchStrategy[Injection]:
    """Return an answer that lacks fields."""
    fields = {
        "submit": ["status_url", "response_url", "poll_url", "request_id", "status"],
        "result": ["status", "output", "metrics", "images", "request_id"],
        "credits": ["credits", "free-credits"],
        "sync": ["data", "created", "output"],
    }
    known = fields.get(route, ["status", "metrics", "request_id"])
    chosen = st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)
    return chosen.map(lambda fields: ({"drop_fields": fields}, None))


def additions() -> SearchStrategy[Injection]:
    """Return an answer with fields that nobody has heard of."""
    names_ = ["region", "queue_position", "logs", "warnings", "progress", "eta", "x", "self"]
    fields = st.dictionaries(st.sampled_from(names_), small_json(), min_size=1, max_size=3)
    return fields.map(lambda fields: ({"extra_fields": fields}, None))


def small_json() -> SearchStrategy[Any]:
    """Return JSON of a few characters."""
    simple = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), texts(max_size=8))
    return st.one_of(simple, st.lists(simple, max_size=2), st.just({}))


def transient_faults() -> SearchStrategy[Injection]:
    """Return something that is over when a poll is repeated."""
    return st.one_of(server_errors(), lost_answers(), garblings())


@st.composite
def poll_faults(draw: st.DrawFn, most: int = MAX_POLL_FAULTS) -> Behaviour:
    """Return faults of polls amid a schedule of states, never more in a row than `PATIENCE`."""
    lingering: SearchStrategy[Injection] = st.just(({"linger": True}, None))
    steps = st.one_of(st.none(), transient_faults(), transient_faults(), delays(), lingering)
    status = _limit_faults(draw(st.lists(steps, max_size=7)), most)
    result = _limit_faults(
        draw(st.lists(st.one_of(st.none(), transient_faults()), max_size=4)), most
    )
    return place("status", status) + place("result", result) + place("poll", result)


def _limit_faults(injections: list[Injection | None], most: int) -> list[Injection | None]:
    """Let those calls pass where too many would go wrong, all in all or in a row."""
    found: list[Injection | None] = []
    total = in_a_row = 0
    for injection in injections:
        is_fault = injection is not None and not {"linger", "delay_s", "drip"} & injection[0].keys()
        passes = is_fault and (total >= most or in_a_row >= PATIENCE)
        in_a_row = in_a_row + 1 if is_fault and not passes else 0
        total += is_fault and not passes
        found.append(None if passes else injection)
    return found


REFUSALS: dict[str, tuple[int, ...]] = {
    "submit": (400, 401, 402, 403, 404, 405, 406, 410, 413),
    "sync": (400, 401, 402, 403, 404, 405, 406, 410, 413),
    "status": (400, 401, 403, 410),
    "result": (400, 401, 403, 410),
    "poll": (400, 401, 403, 410),
    "credits": (401, 403),
    "output": (403, 404, 410),
}
"""The 4xx that asking again does not heal, by route."""


def refusals(route: str = "submit") -> SearchStrategy[Injection]:
    """Return a refusal that no repetition heals; nothing was done."""
    return st.builds(_refusal, st.sampled_from(REFUSALS[route]), _bodies())


def _bodies() -> SearchStrategy[str]:
    return st.sampled_from(["json", "html", "empty"])


def _refusal(status: int, body: str) -> Injection:
    """Return a refusal; which kind a 406 is, only JSON says."""
    return {"status": status, **({} if status == 406 else {"body": body})}, "before"


def rate_limits(longest_s: float = 0.6) -> SearchStrategy[Behaviour]:
    """Return one or two 429s on a real clock, whose window ends so soon."""
    seconds = st.sampled_from([0.3, 0.1, 0.5, longest_s])
    routes = st.sampled_from([("submit",), ("status", "result"), ("submit", "status", "result")])

    def behaviour(where: tuple[str, ...], ordinal: int, wait_s: float) -> Behaviour:
        effects = []
        for route in where:
            place = ordinal if route == "status" else 0
            do = {"status": 429}
            effects.append(Effect(route=route, ordinal=place, do=do, reset_in_s=wait_s))
        return tuple(effects)

    return st.builds(behaviour, routes, st.integers(0, 1), seconds)


def strikes(route: str) -> SearchStrategy[Injection]:
    """Return anything at all that can happen to a call of a route, within anybody's deadline."""
    common: list[SearchStrategy[Injection]] = [
        server_errors(), lost_answers(), garblings(route), delays(), refusals(route),
    ]  # fmt: skip
    if route != "output":
        common += [additions(), dropped_fields(route)]
    if route in {"status", "result", "poll"}:
        common.append(st.just(({"linger": True}, None)))
        common.append(unknown_states().map(lambda state: ({"unknown_state": state}, None)))
    if route not in {"output", "credits"}:
        common.append(errors().map(lambda error: ({"state": "FAILED", "error": error}, None)))
    if route == "submit":
        common.append(st.just(({"opaque_urls": True}, None)))
    if route in {"submit", "status", "result", "poll"}:
        common.append(st.tuples(st.just({"expire": True}), _sides()))
    return st.one_of(common)


@st.composite
def behaviours(draw: st.DrawFn, op: str = "run") -> Behaviour:
    """Return any mix of effects on the routes that an operation uses."""
    routes = ["submit", "status", "result", "poll"] if op == "run" else [ROUTES[op]]
    effects: dict[tuple[str, int], Effect] = {}
    for _ in range(draw(st.integers(0, 6))):
        route = draw(st.sampled_from(routes))
        ordinal = draw(st.integers(0, 5 if route == "status" else 2))
        do, when = draw(strikes(route))
        effects[route, ordinal] = Effect(route=route, ordinal=ordinal, do=do, when=_when(when))
    return tuple(effects[place] for place in sorted(effects))
