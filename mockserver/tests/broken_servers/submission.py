"""Defects of what a submit is answered with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from mockserver.tests.broken_servers.defect import Defect, on, where
from mockserver.tests.broken_servers.exchange import Answer, Asked
from mockserver.tests.broken_servers.respelling import Respelled
from mockserver.tests.broken_servers.server import Alteration, World

_URLS = ("poll_url", "status_url", "response_url")
_NOBODY = "00000000000000000000000000000000"


class _ShortIds(Respelled):
    def spell(self, identifier: str) -> str:
        """Make an id of twelve letters."""
        return f"req{identifier[:9]}"


class _LaterIds(Respelled):
    def spell(self, identifier: str) -> str:
        """Make a UUID of version 7."""
        hex_ = identifier
        return f"0193{hex_[4:8]}-{hex_[8:12]}-7{hex_[13:16]}-8{hex_[17:20]}-{hex_[20:]}"


class _Merges(Alteration):
    """Answers a POST that was there before as it was answered then."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._answers: dict[tuple[str, str, bytes], Answer] = {}

    def ask(self, asked: Asked) -> Asked | Answer:
        """Answer at once what was asked before."""
        return self._answers.get((asked.key, asked.path, asked.body), asked)

    def answer(self, asked: Asked, answer: Answer) -> Answer:
        """Remember."""
        if on(200, "submit")(asked, answer):
            self._answers.setdefault((asked.key, asked.path, asked.body), answer)
        return answer


def _relative(answer: Answer) -> Answer:
    return answer.with_members(**{name: urlsplit(answer.members[name]).path for name in _URLS})


def _plain(answer: Answer) -> Answer:
    url = answer.members["status_url"]
    return answer.with_members(status_url=url.replace("https://", "http://"))


def _swap_poll_url(answer: Answer) -> Answer:
    head, _, _ = answer.members["poll_url"].rpartition("/")
    return answer.with_members(poll_url=f"{head}/{_NOBODY}")


def _rename_id(answer: Answer) -> Answer:
    return answer.with_members(id=answer.members["request_id"]).without_members("request_id")


def _change_submit(name: str, fact: str, does: str, change: Any, **more: Any) -> Defect:
    return Defect(name, fact, does, where(on(200, "submit"), change), **more)


DEFECTS = (
    _change_submit(
        "submit-201",
        "S1",
        "a submit is 201",
        lambda answer: replace(answer, status=201),
        also=frozenset({"T10"}),
    ),
    _change_submit(
        "submit-processing",
        "S1",
        "a submit says PROCESSING",
        lambda answer: answer.with_members(status="PROCESSING"),
        also=frozenset({"T1"}),
    ),
    _change_submit(
        "submit-with-more",
        "S1",
        "a submit has a sixth member",
        lambda answer: answer.with_members(queue_position=3),
    ),
    _change_submit(
        "submit-without-poll-url",
        "S1",
        "a submit has no poll_url",
        lambda answer: answer.without_members("poll_url"),
    ),
    _change_submit(
        "submit-id-renamed",
        "S1",
        "request_id is called id",
        _rename_id,
        also=frozenset({"R2"}),
    ),
    _change_submit("submit-relative-urls", "S1", "a submit's URLs are relative", _relative),
    _change_submit("submit-plain-status-url", "S1", "status_url is http, the rest https", _plain),
    _change_submit(
        "submit-poll-url-of-another",
        "S1",
        "poll_url has another id than request_id",
        _swap_poll_url,
        also=frozenset({"R5"}),
    ),
    Defect("short-ids", "S1b", "ids have twelve letters", _ShortIds),
    Defect("later-ids", "S1b", "ids are UUIDs of version 7", _LaterIds),
    Defect(
        "merges-posts",
        "S2",
        "two identical POSTs are one request",
        _Merges,
        shown_by="probe",
    ),
)
