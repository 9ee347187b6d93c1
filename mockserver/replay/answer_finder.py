"""Finding what a recording has to say to a request, and what is written for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias
from urllib.parse import quote

import msgspec

from mockserver.base.errors import ApiError
from mockserver.base.ids import normalize_id
from mockserver.base.wire import Request
from mockserver.facts.observed import Body, HeaderPairs, Observed
from mockserver.gateway import checks
from mockserver.gateway.clock_moves import find_clock_step
from mockserver.gateway.context import Context, Services
from mockserver.recordings.redaction import RedactionSession, redact
from mockserver.replay.calls import Call, read_call
from mockserver.replay.misses import explain_miss, explain_repetition
from mockserver.replay.planning import find_model, has_run, plan_blocking_run, plan_queued_run
from mockserver.replay.recorded import Recorded
from mockserver.replay.recording_index import RecordingIndex, find_run_id
from mockserver.replay.runs import RecordedRun
from mockserver.replay.stories import Stories
from mockserver.replay.story import AccountStory, ReplayedFile, ReplayedRun
from mockserver.rules.jobs import Job
from mockserver.state.changes import AddJob, Change

_HOST = "https://segmock.invalid"
_SAFE = "/:@!$&'()*+,;=~"
_KEYS = {b"x-api-key", b"authorization"}


class ReplayedAnswer(msgspec.Struct, frozen=True):
    """A recorded answer, as it was.

    Attributes:
        story: Whose.
        recorded: The exchange.
        job: The job that it is about, if any, as it was planned.
        run: The recorded run of that job, if it was queued.
        changes: What is to be written.
    """

    story: AccountStory
    recorded: Recorded
    job: Job | None = None
    run: RecordedRun | None = None
    changes: tuple[Change, ...] = ()


class ReplayedPoll(msgspec.Struct, frozen=True):
    """What a run answers when the time comes; `kept` is the job as the store has it."""

    story: AccountStory
    replayed: ReplayedRun
    kept: Job
    changes: tuple[Change, ...] = ()


class Missed(msgspec.Struct, frozen=True):
    """The recording has nothing to say; a sentence about that."""

    sentence: str
    changes: tuple[Change, ...] = ()


Replayed: TypeAlias = ReplayedAnswer | ReplayedPoll | Missed


class AnswerFinder:
    """Finds what is to be replayed.

    Args:
        services: The emulator's.
        index: The recording.
    """

    def __init__(self, services: Services, index: RecordingIndex) -> None:
        self._services = services
        self._index = index
        self._stories = Stories(services)

    def find(self, context: Context) -> Replayed:
        """Return what a request is answered with.

        Raises:
            ApiError: the account may not ask at all, or a run that was replayed is there no more.
        """
        if context.api_key is not None and context.route.key:
            checks.check_key(self._services, context)
        story = self._stories.find(context)
        if context.route.polls_job and context.request.method == "GET":
            replayed = story.runs.get(normalize_id(context.subject))
            if replayed is not None and replayed.recorded is not None:
                return self._find_poll(context, story, replayed, replayed.recorded)
        return self._find_call(context, story)

    def find_file(self, context: Context) -> tuple[AccountStory, ReplayedFile] | None:
        """Return the file that is asked for, if it was told of."""
        if not context.route.serves or context.request.method not in context.route.methods:
            return None
        return self._stories.find_file(context.subject)

    def _find_poll(
        self, context: Context, story: AccountStory, replayed: ReplayedRun, run: RecordedRun
    ) -> Replayed:
        route, now = context.route.name, context.now
        job = self._services.store.find_job(story.api_key, context.subject)
        if job is None:
            gone = run.find_gone(route)
            if gone is None:
                raise ApiError(context.unknown_row, request_id=context.shown_subject)
            return ReplayedAnswer(story, gone, run=run)
        at = now - job.submitted_at
        answer = run.find_answer(route, at, job.find_state(now))
        until = max(at, answer.at) if answer and answer.route == route else at
        interruption = run.find_interruption(route, until, story.replayed)
        if interruption is not None:
            story.replayed.add(interruption.place)
            return ReplayedAnswer(story, interruption, job, run)
        return ReplayedPoll(story, replayed, job, find_clock_step(context, job))

    def _find_call(self, context: Context, story: AccountStory) -> Replayed:
        owner = self._stories.find_owner(context.subject) if context.route.polls_job else None
        asked = _observe(context.request, story, owner or story)
        for call in self._read_calls(asked):
            recorded = self._index.calls.get(call.key)
            if recorded is not None:
                replayed = self._play_next(context, story, call, recorded)
                if owner is None or not isinstance(replayed, ReplayedAnswer):
                    return replayed
                return msgspec.structs.replace(replayed, story=owner)
        return Missed(explain_miss(self._index, call))

    def _play_next(
        self, context: Context, story: AccountStory, call: Call, recorded: list[Recorded]
    ) -> Replayed:
        """Play the first, the second, and so on; of a question the last one again and again."""
        number = story.count(call.key)
        found = story.choose(recorded, repeats=call.method in {"GET", "HEAD"})
        if found is None:
            return Missed(explain_repetition(self._index, call, number))
        if not context.route.starts_job or context.account is None:
            return ReplayedAnswer(story, found)
        return self._play_run(context, story, found)

    def _play_run(self, context: Context, story: AccountStory, recorded: Recorded) -> Replayed:
        services = self._services
        run = self._index.runs.get(recorded.place)
        if run is None and not (context.route.blocks and has_run(recorded)):
            return ReplayedAnswer(story, recorded)
        context.model = find_model(services.catalogue, context)
        document = recorded.exchange.request_body.document
        context.params = document if isinstance(document, dict) else {}
        if run is None:
            job, identifier = plan_blocking_run(services, context, recorded), find_run_id(recorded)
        else:
            job, identifier = plan_queued_run(services, context, run), run.identifier
        story.add_run(identifier, ReplayedRun(run, job))
        return ReplayedAnswer(story, recorded, job, run, (AddJob(job),))

    def _read_calls(self, asked: Observed) -> Iterator[Call]:
        """Yield what is asked as it is, and as a recording would have it in each way of keeping.

        To look for secrets in a large body takes longer than all else, and most calls have none;
        where redaction has changed nothing that was recorded of this path, no more is said of it.
        """
        call = read_call(asked)
        yield call
        is_coded = asked.find_request_header("content-encoding") is not None
        if (call.method, call.path) not in self._index.altered_targets and not is_coded:
            return
        for keep in self._index.keeps:
            session = RedactionSession(upstream=_HOST, began_utc_s=0, keep=keep)
            yield read_call(redact(asked, session).exchange)


def _observe(request: Request, story: AccountStory, owner: AccountStory) -> Observed:
    """Return a request as one that was seen, with recorded ids and addresses in it.

    `owner` is whose run its path names: another account may ask for it, and is refused (T6).
    """
    path = quote(owner.restore(request.path), safe=_SAFE)
    query = f"?{story.restore(request.query)}" if request.query else ""
    body = story.restore(request.body.decode("latin-1")).encode("latin-1")
    headers: HeaderPairs = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.items()
    )
    return Observed(
        number=0,
        sent_s=0,
        method=request.method,
        url=f"{_HOST}{path}{query}",
        request_headers=headers,
        request_body=Body.of(body),
        key_place="x-api-key" if _KEYS & request.headers.keys() else None,
    )
