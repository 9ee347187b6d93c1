"""What is told of a run at an instant, when a recording is replayed."""

from __future__ import annotations

import msgspec

from mockserver.facts.observed import Body
from mockserver.replay.answers import make_light, make_pending
from mockserver.replay.recorded import ENDED, Recorded
from mockserver.replay.runs import RecordedRun
from mockserver.rules.jobs import Job, State

_OK = 200


def find_told_poll(
    run: RecordedRun, route: str, at: int, state: State, *, is_changed: bool
) -> Recorded | None:
    """Return what a poll is answered; None where the recording does not say.

    Args:
        run: The recorded run.
        route: The route that is asked.
        at: Microseconds since the submission.
        state: The state of the run by then.
        is_changed: Whether somebody has changed how the run goes: its state decides alone then.
    """
    if is_changed:
        told = None if state == "FAILED" else run.find_told(state, at, route)
    else:
        told = run.find_answer(route, at, state)
    if told is None and not (is_changed and state in ENDED):
        return _borrow(run, route, at, state)
    return None if told is None else told.recorded


def _borrow(run: RecordedRun, route: str, at: int, state: State) -> Recorded | None:
    """Return what another route has told, in the words of this one."""
    other = run.find_told(state, at)
    if state not in ENDED:
        source = other.recorded if other else run.submitted
        return derive(source, make_pending(source, state))
    if other is None:
        return None
    if state == "FAILED":
        return other.recorded
    return derive(other.recorded, make_light(other.recorded)) if route == "status" else None


def derive(source: Recorded, body: bytes) -> Recorded:
    """Return an answer that says in another body what a recorded one has said."""
    exchange = msgspec.structs.replace(source.exchange, status=_OK, body=Body.of(body))
    return msgspec.structs.replace(
        source, place=f"{source.place} {body.decode()}", exchange=exchange
    )


def is_changed(planned: Job, kept: Job) -> bool:
    """Tell whether a fault or the control plane has changed how a job goes."""
    return (planned.started_at, planned.finished_at, planned.ends) != (
        kept.started_at,
        kept.finished_at,
        kept.ends,
    )
