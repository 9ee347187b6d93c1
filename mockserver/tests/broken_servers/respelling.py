"""Ids of another spelling than the emulator's."""

from __future__ import annotations

from dataclasses import replace

from mockserver.base.ids import normalize_id
from mockserver.tests.broken_servers.exchange import Answer, Asked
from mockserver.tests.broken_servers.server import Alteration, World


class Respelled(Alteration):
    """Spells each id of a run its own way, wherever it is told, and reads both spellings."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._ids: dict[str, str] = {}
        self._spelled: dict[str, str] = {}

    def spell(self, identifier: str) -> str:
        """Return another spelling."""
        raise NotImplementedError

    def ask(self, asked: Asked) -> Asked | Answer:
        """Ask the emulator by its own spelling."""
        if not asked.route.polls_job:
            return asked
        mine = self._ids.get(normalize_id(asked.subject))
        return replace(asked, path=asked.route.fill_path(mine)) if mine else asked

    def answer(self, asked: Asked, answer: Answer) -> Answer:
        """Tell the other spelling."""
        if asked.route.starts_job and answer.status == 200:
            told = answer.find_header("x-request-id") or answer.members.get("request_id")
            if told and told not in self._spelled:
                self._spelled[told] = self.spell(told)
                self._ids[normalize_id(self._spelled[told])] = told
        subject = self._ids.get(normalize_id(asked.subject))
        if answer.status == 404 and subject:
            return replace(
                answer, body=answer.body.replace(subject.encode(), asked.subject.encode())
            )
        body = answer.body
        for mine in {self._ids.get(normalize_id(asked.subject)), answer.members.get("request_id")}:
            if mine in self._spelled:
                body = body.replace(mine.encode(), self._spelled[mine].encode())
        if (told := answer.find_header("x-request-id")) in self._spelled:
            answer = answer.with_header("x-request-id", self._spelled[told])
        return replace(answer, body=body)
