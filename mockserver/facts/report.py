"""What came of holding stories against facts: for each fact whether it agrees, and where not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

import msgspec

from mockserver.contract.catalogue import Catalogue
from mockserver.facts.claims import Claim, find_claim, list_register
from mockserver.facts.judgement import Judgement
from mockserver.facts.observed import Observed, Story

Verdict: TypeAlias = Literal["agrees", "differs", "not seen", "not judged"]

VERDICTS: tuple[Verdict, ...] = ("differs", "agrees", "not seen", "not judged")
"""What can come of a fact, in the order in which it is told.

`not seen`: a judge can tell, and nothing that was seen speaks about it. `not judged`: nothing that
can be seen from outside would tell; the row has the reason.
"""


class JudgedStory(msgspec.Struct, frozen=True, kw_only=True):
    """A story and what the judges said of it.

    Attributes:
        session: What the story is called, such as the file it was read from; empty for the only
            one there is.
        story: The exchanges that the judgements' numbers are of.
        judgements: What was said.
    """

    session: str = ""
    story: Story
    judgements: tuple[Judgement, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement, and the exchange that it is about."""

    session: str
    exchange: Observed
    judgement: Judgement


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one fact.

    Attributes:
        claim: The fact, its statement and its evidence.
        verdict: What came of it.
        agreeing: The places that agree with it.
        differing: Those that do not.
    """

    claim: Claim
    verdict: Verdict
    agreeing: tuple[Place, ...] = ()
    differing: tuple[Place, ...] = ()

    @property
    def fact(self) -> str:
        """Its id."""
        return self.claim.fact


class FactReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of every fact of the register, and of whatever else was judged.

    Attributes:
        source: What was held against the facts: a recording's folder, a server's address.
        exchanges: How many exchanges that were.
        rows: The facts in the register's order, then the models' contracts, then shapes.
    """

    source: str
    exchanges: int
    rows: tuple[FactRow, ...]

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many rows came out how."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def differing(self) -> tuple[FactRow, ...]:
        """The rows in which something differs."""
        return self.find_rows("differs")

    @property
    def is_silent(self) -> bool:
        """Whether nothing that was seen speaks about any row."""
        return not any(row.agreeing or row.differing for row in self.rows)

    @property
    def exit_code(self) -> int:
        """0 if all that was seen agrees, 1 if something differs, 2 if nothing was seen."""
        return 2 if self.is_silent else 1 if self.differing else 0

    def find_rows(self, verdict: Verdict) -> tuple[FactRow, ...]:
        """Return the rows of which this came."""
        return tuple(row for row in self.rows if row.verdict == verdict)


def make_report(stories: Iterable[JudgedStory], catalogue: Catalogue, source: str) -> FactReport:
    """Return the report of what the judges said of one or more stories."""
    stories = tuple(stories)
    places = _find_places(stories)
    claims = list_register(catalogue)
    others = sorted(
        (find_claim(fact, catalogue) for fact in places.keys() - claims.keys()),
        key=lambda claim: (claim.basis == "emulator", claim.fact),
    )
    return FactReport(
        source=source,
        exchanges=sum(len(each.story.exchanges) for each in stories),
        rows=tuple(
            _make_row(claim, places.get(claim.fact, ())) for claim in (*claims.values(), *others)
        ),
    )


def select_rows(report: FactReport, patterns: Iterable[str]) -> FactReport:
    """Return a report about those rows alone whose ids one of these patterns fits."""
    patterns = tuple(patterns)
    rows = (
        row for row in report.rows if any(fnmatchcase(row.fact, pattern) for pattern in patterns)
    )
    return msgspec.structs.replace(report, rows=tuple(rows))


def _find_places(stories: tuple[JudgedStory, ...]) -> dict[str, list[Place]]:
    """Return the places that speak about each fact, by its id."""
    found: dict[str, list[Place]] = {}
    for each in stories:
        exchanges = {exchange.number: exchange for exchange in each.story.exchanges}
        for judgement in each.judgements:
            exchange = exchanges[judgement.number]
            place = Place(session=each.session, exchange=exchange, judgement=judgement)
            found.setdefault(judgement.fact, []).append(place)
    return found


def _make_row(claim: Claim, places: Iterable[Place]) -> FactRow:
    agreeing = tuple(place for place in places if place.judgement.agrees)
    differing = tuple(place for place in places if not place.judgement.agrees)
    return FactRow(
        claim=claim,
        verdict=_find_verdict(claim, agreeing, differing),
        agreeing=agreeing,
        differing=differing,
    )


def _find_verdict(
    claim: Claim, agreeing: tuple[Place, ...], differing: tuple[Place, ...]
) -> Verdict:
    if differing:
        return "differs"
    if agreeing:
        return "agrees"
    return "not seen" if claim.unjudged is None else "not judged"
