"""A recording as people read it: sessions, their exchanges, and their runs with what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from mockserver.base.plurals import count
from mockserver.facts.observed import Body, Observed, Run
from mockserver.recordings.reader import Recording, Session
from mockserver.recordings.selection import Selection

_WIDEST_PATH = 60
_KIB = 1024


def render_timeline(recording: Recording, selection: Selection) -> Iterator[str]:
    """Return the lines that show a recording: its sessions, one after the other."""
    for at, session in enumerate(recording.sessions):
        yield from ("",) if at else ()
        yield from _render_session(session, selection)


def describe_recording(recording: Recording, selection: Selection) -> list[dict[str, Any]]:
    """Return the same as JSON values."""
    return [_describe_session(session, selection) for session in recording.sessions]


def select_exchanges(session: Session, selection: Selection) -> list[Observed]:
    """Return the exchanges of a session that are meant."""
    began = session.header.began_utc_s
    return [each for each in session.story.exchanges if selection.includes(each, began)]


def _render_session(session: Session, selection: Selection) -> Iterator[str]:
    chosen = select_exchanges(session, selection)
    all_count = len(session.story.exchanges)
    shown = count(all_count, "exchange")
    if len(chosen) != all_count:
        shown = f"{len(chosen)} of {shown}"
    header = session.header
    yield f"{session.path.name}  {header.upstream}  {_render_date(header.began_utc_s)}  {shown}"
    if (header.keep.prompts, header.keep.media) != ("whole", "whole"):
        yield f"  prompts {header.keep.prompts}, media {header.keep.media}"
    if session.torn:
        yield "  its last line is torn, and left out"
    places = [_render_place(each, header.upstream) for each in chosen]
    width = max(map(len, places), default=0)
    for exchange, place in zip(chosen, places, strict=True):
        yield _render_exchange(exchange, place.ljust(width))
    yield from _render_runs(session, {each.number for each in chosen})


def _render_date(utc_s: float) -> str:
    return f"{datetime.fromtimestamp(utc_s, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _render_place(exchange: Observed, upstream: str) -> str:
    """Return method and path, with the host where that is not the session's."""
    parts = urlsplit(exchange.url)
    host = "" if parts.netloc == urlsplit(upstream).netloc else parts.netloc
    path = host + parts.path + (f"?{parts.query}" if parts.query else "")
    if len(path) > _WIDEST_PATH:
        path = path[: _WIDEST_PATH - 1] + "…"
    return f"{exchange.method} {path}"


def _render_exchange(exchange: Observed, place: str) -> str:
    took = "" if exchange.answered_s is None else f"{exchange.answered_s - exchange.sent_s:.3f}"
    said = [
        str(exchange.status or "none"),
        exchange.account or "no key",
        _read_state(exchange) or _render_body(exchange.body, exchange.find_header("content-type")),
    ]
    line = f"  {exchange.number:4}  {exchange.sent_s:9.3f} s  {took:>8}  {place}  {'  '.join(said)}"
    return line.rstrip()


def _read_state(exchange: Observed) -> str | None:
    """Return the state that a submit or a poll was answered with."""
    is_about_run = exchange.route.polls_job or exchange.route.starts_job
    document = exchange.body.document if is_about_run else None
    state = document.get("status") if isinstance(document, dict) else None
    return state if isinstance(state, str) else None


def _render_body(body: Body, content_type: str | None) -> str:
    if not body.size:
        return ""
    size = f"{body.size} B" if body.size < _KIB else f"{body.size / _KIB:.1f} KiB"
    left_out = "" if body.content is not None else ", not kept"
    return f"{size} {(content_type or 'of no type').partition(';')[0]}{left_out}"


def _render_runs(session: Session, chosen: set[int]) -> Iterator[str]:
    runs = [run for run in session.story.runs if run.submitted.number in chosen]
    if runs:
        yield f"  {count(len(runs), 'run')}"
    for run in runs:
        submitted = run.submitted
        yield f"        {submitted.subject}, submitted by {submitted.number}: {_render_states(run)}"


def _render_states(run: Run) -> str:
    """Return the states in which a run was seen, each with when that was first, and how often."""
    seen: list[tuple[str, float, int]] = []
    for poll in (run.submitted, *run.asked):
        state = _read_state(poll) or str(poll.status or "no answer")
        if seen and seen[-1][0] == state:
            seen[-1] = (state, seen[-1][1], seen[-1][2] + 1)
        else:
            seen.append((state, poll.sent_s, 1))
    began = run.submitted.sent_s
    return ", ".join(
        f"{state} after {at - began:.1f} s" + (f" ({times} times)" if times > 1 else "")
        for state, at, times in seen
    )


def _describe_session(session: Session, selection: Selection) -> dict[str, Any]:
    chosen = select_exchanges(session, selection)
    numbers = {each.number for each in chosen}
    return {
        "session": session.path.name,
        "upstream": session.header.upstream,
        "began_utc_s": session.header.began_utc_s,
        "keep": msgspec.to_builtins(session.header.keep),
        "torn": session.torn,
        "exchanges": [_describe_exchange(each, session) for each in chosen],
        "runs": [
            _describe_run(run) for run in session.story.runs if run.submitted.number in numbers
        ],
    }


def _describe_exchange(exchange: Observed, session: Session) -> dict[str, Any]:
    line = session.lines[exchange.number]
    return {
        "number": exchange.number,
        "line": session.line_numbers[exchange.number],
        "sent_s": exchange.sent_s,
        "answered_s": exchange.answered_s,
        "method": exchange.method,
        "url": exchange.url,
        "route": exchange.route.name,
        "account": exchange.account,
        "status": exchange.status,
        "state": _read_state(exchange),
        "request_bytes": exchange.request_body.size,
        "response_bytes": exchange.body.size,
        "replaced": line.replaced,
        "notes": list(line.notes),
    }


def _describe_run(run: Run) -> dict[str, Any]:
    return {
        "model": run.submitted.subject,
        "submitted": run.submitted.number,
        "asked": [
            {"number": each.number, "sent_s": each.sent_s, "state": _read_state(each)}
            for each in run.asked
        ],
    }
