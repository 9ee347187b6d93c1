"""Broken servers are told from sound ones: in this process, and in one of their own over TLS."""

from __future__ import annotations

import ssl
from functools import partial
from operator import attrgetter

import httpx
import pytest

from mockserver.facts.judges import judge_story
from mockserver.facts.observed import Body, Observed, Story
from mockserver.tests.broken_servers.conversation import talk
from mockserver.tests.broken_servers.process import serving_broken
from mockserver.tests.broken_servers.table import DEFECTS, NON_DEFECTS, SERVERS, SOUND
from mockserver.tests.facts.witness import CATALOGUE

NAMES = ("sound", "failed-as-200-on-status", "keys-reversed", "chunked", "gzip", "no-keep-alive")
SLUG = "ideogram-2a-txt-2-img"
NAME = attrgetter("name")
FACTS_SEEN = 55
"""At least so many does the conversation speak about."""


@pytest.fixture(scope="module")
def servers():
    """Six servers in one process."""
    with serving_broken(*NAMES, clock="x600") as running:
        yield running


def _ask(servers, name, seen=None):
    context = ssl.create_default_context(cafile=servers.ca)
    return httpx.Client(
        base_url=servers.urls[name],
        verify=context,
        headers={"x-api-key": servers.keys["rich"]},
        trust_env=False,
        event_hooks={} if seen is None else {"response": [partial(_remember, seen)]},
    )


def _remember(seen, response):
    """Add an exchange to those that were seen."""
    content, asked = response.read(), response.request
    seen.append(
        Observed(
            number=len(seen) + 1,
            sent_s=float(len(seen)),
            answered_s=len(seen) + 0.5,
            method=asked.method,
            url=str(asked.url),
            request_headers=tuple(asked.headers.items()),
            request_body=Body.of(asked.content),
            account="rich",
            key_place="x-api-key",
            status=response.status_code,
            headers=tuple(response.headers.items()),
            body=Body.of(content),
        )
    )


def _run(client, **params):
    told = client.post(f"/v2/{SLUG}", json=params).json()
    while True:
        answer = client.get(told["status_url"])
        if answer.json().get("status") not in {"QUEUED", "PROCESSING"}:
            return answer


def test_every_server_that_was_named_has_a_port_of_its_own(servers):
    """The line that the process prints has a URL for each name, and no two are one."""
    assert set(servers.urls) == set(NAMES)
    assert len(set(servers.urls.values())) == len(NAMES)
    assert all(url.startswith("https://127.0.0.1:") for url in servers.urls.values())


def test_the_sound_one_answers_as_the_service_does(servers):
    """A run completes, one fails, the balance falls, and a key that nobody was given is refused."""
    with _ask(servers, "sound") as client:
        assert _run(client, prompt="A paper boat").json()["status"] == "COMPLETED"
        assert _run(client, prompt="").status_code == 422
        before = client.get("/v1/get-user-credits").json()["credits"]
        assert _run(client, prompt="A paper boat").json()["metrics"]["remaining_credits"] < before
        assert client.get("/v1/get-user-credits", headers={"x-api-key": "SG_0"}).status_code == 401


@pytest.mark.parametrize("path", ["/_mock/health", "/openapi.json", "/_mock/requests", "/docs"])
def test_nothing_of_the_emulators_own_is_there(servers, path):
    """Nobody can take the control plane's help: there is none."""
    with _ask(servers, "sound") as client:
        answer = client.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert "segmock" not in answer.text


def test_a_broken_one_differs_in_what_it_says(servers):
    """A defect is there over the wire."""
    with _ask(servers, "failed-as-200-on-status") as client:
        assert _run(client, prompt="").status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_what_is_seen_over_tls_is_judged_as_in_this_process(servers, name):
    """A run, a failure and a balance, by a client that is no part of the project."""
    seen = []
    with _ask(servers, name, seen) as client:
        client.get("/v1/get-user-credits")
        _run(client, prompt="A paper boat")
        _run(client, prompt="")
        client.post(f"/v1/{SLUG}", json={"prompt": "A paper boat"})
        client.get("/v1/get-user-credits")
    judgements = judge_story(Story(exchanges=tuple(seen)), CATALOGUE)
    fact = SERVERS[name].fact
    assert {each.fact for each in judgements if not each.agrees} == ({fact} if fact else set())
    assert {"O3", "R6", "S1", "T3", "V2"} <= {each.fact for each in judgements}


@pytest.mark.parametrize("name", ["keys-reversed", "chunked", "gzip", "no-keep-alive"])
def test_a_sound_one_is_understood_however_it_sends(servers, name):
    """What differs in the manner of sending alone is the same to a client."""
    with _ask(servers, name) as client:
        assert _run(client, prompt="A paper boat").json()["status"] == "COMPLETED"
        answer = client.get("/v1/get-user-credits")
        assert set(answer.json()) == {"credits", "free-credits"}
        assert ("transfer-encoding" in answer.headers) == (name == "chunked")
        assert answer.headers.get("connection") == ("close" if name == "no-keep-alive" else None)
        if name == "gzip":
            long = client.get("/v2/requests/none")
            assert long.headers["content-encoding"] == "gzip"


def _find_differing(defect):
    judgements = judge_story(talk(defect), CATALOGUE)
    return {each.fact for each in judgements if not each.agrees}


@pytest.mark.parametrize(
    "defect", [each for each in DEFECTS if each.shown_by != "nobody"], ids=NAME
)
def test_every_broken_server_is_named_by_its_fact(defect):
    """Whoever asks the right questions is told what differs, and nothing that does not."""
    differing = _find_differing(defect)
    assert defect.fact in differing
    assert differing <= defect.facts


@pytest.mark.parametrize(
    "defect", [each for each in DEFECTS if each.shown_by == "nobody"], ids=NAME
)
def test_what_may_have_another_cause_is_held_against_nobody(defect):
    """Such a server is broken, and what it answers could come from anywhere on the way."""
    assert _find_differing(defect) == set()


@pytest.mark.parametrize("server", [SOUND, *NON_DEFECTS], ids=NAME)
def test_a_sound_server_is_accused_of_nothing_however_it_sends(server):
    """Order, spaces, headers, compression and the spelling of ids are nobody's business."""
    judgements = judge_story(talk(server), CATALOGUE)
    assert [each for each in judgements if not each.agrees] == []
    assert len({each.fact for each in judgements}) >= FACTS_SEEN


def test_the_table_is_about_facts_that_there_are():
    """Names are unique; every defect and what it breaks besides are in the register."""
    facts = {row.id for row in CATALOGUE.behaviours}
    assert len(SERVERS) == 1 + len(DEFECTS) + len(NON_DEFECTS)
    assert set().union(*(each.facts for each in DEFECTS)) <= facts
