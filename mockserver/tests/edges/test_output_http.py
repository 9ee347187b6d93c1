"""The files of runs over the control plane: the gateway's bytes, and no trace of them."""

import httpx
import pytest

from mockserver.base.ids import name_account
from mockserver.edges import output_http
from mockserver.emulator import Emulator
from mockserver.tests.conftest import FIXED, KEY, OTHER_KEY

RUNS = {
    "ideogram-3": {"prompt": "A boat"},
    "sdxl1.0-txt2img": {"prompt": "A boat", "samples": 2},
    "seedance-2.0": {"prompt": "A boat", "duration": 4, "return_last_frame": True},
}


@pytest.fixture(params=["memory", "redis"])
def emulator(request):
    """An emulator that keeps its accounts in this process, or in Redis; both accounts have runs."""
    settings = {} if request.param == "memory" else {"store": request.getfixturevalue("redis_url")}
    emulator = Emulator(clock="frozen", **FIXED, **settings)
    with httpx.Client(transport=emulator.transport, base_url="http://127.0.0.1") as client:
        for key in (KEY, OTHER_KEY):
            for slug, body in RUNS.items():
                client.post(f"/v2/{slug}", json=body, headers={"x-api-key": key})
        client.patch("/_mock/clock", json={"advance_s": 600})
        client.delete("/_mock/requests")
    return emulator


@pytest.fixture(params=["socket", "in process"])
def client(request, emulator):
    """A client of it, over a socket and without one."""
    if request.param == "socket":
        with emulator.live() as server, httpx.Client(base_url=server.url, timeout=60) as client:
            yield client
        return
    with httpx.Client(transport=emulator.transport, base_url="http://127.0.0.1") as client:
        yield client


def list_files(client, **query):
    """Return the files of one page."""
    return client.get("/_mock/outputs", params=query).json()["outputs"]


def count_requests(client):
    """Return how many exchanges the journal has."""
    return len(client.get("/_mock/requests").json()["requests"])


def test_a_file_is_the_one_that_the_gateway_serves(client):
    """Byte by byte, whoever rendered it first, with its media type and no room for harm."""
    rows = list_files(client)
    assert len(rows) == 2 * 5
    for number, row in enumerate(rows):
        urls = [f"/_mock/outputs/{row['name']}", row["url"]]
        shown, served = [client.get(url) for url in urls[:: -1 if number % 2 else 1]][
            :: -1 if number % 2 else 1
        ]
        assert shown.content == served.content
        assert shown.headers["content-type"] == served.headers["content-type"]
        assert shown.headers["content-type"] == row["content_type"]
        assert shown.headers["content-disposition"] == "inline"
        assert shown.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert shown.headers["x-content-type-options"] == "nosniff"


def test_what_is_looked_at_is_in_no_journal(client):
    """Neither the list, nor a file, nor what is not there."""
    for row in list_files(client, limit=2):
        client.get(f"/_mock/outputs/{row['name']}")
        client.get(f"/_mock/outputs/{row['name']}", headers={"x-api-key": KEY})
    client.get("/_mock/outputs/nothing.png")
    assert count_requests(client) == 0


@pytest.mark.parametrize(
    "asked", [{"range": "bytes=0-9"}, {"range": "bytes=-7"}, {"range": "bytes=5-"}, {}]
)
def test_a_part_of_a_file_can_be_asked_for(client, asked):
    """As players do; HEAD tells the size."""
    [row] = list_files(client, limit=1)
    shown, served = (
        client.get(url, headers=asked) for url in (f"/_mock/outputs/{row['name']}", row["url"])
    )
    assert shown.status_code == served.status_code == (206 if asked else 200)
    assert shown.content == served.content
    for name in ("content-range", "accept-ranges", "content-length"):
        assert shown.headers.get(name) == served.headers.get(name)
    head = client.head(f"/_mock/outputs/{row['name']}")
    assert (head.status_code, head.content) == (200, b"")


def test_a_part_behind_the_end_is_refused_with_the_size(client):
    """So that the client can ask again."""
    [row] = list_files(client, limit=1)
    path = f"/_mock/outputs/{row['name']}"
    size = len(client.get(path).content)
    refused = client.get(path, headers={"range": f"bytes={size}-"})
    assert refused.status_code == 416
    assert refused.headers["content-range"] == f"bytes */{size}"
    assert refused.json().keys() == {"error", "hint"}


def test_a_file_can_be_had_in_another_format(client):
    """By the ending of its name, as at the gateway."""
    row = next(each for each in list_files(client) if each["model"] == "ideogram-3")
    name = row["name"].replace(".png", ".webp")
    shown = client.get(f"/_mock/outputs/{name}")
    assert shown.headers["content-type"] == "image/webp"
    assert shown.content == client.get(f"/outputs/{name}").content


def test_a_file_that_is_not_there_any_longer_is_404(client):
    """After a week of its owner's clock, and whatever was never made."""
    [row] = list_files(client, limit=1, api_key=KEY)
    client.patch("/_mock/clock", json={"advance_s": 7 * 86_400, "api_key": KEY})
    for name in (row["name"], "nothing.png", "..%2f..%2fetc%2fpasswd"):
        refused = client.get(f"/_mock/outputs/{name}")
        assert refused.status_code == 404
        assert refused.json().keys() == {"error", "hint"}
    assert {each["account"] for each in list_files(client)} == {name_account(OTHER_KEY)}


def test_files_are_listed_by_the_name_of_an_account_and_by_request(client):
    """A field that is not known is refused, with those that are."""
    own = list_files(client, api_key=name_account(KEY))
    assert own == list_files(client, api_key=KEY)
    assert {row["account"] for row in own} == {name_account(KEY)}
    of_it = list_files(client, request_id=own[0]["request_id"])
    assert {row["request_id"] for row in of_it} == {own[0]["request_id"]}
    refused = client.get("/_mock/outputs?file=1")
    assert refused.status_code == 400
    assert refused.json()["hint"] == "fields: api_key, limit, after, request_id"


def test_a_file_is_rendered_while_others_are_answered(emulator, monkeypatch):
    """Over a socket; and where it cannot be, that is met again under the lock."""
    seen = []

    async def render_nothing(_artefact):
        seen.append(emulator.lock.locked())

    monkeypatch.setattr(output_http, "render_aside", render_nothing)
    with emulator.live() as server, httpx.Client(base_url=server.url, timeout=60) as client:
        [row] = list_files(client, limit=1)
        shown = client.get(f"/_mock/outputs/{row['name']}")
        assert shown.content == client.get(row["url"]).content
    assert seen == [False]
