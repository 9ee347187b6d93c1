"""Differences that no fact forbids, of which nobody may complain."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

from mockserver.tests.broken_servers.defect import Defect, change_answers, in_state, on, where
from mockserver.tests.broken_servers.exchange import Answer, Asked
from mockserver.tests.broken_servers.respelling import Respelled
from mockserver.tests.broken_servers.server import Alteration


def _anything(_asked: Asked, _answer: Answer) -> bool:
    return True


def _reverse(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reverse(value[name]) for name in reversed(value)}
    return [_reverse(each) for each in value] if isinstance(value, list) else value


def _reverse_members(answer: Answer) -> Answer:
    if answer.document is None:
        return answer
    return replace(answer, body=json.dumps(_reverse(answer.document)).encode())


def _indent(answer: Answer) -> Answer:
    if answer.document is None:
        return answer
    body = json.dumps(answer.document, indent=4, ensure_ascii=True) + "\n"
    return replace(answer, body=body.encode())


def _add_members(answer: Answer) -> Answer:
    if not isinstance(answer.document, dict) or "QUEUED" in answer.members.values():
        return answer  # a submit has exactly five (S1)
    return answer.with_members(trace="00-4bf92f3577b34da6", region={"name": "us-east"})


def _add_headers(answer: Answer) -> Answer:
    headers = tuple((name.title(), value) for name, value in reversed(answer.headers))
    more = (("Server", "cloudflare"), ("CF-Ray", "8c0-FRA"), ("Via", "1.1 google"))
    return replace(answer, headers=(*more, *headers))


def _compress(asked: Asked, answer: Answer) -> Answer:
    accepts = "gzip" in (asked.find_header("accept-encoding") or "")
    if not accepts or asked.method == "HEAD" or len(answer.body) < 20 or answer.status == 206:
        return answer
    changed = answer.with_header("content-encoding", "gzip")
    return replace(changed, body=gzip.compress(answer.body, mtime=0))


def _add_charset(answer: Answer) -> Answer:
    if answer.find_header("content-type") != "application/json":
        return answer
    return answer.with_header("content-type", "application/json; charset=utf-8")


class _Slow(Alteration):
    delay_s = 0.05


class _Dashed(Respelled):
    def spell(self, identifier: str) -> str:
        """Make a version 4 UUID of 32 hexadecimal digits."""
        hex_ = identifier
        return f"{hex_[:8]}-{hex_[8:12]}-4{hex_[13:16]}-a{hex_[17:20]}-{hex_[20:]}"


NON_DEFECTS = (
    Defect(
        "keys-reversed",
        "",
        "JSON has its keys in another order",
        where(_anything, _reverse_members),
    ),
    Defect(
        "result-without-id",
        "",
        "a result has no request_id, as one that was seen live (O2)",
        where(
            on(200, "result", "poll"),
            lambda answer: (
                answer.without_members("request_id") if "output" in answer.members else answer
            ),
        ),
    ),
    Defect(
        "failed-without-total",
        "",
        "the metrics of FAILED have no total_time, as those that were seen live (T10)",
        where(
            in_state("FAILED"),
            lambda answer: answer.with_members(
                metrics={k: v for k, v in answer.members["metrics"].items() if k != "total_time"}
            ),
        ),
    ),
    Defect("indented", "", "JSON is indented", where(_anything, _indent)),
    Defect("more-members", "", "JSON has more members", where(_anything, _add_members)),
    Defect(
        "more-headers",
        "",
        "headers are more, in other case and order",
        where(_anything, _add_headers),
    ),
    Defect("with-charset", "", "content types name a charset", where(_anything, _add_charset)),
    Defect(
        "chunked",
        "",
        "bodies come chunked",
        where(_anything, lambda answer: replace(answer, is_chunked=True)),
    ),
    Defect(
        "gzip", "", "bodies are compressed where the client accepts it", change_answers(_compress)
    ),
    Defect("slow", "", "answers take longer", _Slow),
    Defect(
        "no-keep-alive",
        "",
        "each connection is closed after an answer",
        where(_anything, lambda answer: answer.with_header("connection", "close")),
    ),
    Defect("dashed-ids", "", "ids are UUIDs of version 4", _Dashed),
)
