"""Submitting a run (S*)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.answers import is_absolute_url, is_kept, read_object
from mockserver.facts.judgement import Judgement, compare, judge_place, judges
from mockserver.facts.observed import Observed, Story, normalize
from mockserver.facts.routes import is_submit

PATHS = {
    "poll_url": "/v1/requests/{}",
    "response_url": "/v2/requests/{}",
    "status_url": "/v2/requests/{}/status",
}
"""How the path of each address ends that a submit is answered with."""

MEMBERS = {"request_id", "status", *PATHS}


@judges("S1")
def judge_confirmation(story: Story, _catalogue: Catalogue) -> Iterator[Judgement]:
    """A queued run is confirmed with five members and no other; the addresses are absolute."""
    for each in story.exchanges:
        if not is_submit(each) or not is_accepted(each) or not is_kept(each.body):
            continue
        document = read_object(each) or {}
        yield compare("S1", each, "status", 200, each.status)
        yield compare("S1", each, "members of body", sorted(MEMBERS), sorted(document))
        if "status" in document:
            yield compare("S1", each, "body.status", "QUEUED", document["status"])
        for name in (name for name in PATHS if name in document):
            yield _judge_address(each, name, document)


def is_accepted(exchange: Observed) -> bool:
    """Tell whether the answer is a success."""
    return exchange.status is not None and 200 <= exchange.status < 300


def _judge_address(exchange: Observed, name: str, document: dict[str, object]) -> Judgement:
    """Judge whether an address is absolute, and that of the request that was made."""
    value = document[name]
    path = PATHS[name].format(normalize(str(document.get("request_id"))))
    is_right = is_absolute_url(value) and normalize(urlsplit(str(value)).path).endswith(path)
    return judge_place(
        "S1",
        exchange,
        f"body.{name}",
        agrees=is_right,
        expected=f"an absolute address that ends in {PATHS[name].format('{request_id}')}",
        found=repr(value),
    )
