"""The gateway over a store that others write to as well: each request is a transaction."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from mockserver.base.errors import ApiError, StoreGoneError
from mockserver.base.reading import Reading
from mockserver.base.wire import Outcome, Request, Respond, Wait
from mockserver.contract.routing import find
from mockserver.gateway.completion import complete_answer
from mockserver.gateway.context import Context, Services
from mockserver.gateway.gateway import Gateway
from mockserver.gateway.refusals import render_refusal
from mockserver.shared.redis_store import RedisStore


class SharedGateway(Gateway):
    """The data plane of one of several processes.

    A request that finds its account changed meanwhile is decided again; one whose store is gone is
    answered with 503, and stands in no journal.

    Args:
        services: Contracts, rules and state.
        report: Takes the traceback of a failure of the emulator's own, without keys.
        store: The state, as `services` has it.
        read_utc: The real time in microseconds since 1970.
    """

    def __init__(
        self,
        services: Services,
        report: Callable[[str], object],
        store: RedisStore,
        read_utc: Callable[[], int],
    ) -> None:
        self._failures: list[str] = []
        self._seen: list[tuple[Context, Outcome]] = []
        super().__init__(services, report)
        self._store = store
        self._read_utc = read_utc

    def handle(
        self, request: Request, reading: Reading | None = None, *, renders: bool = True
    ) -> Outcome:
        """Answer a request, or say how long to wait before `resume`; never raise."""
        handle = super().handle
        return self._transact(request, lambda: handle(request, reading, renders=renders))

    def resume(self, wait: Wait, file: bytes | None = None) -> Outcome:
        """Go on when the time has passed, or the file was rendered that was waited for."""
        resume = super().resume
        return self._transact(wait.context.request, lambda: resume(_copy(wait), file))

    def abandon(self, wait: Wait) -> None:
        """Note that the client left while it was waiting."""

        def note() -> Outcome:
            super(SharedGateway, self).abandon(_copy(wait))
            return wait

        self._transact(wait.context.request, note)

    def note_failure(self, told: str) -> None:
        """Tell of a failure once the request is done; until then it may be handled again."""
        self._failures.append(told)

    def tell_observers(self, context: Context, outcome: Outcome) -> None:
        """Let observers see a request once it is in the journal, which is when all is written."""
        self._seen.append((context, outcome))

    def _transact(self, request: Request, work: Callable[[], Outcome]) -> Outcome:
        def work_anew() -> Outcome:
            self._failures.clear()
            self._seen.clear()
            return work()

        try:
            outcome = self._store.handle(work_anew)
        except StoreGoneError:
            return self._answer_gone(request)
        failures, self._failures[:] = self._failures[:], []
        for failure in failures:
            self.report(failure)
        return self._tell_seen(outcome)

    def _tell_seen(self, outcome: Outcome) -> Outcome:
        """Let observers see what was written; where one fails the client is told of that."""
        seen, self._seen = self._seen, []
        for context, told in seen:
            try:
                super().tell_observers(context, told)
            except Exception as error:  # noqa: BLE001 (whatever it is, the client gets an answer)
                fail = partial(self._fail, context, error)
                return self._transact(context.request, fail)
        return outcome

    def _answer_gone(self, request: Request) -> Respond:
        """Answer without a store: nobody knows whose request this is, or what time it is there."""
        now = self._read_utc()
        context = Context(request, *find(request.path), now, now, now, now, now, None)
        reply = render_refusal(self.services, context, ApiError("store_gone"))
        return complete_answer(self.services, context, reply)


def _copy(wait: Wait) -> Wait:
    """Return a wait that is begun anew, as it may be gone on with more than once."""
    context = msgspec.structs.replace(wait.context)
    return Wait(wait.delay_s, context, wait.then, wait.artefact)
