"""The gateway that answers as a recording did.

All else is as in the emulated gateway: accounts, clocks, faults, the journal and what follows from
it. What was not recorded fails loudly, or is left to the emulated gateway.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

from mockserver.base.clock import SECOND
from mockserver.base.errors import ApiError
from mockserver.base.json_encoding import encode
from mockserver.base.wire import Disconnect, Outcome, Wait
from mockserver.gateway.clock_moves import end_run
from mockserver.gateway.commit import commit_changes
from mockserver.gateway.completion import complete_answer
from mockserver.gateway.context import Context, Services
from mockserver.gateway.decision import MAKE_ACCOUNT, Decision
from mockserver.gateway.effect import Effect
from mockserver.gateway.gateway import Gateway
from mockserver.gateway.handlers.inference import JSON, Reply
from mockserver.gateway.opening import catch_up
from mockserver.replay.answer_finder import (
    AnswerFinder,
    Missed,
    Replayed,
    ReplayedAnswer,
    ReplayedPoll,
)
from mockserver.replay.answers import Answers, find_content_type
from mockserver.replay.marks import EMULATED, MISSED, MISSED_STATUS, RECORDED
from mockserver.replay.misses import REMEDY
from mockserver.replay.recorded import Recorded
from mockserver.replay.recording_index import RecordingIndex
from mockserver.replay.story import AccountStory, ReplayedFile, Telling
from mockserver.replay.telling import find_told_poll, is_changed
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import parse_name
from mockserver.rules.ranges import select_range
from mockserver.state.changes import MoveClock

OnMiss: TypeAlias = Literal["fail", "emulate"]


class AnswerReplayed(msgspec.Struct, frozen=True):
    """Answer what was replayed when its time has passed (`Wait.then`)."""

    effect: Effect
    replayed: ReplayedAnswer

    def __call__(self, gateway: ReplayGateway, context: Context) -> Outcome:
        """Answer it as it is now."""
        catch_up(gateway.services, context)
        return gateway.answer_replayed(context, self.effect, self.replayed, has_waited=True)


class ReplayGateway(Gateway):
    """The data plane of an emulator that plays a recording.

    Args:
        services: Contracts, rules and state.
        report: Takes the traceback of a failure of the emulator's own, without keys.
        index: The recording.
        on_miss: Whether a call that was not recorded fails, or is emulated.
        warn: Takes a sentence about each call that fails so.
    """

    def __init__(
        self,
        services: Services,
        report: Callable[[str], object],
        *,
        index: RecordingIndex,
        on_miss: OnMiss,
        warn: Callable[[str], object],
    ) -> None:
        super().__init__(services, report)
        self._index = index
        self._warn = warn
        self._emulates = on_miss == "emulate"
        self._finder = AnswerFinder(services, index)
        self._answers = Answers(index)

    def carry_out(self, context: Context, effect: Effect) -> Outcome:
        """Find what was answered, commit what follows from it, and answer alike."""
        file = self._finder.find_file(context)
        if file is not None:
            return self._carry_out_file(context, effect, *file)
        try:
            replayed = self._finder.find(context)
        except ApiError as error:
            return self._decide(context, effect, Decision((), None, error.detach()), None)
        if isinstance(replayed, Missed) and self._emulates:
            return super().carry_out(context, effect)
        job = None if isinstance(replayed, Missed) else _find_job(replayed)
        return self._decide(context, effect, Decision(replayed.changes, job), replayed)

    def _decide(
        self, context: Context, effect: Effect, decision: Decision, replayed: Replayed | None
    ) -> Outcome:
        if context.is_new_account:
            decision = msgspec.structs.replace(decision, changes=(MAKE_ACCOUNT, *decision.changes))
        decision = effect.alter(self.services, context, decision)
        context.job = decision.job
        if decision.changes:
            commit_changes(self.services, context, decision.changes)
        if decision.error is not None or replayed is None:
            return self.answer(context, effect, decision.error)
        return self.answer_replayed(context, effect, replayed)

    def answer_replayed(
        self, context: Context, effect: Effect, replayed: Replayed, *, has_waited: bool = False
    ) -> Outcome:
        """Answer what was committed, once the time that it took has passed."""
        if isinstance(replayed, Missed):
            return self._miss(context, effect, replayed.sentence)
        if isinstance(replayed, ReplayedPoll):
            return self._answer_poll(context, effect, replayed)
        if context.route.blocks and context.account is not None:
            is_over = has_waited and context.job is None
            left_s = 0 if is_over else self._pass_time(context, replayed)
            if left_s:
                return self.finish(context, Wait(left_s, context, AnswerReplayed(effect, replayed)))
        planned, job = replayed.job, context.job
        if planned and job and context.route.starts_job and _is_struck(context, planned, job):
            replayed.story.rename_run(planned, job)
            return self.answer(context, effect)
        return self._tell(context, effect, replayed)

    def _answer_poll(self, context: Context, effect: Effect, replayed: ReplayedPoll) -> Outcome:
        run, job = replayed.replayed.recorded, context.require_job()
        changed = is_changed(replayed.replayed.job, job)
        state, at = job.find_state(context.now), context.now - job.submitted_at
        told = None
        if run is not None:
            told = find_told_poll(run, context.route.name, at, state, is_changed=changed)
        if told is not None:
            answer = ReplayedAnswer(replayed.story, told, replayed.replayed.job, run)
            return self._tell(context, effect, answer)
        if changed or self._emulates:
            return self.answer(context, effect)
        return self._miss(
            context,
            effect,
            f"segmock replay: the run had {state} by then, and what this route "
            f"({context.route.name}) says of that was not recorded; the run is that of "
            f"{run and run.submitted.place}; {REMEDY}",
        )

    def _carry_out_file(
        self, context: Context, effect: Effect, story: AccountStory, file: ReplayedFile
    ) -> Outcome:
        """Serve a file: as long as its owner's clock says that it is there (R7)."""
        services, job = self.services, file.job
        owner = services.store.accounts.get(story.api_key)
        decision = effect.alter(services, context, Decision())
        if owner is not None:
            context.arrive(owner.clock)
            services.store.settle(owner, context.now)
        if decision.changes:
            owner_key = story.api_key
            services.store.commit(owner_key, decision.changes, context.now)
        is_kept = job is None or not job.model.terms.output.is_file
        if (
            not is_kept
            and services.store.find_output(parse_name(context.subject).output_id) is None
        ):
            return self.answer(context, effect, ApiError("unknown_output"))
        recorded = self._index.files.get(file.url)
        if recorded is None:
            return self._miss(
                context,
                effect,
                f"segmock replay: {file.url} was not fetched, so what is there was not recorded",
            )
        if not recorded.is_success:
            return self._tell(context, effect, ReplayedAnswer(story, recorded, job))
        return self._serve(context, effect, recorded)

    def _serve(self, context: Context, effect: Effect, recorded: Recorded) -> Outcome:
        content = recorded.exchange.body.content
        if content is None:
            return self._miss(context, effect, _explain_dropped(recorded))
        try:
            reply = select_range(context.request, find_content_type(recorded), content)
        except ApiError as error:
            return self.answer(context, effect, error)
        return self._send(context, effect, reply, RECORDED + recorded.place)

    def _tell(self, context: Context, effect: Effect, replayed: ReplayedAnswer) -> Outcome:
        recorded = replayed.recorded
        if recorded.exchange.status is None:  # no answer came, or not to its end
            context.facts = (RECORDED + recorded.place,)
            return self.finish(context, Disconnect("close"))
        if recorded.exchange.body.content is None and recorded.exchange.body.size:
            return self._miss(context, effect, _explain_dropped(recorded))
        clock = (context.account or self.services.store).clock
        telling = Telling(replayed.story, context.request.origin, replayed.job, self._index)
        reply = self._answers.render(
            recorded,
            telling,
            lambda ahead: context.client_now + clock.scale(max(0, ahead)),
            replayed.run,
        )
        return self._send(context, effect, reply, RECORDED + recorded.place.partition(" ")[0])

    def _miss(self, context: Context, effect: Effect, sentence: str) -> Outcome:
        self._warn(sentence)
        return self._send(
            context, effect, (MISSED_STATUS, JSON, encode({"error": sentence})), MISSED
        )

    def _send(self, context: Context, effect: Effect, reply: Reply, fact: str) -> Outcome:
        context.facts = (fact,)
        answer = complete_answer(self.services, context, reply)
        return self.finish(context, effect.after(self.services, context, answer))

    def finish(self, context: Context, outcome: Outcome) -> Outcome:
        """Enter what comes of a request into the journal; say there what was emulated."""
        is_told = context.facts and context.facts[0].startswith((RECORDED, MISSED))
        if type(outcome) is not Wait and not is_told and context.fault_id is None:
            context.facts = (*context.facts, EMULATED)
        return super().finish(context, outcome)

    def _pass_time(self, context: Context, replayed: ReplayedAnswer) -> float:
        """Return how many real seconds a v1 call still takes; where none pass, move the clock."""
        if context.job is not None:
            return end_run(self.services, context)
        clock = context.require_account().clock
        if clock.rate:
            return replayed.recorded.took / SECOND / clock.rate
        if clock.mode == "auto" and replayed.recorded.took:
            commit_changes(self.services, context, (MoveClock(replayed.recorded.took),))
            catch_up(self.services, context)
        return 0


def _find_job(replayed: ReplayedAnswer | ReplayedPoll) -> Job | None:
    return replayed.job if isinstance(replayed, ReplayedAnswer) else replayed.kept


def _is_struck(context: Context, planned: Job, kept: Job) -> bool:
    """Tell whether a fault has changed what the answer to a submit says."""
    return kept.handle != planned.handle or (context.route.blocks and kept.ends != planned.ends)


def _explain_dropped(recorded: Recorded) -> str:
    return (
        f"segmock replay: the body of this answer was not kept ({recorded.place}: "
        f"{recorded.exchange.method} {recorded.exchange.url}); record again with --keep media=whole"
    )
