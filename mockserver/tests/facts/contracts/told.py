"""Runs of models as a client sees them, one thing in them changed, and what is said of them."""

import msgspec

from mockserver.facts.contracts import judge_contracts
from mockserver.facts.observed import Body, Story
from mockserver.tests.facts.stories import CATALOGUE, Witness, find_id

LONG_ENOUGH_S = 900


def queue(slug, params=None, **settings):
    """Return the story of a queued run, its status, its result and its file."""
    witness = Witness(**({"speed": 1} | settings))
    submitted = witness.submit(slug, params=params or {})
    witness.advance(LONG_ENOUGH_S)
    for path in ("/status", ""):
        asked = witness.ask("GET", f"/v2/requests/{find_id(submitted)}{path}")
    output = asked.body.document.get("output")
    if CATALOGUE.models[slug].terms.output.is_file and output:
        witness.ask("GET", "/" + output.split("/", 3)[3], key=None)
    return witness.story


def block(slug, params=None, **settings):
    """Return the story of a blocking run of a model's first example, with these changed."""
    witness = Witness(**({"speed": 1} | settings))
    example = CATALOGUE.models[slug].document["examples"][0]
    witness.ask("POST", f"/v1/{slug}", example | (params or {}))
    return witness.story


def change(story, number, **fields):
    """Return a story in which one exchange has other fields."""
    exchanges = [
        msgspec.structs.replace(each, **fields) if each.number == number else each
        for each in story.exchanges
    ]
    return Story(exchanges=tuple(exchanges))


def change_body(story, number, changer):
    """Return a story in which the JSON that one exchange was answered with is changed."""
    document = msgspec.json.decode(story.exchanges[number - 1].body.content)
    changer(document)
    return change(story, number, body=Body.of(msgspec.json.encode(document)))


def change_header(story, number, name, value):
    """Return a story in which the answer of one exchange has another header; None drops it."""
    headers = [pair for pair in story.exchanges[number - 1].headers if pair[0] != name]
    headers += [(name, value)] if value is not None else []
    return change(story, number, headers=tuple(headers))


def judge(story, topic):
    """Return what is said of one part of the contracts in a story."""
    return [said for said in judge_contracts(story, CATALOGUE) if said.fact.endswith(f": {topic}")]


def find_difference(story, topic):
    """Return the only judgement about this part that does not agree."""
    (differing,) = [said for said in judge(story, topic) if not said.agrees]
    return differing
