"""Which calls that may cost are made, in which order, and what they can cost at the worst.

First what ought to be refused, which costs nothing at a sound service and is reserved all the same;
then runs, the cheapest model first, as long as the budget has room.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from mockserver.contract.catalogue import Catalogue
from mockserver.contract.models import Model
from mockserver.facts.observed import HeaderPairs, KeyPlace, Known
from mockserver.spending.prices import find_worst_price
from mockserver.verifier.calls import Call
from mockserver.verifier.runs import PaidCall

_JSON: HeaderPairs = (("content-type", "application/json"),)
_TEXT: HeaderPairs = (("content-type", "text/plain"),)
_V1_PATIENCE_S = 180.0
_NOT_JSON = b'{"prompt": '
_WRONG_RUN: dict[str, Any] = {"prompt": "", "duration": 0}
"""The body of T10, which nothing but a run of v2 refuses."""

_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="
_UNLISTED = {"segmock_remark": "a parameter that no page lists"}
"""P4: what a model does not know is passed on."""

_NO_SUCH_VALUE = "NO_SUCH_VALUE"


class PricedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model that can be run on words alone, with a body, and the most that the run can cost."""

    model: Model
    body: dict[str, Any]
    worst: Decimal

    @property
    def slug(self) -> str:
        """Its name in the routes."""
        return self.model.slug


def list_priced_models(catalogue: Catalogue) -> list[PricedModel]:
    """Return the models with a whole contract that bounds their price, the cheapest first."""
    slugs = dict.fromkeys([*catalogue.models.whole, *sorted(catalogue.models.own)])
    found = [priced for slug in slugs if (priced := _find_cheapest(catalogue.models[slug]))]
    return sorted(found, key=lambda priced: (priced.worst, priced.slug))


def _find_cheapest(model: Model) -> PricedModel | None:
    """Return a model with that of its examples which can cost least; None where none will do."""
    priced = [
        PricedModel(model=model, body=body, worst=worst)
        for body in model.document["examples"]
        if not _brings_files(body) and (worst := find_worst_price(model, body)) is not None
    ]
    return None if model.terms.retired else min(priced, key=lambda each: each.worst, default=None)


def _brings_files(body: Mapping[str, Any]) -> bool:
    return any(isinstance(value, str) and "://" in value for value in body.values())


def list_paid_calls(models: list[PricedModel], unknown_slug: str) -> list[PaidCall]:
    """Return all calls that may cost, in the order in which they are to be made."""
    if not models:
        return []
    cheapest = models[0]
    refused = [
        *_list_refused(cheapest),
        *_list_unknown(cheapest, unknown_slug),
        *_list_uploads(cheapest),
    ]
    wrong = [call for priced in models for call in _list_wrong(priced)]
    return [
        *refused,
        *_keep_first_of_a_kind(wrong),
        *_list_runs(cheapest),
        *_list_more_runs(models),
        *(call for priced in models[1:] for call in _list_runs(priced)),
    ]


def _keep_first_of_a_kind(calls: list[PaidCall]) -> Iterator[PaidCall]:
    """Yield the first of each kind of wrong body: what one model tells is enough."""
    seen: set[str] = set()
    for each in calls:
        kind = each.name.partition(" of ")[0]
        if kind not in seen:
            seen.add(kind)
            yield each


def _make(
    priced: PricedModel,
    name: str,
    version: str,
    body: bytes,
    headers: HeaderPairs = _JSON,
    *,
    slug: str = "",
    target: str = "",
    key_place: KeyPlace = "x-api-key",
    worst: Decimal | None = None,
) -> PaidCall:
    known: frozenset[Known] = frozenset({"slug-unknown"}) if slug else frozenset()
    call = Call(
        method="POST",
        target=target or f"/{version}/{slug or priced.slug}",
        key_place=key_place,
        headers=headers,
        body=body,
        known=known,
        patience_s=_V1_PATIENCE_S,
    )
    return PaidCall(
        name=name,
        slug=priced.slug,
        worst=priced.worst if worst is None else worst,
        typical_s=priced.model.terms.typical_s,
        call=call,
    )


def _list_refused(priced: PricedModel) -> Iterator[PaidCall]:
    """Yield what is refused before anybody looks at the parameters (A4, E3, E2)."""
    for version in ("v1", "v2"):
        yield _make(priced, f"{version}, the key as Bearer", version, b"{}", key_place="bearer")
        yield _make(priced, f"{version}, text/plain", version, b"no JSON", _TEXT)
        yield _make(priced, f"{version}, JSON that is cut off", version, _NOT_JSON)
    yield _make(priced, "v1, no content type", "v1", b"no JSON", ())


def _list_unknown(priced: PricedModel, slug: str) -> Iterator[PaidCall]:
    """Yield calls of a model that nobody has (E4); the price of one that there is is reserved."""
    body = json.dumps(priced.body).encode()
    for version in ("v1", "v2"):
        yield _make(priced, f"{version}, an unknown model", version, body, slug=slug)


def _list_uploads(priced: PricedModel) -> Iterator[PaidCall]:
    """Yield an upload of a file of one pixel, and one of none (N1, N3)."""
    for name, file in (("an upload", _PIXEL), ("an upload of no file", "no data URL")):
        body = json.dumps({"data_urls": [file]}).encode()
        yield _make(priced, name, "", body, target="/upload-asset")


def _list_wrong(priced: PricedModel) -> Iterator[PaidCall]:
    """Yield bodies that a model's contract refuses: on v1 at once, on v2 when the run begins."""
    for kind, version, body in _list_wrong_bodies(priced):
        worst = find_worst_price(priced.model, body)
        if worst is not None and not priced.model.validator.is_valid(body):
            name = f"{version}, {kind} of {priced.slug}"
            yield _make(priced, name, version, json.dumps(body).encode(), worst=worst)


def _list_wrong_bodies(priced: PricedModel) -> Iterator[tuple[str, str, dict[str, Any]]]:
    beyond = _find_number_beyond(priced)
    if beyond:
        yield "a number beyond its range", "v1", {**priced.body, **beyond}
        yield "a number beyond its range", "v2", {**priced.body, **beyond}
    yield "no prompt", "v1", {k: v for k, v in priced.body.items() if k != "prompt"}
    yield "an empty prompt", "v2", _WRONG_RUN
    listed = next(
        (name for name, schema in priced.model.properties.items() if "enum" in schema), None
    )
    if listed:
        yield "a value that is not listed", "v1", {**priced.body, listed: _NO_SUCH_VALUE}


def _find_number_beyond(priced: PricedModel) -> dict[str, Any]:
    """Return a parameter above its maximum that leaves the price as it is; empty for none."""
    for name, schema in priced.model.properties.items():
        if schema.get("type") in ("integer", "number") and "maximum" in schema:
            wrong = {name: schema["maximum"] + 1}
            if find_worst_price(priced.model, {**priced.body, **wrong}) == priced.worst:
                return wrong
    return {}


def _list_more_runs(models: list[PricedModel]) -> Iterator[PaidCall]:
    """Yield the same run once more (S2), and one with its picture inside JSON (V1c, V6)."""
    body = json.dumps(models[0].body).encode()
    yield _make(models[0], f"v2, the same run of {models[0].slug} again", "v2", body)
    for priced in models:
        if terms := priced.model.terms.base64:
            wanted = {**_spell_numbers(priced), terms.parameter[0]: True, **_UNLISTED}
            body = json.dumps(wanted).encode()
            yield _make(priced, f"v1, a run of {priced.slug} with base64", "v1", body)
            return


def _spell_numbers(priced: PricedModel) -> dict[str, Any]:
    """Return the body with its numbers as texts (P1), and null for a text that may go (P2)."""
    body = {
        name: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in priced.body.items()
    }
    return body | ({"negative_prompt": None} if "negative_prompt" in body else {})


def _list_runs(priced: PricedModel) -> Iterator[PaidCall]:
    """Yield a run on v2 and one on v1."""
    body = json.dumps(priced.body).encode()
    for version in ("v2", "v1"):
        yield _make(priced, f"{version}, a run of {priced.slug}", version, body)
