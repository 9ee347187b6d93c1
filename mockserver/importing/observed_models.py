"""What sources/*.jsonl say was seen of the vendor's models, as files of contracts/parameters.

A line of a source is what one class of evidence says of one model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from mockserver.base.errors import ContractError
from mockserver.contract.directory import DirectoryRow
from mockserver.contract.files import read_text
from mockserver.importing.observations import Observation, Parameters, make_properties
from mockserver.importing.spellings import read_as

WEIGHTIEST_FIRST = ("docs", "vendor-code", "clients", "inferred")
"""The sources, one file each, in the order in which they are believed."""

_V1 = {"image": "image", "video": "video", "audio": "audio"}


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where something was seen, and when, if that is known."""

    where: str
    date: str | None = None


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a source says of one parameter; `cut` counts the values that it does not show."""

    type: str | None = None
    required: bool | None = None
    default: Any = msgspec.UNSET
    minimum: int | float | None = None
    maximum: int | float | None = None
    values: list[Any] | None = None
    cut: int | bool = False


class Sighting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one class of evidence says of one model.

    Attributes:
        slug: The model.
        evidence: The class.
        sources: Where it was seen.
        parameters: What is said of each parameter.
        samples: Published payloads.
        seconds: How long a run takes.
        usd: Prices that were seen, in US dollars; the first one counts.
        v1_returns: What v1 returns, in the source's words.
        task: The kind of model, of one that the vendor's directory does not have.
        output: What is known of the output, as contracts have it.
        whole_page: The page was seen to its end.
    """

    slug: str
    evidence: str
    sources: list[Place]
    parameters: dict[str, Claim] = {}
    samples: list[dict[str, Any]] = []
    seconds: float | None = None
    usd: list[float] = []
    v1_returns: str = ""
    task: str | None = None
    output: dict[str, Any] = {}
    whole_page: bool = False


def read_sightings(folder: Path) -> dict[str, list[Sighting]]:
    """Return what was seen of each model, the weightiest evidence first.

    Raises:
        ContractError: a line is none; the message names it.
    """
    found: dict[str, list[Sighting]] = {}
    for evidence in WEIGHTIEST_FIRST:
        for seen in _read_lines(folder / f"{evidence}.jsonl"):
            found.setdefault(seen.slug, []).append(seen)
    return dict(sorted(found.items()))


def _read_lines(path: Path) -> Iterator[Sighting]:
    for number, line in enumerate(read_text(path).splitlines(), 1):
        try:
            yield msgspec.json.decode(line, type=Sighting)
        except msgspec.DecodeError as error:
            raise ContractError(str(path), "", str(error), number) from None


def make_part(
    slug: str, sightings: list[Sighting], row: DirectoryRow | None = None
) -> dict[str, Any] | None:
    """Return the file of a model; None where nothing is known but what the directory says.

    Args:
        slug: The model.
        sightings: What was seen of it, the weightiest evidence first.
        row: What the directory says, which outweighs prices and seconds of pages.
    """
    samples = [sample for seen in sightings for sample in seen.samples]
    made = make_properties(_gather(sightings, samples), samples)
    terms = _make_terms(slug, sightings, made, row)
    if not made.properties and terms.keys() <= {"slug", "level", "provenance"}:
        return None
    rest = {"required": made.required, "x-advice": made.advice, "properties": made.properties}
    part = {"x-model": terms, **{name: value for name, value in rest.items() if value}}
    examples = [_spell_as_declared(sample, made.properties) for sample in samples]
    return {**part, "examples": examples} if examples else part


def _spell_as_declared(
    sample: dict[str, Any], properties: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return a payload whose texts are numbers where numbers are declared (P1)."""
    return {name: read_as(value, properties[name]) for name, value in sample.items()}


def _gather(
    sightings: list[Sighting], samples: list[dict[str, Any]]
) -> dict[str, list[Observation]]:
    """Return what is said of each parameter; of one that is only sent, that it was sent."""
    found: dict[str, list[Observation]] = {}
    for seen in sightings:
        for name, claim in seen.parameters.items():
            found.setdefault(name, []).append(_observe(seen.evidence, claim))
    for name in dict.fromkeys(name for sample in samples for name in sample):
        found.setdefault(name, [Observation(evidence="samples")])
    return found


def _observe(evidence: str, claim: Claim) -> Observation:
    fields = {name: getattr(claim, name) for name in claim.__struct_fields__ if name != "cut"}
    return Observation(evidence=evidence, values_cut=bool(claim.cut), **fields)


def _make_terms(
    slug: str, sightings: list[Sighting], made: Parameters, row: DirectoryRow | None
) -> dict[str, Any]:
    whole = any(seen.whole_page for seen in sightings) and bool(made.properties)
    level = "verified" if whole else "partial" if made.properties else "listed"
    terms: dict[str, Any] = {"slug": slug, "level": level}
    told = [_tell(seen, place) for seen in sightings for place in seen.sources]
    if task := _find_first(sightings, "task"):
        terms["task"] = task.task
    if row is None and (priced := _find_first(sightings, "usd")):
        terms["price"] = {"usd": str(priced.usd[0])}
        told.append({**_tell(priced, priced.sources[0]), "what": "price"})
    if (row is None or row.seconds is None) and (timed := _find_first(sightings, "seconds")):
        terms["typical_s"] = timed.seconds
        told.append({**_tell(timed, timed.sources[0]), "what": "typical duration"})
    terms |= _make_answer(sightings)
    return {**terms, "provenance": told}


def _make_answer(sightings: list[Sighting]) -> dict[str, Any]:
    """Return what v1 returns and what is made, as far as anybody says it."""
    terms: dict[str, Any] = {}
    if answering := _find_first(sightings, "v1_returns"):
        medium = answering.v1_returns.split()[0].lower()
        terms["v1_returns"] = _V1.get(medium, "json")
        if "image/jpeg" in answering.v1_returns:
            terms["output"] = {"format": "jpeg"}
    if making := _find_first(sightings, "output"):
        terms["output"] = making.output
    return terms


def _find_first(sightings: list[Sighting], name: str) -> Sighting | None:
    """Return the weightiest evidence that says anything of this."""
    return next((seen for seen in sightings if getattr(seen, name)), None)


def _tell(seen: Sighting, place: Place) -> dict[str, str]:
    what = "parameters and samples" if seen.samples else "output" if seen.output else "parameters"
    return {"what": what, "evidence": seen.evidence, **_name_source(place)}


def _name_source(place: Place) -> dict[str, str]:
    named = {"source": place.where}
    return {**named, "date": place.date} if place.date else named
