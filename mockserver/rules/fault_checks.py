"""Checking a fault as a user writes it: that it can match, and has effects of the table."""

from __future__ import annotations

from typing import Any

from mockserver.base.close_names import find_close, render_hint
from mockserver.base.errors import EmulatorError
from mockserver.base.json_encoding import encode_text
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.routing import find_names
from mockserver.contract.schemas import explain
from mockserver.contract.tables import FaultRow
from mockserver.rules.faults import ArmedEffect, Call, FaultRequest, On

_ROUTES_WITH_A_MODEL = find_names(lambda route: route.has_model)
_ROUTES_WITH_A_STATE = find_names(lambda route: route.has_state)
_COUNTED = ("times", "skip", "every", "probability")
_FRAMING = {"connection", "content-length", "date", "transfer-encoding"}


def parse_effects(wanted: FaultRequest, catalogue: Catalogue) -> list[ArmedEffect | None]:
    """Return the effects of a rule that can match and makes sense.

    Raises:
        EmulatorError: it does not; the message says what came, the hint what was meant.
    """
    _check_on(wanted.on, catalogue)
    _check_counts(wanted)
    documents = wanted.does if isinstance(wanted.does, list) else [wanted.does]
    effects = [
        None if document is None else _parse_effect(document, wanted, catalogue)
        for document in documents
    ]
    if not any(effects):
        raise EmulatorError(
            "`do` strikes nothing", hint="give an effect, or a list with at least one"
        )
    return effects


def _check_on(on: On, catalogue: Catalogue) -> None:
    routes = {name for row in catalogue.faults for name in row.routes}
    if on.route != "*" and on.route not in {row.name for row in catalogue.routes}:
        raise EmulatorError(
            f"there is no route {on.route!r}",
            hint=render_hint(on.route, ["*", *sorted(routes)], "routes"),
        )
    if on.model is not None and on.model not in catalogue.models:
        raise EmulatorError(
            f"there is no model {on.model!r}",
            hint=catalogue.models.render_hint(on.model),
        )
    if on.model is not None and on.route not in {"*", *_ROUTES_WITH_A_MODEL}:
        raise EmulatorError(f"{on.route} has no model", hint="leave `model` or `route` out")
    if on.state is not None and on.route not in {"*", *_ROUTES_WITH_A_STATE}:
        raise EmulatorError(
            f"{on.route} is not asked about a job that has a state",
            hint="`state` goes with status, result and poll",
        )


def _check_counts(wanted: FaultRequest) -> None:
    if isinstance(wanted.does, list):
        given = [name for name in _COUNTED if getattr(wanted, name) is not None]
        if given:
            raise EmulatorError(
                f"a list of effects goes without `{given[0]}`",
                hint="its n-th effect strikes the n-th matching call; null lets one pass",
            )
    lowest = {"times": 1, "skip": 0, "every": 1}
    for name, least in lowest.items():
        value = getattr(wanted, name)
        if value is not None and value < least:
            raise EmulatorError(f"`{name}` is {value}", hint=f"give a number from {least}")
    if wanted.probability is not None and not 0 < wanted.probability <= 1:
        raise EmulatorError(
            f"`probability` is {wanted.probability}", hint="give a number above 0, up to 1"
        )


def _parse_effect(document: Any, wanted: FaultRequest, catalogue: Catalogue) -> ArmedEffect:
    row = _find_row(document, catalogue)
    if not catalogue.fault_validators[row.effect].is_valid(document):
        place, reason = explain(document, row.schema)
        hint = _render_meant(document, row) + f"like {encode_text(row.example)}"
        raise EmulatorError(f"do{place[1:]}: {reason}", hint=hint)
    _check_headers(document)
    when = wanted.when or row.when[0]
    if when not in row.when:
        raise EmulatorError(
            f"{row.effect} cannot strike {when} the request is handled",
            hint=f"`when` is {' or '.join(row.when)} for it",
        )
    effect = ArmedEffect(row.effect, document, when, frozenset(row.routes), row.sets_state)
    _check_effect_on(effect, wanted.on)
    return effect


def _check_headers(document: dict[str, Any]) -> None:
    for word in ("headers", "extra_headers"):
        framing = _FRAMING & {name.lower() for name in document.get(word, {})}
        if framing:
            raise EmulatorError(
                f"do.{word}.{min(framing)} cannot be chosen",
                hint="truncate_bytes cuts a body short",
            )


def _render_meant(document: dict[str, Any], row: FaultRow) -> str:
    """Return which field of an effect was meant by one that it has not, as a question."""
    known = row.schema["properties"]
    meant = (find_close(name, known) for name in document if name not in known)
    return "".join(f"did you mean `{name}`? " for name in meant if name)


def _find_row(document: Any, catalogue: Catalogue) -> FaultRow:
    words = set(document) if isinstance(document, dict) else set()
    rows = [row for row in catalogue.faults if row.effect in words]
    if len(rows) == 1:
        return rows[0]
    if len(rows) > 1:
        raise EmulatorError(
            f"{' and '.join(row.effect for row in rows)} are two effects",
            hint="one effect a rule; make a rule for each",
        )
    known = [row.effect for row in catalogue.faults]
    word = next((name for name in sorted(words) if find_close(name, known)), "")
    hint = render_hint(word, known, "effects")
    raise EmulatorError(f"{encode_text(document)} is no effect", hint=hint)


def _check_effect_on(effect: ArmedEffect, on: On) -> None:
    routes = effect.routes if on.state is None else effect.routes & _ROUTES_WITH_A_STATE
    if on.model is not None:
        routes &= _ROUTES_WITH_A_MODEL
    if not routes or on.route not in {"*", *routes}:
        raise EmulatorError(
            f"{effect.kind} never strikes {on.route}" + (f" in {on.state}" if on.state else ""),
            hint=f"it strikes {', '.join(sorted(effect.routes))}",
        )
    if on.state is not None and not effect.can_strike(Call(None, "status", None, on.state)):
        raise EmulatorError(
            f"a job that is {on.state} cannot get {encode_text(effect.document)}",
            hint="states go forward: QUEUED, PROCESSING, then COMPLETED or FAILED",
        )
