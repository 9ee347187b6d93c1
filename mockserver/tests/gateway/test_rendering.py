"""Files that are not there yet: the edge is asked to render them, and the answer is the same."""

import pytest

from mockserver.base.wire import Request, Wait
from mockserver.control.control import ResetScope
from mockserver.media import render
from mockserver.tests.conftest import HOST, KEY, OTHER_KEY, PROMPT

FROM_IMAGE = {**PROMPT, "image_file": "https://example.com/in.png"}
FILM = {"prompt": "A boat", "return_last_frame": True}


def get_result(client, slug="ideogram-3", body=PROMPT):
    """Submit a run, let it end, and return its result."""
    job = client.submit(slug, body)
    client.advance(600)
    return client.get(job["response_url"])


def get_output(client, **headers):
    """Return the answer to a GET of an output, in another format than the result has rendered."""
    url = get_result(client).json["output"].replace(".png", ".webp")
    return client.get(url, key=None, headers=headers)


def start_from_a_film(client, key=KEY):
    """Start from the last frame of a film, and return what is made of it."""
    frame = get_result(client, "seedance-2.0", FILM).json["video"]["last_frame_url"]
    client.emulator.services.images.__init__(0)
    sent = {**FROM_IMAGE, "image_file": frame}
    return client.post("/v1/ideogram-turbo-img-2-img", sent, key=key)


STORIES = {
    "a result": get_result,
    "a film": lambda client: get_result(client, "seedance-2.0", FILM),
    "an output": get_output,
    "a part of one": lambda client: get_output(client, range="bytes=1-9"),
    "raw bytes": lambda client: client.post("/v1/sdxl1.0-txt2img"),
    "base64": lambda client: client.post("/v1/sdxl1.0-txt2img", {**PROMPT, "base64": True}),
    "a source of ours": start_from_a_film,
    "a source of ours, for a new account": lambda client: start_from_a_film(client, OTHER_KEY),
}


def render_outside(client):
    """Have the files that a client's calls need rendered by their edge; return what they are."""
    gateway, rendered = client.emulator.gateway, []
    handle = gateway.handle

    def handle_outside(request, reading=None):
        outcome = handle(request, reading, renders=False)
        while isinstance(outcome, Wait) and outcome.artefact is not None:
            assert outcome.delay_s == 0
            rendered.append(outcome.artefact)
            outcome = gateway.resume(outcome, render(outcome.artefact))
        return outcome

    gateway.handle = handle_outside
    return rendered


def show_journal(client):
    """Return all that the journals have."""
    records = client.store.records
    return {key: list(records[key].journal) for key in (KEY, OTHER_KEY) if key in records}


@pytest.mark.parametrize("clock", ["frozen", "auto"])
@pytest.mark.parametrize("kept", [True, False], ids=["kept", "too large to keep"])
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_where_files_are_rendered_changes_nothing(make_client, story, kept, clock, monkeypatch):
    """Answers, state and journal are the same, and nothing is rendered while one is answered."""
    here, there = make_client(clock=clock), make_client(clock=clock)
    for client in (here, there):
        if not kept:
            client.emulator.services.images.__init__(0)
    expected = story(here)
    rendered = render_outside(there)
    monkeypatch.setattr("mockserver.media.cache.render", None)
    answer = story(there)
    assert (answer.status, answer.headers, answer.body) == (
        expected.status,
        expected.headers,
        expected.body,
    )
    assert rendered
    assert show_journal(there) == show_journal(here)


def ask_for_a_result(client):
    """Return the wait for the file that a result is about."""
    job = client.submit()
    client.advance(60)
    headers = {b"host": HOST.encode(), b"x-api-key": KEY.encode()}
    path = job["response_url"].partition(HOST)[2]
    request = Request(method="GET", path=path, headers=headers)
    return client.emulator.gateway.handle(request, renders=False)


def test_no_time_passes_for_whoever_waits_for_a_file(client):
    """It is answered as it was when it came, and stands in the journal once."""
    wait = ask_for_a_result(client)
    entered = len(client.store.records[KEY].journal)
    client.advance(1)
    answer = client.emulator.gateway.resume(wait, render(wait.artefact))
    *_, exchange = client.store.records[KEY].journal
    assert (answer.status, exchange.at, exchange.answered_at) == (200, *[wait.context.now] * 2)
    assert len(client.store.records[KEY].journal) == entered + 1


def test_a_file_that_cannot_be_rendered_is_a_failure_of_the_emulator(client, monkeypatch):
    """As it is where the gateway renders it itself."""
    wait = ask_for_a_result(client)
    monkeypatch.setattr("mockserver.media.cache.render", None)
    assert client.emulator.gateway.resume(wait, None).status == 500


def test_who_waits_for_a_file_of_an_account_that_ends_gets_404(client):
    """Nothing is told of what was."""
    wait = ask_for_a_result(client)
    client.control.reset(ResetScope())
    assert client.emulator.gateway.resume(wait, render(wait.artefact)).status == 404
