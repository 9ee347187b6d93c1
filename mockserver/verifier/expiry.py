"""The hour after a submit: what is known of a run just before its end, and just after (T7)."""

from __future__ import annotations

from mockserver.facts.observed import Known
from mockserver.verifier.calls import Call
from mockserver.verifier.runs import Ended
from mockserver.verifier.visit import Visit

KEPT_S = 3600.0
_MARGIN_S = 30.0
_EXPIRED: frozenset[Known] = frozenset({"id-expired"})


def wait_for_expiry(visit: Visit, runs: list[Ended]) -> None:
    """Ask about runs just before their hour is over, and just after."""
    clock = visit.session.clock
    margin_s = _MARGIN_S + clock.leeway_s
    for run in runs:
        begun_s, answered_s = run.submitted.sent_s, run.submitted.answered_s or clock.now_s()
        visit.tell(f"waits for the hour of run {run.request_id} to be over: free")
        _wait_until(visit, begun_s + KEPT_S - margin_s)
        if clock.now_s() < begun_s + KEPT_S:
            _ask(visit, run, frozenset())
        _wait_until(visit, answered_s + KEPT_S + margin_s)
        _ask(visit, run, _EXPIRED)


def _wait_until(visit: Visit, instant_s: float) -> None:
    visit.session.clock.sleep(max(0.0, instant_s - visit.session.clock.now_s()))


def _ask(visit: Visit, run: Ended, known: frozenset[Known]) -> None:
    for path in ("/v2/requests/{}/status", "/v2/requests/{}", "/v1/requests/{}"):
        target = path.format(run.request_id)
        visit.session.ask(Call(method="GET", target=target, known=known))
