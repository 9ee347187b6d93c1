"""Accounts go by their names wherever the control plane takes a key."""

import httpx
import msgspec
import pytest

from mockserver.base.ids import name_account
from mockserver.emulator import Emulator
from mockserver.tests.conftest import KEY, OTHER_KEY, PROMPT

NAME, NOBODY = name_account(KEY), name_account("nobody")

LISTS = ("jobs", "requests", "faults", "verdicts")
CALLS = [
    ("GET", f"accounts/{NOBODY}", None),
    ("PUT", f"accounts/{NOBODY}", {}),
    ("DELETE", f"accounts/{NOBODY}", None),
    *[("GET", f"{path}?api_key={NOBODY}", None) for path in ("clock", *LISTS, "report")],
    ("DELETE", f"requests?api_key={NOBODY}", None),
    ("DELETE", f"faults?api_key={NOBODY}", None),
    ("PATCH", f"clock?api_key={NOBODY}", {"advance_s": 1}),
    ("PATCH", "clock", {"advance_s": 1, "api_key": NOBODY}),
    ("POST", "faults", {"do": {"status": 500}, "api_key": NOBODY}),
    ("POST", "reset", {"api_key": NOBODY}),
]


@pytest.fixture(params=["memory", "redis"])
def emulator(request):
    """An emulator that keeps its accounts in this process, or in Redis."""
    settings = {} if request.param == "memory" else {"store": request.getfixturevalue("redis_url")}
    return Emulator(clock="frozen", **settings)


@pytest.fixture
def control(emulator):
    """A client of its control plane, once both accounts have called and each has a fault."""
    with httpx.Client(transport=emulator.transport, base_url="http://127.0.0.1") as client:
        for key in (KEY, OTHER_KEY):
            client.post("/v2/ideogram-3", json=PROMPT, headers={"x-api-key": key})
            client.get(f"/v1/get-user-credits?api_key={key}", headers={"x-api-key": key})
            client.post("/_mock/faults", json={"api_key": key, "do": {"status": 500}})
        yield client


def test_lists_take_the_name_of_an_account(control):
    """They are the same as those of its key, and not empty."""
    for what in LISTS:
        named, keyed = (
            control.get(f"/_mock/{what}", params={"api_key": asked}).json() for asked in (NAME, KEY)
        )
        assert named == keyed
        assert {each["account"] for each in named[what]} == {NAME}


def test_an_account_is_changed_by_its_name(control):
    """What is said of it, its clock, its faults, its journal, and at last all of it."""
    path, wanted = f"/_mock/accounts/{NAME}", {"api_key": NAME}
    assert control.put(path, json={"credits": 7}).json()["credits"] == 7
    assert control.get(f"/_mock/accounts/{KEY}").json() == control.get(path).json()
    fired = control.patch("/_mock/clock", json={**wanted, "advance_s": 60}).json()["fired"]
    assert [each["state"] for each in fired] == ["PROCESSING", "COMPLETED"]
    assert (
        control.get("/_mock/clock", params=wanted).json()["now_utc"]
        > (control.get("/_mock/clock").json()["now_utc"])
    )
    armed = control.post("/_mock/faults", json={**wanted, "do": {"status": 502}}).json()
    assert armed["account"] == NAME
    report = control.get("/_mock/report", params=wanted).json()
    assert report == control.get("/_mock/report", params={"api_key": KEY}).json()
    for what in ("faults", "requests"):
        control.delete(f"/_mock/{what}", params=wanted)
        rest = control.get(f"/_mock/{what}").json()[what]
        assert {each["account"] for each in rest} == {name_account(OTHER_KEY)}
    assert control.post("/_mock/reset", json=wanted).status_code == 204
    assert control.get(f"/_mock/accounts/{KEY}").status_code == 404


@pytest.mark.usefixtures("control")
def test_events_take_the_name_of_an_account(emulator):
    """The stream begins with what this account has done; one that is not there has none."""
    with emulator.live() as server, httpx.Client(base_url=server.url, timeout=60) as live:
        refused = live.get("/_mock/events", params={"api_key": NOBODY})
        assert (refused.status_code, refused.json()["error"]) == (404, f"there is no {NOBODY}")
        with live.stream("GET", "/_mock/events", params={"api_key": NAME}) as answer:
            lines = (line for line in answer.iter_lines() if line.startswith("data: "))
            shown = [msgspec.json.decode(next(lines)[6:]) for _ in range(2)]
    asked = [(each["account"], each["route"]) for each in shown]
    assert asked == [(NAME, "submit"), (NAME, "credits")]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_a_name_of_no_account_is_not_found(control, method, path, body):
    """Nothing is made for it, and nothing else is done in its place."""
    refused = control.request(method, f"/_mock/{path}", json=body)
    assert (refused.status_code, refused.json()["error"]) == (404, f"there is no {NOBODY}")
    assert control.get("/_mock/health").json()["accounts"] == 2
