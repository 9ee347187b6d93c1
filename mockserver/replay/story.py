"""How far an account has come on an index, and what stands for what in what it is told."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import msgspec

from mockserver.base.ids import make_id, normalize_id
from mockserver.replay.calls import CallKey
from mockserver.replay.recorded import Recorded
from mockserver.replay.recording_index import RecordingIndex
from mockserver.replay.runs import RecordedRun
from mockserver.replay.templates import ID
from mockserver.rules.jobs import Job
from mockserver.rules.outputs import make_output_id, make_url

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")
_SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "model/gltf-binary": ".glb",
}
_SPELLED_ID = re.compile(ID)
_SPELLED_FILE = re.compile(r"https?:\\?/\\?/[^\s\"'<>\\/]+\\?/outputs\\?/(?P<name>[0-9A-Za-z.-]+)")


class ReplayedRun(msgspec.Struct, frozen=True):
    """A recorded run that was submitted anew.

    Attributes:
        recorded: The run; None for one of v1, which nobody polls.
        job: The job as it was planned.
    """

    recorded: RecordedRun | None
    job: Job


class ReplayedFile(msgspec.Struct, frozen=True):
    """A recorded file, under an address of the emulator's.

    Attributes:
        url: Its recorded address.
        job: The job that it is an output of; None where it is none's.
    """

    url: str
    job: Job | None


class AccountStory:
    """One account's.

    Args:
        seed: The emulator's.
        api_key: Whose it is; empty where calls have no key.
        number: Which account of this key.

    Attributes:
        served: How often each call was answered.
        replayed: The places of exchanges that were replayed.
        speaks_for: The recorded key whose call it made last; None before there was one.
        runs: The runs, by the ids in their addresses, normalized.
        files: The files, by the names under which they are served.
    """

    def __init__(self, seed: int, api_key: str, number: int) -> None:
        self._seed = seed
        self.api_key = api_key
        self.number = number
        self.served: dict[CallKey, int] = {}
        self.replayed: set[str] = set()
        self.speaks_for: str | None = None
        self.runs: dict[str, ReplayedRun] = {}
        self.files: dict[str, ReplayedFile] = {}
        self._names: dict[str, str] = {}
        self._fresh: dict[str, str] = {}
        self._recorded: dict[str, str] = {}

    def count(self, key: CallKey) -> int:
        """Count a call; return how often it was made before."""
        before = self.served.get(key, 0)
        self.served[key] = before + 1
        return before

    def choose(self, recorded: list[Recorded], *, repeats: bool) -> Recorded | None:
        """Return what is replayed of the recorded answers to a call; None if all were.

        That is the first which was not, of the key for which this account speaks before others.

        Args:
            recorded: The answers, in order.
            repeats: Whether the last one is replayed again: of that key, if it has any.
        """
        own = [each for each in recorded if each.exchange.account == self.speaks_for]
        order = own if own and repeats else [*own, *(each for each in recorded if each not in own)]
        left = [each for each in order if each.place not in self.replayed]
        found = next(iter(left), order[-1] if repeats else None)
        if found is not None:
            self.replayed.add(found.place)
            self.speaks_for = found.exchange.account or self.speaks_for
        return found

    def add_run(self, identifier: str, run: ReplayedRun) -> None:
        """Have a job stand for a recorded run from now on."""
        job = run.job
        if identifier:
            self._fresh[normalize_id(identifier)] = job.request_id
            self._recorded[job.request_id] = identifier
        if run.recorded is not None:
            self.runs[job.key] = self.runs[job.request_id] = run

    def rename_run(self, planned: Job, kept: Job) -> None:
        """Have a run be asked for by the id that its job has in addresses now."""
        if (run := self.runs.get(planned.key)) is not None:
            self.runs[kept.key] = run

    def find_id(self, spelled: str) -> str:
        """Return the id that stands for a recorded one; itself where none does."""
        return self._fresh.get(normalize_id(spelled), spelled)

    def find_name(self, url: str, job: Job | None, content_type: str = "") -> str:
        """Return the name under which a recorded file is served."""
        name = self._names.get(url)
        if name is None:
            name = self._names[url] = self._make_name(url, job, content_type)
            self.files[name] = ReplayedFile(url, job)
            self._recorded[normalize_id(PurePosixPath(name).stem)] = PurePosixPath(url).stem
        return name

    def _make_name(self, url: str, job: Job | None, content_type: str) -> str:
        ordinal = None if job is None else job.ordinal
        others = sum(_find_ordinal(each) == ordinal for each in self.files.values())
        if job is None:
            stem = make_id(self._seed, "replayed file", self.api_key, others)
        else:
            stem = make_output_id(self._seed, self.api_key, job.ordinal)
            stem += f"-{others + 1}" if others else ""
        suffix = PurePosixPath(urlsplit(url).path).suffix
        if not _SUFFIX.fullmatch(suffix):
            suffix = _SUFFIXES.get(content_type.partition(";")[0].strip().lower(), ".bin")
        return stem + suffix

    def restore(self, text: str) -> str:
        """Return what a client sends, with recorded ids and addresses for those it was told."""
        if self._names:
            text = _SPELLED_FILE.sub(self._restore_file, text)
        return _SPELLED_ID.sub(self._restore_id, text) if self._recorded else text

    def _restore_file(self, match: re.Match[str]) -> str:
        found = self.files.get(match["name"])
        if found is None:
            return match[0]
        return found.url.replace("/", "\\/") if "\\/" in match[0] else found.url

    def _restore_id(self, match: re.Match[str]) -> str:
        return self._recorded.get(normalize_id(match[0]), match[0])


def _find_ordinal(file: ReplayedFile) -> int | None:
    return None if file.job is None else file.job.ordinal


class Telling:
    """What fills the gaps in what an account is told (`templates.Filling`).

    Args:
        story: The account's.
        origin: The address at which it asks.
        job: The job that it is told about, if any.
        index: The recording.
    """

    def __init__(
        self, story: AccountStory, origin: str, job: Job | None, index: RecordingIndex
    ) -> None:
        self._story = story
        self.origin = origin
        self._job = job
        self._index = index

    def find_id(self, spelled: str) -> str:
        """Return the id that stands for a recorded one, be it a run's or a file's."""
        url = self._index.file_stems.get(normalize_id(spelled))
        if url is None:
            return self._story.find_id(spelled)
        return PurePosixPath(self._find_name(url)).stem

    def find_file(self, url: str) -> str:
        """Return the address under which a recorded file is served."""
        return make_url(self.origin, self._find_name(url))

    def _find_name(self, url: str) -> str:
        recorded = self._index.files.get(url)
        media = (recorded and recorded.exchange.find_header("content-type")) or ""
        return self._story.find_name(url, self._job, media)
