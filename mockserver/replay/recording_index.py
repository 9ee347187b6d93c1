"""What a recording says, indexed by what is asked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from mockserver.base.clock import to_microseconds
from mockserver.base.errors import EmulatorError
from mockserver.base.ids import normalize_id
from mockserver.base.plurals import count
from mockserver.contract.routing import UNKNOWN
from mockserver.facts.observed import Observed
from mockserver.recordings.keep import Keep
from mockserver.recordings.reader import Recording, RecordingError, Session, read_recording
from mockserver.replay.calls import CallKey
from mockserver.replay.recorded import Recorded
from mockserver.replay.runs import RecordedRun, RunAnswer
from mockserver.replay.templates import TemplateMaker, is_id


class RecordingIndex:
    """All exchanges of a recording, in the order in which they were sent.

    Args:
        exchanges: They.
        keeps: What was kept of prompts and media, in each way that occurs.
        upstreams: The addresses that were recorded.

    Attributes:
        runs: The runs that were queued, by the place of their submission.
        files: The recorded answers of files, by address.
    """

    def __init__(
        self, exchanges: Iterable[Recorded], keeps: Iterable[Keep], upstreams: Iterable[str]
    ) -> None:
        self.exchanges = tuple(sorted(exchanges, key=lambda each: each.sent_at))
        self.keeps = tuple(dict.fromkeys(keeps))
        self._hosts = {urlsplit(each).netloc.lower() for each in upstreams}
        self._hosts |= {
            urlsplit(each.exchange.url).netloc.lower()
            for each in self.exchanges
            if each.exchange.route is not UNKNOWN and not each.exchange.route.serves
        }
        self._about: dict[str, RecordedRun] = {}
        self.runs = {run.submitted.place: run for run in self._find_runs()}
        self.files = self._find_files()

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all runs, normalized: those that are queued, and those of v1."""
        queued = {normalize_id(run.identifier) for run in self.runs.values()}
        blocking = {find_run_id(each) for each in self.exchanges if each.exchange.route.blocks}
        return frozenset(queued | blocking) - {""}

    @cached_property
    def file_stems(self) -> dict[str, str]:
        """The addresses of recorded files whose names are ids, by these, normalized."""
        stems = {PurePosixPath(urlsplit(url).path).stem: url for url in self.files}
        return {normalize_id(stem): url for stem, url in stems.items() if is_id(stem)}

    @cached_property
    def calls(self) -> dict[CallKey, list[Recorded]]:
        """What was answered to each call, in order; polls of the index's own runs are none."""
        found: dict[CallKey, list[Recorded]] = {}
        for each in self.exchanges:
            if each.place not in self._polls:
                found.setdefault(each.call.key, []).append(each)
        return found

    @cached_property
    def altered_targets(self) -> frozenset[tuple[str, str]]:
        """The methods and paths of calls of which redaction may have made others."""
        return frozenset(
            key[:2] for key, found in self.calls.items() if not all(x.is_verbatim for x in found)
        )

    @cached_property
    def maker(self) -> TemplateMaker:
        """Finds gaps in what was answered."""
        return TemplateMaker(self.ids | self.file_stems.keys(), self._hosts, self.files)

    def is_own_host(self, url: str) -> bool:
        """Tell whether an address is on a host of the gateway that was recorded."""
        return urlsplit(url).netloc.lower() in self._hosts

    def _find_runs(self) -> list[RecordedRun]:
        submitted: dict[str, Recorded] = {}
        answers: dict[str, list[RunAnswer]] = {}
        self._polls: set[str] = set()
        for each in self.exchanges:
            if identifier := find_submitted_id(each):
                for name in find_path_ids(each, identifier):
                    submitted[name] = each
                answers[each.place] = []
            elif (route := each.exchange.route).polls_job and each.exchange.method == "GET":
                asked = submitted.get(normalize_id(each.exchange.subject))
                if asked is not None and asked.exchange.account == each.exchange.account:
                    at = max(0, each.sent_at - asked.answered_at)
                    answers[asked.place].append(RunAnswer(at, route.name, each))
                    self._polls.add(each.place)
        by_place = {each.place: each for each in submitted.values()}
        return [
            RecordedRun(find_submitted_id(by_place[place]), by_place[place], tuple(polled))
            for place, polled in answers.items()
        ]

    def _find_files(self) -> dict[str, Recorded]:
        """Return what each address of a file was answered; a whole file counts before a part."""
        found: dict[str, Recorded] = {}
        for each in self.exchanges:
            if _asks_for_file(each.exchange, self._hosts):
                kept = found.get(each.exchange.url)
                if kept is None or (each.exchange.status == 200 != kept.exchange.status):  # noqa: PLR2004
                    found[each.exchange.url] = each
        return found


def find_submitted_id(recorded: Recorded) -> str:
    """Return the id of the run that an exchange has queued; nothing if it has not."""
    route = recorded.exchange.route
    if not route.starts_job or route.blocks or not recorded.is_success:
        return ""
    identifier = recorded.document.get("request_id")
    return identifier if isinstance(identifier, str) else ""


def find_path_ids(recorded: Recorded, identifier: str) -> set[str]:
    """Return the ids by which a run may be asked for, normalized: its own, and those of URLs."""
    urls = [
        value for value in recorded.document.values() if isinstance(value, str) and ":/" in value
    ]
    asked = filter(None, map(_find_polled, urls))
    return {normalize_id(each) for each in (identifier, *asked)}


def _find_polled(url: str) -> str:
    probe = Observed(number=0, sent_s=0, method="GET", url=url)
    return probe.subject if probe.route.polls_job else ""


def find_run_id(recorded: Recorded) -> str:
    """Return the id of a blocking run, normalized; nothing where none was told (V2)."""
    return normalize_id(recorded.exchange.find_header("x-request-id") or "")


def _asks_for_file(exchange: Observed, hosts: set[str]) -> bool:
    if exchange.method != "GET":
        return False
    host = urlsplit(exchange.url).netloc.lower()
    return exchange.route.serves is not None or host not in hosts


def load_index(folder: Path) -> RecordingIndex:
    """Read a recording.

    Raises:
        EmulatorError: it cannot be read, or there is nothing in it; it names file and line.
    """
    try:
        recording = read_recording(folder)
        for session in recording.sessions:
            _check_bodies(session)
    except RecordingError as error:
        raise EmulatorError(f"replay: {error.message}", hint=error.hint) from None
    except OSError as error:
        raise EmulatorError(f"replay: {error}", hint="give a folder that can be read") from None
    index = make_index(recording)
    if not index.exchanges:
        names = ", ".join(str(each.path) for each in recording.sessions)
        raise EmulatorError(
            f"replay: {names}: no exchange was recorded",
            hint="send something through `segmock record --out DIR` first",
        )
    return index


def make_index(recording: Recording) -> RecordingIndex:
    """Return the index of a recording that was read."""
    return RecordingIndex(
        (each for session in recording.sessions for each in list_recorded(session)),
        (session.header.keep for session in recording.sessions),
        (session.header.upstream for session in recording.sessions),
    )


def list_recorded(session: Session) -> list[Recorded]:
    """Return the exchanges of a session, each with its place."""
    began = to_microseconds(session.header.began_utc_s)
    listed = []
    for each in session.story.exchanges:
        sent = began + to_microseconds(each.sent_s)
        answered = each.sent_s if each.answered_s is None else each.answered_s
        listed.append(
            Recorded(
                place=f"{session.path.name}:{session.line_numbers[each.number]}",
                sent_at=sent,
                answered_at=began + to_microseconds(answered),
                exchange=each,
                is_verbatim=_is_verbatim(session, each),
            )
        )
    return listed


def _is_verbatim(session: Session, exchange: Observed) -> bool:
    """Tell whether redaction has left all of an exchange as it was, but for its key."""
    line, keep = session.lines[exchange.number], session.header.keep
    replaced = sum(line.replaced.values()) - (exchange.key_place is not None)
    return keep == Keep() and replaced <= 0 and not line.notes


def _check_bodies(session: Session) -> None:
    """Hold each body that was kept to its digest: what was changed since is not what was said.

    Raises:
        RecordingError: one is another than was recorded; it names file and line.
    """
    for exchange in session.story.exchanges:
        told = session.lines[exchange.number].bodies
        for line, body in zip(told, (exchange.request_body, exchange.body), strict=True):
            content = body.content
            if line is None or content is None or sha256(content).hexdigest() == line.sha256:
                continue
            place = f"{session.path}:{session.line_numbers[exchange.number]}"
            where = "" if line.text is not None else f" (bodies/{line.sha256})"
            raise RecordingError(
                f"{place}: the body of {exchange.method} {exchange.path}{where} is not what was "
                f"recorded: its {count(len(content), 'byte')} have another SHA-256 than it says"
            )
