"""A recorded run on a time of its own, which begins as its submission was answered.

At an instant the answer to a poll is the latest recorded one of its route; before the first that is
the first one, after the last the last one. Nothing ends earlier than it was seen to have ended.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cached_property

import msgspec

from mockserver.base.clock import NEVER
from mockserver.contract.routing import RouteName, find_names
from mockserver.replay.recorded import ENDED, Recorded
from mockserver.rules.jobs import RETENTION, State

_RESULTS = find_names(lambda route: route.has_state and not route.path.endswith("/status"))
"""R5: these are answered alike."""


class RunAnswer(msgspec.Struct, frozen=True):
    """One recorded answer about a run.

    Attributes:
        at: Microseconds since the run's submission.
        route: The route that was asked.
        recorded: The exchange.
    """

    at: int
    route: str
    recorded: Recorded

    @property
    def state(self) -> State | None:
        """The state that it tells."""
        return self.recorded.state

    @property
    def is_pending(self) -> bool:
        """Whether it tells that the run has not ended."""
        return self.state is not None and self.state not in ENDED


class RunTimes(msgspec.Struct, frozen=True):
    """When a run changes, in microseconds since its submission; `NEVER` if it was not seen to."""

    started_at: int
    finished_at: int
    expires_at: int
    ends: State


class RecordedRun(msgspec.Struct, frozen=True, dict=True, eq=False):
    """A run that was queued, and what was answered about it, in order.

    Attributes:
        identifier: Its id as the recording has it.
        submitted: The exchange that submitted it.
        answers: Those that asked about it after that.
    """

    identifier: str
    submitted: Recorded
    answers: tuple[RunAnswer, ...]

    @cached_property
    def times(self) -> RunTimes:
        """When it changes."""
        told = [each for each in self._alive if each.state is not None]
        ended = next((each for each in told if each.state in ENDED), None)
        started = next((each.at for each in told if each.state != "QUEUED"), NEVER)
        if told and told[0].state == "PROCESSING":
            started = 0
        return RunTimes(
            started_at=started,
            finished_at=ended.at if ended else NEVER,
            expires_at=self._find_expiry(),
            ends=(ended and ended.state) or "COMPLETED",
        )

    @cached_property
    def gone(self) -> tuple[RunAnswer, ...]:
        """Those at the end which say that it is there no more, once it has ended."""
        ended = next((each.at for each in self.answers if each.state in ENDED), NEVER)
        last = max((each.at for each in self.answers if each.state is not None), default=0)
        return tuple(
            each for each in self.answers if each.recorded.is_gone and each.at > max(ended, last)
        )

    @cached_property
    def _alive(self) -> tuple[RunAnswer, ...]:
        return tuple(
            each for each in self.answers if each.recorded.is_lasting and each not in self.gone
        )

    def _find_expiry(self) -> int:
        """Return when it is forgotten: as it was seen, else after an hour (T7).

        One that was still there after more than an hour is forgotten right after that.
        """
        if self.gone:
            return self.gone[0].at
        last = max((each.at for each in self._alive), default=0)
        return max(RETENTION, last + 1)

    def find_gone(self, route: str) -> Recorded | None:
        """Return the answer that it is there no more, if one was recorded on this route."""
        return next((each.recorded for each in self.gone if each.route == route), None)

    def find_answer(self, route: str, at: int, state: State) -> RunAnswer | None:
        """Return the answer of a route at an instant, where the run is in this state by then."""
        for name in list_alike(route):
            answers = [each for each in self._alive if each.route == name]
            if answers and (found := _find_latest(answers, at, state)):
                return found
        return None

    def find_told(
        self, state: State, at: int = NEVER, route: str | None = None
    ) -> RunAnswer | None:
        """Return the latest answer until an instant, else the first, that tells a state.

        Args:
            state: The state.
            at: The instant.
            route: The route whose answers count, and that which is answered alike; None: any.
        """
        routes = list_alike(route) if route else None
        telling = [
            each
            for each in self._alive
            if each.state == state and (routes is None or each.route in routes)
        ]
        passed = [each for each in telling if each.at <= at]
        return next(iter(passed[-1:] or telling[:1]), None)

    def find_interruption(
        self, route: str, until: int, replayed: Container[str]
    ) -> Recorded | None:
        """Return the first refusal, or fault on the way, up to an instant, not yet replayed.

        Args:
            route: The route that is asked.
            until: The instant.
            replayed: The places of exchanges that were replayed.
        """
        for each in self.answers:
            recorded = each.recorded
            is_due = each.at <= until and each.route == route
            if is_due and not recorded.is_lasting and recorded.place not in replayed:
                return recorded
        return None


def list_alike(route: RouteName) -> tuple[RouteName, ...]:
    """Return a route, and those that are answered alike (R5)."""
    return (route, *sorted(_RESULTS - {route})) if route in _RESULTS else (route,)


def _find_latest(answers: list[RunAnswer], at: int, state: State) -> RunAnswer | None:
    """Return the answer of one route at an instant; None where it would say what is not so yet."""
    passed = [each for each in answers if each.at <= at]
    found = passed[-1] if passed else answers[0]
    if state in ENDED and found.state not in ENDED:  # another route has told the end before
        ended = next((each for each in answers if each.state == state), None)
        return ended or (None if found.is_pending else found)
    if state in ENDED:
        return found
    return found if passed or found.is_pending or found.state is None else None
