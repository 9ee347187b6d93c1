"""What can befall a story of a sound server: answers that are lost, bodies that are not kept, …."""

from __future__ import annotations

import msgspec

from mockserver.facts.observed import EMPTY, Body
from mockserver.tests.facts.tables import make_body, replace_all

_PAGE = Body.of(b"<html><body><h1>Sorry</h1><hr>nginx</body></html>")
_LOST = {"status": None, "answered_s": None, "headers": (), "body": EMPTY}


def _drop_body(body):
    return msgspec.structs.replace(body, content=None) if body.size else body


def _drop_bodies(exchange):
    sent, answered = _drop_body(exchange.request_body), _drop_body(exchange.body)
    return {"request_body": sent, "body": answered}


def _shorten_numbers(value):
    """Write 100.0 as 100, at every depth."""
    if isinstance(value, dict):
        return {name: _shorten_numbers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_shorten_numbers(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _spell_numbers_otherwise(exchange):
    document = exchange.body.document
    return {} if document is msgspec.UNSET else {"body": make_body(_shorten_numbers(document))}


def _every(count, remainder, **fields):
    """Change these fields of some exchanges."""

    def disturb(story):
        return replace_all(story, lambda each: fields if each.number % count == remainder else {})

    return disturb


def _take(part):
    """Leave out exchanges, as a recording that began late, or of one client of several, does."""
    return lambda story: msgspec.structs.replace(story, exchanges=story.exchanges[part])


def _show_page(status):
    headers = (("content-type", "text/html"), ("retry-after", "30"))
    return {"status": status, "headers": headers, "body": _PAGE}


DISTURBANCES = {
    "bodies not kept": lambda story: replace_all(story, _drop_bodies),
    "headers of requests not kept": _every(1, 0, request_headers=()),
    "nothing known": _every(1, 0, known=frozenset()),
    "numbers spelled otherwise": lambda story: replace_all(story, _spell_numbers_otherwise),
    "slow": lambda story: replace_all(story, lambda each: {"answered_s": each.answered_s + 25}),
    "some lost": _every(3, 0, **_LOST),
    "others lost": _every(3, 1, **_LOST),
    "some 502": _every(3, 0, **_show_page(502)),
    "others 504": _every(2, 1, **_show_page(504)),
    "some 503": _every(2, 0, **_show_page(503)),
    "some limited by a proxy": _every(2, 1, **_show_page(429)),
    "every other one": _take(slice(None, None, 2)),
    "the others": _take(slice(1, None, 2)),
    "every third": _take(slice(2, None, 3)),
    "the last ones": _take(slice(7, None)),
}
"""What disturbs a story, by a name."""
