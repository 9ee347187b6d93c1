"""The emulated gateway: a request goes in, an outcome comes out, and what happened is committed.

`handle` takes one reading of the account's clock, folds the steps of the route over the
exchange, commits, replies and journals. It never waits: where the real gateway would, it returns
a `Wait`, and the edge calls `resume` when the time has passed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from mockserver.base.clock import SECOND, http_date
from mockserver.base.errors import ApiError
from mockserver.base.failures import find_request_secrets, render_failure
from mockserver.base.reading import Reading
from mockserver.base.wire import Disconnect, Headers, Outcome, Request, Respond, Wait
from mockserver.contract.routing import RouteName
from mockserver.gateway import checks, fault_injection
from mockserver.gateway.clock_moves import end_run, step_auto_clock
from mockserver.gateway.context import Exchange, World
from mockserver.gateway.handlers import inference, sdk
from mockserver.gateway.handlers.inference import Answering
from mockserver.gateway.opening import open_bare, open_exchange
from mockserver.gateway.recording import find_subject, record_exchange
from mockserver.gateway.refusals import render_refusal
from mockserver.rules import cors, rate_limit
from mockserver.rules.faults import Effect
from mockserver.state.journal import Delivery as Delivered

REPLIES: dict[RouteName, Answering] = {
    **sdk.REPLIES,
    "sync": inference.ran,
    "submit": inference.submitted,
    "status": inference.polled,
    "result": inference.polled,
    "poll": inference.polled,
    "credits": inference.balance,
    "output": inference.showed,
}
STEPS_OF = {**checks.STEPS_OF, **sdk.STEPS_OF}
_RUNS = {"sync", "submit"}
_NO_CONTENT = 204


@lru_cache(maxsize=512)
def _complete(headers: Headers, length: int | None, epoch_s: int) -> Headers:
    """Add the headers that every answer has; one that cannot have a body has no length.

    Cached, because most answers differ in nothing here, and because the journal then keeps one
    record for many of them: what is not made anew is not walked by the garbage collector.
    """
    date = (b"date", http_date(epoch_s))
    if length is None:
        return (*headers, date)
    return (*headers, (b"content-length", b"%d" % length), date)


class Gateway:
    """The data plane of one emulator.

    Args:
        world: Contracts, rules and state.
        report: Takes the traceback of a failure of the emulator's own, without keys.
    """

    def __init__(self, world: World, report: Callable[[str], object]) -> None:
        self.world = world
        self.report = report

    def handle(self, request: Request, reading: Reading | None = None) -> Outcome:
        """Answer a request, or say how long to wait before `resume`; never raise.

        `reading` is what `readers.read_ahead` made of a big body.
        """
        exchange = None
        try:
            if request.method == "OPTIONS" and self._is_preflight(request):
                return self._answer_preflight(request)
            exchange = open_exchange(self.world, request)
            exchange.reading = reading
            return self._begin(exchange)
        except Exception as error:  # noqa: BLE001 (whatever it is, the client gets an answer)
            return self._fail(exchange or open_bare(self.world, request), error)

    def resume(self, exchange: Exchange) -> Outcome:
        """Go on after the time that a `Wait` named: with the request, its run, or its answer."""
        try:
            return self._go_on(exchange)
        except Exception as error:  # noqa: BLE001 (the same)
            return self._fail(exchange, error)

    def abandon(self, exchange: Exchange) -> None:
        """Note that the client left while it was waiting; what was begun goes on."""
        self._try_record(exchange, None, "lost")

    def _begin(self, exchange: Exchange) -> Outcome:
        """Let a fault strike before the request is handled, or handle it."""
        faults = self.world.faults
        if faults.rules:
            exchange.strike = faults.strike(fault_injection.call_of(self.world, exchange))
            delay = fault_injection.effect_of(exchange, "before", "delay_s")
            if delay is not None:
                return self._waiting(exchange, float(delay.value))
            effect = fault_injection.answer_in_place(exchange, "before")
            if effect is not None:
                return self._answered_in_place(exchange, effect)
        return self._handled(exchange)

    def _go_on(self, exchange: Exchange) -> Outcome:
        if exchange.is_orphaned:
            exchange.strike = None
            return self._refused(exchange, ApiError("ended_world"))
        if exchange.ready is not None:
            record_exchange(self.world, exchange, exchange.ready, "intact")
            return exchange.ready
        account = exchange.account
        if account is None and exchange.api_key is not None:
            account = exchange.account = self.world.store.accounts.get(exchange.api_key)
        if account is not None:
            exchange.now = account.clock.now()
            self.world.store.settle(account, exchange.now)
        return self._replied(exchange) if exchange.is_handled else self._handled(exchange)

    def _waiting(self, exchange: Exchange, delay_s: float) -> Wait:
        """Let real seconds pass; what waits belongs to the world in which it was begun."""
        exchange.world, _ = find_subject(self.world, exchange)
        return Wait(delay_s, exchange)

    def _handled(self, exchange: Exchange) -> Outcome:
        """Take the steps, commit, and reply."""
        exchange.is_handled = True
        try:
            for step in STEPS_OF[exchange.route]:
                step(self.world, exchange)
            if exchange.strike is not None:
                fault_injection.alter(self.world, exchange, "before")
        except ApiError as error:
            self._commit(exchange)
            return self._refused(exchange, error)
        self._commit(exchange)
        return self._replied(exchange)

    def _fail(self, exchange: Exchange, error: Exception) -> Respond:
        """Answer 500 where the emulator itself fails: told in the log, kept in the journal."""
        self._report(error, f"a request to the route {exchange.route}", exchange)
        exchange.job = exchange.model = None
        refusal = render_refusal(self.world, exchange, ApiError("emulator_failed"))
        respond = self._completed(exchange, *refusal)
        self._try_record(exchange, respond, "intact")
        return respond

    def _try_record(
        self, exchange: Exchange, respond: Respond | None, delivered: Delivered
    ) -> None:
        try:
            record_exchange(self.world, exchange, respond, delivered)
        except Exception as error:  # noqa: BLE001 (the journal itself may be what fails)
            self._report(error, "keeping the journal", exchange)

    def _report(self, error: Exception, where: str, exchange: Exchange) -> None:
        secrets = find_request_secrets(exchange.request)
        self.report(render_failure(error, where, secrets, self.world.store.accounts))

    def _commit(self, exchange: Exchange) -> None:
        """Write what the steps have decided: the window's count (L2) and the new job."""
        account = exchange.account
        if account is None or exchange.model is None or exchange.limited:
            return
        if exchange.route in _RUNS:
            account.window = rate_limit.hit(account.window, exchange.now)
        if exchange.job is not None:
            job = exchange.job
            self.world.store.add_job(account, job)
            if min(job.finished_at, job.expires_at) <= exchange.now:
                self.world.store.settle(account, exchange.now)

    def _replied(self, exchange: Exchange) -> Outcome:
        """Reply to a request that passed every step."""
        if exchange.route == "sync" and (wait := end_run(self.world, exchange)):
            return self._waiting(exchange, wait.delay_s)
        try:
            status, headers, body = REPLIES[exchange.route](self.world, exchange)
        except ApiError as error:
            return self._refused(exchange, error)
        outcome = self._sent(exchange, status, headers, body)
        if exchange.job is not None:
            step_auto_clock(self.world, exchange)
        return outcome

    def _answered_in_place(self, exchange: Exchange, effect: Effect) -> Outcome:
        """Answer as a fault says; nothing was done."""
        if effect.kind == "status":
            return self._sent(exchange, *fault_injection.replaced(self.world, exchange, effect))
        record_exchange(self.world, exchange, None, "lost")
        return Disconnect("reset" if effect.kind == "reset" else "close")

    def _is_preflight(self, request: Request) -> bool:
        return self.world.rules.cors and cors.is_preflight(request)

    def _answer_preflight(self, request: Request) -> Respond:
        """Let a browser's page send what it announces: no key, fault or limit is looked at."""
        now = self.world.store.clock.now()
        exchange = Exchange(request, "preflight", "", now, now, None, facts=("C1",))
        respond = self._completed(exchange, _NO_CONTENT, cors.allow_request(request), b"")
        record_exchange(self.world, exchange, respond, "intact")
        return respond

    def _refused(self, exchange: Exchange, error: ApiError) -> Outcome:
        return self._sent(exchange, *render_refusal(self.world, exchange, error))

    def _sent(self, exchange: Exchange, status: int, headers: Headers, body: bytes) -> Outcome:
        """Complete the answer, let a fault have its way, and enter it into the journal."""
        if exchange.strike is None:
            respond = self._completed(exchange, status, headers, body)
            record_exchange(self.world, exchange, respond, "intact")
            return respond
        effect = fault_injection.answer_in_place(exchange, "after")
        if effect is not None and effect.kind == "status":
            status, headers, body = fault_injection.replaced(self.world, exchange, effect)
        respond = self._completed(exchange, status, headers, body)
        fault_injection.alter(self.world, exchange, "after")
        delay = fault_injection.effect_of(exchange, "after", "delay_s")
        if delay is not None:
            exchange.ready = respond
            return self._waiting(exchange, float(delay.value))
        delivery, delivered = fault_injection.delivered(exchange, respond)
        record_exchange(self.world, exchange, fault_injection.respond_of(delivery), delivered)
        return delivery

    def _completed(self, exchange: Exchange, status: int, headers: Headers, body: bytes) -> Respond:
        length = None if status == _NO_CONTENT else len(body)
        headers = _complete(headers, length, exchange.now // SECOND)
        rules = self.world.rules
        if rules.explain:
            headers += ((b"x-mock-behaviour", ",".join(exchange.facts).encode()),)
        if rules.cors and (b"origin" in exchange.request.headers or exchange.route in cors.FILES):
            headers = cors.share_answer(exchange.request, headers)
        return Respond(status, headers, body)
