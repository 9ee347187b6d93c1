"""The hour after a submit: what is known of a run just before its end, and just after (T7)."""

from __future__ import annotations

from mockserver.facts.observed import Known
from mockserver.verifier.calls import Call
from mockserver.verifier.runs import Ended
from mockserver.verifier.verifier_context import VerifierContext

KEPT_S = 3600.0
_MARGIN_S = 30.0
_EXPIRED: frozenset[Known] = frozenset({"id-expired"})


def wait_for_expiry(context: VerifierContext, runs: list[Ended]) -> None:
    """Ask about runs just before their hour is over, and just after."""
    clock = context.session.clock
    margin_s = _MARGIN_S + clock.leeway_s
    for run in runs:
        begun_s, answered_s = run.submitted.sent_s, run.submitted.answered_s or clock.now_s()
        context.tell(f"waits for the hour of run {run.request_id} to be over: free")
        _wait_until(context, begun_s + KEPT_S - margin_s)
        if clock.now_s() < begun_s + KEPT_S:
            _ask(context, run, frozenset())
        _wait_until(context, answered_s + KEPT_S + margin_s)
        _ask(context, run, _EXPIRED)


def _wait_until(context: VerifierContext, instant_s: float) -> None:
    context.session.clock.sleep(max(0.0, instant_s - context.session.clock.now_s()))


def _ask(context: VerifierContext, run: Ended, known: frozenset[Known]) -> None:
    for path in ("/v2/requests/{}/status", "/v2/requests/{}", "/v1/requests/{}"):
        target = path.format(run.request_id)
        context.session.ask(Call(method="GET", target=target, known=known))
