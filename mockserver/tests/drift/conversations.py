"""What clients say to a server in an hour or two: on a virtual clock, without a socket."""

from __future__ import annotations

from mockserver.fixtures.scripts_sdk import DOT
from mockserver.tests.broken_servers.server import (
    EMPTY_KEY,
    KEY,
    LIMITED_KEY,
    POOR_KEY,
    SETTINGS,
)
from mockserver.tests.facts.stories import UNKNOWN_ID
from mockserver.tests.facts.witness import Witness, find_example, spell_with_dashes

PICTURES = (
    "ideogram-3",
    "ideogram-2a-txt-2-img",
    "ideogram-txt-2-img",
    "ideogram-turbo-txt-2-img",
    "ideogram-turbo-img-2-img",
)
SDXL = "sdxl1.0-txt2img"
CHAT = "gpt-5.5"
FILM = "seedance-2.0"
ALL = (*PICTURES, SDXL, CHAT)
FEW = ("ideogram-3", "ideogram-turbo-img-2-img", CHAT)
FAILS = {"prompt": "mock:fail=The worker ran out of memory."}
"""Stands for what makes a run of the service fail, which nobody can ask it for."""

GONE_SLUG = "a-model-of-last-year"
CHEAP = "ideogram-2a-txt-2-img"


class RichWitness(Witness):
    """A client, with money, of a server that differs so from an emulator, or does not."""

    def __init__(self, defect):
        settings = {"speed": 1, **SETTINGS, **defect.settings, "triggers": True}
        super().__init__(defect.make, **settings)

    def ask(self, method, path, body=None, *, key=KEY, **more):
        """Send a request, remember the exchange and return it."""
        return super().ask(method, path, body, key=key, **more)


def talk(witness, slugs=FEW):
    """Say all that ordinary clients say to a server, some of them careless."""
    witness.ask("GET", "/v1/get-user-credits")
    for slug in slugs:
        queue(witness, slug)
    witness.ask("GET", "/v1/get-user-credits")
    fail(witness)
    block(witness, slugs)
    be_refused(witness)
    exceed_the_limit(witness)
    call_from_a_page(witness)
    witness.ask("GET", "/v1/get-user-credits")
    outlast_the_hour(witness)
    witness.ask("POST", f"/v1/{FILM}", find_example(FILM))


def queue(witness, slug):
    """Queue a run, watch it from state to state, and fetch what it yields."""
    submitted = witness.submit(slug)
    identifier = read(submitted, "request_id") or read(submitted, "id") or "lost"
    at = f"/v2/requests/{identifier}"
    witness.ask("GET", f"{at}/status")
    witness.ask("GET", at)
    for pause in (5, 1, 1, 60):
        witness.advance(pause)
        witness.ask("GET", f"{at}/status")
    result = witness.ask("GET", at)
    witness.ask("GET", f"/v1/requests/{identifier}")
    witness.ask("GET", f"{at}/status")
    witness.ask("GET", f"/v2/requests/{spell_with_dashes(identifier)}/status")
    output = read(result, "output")
    if isinstance(output, str) and output.startswith("http"):
        path = "/" + output.split("/", 3)[3]
        witness.ask("GET", path, key=None)
        witness.ask("GET", path, key=None, headers={"range": "bytes=0-9"})


def fail(witness):
    """Queue a run without a prompt, and poll it until it has failed."""
    before = {"prompt": ""}
    identifier = read(witness.submit(CHEAP, before), "request_id") or "lost"
    for pause in (0, 30, 30):
        witness.advance(pause)
        witness.ask("GET", f"/v2/requests/{identifier}/status")
        witness.ask("GET", f"/v2/requests/{identifier}")
    witness.ask("GET", f"/v1/requests/{identifier}")
    witness.ask("GET", "/v1/get-user-credits")


def block(witness, slugs):
    """Run models and wait for each; some want their picture inside JSON, and one run fails."""
    for slug in slugs:
        witness.ask("POST", f"/v1/{slug}", find_example(slug))
    witness.ask("POST", f"/v1/{SDXL}", find_example(SDXL) | {"base64": True})
    witness.ask("GET", "/v1/get-user-credits")
    witness.ask("POST", f"/v1/{CHEAP}", find_example(CHEAP) | FAILS)
    witness.ask("GET", "/v1/get-user-credits")


def be_refused(witness):
    """Do what careless clients do."""
    example = find_example(CHEAP)
    witness.ask("POST", f"/v1/{CHEAP}", {"prompt": ""})
    witness.ask("GET", "/v1/get-user-credits")
    witness.ask("POST", f"/v1/{CHEAP}", {"seed": 7})
    witness.ask("POST", "/v1/ideogram-3", find_example("ideogram-3") | {"style_type": "NONE"})
    witness.ask("POST", f"/v1/{CHEAP}", b"{")
    witness.ask("POST", f"/v1/{CHEAP}", b"prompt=a", headers={"content-type": "text/plain"})
    for version in ("v1", "v2"):
        witness.ask("POST", f"/{version}/{GONE_SLUG}", example)
        witness.ask("POST", f"/{version}/{CHEAP}", example, key=None)
        witness.ask("POST", f"/{version}/{CHEAP}", example, key="SG_0123456789abcdef")
        witness.ask("POST", f"/{version}/{CHEAP}", example, key=EMPTY_KEY)
        witness.ask("POST", f"/{version}/{CHEAP}", example, key=POOR_KEY)
        witness.ask("POST", f"/{version}/{CHEAP}", example, key=None, bearer=KEY)
        witness.ask("GET", f"/{version}/{CHEAP}")
        witness.ask("GET", f"/{version}/requests/{UNKNOWN_ID}")
        witness.ask("GET", f"/{version}/requests/{spell_with_dashes(UNKNOWN_ID)}")
    witness.ask("GET", "/v1/get-user-credits")


def exceed_the_limit(witness):
    """Queue more runs than a minute allows, and go on polling."""
    for _ in range(4):
        submitted = witness.submit(CHEAP, key=LIMITED_KEY)
        identifier = read(submitted, "request_id") or UNKNOWN_ID
        witness.ask("GET", f"/v2/requests/{identifier}/status", key=LIMITED_KEY)
    witness.advance(120)


def call_from_a_page(witness):
    """Ask as a browser does for a page of another origin."""
    page = {"origin": "https://example.com"}
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "x-api-key"}
    witness.ask("OPTIONS", f"/v2/{CHEAP}", key=None, headers=page | asks)
    witness.ask("POST", f"/v2/{CHEAP}", find_example(CHEAP), headers=page)
    witness.ask("POST", f"/v2/{CHEAP}", find_example(CHEAP), key=None, headers=page)


def use_other_routes(witness):
    """Upload a file, run a workflow, list models, and ask the console for what it takes."""
    witness.ask("POST", "/upload-asset", {"data_urls": [DOT]})
    witness.ask("POST", "/upload-asset", {"data_urls": "no list"})
    for prompt in ({"prompt": "A"}, FAILS):
        submitted = witness.ask("POST", "/workflows/flow-1", prompt)
        for pause in (0, 60):
            witness.advance(pause)
            identifier = read(submitted, "request_id") or "lost"
            witness.ask("GET", f"/workflows/request/{identifier}")
    witness.ask("GET", "/inference-model-information/list")
    witness.ask("POST", "/finetune/request/submit", {"name": "A"})
    witness.ask("GET", "/finetune/request/list", key=None)


def outlast_the_hour(witness):
    """Poll a run just before its hour is over, and after it."""
    identifier = read(witness.submit(CHEAP), "request_id") or "lost"
    for pause in (3500, 200, 3600):
        witness.advance(pause)
        witness.ask("GET", f"/v2/requests/{identifier}/status")
        witness.ask("GET", f"/v2/requests/{identifier}")


def read(exchange, name):
    """Return a member of the JSON that an exchange was answered with."""
    document = exchange.body.document
    return document.get(name) if isinstance(document, dict) else None
