"""The control plane over HTTP: any key can be named, no number and no body is too much for it."""

import httpx
import pytest

from mockserver.base.json_encoding import encode
from mockserver.control import jobs, journal, verdicts
from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY, PROMPT

CREDITS = "/v1/get-user-credits"
MIB = 1024 * 1024
LISTS = ["accounts", "requests", "jobs", "faults", "verdicts"]


@pytest.fixture(scope="module")
def emulator():
    """An emulator that takes bodies of one MiB."""
    return Emulator(clock="frozen", max_body_mib=1)


@pytest.fixture(scope="module")
def live(emulator):
    """A client of it over a socket."""
    with emulator.live() as server, httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


@pytest.fixture(params=["socket", "in process"])
def control(request, emulator, live):
    """A client of the control plane, over a socket and without one."""
    live.post("/_mock/reset")
    if request.param == "socket":
        yield live
        return
    with httpx.Client(transport=emulator.transport, base_url="http://127.0.0.1") as client:
        yield client


# --- Keys ---------------------------------------------------------------------------------

KEYS = [
    ("a/b", b"a/b"),
    ("/a//b/", b"/a//b/"),
    ("requests?x=1#y", b"requests?x=1#y"),
    ("%2F", b"%2F"),
    ("schl\u00fcssel", "schl\u00fcssel".encode()),
    ("schl\u00fcssel", "schl\u00fcssel".encode("latin-1")),
    ("\u9375", "\u9375".encode()),
    ("..", b".."),
]


@pytest.mark.fact("A8")
@pytest.mark.parametrize(("key", "sent"), KEYS)
def test_any_key_can_be_named_in_a_path(live, key, sent):
    """It is the account that a header with this key reaches, as UTF-8 or as Latin-1."""
    live.post("/_mock/reset")
    path = "/_mock/accounts/" + "".join(f"%{byte:02X}" for byte in key.encode())
    assert live.put(path, json={"credits": 7}).json()["credits"] == 7
    assert live.get(CREDITS, headers=[(b"x-api-key", sent)]).json()["credits"] == 7
    assert live.get("/_mock/requests", params={"api_key": key}).json()["requests"]
    assert live.get("/_mock/health").json()["accounts"] == 1
    assert live.delete(path).status_code == 204
    assert live.get(path).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_path_without_a_key_is_no_account(control, method):
    """An empty key is nobody's, and none is made for it."""
    refused = control.request(method, "/_mock/accounts/")
    assert (refused.status_code, refused.json()["error"]) == (404, "the path names no key")
    assert control.get("/_mock/health").json()["accounts"] == 0


# --- Numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ["1" * 5000, "-" + "1" * 5000, "1e5000", "nan", "-inf", "\u0661", "", "0x1", " 1", "1_0"],
)
@pytest.mark.parametrize("name", ["since", "after", "limit", "last", "wait_s"])
@pytest.mark.parametrize("path", ["requests", "events"])
def test_a_number_that_cannot_be_is_refused(live, path, name, value):
    """Whatever a query says, the answer is a refusal that names it, or that of the number."""
    live.post("/_mock/reset")
    with live.stream("GET", f"/_mock/{path}", params={name: value}) as answer:
        assert answer.status_code in {200, 400}
        if answer.status_code == 400:
            answer.read()
            assert answer.json()["hint"].startswith("fields: api_key")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", ["limit=-1", "limit=x", f"limit={'9' * 5000}", "page=2"])
def test_lists_refuse_a_page_that_cannot_be(control, path, query):
    """The hint names what can be asked for."""
    refused = control.get(f"/_mock/{path}?{query}")
    assert refused.status_code == 400
    assert "limit" in refused.json()["hint"]


@pytest.mark.parametrize("path", LISTS)
def test_lists_are_paged(control, path):
    """`next` leads from page to page, and null is the end."""
    for number in range(3):
        control.post("/v2/ideogram-3", json=PROMPT, headers={"x-api-key": f"{KEY}{number}"})
        control.post("/v1/no-such", json=PROMPT, headers={"authorization": "Bearer x"})
        control.post("/_mock/faults", json={"on": {"route": "output"}, "do": {"status": 500}})
    whole = control.get(f"/_mock/{path}").json()[path]
    found, query = [], {"limit": 1}
    while "after" not in query or query["after"] is not None:
        page = control.get(f"/_mock/{path}", params=query).json()
        found += page[path]
        query = {"limit": 1, "after": page["next"]}
    assert found == whole
    assert whole


# --- Bodies -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_mock/reset"),
        ("POST", "/_mock/faults"),
        ("PATCH", "/_mock/clock"),
        ("PUT", f"/_mock/accounts/{KEY}"),
        ("PATCH", "/_mock/jobs/x"),
    ],
)
def test_a_body_over_the_limit_is_413(control, method, path):
    """Of such a body nothing is kept, and nothing is done."""
    refused = control.request(method, path, content=b" " * (MIB + 1))
    assert refused.status_code == 413
    assert "--max-body-mib" in refused.json()["hint"]
    assert control.request(method, path, content=b" " * MIB).status_code != 413


# --- The lock -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["requests", "verdicts", "jobs"])
def test_the_lock_is_free_while_a_page_is_made(emulator, live, monkeypatch, path):
    """What is shown is rendered while others may have their turn."""
    held = []

    def noting(function):
        def noted(*args, **kwargs):
            held.append(emulator.lock.locked())
            return function(*args, **kwargs)

        return noted

    live.post("/v2/ideogram-3", json=PROMPT, headers={"x-api-key": KEY})
    shows = ((journal, "render_exchange"), (verdicts, "find_verdicts"), (jobs, "render_job"))
    for module, name in shows:
        monkeypatch.setattr(module, name, noting(getattr(module, name)))
    assert live.get(f"/_mock/{path}").status_code == 200
    assert held
    assert not any(held)


def test_an_empty_page_says_what_there_is_to_say(control):
    """A list of nothing has its name, and says that nothing follows."""
    requests = control.get("/_mock/requests").json()
    assert requests.pop("newest") >= 0
    assert requests == {"requests": [], "dropped": 0, "next": None}
    assert control.get("/_mock/verdicts").json() == {"verdicts": [], "dropped": 0, "next": None}
    assert control.get("/_mock/jobs").content == encode({"jobs": [], "next": None})
