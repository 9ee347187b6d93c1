"""Exchanges as a journal has them, told one after the other, and the verdicts on them."""

import json

from mockserver.base.clock import FIXED_START, SECOND, render_iso
from mockserver.base.wire import Request
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.routing import find
from mockserver.state.journal import Exchange
from mockserver.verdicts.verdicts import find_verdicts

CATALOGUE = Catalogue()
KEY = "SG_0123456789abcdef"
JOB = "0123456789abcdef0123456789abcdef"
OTHER_JOB = JOB[::-1]
HOST = "http://localhost"
STATUS = f"/v2/requests/{JOB}/status"
RESULT = f"/v2/requests/{JOB}"
POLL = f"/v1/requests/{JOB}"
OPAQUE = f"/v2/requests/{JOB}-f00d"
OUTPUT = "/outputs/abc.png"
BODY = b'{"prompt":"a"}'
JSON = "application/json"
RESET = "x-rate-limit-reset-at-utc"


def make_state(state, **more):
    """Return the body of an answer that says a state."""
    return json.dumps({"status": state, **more}).encode()


def ask(method, path, *, at_s=0.0, key=KEY, answer=None, reset_s=None, sent=None, **changes):
    """Return an exchange, its number left open; it is answered with 200 at once."""
    path, _, query = path.partition("?")
    route, subject = find(path)
    named = {"x-api-key": key, "content-type": JSON if method == "POST" else None, **(sent or {})}
    at = FIXED_START + round(at_s * SECOND)
    reset = () if reset_s is None else ((RESET, render_iso(FIXED_START + round(reset_s * SECOND))),)
    request = Request(
        method=method,
        path=path,
        query=query,
        headers={name.encode(): value.encode() for name, value in named.items() if value},
        body=changes.pop("body", b""),
        oversized=changes.pop("oversized", False),
        received_s=100.0 + at_s,
        connection=changes.pop("connection", 1),
        connected_s=100.0 + changes.pop("connected_at_s", at_s),
        beside=changes.pop("beside", None),
    )
    fields = {
        "seq": 0,
        "at": at,
        "answered_at": at,
        "api_key": key,
        "request": request,
        "route": route.name,
        "model": subject if method == "POST" else None,
        "request_id": subject if "/requests/" in path else None,
        "status": 200,
        "headers": tuple((name.encode(), value.encode()) for name, value in reset),
        "body": answer if answer is not None else make_state("QUEUED"),
        "behaviours": (),
        "elapsed": at,
        "limited": (at, 0),
    }
    return Exchange(**{**fields, **changes})


def post(path="/v2/ideogram-3", body=BODY, **changes):
    """Return a run's exchange."""
    return ask("POST", path, body=body, **changes)


def get(path=STATUS, state="PROCESSING", **changes):
    """Return a poll's exchange, answered with a state."""
    return ask("GET", path, **{"answer": make_state(state), **changes})


def make_lost_run(path="/v2/ideogram-3", **changes):
    """Return a run whose answer did not arrive."""
    return post(path, **{"delivery": "lost", **changes})


def make_limited_run(**changes):
    """Return a run that was refused until ten seconds after the start."""
    return post(**{"status": 429, "reset_s": 10, "answer": b"", **changes})


def make_opaque_submit(**changes):
    """Return a submit that hands out URLs with a token."""
    urls = {"status_url": f"{HOST}{OPAQUE}/status", "response_url": HOST + OPAQUE, "poll_url": 7}
    return post(**{"answer": make_state("QUEUED", request_id=JOB, **urls), **changes})


def make_unknown_polls(count):
    """Return a poll answered with 404, and more of them."""
    return [get(status=404, answer=b"{}", at_s=s) for s in range(count + 1)]


def find_verdicts_on(*story, **options):
    """Return the verdicts on a story, each as its id and what it is about."""
    exchanges = [
        Exchange(**{**{f: getattr(exchange, f) for f in exchange.__struct_fields__}, "seq": seq})
        for seq, exchange in enumerate(story, 1)
    ]
    found = find_verdicts(exchanges, CATALOGUE.verdicts, **options)
    return {each.id: each.requests for each in found}


def find_offences(name, *story):
    """Return which exchanges of a story break a rule; none, if it is kept."""
    return find_verdicts_on(*story).get(name, ())
