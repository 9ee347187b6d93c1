"""One way in which a server can differ from the register, or must be allowed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.tests.broken_servers.exchange import Answer, Asked
from mockserver.tests.broken_servers.server import KEY, Alteration, World


@dataclass(frozen=True)
class Defect:
    """A server that differs.

    Attributes:
        name: What the command and tests call it.
        fact: The fact that it breaks, by its id; empty for a difference that nobody may mind.
        does: What it does, in a few words.
        make: Makes what changes an emulator.
        shown_by: Who can see it: `story`, what any client does; `probe`, a request that only
            somebody sends who wants to know; `wait`, whoever waits for longer than an hour;
            `luck`, who meets what cannot be asked for, or not for little money; `nobody`.
        key: Whose account shows it.
        also: Facts that it breaks besides, since they say the same thing.
        settings: Settings of the emulator that it needs.
    """

    name: str
    fact: str
    does: str
    make: Callable[[World], Alteration]
    shown_by: str = "story"
    key: str = KEY
    also: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> frozenset[str]:
        """All facts by one of which it may be named."""
        return self.also | {self.fact} if self.fact else self.also


def change_answers(
    change: Callable[[Asked, Answer], Answer],
) -> Callable[[World], Alteration]:
    """Return what makes an alteration of answers that depends on the exchange alone."""

    class Changed(Alteration):
        def answer(self, asked: Asked, answer: Answer) -> Answer:
            return change(asked, answer)

    return Changed


def change_requests(change: Callable[[Asked], Asked | Answer]) -> Callable[[World], Alteration]:
    """Return what makes an alteration of requests that depends on the request alone."""

    class Changed(Alteration):
        def ask(self, asked: Asked) -> Asked | Answer:
            return change(asked)

    return Changed


Wanted = Callable[[Asked, Answer], bool]


def where(wanted: Wanted, change: Callable[[Answer], Answer]) -> Callable[[World], Alteration]:
    """Return what changes the answers of which something is true."""
    return change_answers(lambda asked, answer: change(answer) if wanted(asked, answer) else answer)


def on(status: int, *routes: str) -> Wanted:
    """Tell of answers with this status whether they are of one of these routes; all if none."""
    return lambda asked, answer: (
        answer.status == status and (not routes or asked.route.name in routes)
    )


def in_state(*states: str, routes: tuple[str, ...] = ("status", "result", "poll")) -> Wanted:
    """Tell of polls whether they were answered with one of these states."""
    return lambda asked, answer: (
        asked.route.name in routes and answer.members.get("status") in states
    )
