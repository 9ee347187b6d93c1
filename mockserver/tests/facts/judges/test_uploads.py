"""Judges of files that clients bring: an emulator agrees, and each change is found."""

from urllib.parse import urlsplit

import pytest

from mockserver.facts.observed import Body
from mockserver.tests.facts.changing import (
    change,
    find_agreed,
    find_differing,
    with_document,
    with_header,
    with_members,
)
from mockserver.tests.facts.stories import Witness

FILE = "data:text/plain;base64,QSBib2F0"


def _locate(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.fixture(scope="module")
def witness():
    """An upload and its file, one that is none, and a place that is filled twice."""
    seen = Witness()
    told = seen.ask("POST", "/upload-asset", {"data_urls": [FILE]})
    seen.ask("GET", _locate(told.body.document["urls"][0]), key=None)
    seen.ask("POST", "/upload-asset", {"data_urls": "no list"})
    place = seen.ask("GET", "/finetune/request/upload/pre-signed-url", {"name": "a.zip"})
    for _ in range(2):
        url = _locate(place.body.document["presigned_url"])
        seen.ask("PUT", url, b"PK", key=None, headers={"content-type": "application/zip"})
    return seen


@pytest.mark.fact("N1", "N2", "N3", "N18")
def test_an_emulators_answers_agree(witness):
    """Each fact of uploads is seen, and none differs."""
    assert [each.status for each in witness.exchanges] == [200, 200, 400, 200, 200, 405]
    assert find_agreed(witness.story) >= {"N1", "N2", "N3", "N18"}
    assert find_differing(witness.story) == set()


@pytest.mark.fact("N1", "N2", "N3", "N18")
@pytest.mark.parametrize(
    ("fact", "number", "make"),
    [
        ("N1", 1, lambda one: {"body": with_members(one, file_urls=None, urls=None)}),
        ("N1", 1, lambda one: {"body": with_members(one, urls=["/assets/1.txt"])}),
        ("N1", 1, lambda one: {"body": with_members(one, urls=[])}),
        ("N2", 2, lambda one: {"headers": with_header(one, "content-type", "image/png")}),
        ("N2", 2, lambda _one: {"body": Body.of(b"A ship")}),
        ("N2", 2, lambda _one: {"status": 401}),
        ("N3", 3, lambda _one: {"status": 200}),
        ("N3", 3, lambda _one: {"body": with_document({"message": "No list"})}),
        ("N18", 4, lambda one: {"body": with_members(one, s3_url=None)}),
        ("N18", 5, lambda _one: {"status": 403}),
        ("N18", 6, lambda _one: {"status": 200}),
    ],
)
def test_a_change_is_found(witness, fact, number, make):
    """The fact that is broken is named at the exchange that breaks it."""
    exchange = witness.exchanges[number - 1]
    changed = change(witness.story, exchange, **make(exchange))
    assert (fact, number) in find_differing(changed)


@pytest.mark.parametrize("data_url", ["sha256:0123", "dropped", "data:text/plain;base64,?"])
def test_a_file_that_was_not_kept_is_compared_with_nothing(witness, data_url):
    """Redaction has left something in its place that is no data URL, or none that is whole."""
    upload = witness.exchanges[0]
    kept = with_document({"data_urls": [data_url]})
    assert find_differing(change(witness.story, upload, request_body=kept)) == set()
