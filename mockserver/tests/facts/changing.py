"""Stories with one thing changed, and which facts then differ where."""

import json

import msgspec

from mockserver.facts.judges import judge_story
from mockserver.facts.observed import Body
from mockserver.tests.facts.stories import CATALOGUE


def judge(story):
    """Return what is said of a story."""
    return judge_story(story, CATALOGUE)


def find_agreed(story):
    """Return the facts that a story agrees with."""
    return {each.fact for each in judge(story) if each.agrees}


def find_differing(story):
    """Return the facts that a story differs from, and the numbers of the exchanges."""
    return {(each.fact, each.number) for each in judge(story) if not each.agrees}


def change(story, exchange, **fields):
    """Return a story in which an exchange has these fields."""
    changed = msgspec.structs.replace(exchange, **fields)
    exchanges = (changed if each.number == exchange.number else each for each in story.exchanges)
    return msgspec.structs.replace(story, exchanges=tuple(exchanges))


def with_header(exchange, name, value):
    """Return the headers of an answer, one of them changed, or left out if the value is None."""
    kept = tuple(each for each in exchange.headers if each[0] != name)
    return kept if value is None else (*kept, (name, value))


def with_members(exchange, **members):
    """Return a body with members changed; None leaves one out."""
    document = exchange.body.document | members
    return with_document({name: value for name, value in document.items() if value is not None})


def with_document(document):
    """Return a body that is this JSON value."""
    return Body.of(json.dumps(document).encode())
