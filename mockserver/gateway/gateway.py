"""The emulated gateway: a request goes in, an outcome comes out, and what happened is committed.

`handle` opens a context, matches the faults, decides, commits, renders and enters the exchange
into the journal. It never waits: where the real gateway would, it returns a `Wait`, and the edge
calls `resume` when the time has passed. The effect of a fault, mostly `NO_FAULT`, is asked three
times: before anything is done, before what was decided is committed, and after the answer is made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from mockserver.base.errors import ApiError, StoreGoneError
from mockserver.base.failures import find_request_secrets, render_failure
from mockserver.base.reading import Reading
from mockserver.base.wire import Outcome, Request, Respond, Wait
from mockserver.contract.routing import RouteName
from mockserver.gateway.clock_moves import end_run
from mockserver.gateway.commit import commit_changes
from mockserver.gateway.completion import NO_CONTENT, complete_answer
from mockserver.gateway.context import Context, Services
from mockserver.gateway.decision import MAKE_ACCOUNT, decide
from mockserver.gateway.effect import NO_FAULT, Effect
from mockserver.gateway.fault_injection import match_fault
from mockserver.gateway.handlers import inference, sdk
from mockserver.gateway.handlers.inference import Handler
from mockserver.gateway.opening import has_ended, open_bare, open_context, open_preflight
from mockserver.gateway.recording import assign_exchange, record_exchange
from mockserver.gateway.refusals import render_refusal
from mockserver.gateway.rendering import NotRenderedError, take_file
from mockserver.gateway.waits import AnswerAgain, AnswerRun, CarryOut
from mockserver.rules import cors

HANDLERS: dict[RouteName, Handler] = {
    **sdk.HANDLERS,
    "sync": inference.answer_run,
    "submit": inference.answer_submit,
    "status": inference.answer_poll,
    "result": inference.answer_poll,
    "poll": inference.answer_poll,
    "credits": inference.answer_balance,
    "output": inference.answer_output,
}

Observer: TypeAlias = Callable[["Gateway", Context, Outcome], object]


class Gateway:
    """The data plane of one emulator.

    Args:
        services: Contracts, rules and state.
        report: Takes the traceback of a failure of the emulator's own, without keys.
    """

    observers: tuple[Observer, ...] = ()
    """Called with the gateway, each request and what came of it: in the journal, and not yet sent.
    Set on a gateway they see its exchanges, set on the class those of all gateways. The emulator is
    locked meanwhile. If one raises, the client gets a 500; such answers are not observed."""

    def __init__(self, services: Services, report: Callable[[str], object]) -> None:
        self.services = services
        self.report = report

    def handle(
        self, request: Request, reading: Reading | None = None, *, renders: bool = True
    ) -> Outcome:
        """Answer a request, or say how long to wait before `resume`; never raise.

        A store that is shared and gone is the exception (`StoreGoneError`).

        Args:
            request: What is asked.
            reading: What `body_readers.read_ahead` made of a big body.
            renders: Whether files are rendered here; else the edge is asked to, by a `Wait` that
                has an `artefact`.
        """
        context, services = None, self.services
        try:
            if request.method == "OPTIONS" and services.options.cors and cors.is_preflight(request):
                return self._answer_preflight(request)
            context = open_context(services, request)
            context.reading = reading
            context.files = None if renders else {}
            effect = match_fault(services, context)
            early = effect.before(services, context)
            if early is not None:
                return self.finish(context, early)
            return self.carry_out(context, effect)
        except StoreGoneError:
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is, the client gets an answer)
            return self._fail(context or open_bare(services, request), error)

    def resume(self, wait: Wait, file: bytes | None = None) -> Outcome:
        """Go on when the time has passed: 404 if the account that waited has ended meanwhile.

        `file` is what the artefact that was waited for was rendered to; None where that failed.
        """
        context: Context = wait.context
        try:
            if wait.artefact is not None:
                take_file(self.services, wait, file)
            if has_ended(self.services, context.begun_for):
                context.fault_id = None
                return self.answer(context, NO_FAULT, ApiError("ended_world"))
            outcome: Outcome = wait.then(self, context)
        except StoreGoneError:
            raise
        except Exception as error:  # noqa: BLE001 (the same)
            return self._fail(context, error)
        return outcome

    def abandon(self, wait: Wait) -> None:
        """Note that the client left while it was waiting; what was begun goes on."""
        self._try_record(wait.context, None)

    def carry_out(self, context: Context, effect: Effect) -> Outcome:
        """Decide what becomes of a request, commit that, and answer."""
        services = self.services
        try:
            decided = decide(services, context)
        except NotRenderedError as missing:
            if context.is_new_account:
                commit_changes(services, context, (MAKE_ACCOUNT,))
            return self.finish(context, Wait(0, context, CarryOut(effect), missing.artefact))
        decision = effect.alter(services, context, decided)
        context.job = decision.job
        if decision.changes:
            commit_changes(services, context, decision.changes)
        return self.answer(context, effect, decision.error)

    def answer(self, context: Context, effect: Effect, error: ApiError | None = None) -> Outcome:
        """Answer what was committed, or refuse it; a blocking run that has not ended waits."""
        services = self.services
        if error is not None:
            reply = render_refusal(services, context, error)
        elif context.route.blocks and (left_s := end_run(services, context)):
            return self.finish(context, Wait(left_s, context, AnswerRun(effect)))
        else:
            try:
                reply = HANDLERS[context.route.name](services, context)
            except ApiError as refusal:
                reply = render_refusal(services, context, refusal)
            except NotRenderedError as missing:
                again = AnswerAgain(effect)
                return self.finish(context, Wait(0, context, again, missing.artefact))
        answer = complete_answer(services, context, reply)
        return self.finish(context, effect.after(services, context, answer))

    def finish(self, context: Context, outcome: Outcome) -> Outcome:
        """Enter what comes of a request into the journal, unless it has to wait."""
        if type(outcome) is Wait:  # `isinstance` takes four times as long to say no
            context.begun_for, _ = assign_exchange(self.services, context)
            return outcome
        record_exchange(self.services, context, outcome)
        self.tell_observers(context, outcome)
        return outcome

    def tell_observers(self, context: Context, outcome: Outcome) -> None:
        """Let observers see a request, and what came of it."""
        for observe in self.observers:
            observe(self, context, outcome)

    def _answer_preflight(self, request: Request) -> Outcome:
        """Let a browser's page send what it announces: no key, fault or limit is looked at (C1)."""
        context = open_preflight(self.services, request)
        reply = (NO_CONTENT, cors.allow_request(request), b"")
        return self.finish(context, complete_answer(self.services, context, reply))

    def _fail(self, context: Context, error: Exception) -> Respond:
        """Answer 500 where the emulator itself fails: told in the log, kept in the journal."""
        self._report(error, f"a request to the route {context.route.name}", context)
        context.job = context.model = None
        refusal = render_refusal(self.services, context, ApiError("emulator_failed"))
        respond = complete_answer(self.services, context, refusal)
        self._try_record(context, respond)
        return respond

    def _try_record(self, context: Context, outcome: Respond | None) -> None:
        try:
            if context.is_new_account:  # it failed before the account was kept
                commit_changes(self.services, context, (MAKE_ACCOUNT,))
            record_exchange(self.services, context, outcome)
        except StoreGoneError:
            raise
        except Exception as error:  # noqa: BLE001 (the journal itself may be what fails)
            self._report(error, "keeping the journal", context)

    def _report(self, error: Exception, where: str, context: Context) -> None:
        secrets = find_request_secrets(context.request)
        self.note_failure(render_failure(error, where, secrets, self.services.store.keys))

    def note_failure(self, told: str) -> None:
        """Tell of a failure in a request."""
        self.report(told)
