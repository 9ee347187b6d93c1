"""The emulated gateway: a request goes in, an outcome comes out, and what happened is committed.

`handle` takes one reading of the account's clock, folds the steps of the route over the
exchange, commits, replies and journals. It never waits: where the real gateway would, it returns
a `Wait`, and the edge calls `resume` when the time has passed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from mockserver.base.clock import SECOND, render_http_date
from mockserver.base.errors import ApiError
from mockserver.base.failures import find_request_secrets, render_failure
from mockserver.base.reading import Reading
from mockserver.base.wire import Disconnect, Headers, Outcome, Request, Respond, Wait
from mockserver.contract.routing import PREFLIGHT, RouteName
from mockserver.gateway import checks, fault_injection
from mockserver.gateway.clock_moves import end_run, step_auto_clock
from mockserver.gateway.context import Context, Services
from mockserver.gateway.handlers import inference, sdk
from mockserver.gateway.handlers.inference import Handler
from mockserver.gateway.opening import open_bare, open_context
from mockserver.gateway.recording import find_subject, record_exchange
from mockserver.gateway.refusals import render_refusal
from mockserver.rules import cors, rate_limit
from mockserver.rules.faults import Effect
from mockserver.state.journal import Delivery as Delivered

HANDLERS: dict[RouteName, Handler] = {
    **sdk.HANDLERS,
    "sync": inference.ran,
    "submit": inference.submitted,
    "status": inference.polled,
    "result": inference.polled,
    "poll": inference.polled,
    "credits": inference.balance,
    "output": inference.showed,
}
STEPS_OF = {**checks.STEPS_OF, **sdk.STEPS_OF}
_NO_CONTENT = 204


@lru_cache(maxsize=512)
def _complete(headers: Headers, length: int | None, epoch_s: int) -> Headers:
    """Add the headers that every answer has; one that cannot have a body has no length.

    Cached, because most answers differ in nothing here, and because the journal then keeps one
    record for many of them: what is not made anew is not walked by the garbage collector.
    """
    date = (b"date", render_http_date(epoch_s))
    if length is None:
        return (*headers, date)
    return (*headers, (b"content-length", b"%d" % length), date)


class Gateway:
    """The data plane of one emulator.

    Args:
        world: Contracts, rules and state.
        report: Takes the traceback of a failure of the emulator's own, without keys.
    """

    def __init__(self, services: Services, report: Callable[[str], object]) -> None:
        self.services = services
        self.report = report

    def handle(self, request: Request, reading: Reading | None = None) -> Outcome:
        """Answer a request, or say how long to wait before `resume`; never raise.

        `reading` is what `readers.read_ahead` made of a big body.
        """
        context = None
        try:
            if request.method == "OPTIONS" and self._is_preflight(request):
                return self._answer_preflight(request)
            context = open_context(self.services, request)
            context.reading = reading
            return self._begin(context)
        except Exception as error:  # noqa: BLE001 (whatever it is, the client gets an answer)
            return self._fail(context or open_bare(self.services, request), error)

    def resume(self, context: Context) -> Outcome:
        """Go on after the time that a `Wait` named: with the request, its run, or its answer."""
        try:
            return self._go_on(context)
        except Exception as error:  # noqa: BLE001 (the same)
            return self._fail(context, error)

    def abandon(self, context: Context) -> None:
        """Note that the client left while it was waiting; what was begun goes on."""
        self._try_record(context, None, "lost")

    def _begin(self, context: Context) -> Outcome:
        """Let a fault strike before the request is handled, or handle it."""
        faults = self.services.faults
        if faults.rules:
            context.injection = faults.match(fault_injection.call_of(self.services, context))
            delay = fault_injection.effect_of(context, "before", "delay_s")
            if delay is not None:
                return self._waiting(context, float(delay.value))
            effect = fault_injection.answer_in_place(context, "before")
            if effect is not None:
                return self._answered_in_place(context, effect)
        return self._handled(context)

    def _go_on(self, context: Context) -> Outcome:
        if context.is_orphaned:
            context.injection = None
            return self._refused(context, ApiError("ended_world"))
        if context.ready is not None:
            record_exchange(self.services, context, context.ready, "intact")
            return context.ready
        account = context.account
        if account is None and context.api_key is not None:
            account = context.account = self.services.store.accounts.get(context.api_key)
        if account is not None:
            context.now = account.clock.now()
            self.services.store.settle(account, context.now)
        return self._replied(context) if context.is_handled else self._handled(context)

    def _waiting(self, context: Context, delay_s: float) -> Wait:
        """Let real seconds pass; what waits belongs to the world in which it was begun."""
        context.services, _ = find_subject(self.services, context)
        return Wait(delay_s, context)

    def _handled(self, context: Context) -> Outcome:
        """Take the steps, commit, and reply."""
        context.is_handled = True
        try:
            for step in STEPS_OF[context.route.name]:
                step(self.services, context)
            if context.injection is not None:
                fault_injection.alter(self.services, context, "before")
        except ApiError as error:
            self._commit(context)
            return self._refused(context, error)
        self._commit(context)
        return self._replied(context)

    def _fail(self, context: Context, error: Exception) -> Respond:
        """Answer 500 where the emulator itself fails: told in the log, kept in the journal."""
        self._report(error, f"a request to the route {context.route.name}", context)
        context.job = context.model = None
        refusal = render_refusal(self.services, context, ApiError("emulator_failed"))
        respond = self._completed(context, *refusal)
        self._try_record(context, respond, "intact")
        return respond

    def _try_record(self, context: Context, respond: Respond | None, delivered: Delivered) -> None:
        try:
            record_exchange(self.services, context, respond, delivered)
        except Exception as error:  # noqa: BLE001 (the journal itself may be what fails)
            self._report(error, "keeping the journal", context)

    def _report(self, error: Exception, where: str, context: Context) -> None:
        secrets = find_request_secrets(context.request)
        self.report(render_failure(error, where, secrets, self.services.store.accounts))

    def _commit(self, context: Context) -> None:
        """Write what the steps have decided: the window's count (L2) and the new job."""
        account = context.account
        if account is None or context.model is None or context.limited:
            return
        if context.route.counts_in_window:
            account.window = rate_limit.hit(account.window, context.now)
        if context.job is not None:
            job = context.job
            self.services.store.add_job(account, job)
            if min(job.finished_at, job.expires_at) <= context.now:
                self.services.store.settle(account, context.now)

    def _replied(self, context: Context) -> Outcome:
        """Reply to a request that passed every step."""
        if context.route.name == "sync" and (wait := end_run(self.services, context)):
            return self._waiting(context, wait.delay_s)
        try:
            status, headers, body = HANDLERS[context.route.name](self.services, context)
        except ApiError as error:
            return self._refused(context, error)
        outcome = self._sent(context, status, headers, body)
        if context.job is not None:
            step_auto_clock(self.services, context)
        return outcome

    def _answered_in_place(self, context: Context, effect: Effect) -> Outcome:
        """Answer as a fault says; nothing was done."""
        if effect.kind == "status":
            return self._sent(context, *fault_injection.replaced(self.services, context, effect))
        record_exchange(self.services, context, None, "lost")
        return Disconnect("reset" if effect.kind == "reset" else "close")

    def _is_preflight(self, request: Request) -> bool:
        return self.services.options.cors and cors.is_preflight(request)

    def _answer_preflight(self, request: Request) -> Respond:
        """Let a browser's page send what it announces: no key, fault or limit is looked at."""
        now = self.services.store.clock.now()
        context = Context(request, PREFLIGHT, "", now, now, None, facts=("C1",))
        respond = self._completed(context, _NO_CONTENT, cors.allow_request(request), b"")
        record_exchange(self.services, context, respond, "intact")
        return respond

    def _refused(self, context: Context, error: ApiError) -> Outcome:
        return self._sent(context, *render_refusal(self.services, context, error))

    def _sent(self, context: Context, status: int, headers: Headers, body: bytes) -> Outcome:
        """Complete the answer, let a fault have its way, and enter it into the journal."""
        if context.injection is None:
            respond = self._completed(context, status, headers, body)
            record_exchange(self.services, context, respond, "intact")
            return respond
        effect = fault_injection.answer_in_place(context, "after")
        if effect is not None and effect.kind == "status":
            status, headers, body = fault_injection.replaced(self.services, context, effect)
        respond = self._completed(context, status, headers, body)
        fault_injection.alter(self.services, context, "after")
        delay = fault_injection.effect_of(context, "after", "delay_s")
        if delay is not None:
            context.ready = respond
            return self._waiting(context, float(delay.value))
        delivery, delivered = fault_injection.delivered(context, respond)
        record_exchange(self.services, context, fault_injection.respond_of(delivery), delivered)
        return delivery

    def _completed(self, context: Context, status: int, headers: Headers, body: bytes) -> Respond:
        length = None if status == _NO_CONTENT else len(body)
        headers = _complete(headers, length, context.now // SECOND)
        rules = self.services.options
        if rules.explain:
            headers += ((b"x-mock-behaviour", ",".join(context.facts).encode()),)
        if rules.cors and (b"origin" in context.request.headers or context.route.serves):
            headers = cors.share_answer(context.request, headers)
        return Respond(status, headers, body)
