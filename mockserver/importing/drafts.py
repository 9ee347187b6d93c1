"""What one source says of one model: the part of a contract that needs no guess."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import msgspec

from mockserver.importing.assumptions import Assumption
from mockserver.importing.errors import SourceError

SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class Draft(msgspec.Struct, kw_only=True):
    """A model as a source describes it; what the source does not say is left out.

    Attributes:
        slug: The model's name in the routes.
        title: Its name for people.
        description: What it does.
        task: What it turns into what, in the source's words.
        v1_returns: How v1 answers: json, image, video or audio.
        seconds: How long a run mostly takes.
        usd: Lowest and highest price, or one that is both, in US dollars.
        per: What the price is for: run, second or picture.
        schema: Keywords of the request schema: `properties`, `required`, `x-advice` and others.
        samples: Payloads that were published.
        evidence: The source's class of evidence.
        is_whole: Every parameter is known, with its type and all of its values.
        assumptions: What reading the source took for granted.
    """

    slug: str
    title: str = ""
    description: str = ""
    task: str = ""
    v1_returns: str | None = None
    seconds: float | None = None
    usd: tuple[Decimal, ...] = ()
    per: str = "run"
    schema: dict[str, Any]
    samples: list[dict[str, Any]] = []
    evidence: str = "docs"
    is_whole: bool = False
    assumptions: list[Assumption] = []

    @property
    def properties(self) -> dict[str, Any]:
        """The schema of each parameter."""
        found: dict[str, Any] = self.schema.get("properties", {})
        return found


def check_slug(slug: str) -> str:
    """Return a slug as it is.

    Raises:
        SourceError: it cannot stand in a route, or name a file.
    """
    if not SLUG.fullmatch(slug):
        raise SourceError(
            f"{slug!r:.80} is no slug: letters, digits, dots, dashes and underscores were expected"
        )
    return slug
