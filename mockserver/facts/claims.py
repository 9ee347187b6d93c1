"""What a row of a report claims, and where that is known from: a fact, or a part of a contract.

A fact has the id that the register gives it. What a contract says of a model is called after both,
as in `ideogram-3: price`, and a shape of the emulator's answers after its route, as in
`shape of status (COMPLETED)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import Model

Basis: TypeAlias = Literal["register", "contract", "emulator"]
"""What a claim is one of: a fact, a part of a model's contract, or how the emulator answers."""

SHAPE = "shape of "

TOPICS: Mapping[str, str] = {
    "existence": "There is a model of this slug, unless its contract says that it was withdrawn.",
    "price": "A run costs what the contract computes from its parameters; a mean of past calls, "
    "where it has no more, promises nothing.",
    "parameters": "Refused is what breaks the contract, and nothing else.",
    "v1 answer": "A synchronous run answers with the kind of content that the contract has.",
    "output": "A run yields the medium and the file format that the contract has.",
    "size": "Pictures have the size that the contract computes from the parameters.",
    "seconds": "A run takes about the contract's typical seconds, which promises nothing.",
    "seed": "The seed is the one that was asked for, or one from the contract's range.",
}
"""What the parts of a contract claim, by the words that a row's id ends with."""

_WORDS = {
    "price": ("price",),
    "parameters": ("parameter",),
    "v1 answer": ("v1",),
    "output": ("output", "format", "answer"),
    "size": ("size", "resolution"),
    "seconds": ("duration",),
    "seed": ("seed",),
}
"""Words by which the provenance of a contract tells of each part."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a row claims.

    Attributes:
        fact: Its id.
        basis: What it is one of.
        statement: The claim, in a sentence or two.
        evidence: Every class of evidence that it rests on.
        source: Where that can be read, in a few words.
        unjudged: Why nothing seen from outside can tell whether it holds; None where it can.
    """

    fact: str
    basis: Basis
    statement: str
    evidence: tuple[str, ...]
    source: str
    unjudged: str | None = None

    @property
    def is_guessed(self) -> bool:
        """Whether nobody documents any of it, so that a difference is news and no surprise."""
        return set(self.evidence) <= {"inferred"}


def list_register(catalogue: Catalogue) -> dict[str, Claim]:
    """Return the claim of each fact of the register, in its order."""
    return {
        row.id: Claim(
            fact=row.id,
            basis="register",
            statement=row.statement,
            evidence=row.evidence,
            source=row.source,
            unjudged=row.unjudged,
        )
        for row in catalogue.behaviours
    }


def find_claim(fact: str, catalogue: Catalogue) -> Claim:
    """Return the claim of a row that is about a contract, or about how the emulator answers."""
    if fact.startswith(SHAPE):
        return Claim(
            fact=fact,
            basis="emulator",
            statement="An answer has the members that the emulator's answer has, of their types.",
            evidence=("inferred",),
            source="the emulator's own answers",
        )
    slug, _, topic = fact.partition(": ")
    model = catalogue.models.get(slug)
    return Claim(
        fact=fact,
        basis="contract",
        statement=TOPICS[topic],
        evidence=("docs",) if model is None else _find_evidence(model, topic),
        source="the vendor's directory" if model is None else f"contract of {slug}",
    )


def _find_evidence(model: Model, topic: str) -> tuple[str, ...]:
    """Return the classes of evidence that a contract gives for a part of it; a guess without."""
    words = _WORDS.get(topic, ("",))
    told = (row for row in model.terms.provenance if any(word in row["what"] for word in words))
    return tuple(dict.fromkeys(row["evidence"] for row in told)) or ("inferred",)
