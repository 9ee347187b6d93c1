"""Effects on the headers of an answer."""

from __future__ import annotations

import pytest

from mockserver.tests.conftest import Client
from mockserver.tests.fault_calls import (
    arm,
    find_last_exchange,
    get_plain_answer,
    list_strikes,
    prepare_call,
    send,
    summarize,
)


@pytest.mark.parametrize(("effect", "route", "when"), list_strikes("extra_headers"))
def test_extra_headers_are_added(effect, route, when):
    """One that is there is replaced, the others and the body stay."""
    client = Client()
    asked = prepare_call(client, route)
    wanted = {"Content-Type": "Image/WebP; q=1", "X-Region": "eu"}
    fault = arm(client, {effect: wanted}, route, when=when)
    answer, plain = send(client, asked), get_plain_answer(route)
    added = ((b"content-type", b"Image/WebP; q=1"), (b"x-region", b"eu"))
    assert answer.headers[-2:] == added
    assert {name for name, _ in answer.headers[:-2]} == {
        name for name, _ in plain.headers if name != b"content-type"
    }
    assert (answer.status, answer.body) == (plain.status, plain.body)
    assert summarize(find_last_exchange(client)) == (200, "intact", fault)
