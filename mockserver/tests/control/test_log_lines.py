"""Log entries in a line: for people, and for programs."""

import json
import unicodedata
from datetime import UTC, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client_tests.reports.text import cells
from mockserver.control.log_entries import LogEntry
from mockserver.control.log_lines import (
    Mark,
    Palette,
    encode_event,
    render_entry,
    render_json,
    render_key,
    render_time,
)

ID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
PLAIN_POLL = LogEntry(
    seq=1,
    received_s=5.0,
    api_key="...cdef",
    method="GET",
    path=f"/v2/requests/{ID}/status",
    route="status",
    request_id=ID,
    status=200,
    state="PROCESSING",
)
SUBMIT = msgspec.structs.replace(
    PLAIN_POLL, method="POST", path="/v2/ideogram-3", route="submit", state="QUEUED"
)

UNSEEN = {"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"}
any_text = st.text(st.characters(exclude_categories=())) | st.sampled_from(
    ["\x1b[2J", "a\n12:00:00.000 …cdef GET /", "\u202egnp.exe", "\r", "\x9b31m", "\ud800", "\0"]
)
hostile = st.builds(
    LogEntry,
    seq=st.integers(1),
    received_s=st.just(0.0),
    status=st.none() | st.integers(100, 599),
    **dict.fromkeys(("method", "path", "route"), any_text),
    **dict.fromkeys(("api_key", "model", "request_id", "state", "error"), st.none() | any_text),
    **dict.fromkeys(("content", "fault_id", "fault", "hint"), st.none() | any_text),
)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, f"…cdef POST /v2/ideogram-3 200 QUEUED {ID}"),
        ({"api_key": None, "request_id": None}, "-     POST /v2/ideogram-3 200 QUEUED"),
        ({"api_key": "..."}, f"…     POST /v2/ideogram-3 200 QUEUED {ID}"),
        (
            {"state": "FAILED", "status": 422, "error": "Under a\nstone"},
            f"…cdef POST /v2/ideogram-3 422 FAILED “Under a stone” {ID}",
        ),
        (
            {"state": None, "content": "image/png, 815 bytes", "delivery": "damaged"},
            f"…cdef POST /v2/ideogram-3 200 image/png, 815 bytes (damaged) {ID}",
        ),
        (
            {"status": None, "state": None, "delivery": "lost", "fault_id": "fault-1"},
            f"…cdef POST /v2/ideogram-3 no answer: lost {ID} [fault-1]",
        ),
        (
            {"fault_id": "fault-1", "fault": "delay 2 s"},
            f"…cdef POST /v2/ideogram-3 200 QUEUED {ID} [fault-1: delay 2 s]",
        ),
        (
            {"hint": "did you\nmean `veo-3`?"},
            f"…cdef POST /v2/ideogram-3 200 QUEUED {ID} (did you mean `veo-3`?)",
        ),
        ({"path": "/v2/a b?c=d"}, f"…cdef POST /v2/a%20b?c=d 200 QUEUED {ID}"),
    ],
)
def test_a_line_has_what_helps(changes, line):
    """Key, method, path, status, state or error or content, delivery, id, fault and hint."""
    assert render_entry(msgspec.structs.replace(SUBMIT, **changes)) == line


def test_an_id_that_the_path_has_is_not_told_twice():
    """The path of a poll is whole, so that the id in it can be copied."""
    line = render_entry(PLAIN_POLL)
    assert line == f"…cdef GET  /v2/requests/{ID}/status 200 PROCESSING"


def test_a_line_ends_in_the_rules_that_were_broken():
    """Each with its level, in its colour where there is one."""
    marks = [Mark("MUST", "called-before-reset"), Mark("SHOULD", "polled-too-fast")]
    assert render_entry(PLAIN_POLL, marks).endswith(
        "200 PROCESSING MUST called-before-reset SHOULD polled-too-fast"
    )
    painted = render_entry(PLAIN_POLL, marks, Palette(has_colour=True))
    assert "\x1b[1;31mMUST called-before-reset\x1b[0m" in painted
    assert "\x1b[33mSHOULD polled-too-fast\x1b[0m" in painted


@pytest.mark.parametrize(("status", "code"), [(200, 32), (404, 33), (503, 31), (None, 31)])
def test_the_colour_of_an_answer_says_how_it_went(status, code):
    """Green, yellow for what the client did wrong, red for what the server did."""
    entry = msgspec.structs.replace(PLAIN_POLL, status=status)
    assert f"\x1b[{code}m" in render_entry(entry, palette=Palette(has_colour=True))


@given(hostile)
def test_nothing_that_was_sent_can_steer_a_terminal(entry):
    """Whatever is in a field, the line is one line, every sign of it is seen, and it ends."""
    for line in (render_entry(entry), render_json(entry, 0)):
        assert not [sign for sign in line if unicodedata.category(sign) in UNSEEN]
        assert len(line.splitlines()) == 1


@given(hostile)
def test_a_line_of_json_has_every_field(entry):
    """Programs find the same fields in each, and in them what the entry has."""
    told = json.loads(render_json(entry, 1_767_225_600.12))
    assert (told.pop("event"), told.pop("time")) == ("exchange", "2026-01-01T00:00:00.120000Z")
    fields = msgspec.structs.asdict(entry)
    del fields["received_s"]
    assert told == fields


def test_events_of_other_kinds_have_the_same_beginning():
    """What it is and when it was; programs that collect logs look for these."""
    line = encode_event("dropped", 0, {"count": 3})
    assert line == '{"event": "dropped", "time": "1970-01-01T00:00:00.000000Z", "count": 3}'


@pytest.mark.parametrize(
    ("shown", "end"), [("...cdef", "…cdef"), ("...", "…"), (None, "-"), ("", "-")]
)
def test_a_key_is_shown_by_its_end(shown, end):
    """One that is hidden whole is told from none."""
    assert render_key(shown) == end


def test_a_time_is_that_of_the_zone():
    """To the millisecond, as a watch on the wall shows it."""
    at_s = 1_767_225_600.1239
    assert render_time(at_s, UTC) == "00:00:00.123"
    assert render_time(at_s, timezone(timedelta(hours=5, minutes=30))) == "05:30:00.123"


@given(st.text("abc ", min_size=500))
def test_a_line_does_not_grow_without_end(text):
    """Long paths and errors are cut, and say so."""
    entry = msgspec.structs.replace(PLAIN_POLL, path=f"/{text}", error=text, state=None)
    line = render_entry(entry)
    assert cells(line) < 440
    assert line.count("…") == 3
