"""Stories and judgements to make reports of."""

from mockserver.contract.catalogue import load_shipped_catalogue
from mockserver.facts.judgement import Judgement
from mockserver.facts.observed import Body, Observed, Story
from mockserver.facts.report import JudgedStory, make_report

CATALOGUE = load_shipped_catalogue()
JSON = (("content-type", "application/json"),)
ID = "0123456789abcdef0123456789abcdef"


def make_exchange(number, **given):
    """Return an exchange: a poll that is answered, unless more is said."""
    known = {
        "number": number,
        "sent_s": float(number),
        "answered_s": number + 0.25,
        "method": "GET",
        "url": f"https://api.segmind.com/v2/requests/{ID}/status",
        "status": 200,
        "headers": JSON,
        "body": Body.of(b'{"status": "FAILED", "error": "Under a stone", "metrics": {}}'),
    }
    return Observed(**(known | given))


def make_judgement(fact="T4", number=1, **given):
    """Return a judgement that agrees, unless more is said."""
    known = {"where": "status", "agrees": True, "expected": "422", "found": "422"}
    return Judgement(fact=fact, number=number, **(known | given))


def make_difference(fact="T4", number=1, **given):
    """Return a judgement that differs."""
    return make_judgement(fact, number, **({"agrees": False, "found": "200"} | given))


def make_story(*judgements, session="one.jsonl", exchanges=12):
    """Return a story of so many polls, and what was said of it."""
    story = Story(exchanges=tuple(make_exchange(number) for number in range(1, exchanges + 1)))
    return JudgedStory(session=session, story=story, judgements=judgements)


def make_fact_report(*judgements, source="recorded/"):
    """Return the report of one story."""
    return make_report([make_story(*judgements)], CATALOGUE, source)
