"""A morning of three clients, made anew each time: what screenshots of the page show.

Every word in it is ours, every instant is the clock's, which moves when told, so two of them look
the same.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mockserver.tests.page.servers import PageServer

PAINTER, COMPOSER, TESTER = "SG_aaaaaaaaaaaa0a1e", "SG_bbbbbbbbbbbb0b2f", "SG_cccccccccccc0c3d"

_RUNS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (PAINTER, "ideogram-3", {"prompt": "A paper boat in a flooded library"}),
    (COMPOSER, "ace-step-music", {"prompt": "A slow waltz for three clocks"}),
    (PAINTER, "ideogram-2a-txt-2-img", {"prompt": "A heron made of folded maps"}),
    (COMPOSER, "kling-2.1", {"prompt": "Fog lifts from a harbour at six in the morning"}),
    (PAINTER, "ideogram-turbo-txt-2-img", {"prompt": "A bakery on a canal barge, early light"}),
)
_LOST: dict[str, Any] = {"on": {"route": "submit"}, "do": {"close": True}, "when": "after"}
_GONE: dict[str, Any] = {"on": {"route": "status"}, "do": {"status": 503, "body": "html"}}
_LEAN: dict[str, Any] = {"on": {"route": "result"}, "do": {"drop_fields": ["metrics"]}}
_RULES = (
    _LOST | {"api_key": TESTER, "times": 1},
    _GONE | {"api_key": TESTER, "times": 2},
    _LEAN | {"every": 5},
)
_STEP_S, _IDLE_S = 1.5, 35 * 60


def play_scene(server: PageServer) -> None:
    """Let three clients work: two that do well, and one that does nearly everything wrong."""
    _set_up(server)
    jobs = []
    for key, slug, body in _RUNS:
        jobs.append((key, server.submit(slug, body, key)))
        _advance(server, 0.5)
    _finish(server, jobs[:-1])
    _advance(server, _IDLE_S)
    _misbehave(server)
    late = server.submit("ideogram-3", {"prompt": "A lighthouse keeper's last letter"}, PAINTER)
    server.submit("ideogram-3", {"prompt": "mock:stall"}, PAINTER)
    _advance(server, 1)
    server.poll(late, PAINTER)


def _set_up(server: PageServer) -> None:
    plans = {PAINTER: ("pro", 25), COMPOSER: ("business", 80), TESTER: ("free", 2.5)}
    for key, (plan, money) in plans.items():
        server.steer("PUT", f"/_mock/accounts/{key}", {"plan": plan, "credits": money})
    for rule in _RULES:
        server.steer("POST", "/_mock/faults", rule)


def _finish(server: PageServer, jobs: list[tuple[str, Any]]) -> None:
    """Poll each until it is done, and fetch what came of it."""
    waiting = list(jobs)
    while waiting:
        _advance(server, _STEP_S)
        for key, job in list(waiting):
            if server.poll(job, key)["status"] in {"COMPLETED", "FAILED"}:
                waiting.remove((key, job))
                result = server.ask("GET", job["response_url"], key=key).json()
                server.ask("GET", result["output"], key=None)


def _misbehave(server: PageServer) -> None:
    """Lose an answer and send the run again, poll on after the end, send no key."""
    body = {"prompt": "A cathedral of paper cups"}
    with pytest.raises(httpx.RemoteProtocolError):
        server.ask("POST", "/v2/ideogram-3", body, TESTER)
    server.ask("POST", "/v2/ideogram-3", body, TESTER)
    failing = server.submit("ideogram-3", {"prompt": "mock:fail=The paint ran out"}, TESTER)
    _advance(server, _STEP_S)
    for _ in range(4):
        server.ask("GET", failing["status_url"], key=TESTER)
        _advance(server, _STEP_S)
    for _ in range(2):
        server.ask("POST", "/v2/ideogram-3", {"promt": "A typing error"}, TESTER)
    server.ask("POST", "/v1/ideogram-3", body, None)
    server.ask("GET", "/v1/get-user-credits", key=TESTER)


def _advance(server: PageServer, seconds: float) -> None:
    server.steer("PATCH", "/_mock/clock", {"advance_s": seconds})
