"""A report for programs is as its schema says, whatever it tells of."""

from pathlib import Path

from mockserver.facts.observed import EMPTY, Body, Story
from mockserver.facts.report import JudgedStory, make_report
from mockserver.facts.report_json import SCHEMA, render_document
from mockserver.tests.facts.reports import (
    CATALOGUE,
    JSON,
    make_difference,
    make_exchange,
    make_fact_report,
    make_judgement,
)


def render(report):
    """Return a report as JSON has it, held against its schema."""
    document = render_document(report, "1.2.3")
    CATALOGUE.schemas.check(Path("report.json"), document, SCHEMA)
    return document


def find(document, fact):
    """Return the row of a fact."""
    return next(row for row in document["rows"] if row["fact"] == fact)


def test_a_row_has_both_values_and_all_places():
    """What differs in the same way is one difference with several places."""
    document = render(make_fact_report(make_difference(number=2), make_difference(number=5)))
    (difference,) = find(document, "T4")["differences"]
    assert (difference["expected"], difference["found"]) == ("422", "200")
    assert [place["exchange"] for place in difference["places"]] == [2, 5]
    assert {place["session"] for place in difference["places"]} == {"one.jsonl"}
    assert (document["format"], document["exit_code"]) == (1, 1)


def test_every_kind_of_row_and_verdict_satisfies_the_schema():
    """Facts, guesses, contracts and shapes; agreeing, differing, unseen and not judged."""
    facts = ("T4", "R10", "ideogram-3: price", "shape of status (COMPLETED)")
    document = render(make_fact_report(*map(make_difference, facts), make_judgement("T1")))
    assert {row["verdict"] for row in document["rows"]} == set(document["counts"])
    assert set(document["counts_by_basis"]) == {"register", "contract", "emulator"}
    assert "reason" in find(document, "T9")


def test_a_query_is_not_told():
    """A key or a signature may be in it."""
    url = "https://images.segmind.com/outputs/a.png?Signature=s3cret"
    story = Story(exchanges=(make_exchange(1, url=url),))
    judged = JudgedStory(story=story, judgements=(make_difference(),))
    document = render(make_report([judged], CATALOGUE, "https://api.segmind.com"))
    assert "s3cret" not in str(document)
    (place,) = find(document, "T4")["differences"][0]["places"]
    assert place["request"] == "GET https://images.segmind.com/outputs/a.png?…"


def test_answers_are_told_in_words():
    """Of JSON its state and error, of other bodies what and how much they are."""
    kinds = {
        "200 FAILED “Under a stone”": {},
        "200 image/png, 3 bytes": {
            "headers": (("content-type", "image/png"),),
            "body": Body.of(b"\x89PN"),
        },
        "404 empty": {"status": 404, "body": EMPTY, "headers": ()},
        "200": {"body": Body.of(b'{"status": 7}'), "headers": JSON},
        "no answer: the connection ended": {"status": None, "answered_s": None, "body": EMPTY},
    }
    exchanges = tuple(make_exchange(n, **given) for n, given in enumerate(kinds.values(), 1))
    judgements = tuple(make_difference(number=each.number) for each in exchanges)
    judged = JudgedStory(story=Story(exchanges=exchanges), judgements=judgements)
    document = render(make_report([judged], CATALOGUE, "recorded/"))
    places = find(document, "T4")["differences"][0]["places"]
    assert [place["answer"] for place in places] == list(kinds)
