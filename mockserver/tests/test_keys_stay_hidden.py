"""No key is ever shown in full: not by the journal, not in a log, not in an error."""

import asyncio
from contextlib import suppress
from itertools import product

import httpx
import pytest

from mockserver.base.errors import EmulatorError
from mockserver.base.json_encoding import encode
from mockserver.base.redaction import unescape
from mockserver.base.wire import Request
from mockserver.control.journal import JournalFilter
from mockserver.rules.faults import FaultRequest
from mockserver.tests.base.test_redaction import SPELLINGS
from mockserver.tests.conftest import PROMPT, Client
from mockserver.tests.control.conftest import CREDITS
from mockserver.tests.processes import serving
from mockserver.tests.tables import for_each

KEYS = {
    "used": "SG_aaaa1111bbbb2222",
    "bearer": "SG_cccc3333dddd4444",
    "query": "SG_eeee5555ffff6666",
    "misplaced": "SG_abab7777cdcd8888",
    "armed": "SG_ef9ef9ef9ef9ef9e",
    "unseen": "SG_1a2b3c4d5e6f7a8b",
}
LOOKED_AT = [
    "/_mock",
    "/_mock/health",
    "/_mock/requests",
    "/_mock/jobs",
    "/_mock/faults",
    "/_mock/verdicts",
    "/_mock/clock",
    f"/_mock/accounts/{KEYS['used']}",
    f"/_mock/accounts/{KEYS['unseen']}",
    f"/_mock/account/{KEYS['unseen']}",
    f"/_mock/jobs/{KEYS['unseen']}",
    f"/_mock/faults/{KEYS['unseen']}",
    f"/_mock/requests?since={KEYS['unseen']}",
    f"/_mock/{KEYS['unseen']}",
]
"""Everything that can be read of the control plane, and some mistakes."""


@pytest.fixture(scope="module", params=["line", "json"])
def seen(request, tmp_path_factory):
    """What a server shows and logs after a client has put its keys into every place."""
    used = {"x-api-key": KEYS["used"]}
    flags, cwd = ("--clock", "frozen", "--log", request.param), tmp_path_factory.mktemp("served")
    with serving(*flags, cwd=cwd) as served:
        with httpx.Client(base_url=served.url) as client:
            body = PROMPT | {"negative_prompt": KEYS["misplaced"], KEYS["used"]: 1}
            job = client.post("/v2/ideogram-3", json=body, headers=used).json()
            client.get(
                f"/v2/requests/{job['request_id']}",
                headers=used | {"cookie": KEYS["used"]},
            )
            client.get(f"/v2/requests/{KEYS['misplaced']}", headers=used)
            client.post("/v1/ideogram-3", headers={"authorization": f"Bearer {KEYS['bearer']}"})
            client.post(f"/v1/{KEYS['misplaced']}", json={})
            client.get(f"/v1/get-user-credits?api_key={KEYS['query']}")
            client.post("/v2/ideogram-3", content=KEYS["used"] * 5_000, headers=used)
            fault = {
                "api_key": KEYS["armed"],
                "do": {"status": 500, "body": f"text:{KEYS['armed']}"},
            }
            client.post("/_mock/faults", json=fault)
            client.post("/_mock/faults", json={KEYS["unseen"]: 1})
            client.post("/_mock/faults", json={"do": {KEYS["unseen"]: 1}})
            client.put(f"/_mock/accounts/{KEYS['used']}", json={"denied_models": [KEYS["unseen"]]})
            client.put(f"/_mock/accounts/{KEYS['used']}", json={"plan": KEYS["unseen"]})
            shown = {path: client.get(path).text for path in LOOKED_AT}
            shown["job"] = client.get(f"/_mock/jobs/{job['request_id']}").text
            shown["refused"] = client.post("/_mock/faults", json={"do": {KEYS["unseen"]: 1}}).text
        _, _, shown["log"] = served.stop()
    return shown


@for_each("cell", product(KEYS, [*LOOKED_AT, "job", "refused", "log"]))
def test_no_key_is_shown_in_full(seen, cell):
    """Wherever a client or a test put it, a key ends up as its last four characters."""
    whose, where = cell
    assert KEYS[whose] not in seen[where]


def test_keys_can_still_be_told_apart(seen):
    """The last four characters are there, so that a reader knows which key it was."""
    for whose in ("used", "bearer", "query", "misplaced"):
        assert f"...{KEYS[whose][-4:]}" in seen["/_mock/requests"]
    assert KEYS["used"][-4:] in seen["log"]


# --- In every spelling, in every place ------------------------------------------------------

OWNER = "SG_0f0f0f0f0f0f0f0f"
OWNED = {"of our making": "SG_1234123412341234", "of their making": "their-own-key-1"}
"""Keys of another account: one that looks like ours, and one that does not."""


def place_in_header(name):
    """Return what puts a spelling into a header."""
    return lambda client, text: client.get(CREDITS, headers={name: text})


def arm(client, text):
    """Put a spelling into a fault's body, for any account."""
    with suppress(EmulatorError):
        client.control.faults.add(FaultRequest(does={"status": 500, "body": f"text:{text}"}))
    client.get(CREDITS)


PLACES = {
    "path": lambda client, text: client.get(f"/v2/requests/{text}/status"),
    "model": lambda client, text: client.post(f"/v2/{text}"),
    "query": lambda client, text: client.get(f"{CREDITS}?x={text}"),
    "key in the query": lambda client, text: client.get(f"{CREDITS}?api_key={text}"),
    "prompt": lambda client, text: client.post("/v2/ideogram-3", {"prompt": text}),
    "parameter": lambda client, text: client.post("/v2/ideogram-3", {"prompt": "x", text: 1}),
    "wrong value": lambda client, text: client.post("/v1/ideogram-3", {"aspect_ratio": text}),
    "no JSON": lambda client, text: client.post("/v2/ideogram-3", f'{{"a": "{text}'.encode()),
    "long body": lambda client, text: client.post("/v2/ideogram-3", (text + " ").encode() * 9_000),
    "bearer": lambda client, text: client.get(CREDITS, headers={"authorization": f"Bearer {text}"}),
    "cookie": lambda client, text: client.get(CREDITS, headers={"cookie": f"a=b; session={text}"}),
    "fault": arm,
    **{
        name: place_in_header(name)
        for name in ("referer", "x-goog-api-key", "x-auth-token", "proxy-authorization", "api-key")
    },
}  # fmt: skip


def show_all(client):
    """Return all that the control plane shows of an emulator, events and refusals too."""
    emulator = client.emulator
    shown = []
    ids = [job["request_id"] for job in client.control.jobs.list()["jobs"]]
    paths = [
        "requests",
        "jobs",
        "faults",
        "verdicts",
        "clock",
        "health",
        *(f"jobs/{i}" for i in ids),
    ]
    for path in paths:
        request = Request(method="GET", path=f"/_mock/{path}", headers={b"host": b"127.0.0.1"})
        shown.append(emulator.in_process.call_control(request).body)
    page = asyncio.run(emulator.asgi.control_plane.load().feed.find_events(JournalFilter()))
    return b"\n".join([*shown, *page.items]).decode()


@for_each("cell", product(PLACES, SPELLINGS))
def test_the_key_of_another_account_is_hidden_in_every_place_and_spelling(cell):
    """Whoever sends it, wherever and however encoded: nothing that is shown has it."""
    place, spelling = cell
    for key in OWNED.values():
        client = Client(OWNER)
        client.account(key)
        PLACES[place](client, SPELLINGS[spelling](key))
        text = show_all(client)
        assert key not in text
        assert key not in unescape(text)
        assert OWNER not in unescape(text)


@pytest.mark.parametrize("key", OWNED.values())
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_refusals_of_the_control_plane_show_no_key(key, spelling):
    """A mistake is answered without what was mistaken, if that is a key."""
    client = Client(OWNER)
    client.account(key)
    text = SPELLINGS[spelling](key)
    for path, body in [
        (f"/_mock/jobs/{text}", b""),
        (f"/_mock/{text}", b""),
        ("/_mock/faults", encode({"do": {text: 1}})),
        ("/_mock/clock", encode({"mode": text})),
        (f"/_mock/accounts/{OWNER}", encode({"plan": text})),
    ]:
        method = {"": "GET", "/_mock/faults": "POST", "/_mock/clock": "PATCH"}.get(
            path if body else "", "PUT"
        )
        request = Request(method=method, path=path, headers={b"host": b"127.0.0.1"}, body=body)
        answer = client.emulator.in_process.call_control(request)
        assert answer.status >= 400
        assert key not in unescape(answer.body.decode())
