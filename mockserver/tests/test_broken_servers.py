"""The servers in a process of their own, asked over TLS."""

from __future__ import annotations

import ssl

import httpx
import pytest

from mockserver.tests.broken_servers.process import serving_broken

NAMES = ("sound", "failed-as-200-on-status", "keys-reversed", "chunked", "gzip", "no-keep-alive")
SLUG = "ideogram-2a-txt-2-img"


@pytest.fixture(scope="module")
def servers():
    """Six servers in one process."""
    with serving_broken(*NAMES, clock="x600") as running:
        yield running


def _ask(servers, name):
    context = ssl.create_default_context(cafile=servers.ca)
    headers = {"x-api-key": servers.keys["rich"]}
    return httpx.Client(
        base_url=servers.urls[name], verify=context, headers=headers, trust_env=False
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
        assert client.get("/v1/get-user-credits").json()["credits"] == 99.95
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


@pytest.mark.parametrize("name", ["keys-reversed", "chunked", "gzip", "no-keep-alive"])
def test_a_sound_one_is_understood_however_it_sends(servers, name):
    """What differs in the manner of sending alone is the same to a client."""
    with _ask(servers, name) as client:
        assert _run(client, prompt="A paper boat").json()["status"] == "COMPLETED"
        answer = client.get("/v1/get-user-credits")
        assert answer.json() == {"credits": 99.95, "free-credits": 0}
        assert ("transfer-encoding" in answer.headers) == (name == "chunked")
        assert answer.headers.get("connection") == ("close" if name == "no-keep-alive" else None)
        if name == "gzip":
            long = client.get("/v2/requests/none")
            assert long.headers["content-encoding"] == "gzip"
