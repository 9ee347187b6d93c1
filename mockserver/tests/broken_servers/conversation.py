"""One conversation with a server in this process: what any client does, and what only probes do."""

from __future__ import annotations

from dataclasses import replace
from gzip import decompress

from mockserver.facts.observed import Story
from mockserver.tests.broken_servers.defect import Defect
from mockserver.tests.broken_servers.exchange import Answer, Asked
from mockserver.tests.broken_servers.server import (
    EMPTY_KEY,
    KEY,
    LIMITED_KEY,
    POOR_KEY,
    SETTINGS,
)
from mockserver.tests.facts.witness import (
    HOST,
    Witness,
    find_example,
    find_path,
    spell_with_dashes,
)

UNKNOWN_ID = "0123456789abcdef0123456789abcdef"
SLUG, JSON_SLUG, REMIX, SDXL, SLOW = (
    "ideogram-2a-txt-2-img",
    "ideogram-turbo-txt-2-img",
    "ideogram-turbo-img-2-img",
    "sdxl1.0-txt2img",
    "seedance-2.0",
)
CREDITS = "/v1/get-user-credits"
PROMPT = {"prompt": "A paper boat in a puddle"}
PAGE = {"origin": "https://app.example", "accept-encoding": "gzip"}
PREFLIGHT = PAGE | {"access-control-request-method": "POST"}
NOBODY = {"known": {"id-unknown"}}
DASHED = spell_with_dashes(UNKNOWN_ID)


class Conversation(Witness):
    """A client of one server of the table, which remembers all it saw."""

    def __init__(self, defect: Defect) -> None:
        super().__init__(defect.make, **{**SETTINGS, "triggers": True, **defect.settings})

    def ask(self, method, path, body=None, *, key=KEY, **more):
        """Send a request with the key of the account that has money."""
        more["headers"] = {"accept-encoding": "gzip"} | more.get("headers", {})
        return super().ask(method, path, body, key=key, **more)

    def _answer(self, asked: Asked) -> Answer:
        """Return an answer as an HTTP library would: not compressed."""
        answer = super()._answer(asked)
        is_packed = answer.find_header("content-encoding") == "gzip"
        return replace(answer, body=decompress(answer.body)) if is_packed else answer


def find_id(exchange) -> str:
    """Return the id that a submit was answered with, whatever it is called."""
    document = exchange.body.document
    told = document if isinstance(document, dict) else {}
    return str(told.get("request_id") or told.get("id") or UNKNOWN_ID)


def talk(defect: Defect) -> Story:
    """Say all there is to say to a server, and return what was seen."""
    client = Conversation(defect)
    for part in (_pay, _run, _fail, _be_refused, _block, _be_limited, _browse, _use_others, _wait):
        part(client)
    if not defect.fact or defect.fact == "N11":  # a list of half a thousand models
        client.ask("GET", "/inference-model-information/list")
    return client.story


def _pay(client: Conversation) -> None:
    """Two runs at the same price by the same words, and the balance before and after."""
    client.ask("GET", CREDITS)
    ids = [find_id(client.ask("POST", f"/v2/{SLUG}", PROMPT)) for _ in range(2)]
    client.advance(60)
    for each in ids:
        client.ask("GET", f"/v2/requests/{each}/status")
    client.ask("GET", CREDITS)


def _run(client: Conversation) -> None:
    """A run in all of its states, on all routes, and its file."""
    run = find_id(client.ask("POST", f"/v2/{SLUG}", PROMPT))
    paths = [f"/v2/requests/{run}/status", f"/v2/requests/{run}", f"/v1/requests/{run}"]
    client.ask("GET", paths[0])
    client.advance(0.1)
    for path in (*paths, paths[0]):
        client.ask("GET", path)
    client.advance(60)
    for path in (*paths, *paths):
        result = client.ask("GET", path)
    document = result.body.document if isinstance(result.body.document, dict) else {}
    url = document.get("output")
    if isinstance(url, str) and HOST in url:
        client.ask("GET", find_path(url), key=None)
        client.ask("GET", find_path(url), key=None, headers={"range": "bytes=0-9"})
    spelled = run.replace("-", "") if "-" in run else spell_with_dashes(run)
    client.ask("GET", f"/v2/requests/{spelled}/status")


def _fail(client: Conversation) -> None:
    """A run that fails since there is no prompt, and the balance before and after."""
    client.ask("GET", CREDITS)
    run = find_id(client.ask("POST", f"/v2/{SLUG}", {"prompt": ""}))
    client.advance(60)
    for path in (f"/v2/requests/{run}/status", f"/v2/requests/{run}", f"/v1/requests/{run}"):
        client.ask("GET", path)
    client.ask("GET", CREDITS)


def _block(client: Conversation) -> None:
    """Synchronous runs of each kind, one that fails, and one that takes too long."""
    client.ask("GET", CREDITS)
    client.ask("POST", f"/v1/{SLUG}", PROMPT)
    for slug in (JSON_SLUG, REMIX):
        client.ask("POST", f"/v1/{slug}", find_example(slug))
    client.ask("POST", f"/v1/{SDXL}", PROMPT | {"base64": True})
    client.ask("GET", CREDITS)
    client.ask("POST", f"/v1/{SLUG}", {"prompt": "mock:fail=The sky fell down"})
    client.ask("GET", CREDITS)
    client.ask("POST", f"/v1/{SLOW}", PROMPT)


def _be_refused(client: Conversation) -> None:
    """What only somebody asks who wants to know how it is refused."""
    for path in (f"/v2/{SLUG}", f"/v1/{SLUG}"):
        client.ask("POST", path, PROMPT, key=None)
        client.ask("POST", path, PROMPT, key="SG_0badc0de0badc0de", known={"key-unknown"})
        client.ask("POST", path, PROMPT, key=None, bearer=KEY)
        client.ask("POST", path, b"<xml/>", headers={"content-type": "text/xml"})
        client.ask("POST", path, b"{not json", headers={"content-type": "application/json"})
        client.ask("GET", path)
    client.ask("GET", CREDITS)
    client.ask("POST", f"/v1/{SLUG}", {"style_type": "GENERAL"})
    client.ask("GET", CREDITS)
    client.ask("POST", "/v2/no-such-model-at-all", PROMPT, known={"slug-unknown"})
    client.ask("POST", "/v1/no-such-model-at-all", PROMPT, known={"slug-unknown"})
    for nobody in (UNKNOWN_ID, DASHED):
        client.ask("GET", f"/v2/requests/{nobody}/status", **NOBODY)
        client.ask("GET", f"/v2/requests/{nobody}", **NOBODY)
        client.ask("GET", f"/v1/requests/{nobody}", **NOBODY)


def _be_limited(client: Conversation) -> None:
    """A full window, and wallets with nothing or too little in them."""
    runs = [client.ask("POST", f"/v2/{SLUG}", PROMPT, key=LIMITED_KEY) for _ in range(4)]
    client.ask("GET", f"/v2/requests/{find_id(runs[0])}/status", key=LIMITED_KEY)
    for key in (EMPTY_KEY, POOR_KEY):
        for path in (f"/v1/{SLUG}", f"/v2/{SLUG}"):
            client.ask("GET", CREDITS, key=key)
            client.ask("POST", path, PROMPT, key=key)


def _browse(client: Conversation) -> None:
    """What a page in a browser asks, and is refused."""
    client.ask("OPTIONS", f"/v2/{SLUG}", key=None, headers=PREFLIGHT)
    client.ask("GET", CREDITS, headers=PAGE)
    client.ask("GET", f"/v2/requests/{UNKNOWN_ID}", headers=PAGE, **NOBODY)


def _use_others(client: Conversation) -> None:
    """The SDK's other namespaces."""
    client.ask("POST", "/upload-asset", {"data_urls": ["data:text/plain;base64,QSBib2F0"]})
    client.ask("POST", "/upload-asset", {"data_urls": []})
    runs = [
        find_id(client.ask("POST", "/workflows/0f1e2d3c-boat", {"prompt": words}))
        for words in ("A boat", "mock:fail=No")
    ]
    client.advance(120)
    for run in runs:
        client.ask("GET", f"/workflows/request/{run}")
    client.ask("POST", "/finetune/request/submit", {"name": "boat"})
    client.ask("GET", "/api/auth/authenticate", key=None)


def _wait(client: Conversation) -> None:
    """A run that is asked for within its hour, and after it."""
    run = find_id(client.ask("POST", f"/v2/{SLUG}", PROMPT))
    client.advance(60)
    client.ask("GET", f"/v2/requests/{run}/status")
    client.advance(2400)
    client.ask("GET", f"/v2/requests/{run}/status")
    client.advance(1500)
    client.ask("GET", f"/v2/requests/{run}/status", known={"id-expired"})
    client.ask("GET", f"/v2/requests/{run}", known={"id-expired"})
