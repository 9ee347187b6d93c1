"""Rows of the tables that show that a judge can say no: where, and what is changed there."""

from __future__ import annotations

import json

import msgspec

from mockserver.facts.observed import Body
from mockserver.tests.facts.changing import change, find_differing, with_header, with_members
from mockserver.tests.facts.stories import tell


def find_first(name, route, status=200, *, state=None, skip=0, **wanted):
    """Return the exchange of a story that this is true of, after so many others."""
    found = [
        each
        for each in tell(name).exchanges
        if each.route.name == route
        and each.status == status
        and (state is None or _read_members(each).get("status") == state)
        and all(getattr(each, field) == value for field, value in wanted.items())
    ]
    return found[skip]


def _read_members(exchange):
    document = exchange.body.document
    return document if isinstance(document, dict) else {}


def set_fields(**fields):
    """Change these fields of an exchange."""
    return lambda _exchange: fields


def set_status(status):
    """Change the status of an answer."""
    return lambda _exchange: {"status": status}


def set_members(**members):
    """Change members of a body; None leaves one out."""
    return lambda exchange: {"body": with_members(exchange, **members)}


def set_metrics(**members):
    """Change members of the metrics in a body; None leaves one out."""

    def make(exchange):
        metrics = exchange.body.document["metrics"] | members
        kept = {name: value for name, value in metrics.items() if value is not None}
        return {"body": with_members(exchange, metrics=kept)}

    return make


def set_header(name, value):
    """Change a header of an answer; None leaves it out."""
    return lambda exchange: {"headers": with_header(exchange, name, value)}


def set_sent_header(name, value):
    """Change a header of a request; None leaves it out."""

    def make(exchange):
        kept = tuple(each for each in exchange.request_headers if each[0] != name)
        return {"request_headers": kept if value is None else (*kept, (name, value))}

    return make


def set_error(message):
    """Change the words of a refusal."""
    return lambda _exchange: {"body": make_body({"error": message})}


def make_body(document):
    """Return a body that is this JSON value."""
    return Body.of(json.dumps(document).encode())


def find_changed(name, exchange, make):
    """Return the facts from which a story differs at an exchange, once that is changed."""
    differing = find_differing(change(tell(name), exchange, **make(exchange)))
    return {fact for fact, number in differing if number == exchange.number}


def replace_all(story, make):
    """Return a story in which every exchange is changed so."""
    exchanges = tuple(msgspec.structs.replace(each, **make(each)) for each in story.exchanges)
    return msgspec.structs.replace(story, exchanges=exchanges)
