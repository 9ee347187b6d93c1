"""Processes that share a store answer, one in turn with the other, as the core of one does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from typing import Any

import httpx
import pytest

from mockserver.control.control import ResetScope
from mockserver.emulator import Emulator
from mockserver.tests.conftest import PATIENCE_S
from mockserver.tests.histories.server_group import serving_group
from mockserver.tests.test_same_answers_everywhere import (
    STORIES,
    Asking,
    Story,
    Way,
    _one_catalogue,
    catalogue,
    models,
    played,
    sync,
    told_by_core,
)

__all__ = ["_one_catalogue", "catalogue", "models", "told_by_core"]

WORKERS = 4


def ask_in_turn(urls: list[str], ask: Asking) -> Way:
    """Ask one server after the other for what is on the first; each is asked by a client anew."""
    turns = cycle(urls)

    def proxied(request: httpx.Request) -> httpx.Response:
        request.url = httpx.URL(next(turns)).copy_with(raw_path=request.url.raw_path)
        return ask(request)

    return Way(urls[0], proxied)


@contextmanager
def through_processes(emulator: Emulator) -> Iterator[Way]:
    """Two servers, neither of which is the emulator that the story steers."""
    with ExitStack() as stack:
        served = [Emulator(emulator.settings) for _ in range(2)]
        urls = [stack.enter_context(each.live()).url for each in served]
        ask = stack.enter_context(sync(httpx.Client(timeout=PATIENCE_S, verify=False)))
        yield ask_in_turn(urls, ask)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_processes_that_share_a_store_answer_as_the_core_does(story, told_by_core, redis_url):
    """Status, headers and body of every answer are the core's, and so is the journal."""
    expected_answers, expected_journal = told_by_core(story)
    answers, journal = played(story, through_processes, store=redis_url)
    for answer, expected in zip(answers, expected_answers, strict=True):
        assert answer == expected
    for exchange, expected in zip(journal, expected_journal, strict=True):
        assert exchange == expected


class Workers:
    """`segmock serve --workers 4`, and the emulator of this process that steers the same store.

    Args:
        url: The store.
        folder: Models that the server has beside its own.
    """

    def __init__(self, url: str, folder: Any) -> None:
        self.store = url
        flags = ("--workers", str(WORKERS), "--store", url, "--seed", "0", "--explain")
        self.flags = (*flags, "--max-body-mib", "1", "--models", str(folder), "--log", "off")
        self.served = ""

    @contextmanager
    def ask(self, emulator: Emulator) -> Iterator[Way]:
        """Ask over connections of which each is begun anew, so that every worker has its turn."""
        emulator.transactions.run(lambda: emulator.control.reset(ResetScope()))
        limits = httpx.Limits(max_keepalive_connections=0)
        client = httpx.Client(timeout=PATIENCE_S, verify=False, limits=limits)
        with sync(client) as ask:
            yield Way(self.served, ask)

    def play(self, story: Story) -> tuple[list[Any], list[Any]]:
        """Play a story in a world that was reset; numbers of exchanges begin at 1 again."""
        answers, journal = played(story, self.ask, store=self.store)
        begin = min((exchange["seq"] for exchange in journal), default=1) - 1
        return answers, [exchange | {"seq": exchange["seq"] - begin} for exchange in journal]


@pytest.fixture(scope="module")
def workers(models, _databases):
    """Real workers, which all stories are told to."""
    found = Workers(next(_databases), models)
    with serving_group(*found.flags) as group:
        found.served = group.url
        yield found


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_workers_answer_as_the_core_does(story, told_by_core, workers):
    """The same of `segmock serve --workers 4`, whichever worker takes a connection."""
    expected_answers, expected_journal = told_by_core(story)
    answers, journal = workers.play(story)
    for answer, expected in zip(answers, expected_answers, strict=True):
        assert answer == expected
    expected_journal = [each | {"seq": number} for number, each in enumerate(expected_journal, 1)]
    for exchange, expected in zip(journal, expected_journal, strict=True):
        assert exchange == expected
