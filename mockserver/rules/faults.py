"""Faults: rules that say which call is struck, with what, and on which side of the commit.

A rule is data. It counts the calls that match it, for each account apart, so that what happens
under one key cannot be felt under another; the same seed strikes the same calls however they
interleave. The first rule that strikes a call is the only one that does, and rules after it do not
count the call. With no rule there is no fault.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.base.ids import draw_integer
from mockserver.base.json_encoding import encode_text
from mockserver.contract.catalogue import Catalogue
from mockserver.contract.routing import RouteName, find_names
from mockserver.contract.schemas import explain
from mockserver.contract.tables import FaultRow
from mockserver.rules.jobs import TRANSITIONS, State

When: TypeAlias = Literal["before", "after"]

_ROUTES_WITH_A_MODEL = find_names(lambda route: route.has_model)
_ROUTES_WITH_A_STATE = find_names(lambda route: route.has_state)
_COUNTED = ("times", "skip", "every", "probability")
_FRAMING = {"connection", "content-length", "date", "transfer-encoding"}
_BILLION = 1_000_000_000


def _find_states_ahead(state: State) -> set[State]:
    """Return the states that a job may still be in: this one, if it does not end there, and on."""
    following = TRANSITIONS[state]
    later = [{each} | _find_states_ahead(each) for each in following]
    return {state}.union(*later) if later else set()


_AHEAD: dict[State, set[State]] = {state: _find_states_ahead(state) for state in TRANSITIONS}


class On(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which calls a rule means; what is left out does not narrow."""

    route: str = "*"
    model: str | None = None
    state: State | None = None


class FaultRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"does": "do"}):
    """A rule as a user writes it."""

    does: Any
    api_key: str | None = None
    on: On = msgspec.field(default_factory=On)
    when: When | None = None
    times: int | None = None
    skip: int | None = None
    every: int | None = None
    probability: float | None = None


class Call(msgspec.Struct, frozen=True, gc=False):
    """What a rule can look at in a call."""

    api_key: str | None
    route: RouteName
    model: str | None
    state: State | None


class ArmedEffect(msgspec.Struct, frozen=True):
    """What a rule does: a word of contracts/faults.json, its value, and the words beside it.

    `sets_state` says that the value is a state of the job, which has to lie ahead of it.
    """

    kind: str
    document: dict[str, Any]
    when: When
    routes: frozenset[str]
    sets_state: bool = False

    @property
    def value(self) -> Any:
        """The value of the word."""
        return self.document[self.kind]

    def can_strike(self, call: Call) -> bool:
        """Tell whether the effect means something here: what has ended is in no state any more."""
        if call.route not in self.routes:
            return False
        return not self.sets_state or call.state is None or self.value in _AHEAD[call.state]


class Injection(msgspec.Struct, frozen=True):
    """A call that is struck: by which rule, with which effect."""

    fault_id: str
    effect: ArmedEffect


class Rule:
    """A rule that has been checked, and its counts for each account."""

    def __init__(
        self, fault_id: str, ordinal: int, wanted: FaultRequest, effects: list[ArmedEffect | None]
    ) -> None:
        self.fault_id = fault_id
        self.ordinal = ordinal
        self.wanted = wanted
        self.effects = effects
        self.matches: dict[str | None, int] = {}
        self.calls: dict[str | None, dict[str, int]] = {}
        self.hits: dict[str | None, int] = {}

    def is_about(self, call: Call) -> bool:
        """Tell whether the call is one that the rule means."""
        wanted, on = self.wanted, self.wanted.on
        return (
            wanted.api_key in {None, call.api_key}
            and on.route in {"*", call.route}
            and on.model in {None, call.model}
            and on.state in {None, call.state}
        )

    def match(self, call: Call, seed: int) -> ArmedEffect | None:
        """Count a call that the rule is about, and return the effect that strikes it."""
        key = call.api_key
        could_strike = any(effect and effect.can_strike(call) for effect in self.effects)
        if self.is_spent_for(key) or not could_strike:
            return None
        calls = self.calls.setdefault(key, {})
        ordinal, drawn = self.matches.get(key, 0), calls.get(call.route, 0)
        effect = self._choose_effect(ordinal, (seed, "fault", self.ordinal, key, call.route, drawn))
        if effect is not None and not effect.can_strike(call):
            return None
        self.matches[key] = ordinal + 1
        calls[call.route] = drawn + 1
        if effect is not None:
            self.hits[key] = self.hits.get(key, 0) + 1
        return effect

    def _choose_effect(self, ordinal: int, where: tuple[object, ...]) -> ArmedEffect | None:
        """Return what strikes the `ordinal`-th matching call, from 0, if a draw there allows it."""
        if self.is_sequence:
            return self.effects[ordinal]
        wanted = self.wanted
        index = ordinal - (wanted.skip or 0)
        if index < 0 or (wanted.every and (index + 1) % wanted.every):
            return None
        if wanted.probability is not None and draw_integer(1, _BILLION, *where) > (
            wanted.probability * _BILLION
        ):
            return None
        return self.effects[0]

    def forget(self, api_key: str) -> None:
        """Forget what was counted for an account."""
        for counts in (self.matches, self.calls, self.hits):
            counts.pop(api_key, None)

    @property
    def is_sequence(self) -> bool:
        """Whether the n-th matching call gets the n-th effect."""
        return isinstance(self.wanted.does, list)

    def is_spent_for(self, api_key: str | None) -> bool:
        """Tell whether the rule has nothing left for this account."""
        if self.is_sequence:
            return self.matches.get(api_key, 0) >= len(self.effects)
        return self.wanted.times is not None and self.hits.get(api_key, 0) >= self.wanted.times

    @property
    def is_spent(self) -> bool:
        """Whether it has struck, and has nothing left for any account that it was about."""
        keys = set(self.matches)
        return bool(keys) and all(self.is_spent_for(key) for key in keys)


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
            f"there is no route {on.route!r}", hint="routes: *, " + ", ".join(sorted(routes))
        )
    if on.model is not None and on.model not in catalogue.models:
        raise EmulatorError(
            f"there is no model {on.model!r}", hint="models: " + ", ".join(catalogue.models)
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
        raise EmulatorError(f"do{place[1:]}: {reason}", hint=f"like {encode_text(row.example)}")
    framing = _FRAMING & {name.lower() for name in document.get("headers", {})}
    if framing:
        raise EmulatorError(
            f"do.headers.{min(framing)} cannot be chosen", hint="truncate_bytes cuts a body short"
        )
    when = wanted.when or row.when[0]
    if when not in row.when:
        raise EmulatorError(
            f"{row.effect} cannot strike {when} the request is handled",
            hint=f"`when` is {' or '.join(row.when)} for it",
        )
    effect = ArmedEffect(row.effect, document, when, frozenset(row.routes), row.sets_state)
    _check_effect_on(effect, wanted.on)
    return effect


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
    known = ", ".join(row.effect for row in catalogue.faults)
    raise EmulatorError(f"{encode_text(document)} is no effect", hint=f"effects: {known}")


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


def render_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule as the control plane shows it, its key redacted by the caller."""
    document: dict[str, Any] = msgspec.to_builtins(rule.wanted)
    given = {name: value for name, value in document.items() if value is not None}
    return {
        "id": rule.fault_id,
        **given,
        "when": next(effect.when for effect in rule.effects if effect is not None),
        "hits": sum(rule.hits.values()),
        "spent": rule.is_spent,
    }
