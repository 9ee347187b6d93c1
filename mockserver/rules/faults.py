"""Faults: rules that say which call is struck, with what, and on which side of the commit.

A rule is data. It counts the calls that match it, for each account apart, so that what happens
under one key cannot be felt under another; the same seed strikes the same calls however they
interleave. The first rule that strikes a call is the only one that does, and rules after it do not
count the call. With no rule there is no fault.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Literal, TypeAlias

import msgspec

from mockserver.base.ids import draw_integer
from mockserver.contract.routing import RouteName
from mockserver.rules.jobs import TRANSITIONS, State

When: TypeAlias = Literal["before", "after"]

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


class FaultCount(msgspec.Struct, frozen=True, gc=False):
    """How many calls of one account a rule has counted, how many it has struck, and by route."""

    matches: int = 0
    hits: int = 0
    by_route: dict[str, int] = {}


NOT_COUNTED = FaultCount()

FaultCounts: TypeAlias = MutableMapping[str | None, FaultCount]
"""By the key of the account; None are calls that are of none."""


class Rule:
    """A rule that has been checked, and its counts for each account."""

    def __init__(
        self,
        fault_id: str,
        ordinal: int,
        wanted: FaultRequest,
        effects: list[ArmedEffect | None],
        counts: FaultCounts,
    ) -> None:
        self.fault_id = fault_id
        self.ordinal = ordinal
        self.wanted = wanted
        self.effects = effects
        self.counts = counts

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
        counted = self.counts.get(key) or NOT_COUNTED
        could_strike = any(effect and effect.can_strike(call) for effect in self.effects)
        if self._is_spent_by(counted) or not could_strike:
            return None
        drawn = counted.by_route.get(call.route, 0)
        where = (seed, "fault", self.ordinal, key, call.route, drawn)
        effect = self._choose_effect(counted.matches, where)
        if effect is not None and not effect.can_strike(call):
            return None
        self.counts[key] = FaultCount(
            counted.matches + 1,
            counted.hits + (effect is not None),
            {**counted.by_route, call.route: drawn + 1},
        )
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
        self.counts.pop(api_key, None)

    @property
    def is_sequence(self) -> bool:
        """Whether the n-th matching call gets the n-th effect."""
        return isinstance(self.wanted.does, list)

    def _is_spent_by(self, counted: FaultCount) -> bool:
        """Tell whether the rule has nothing left for an account of which so much was counted."""
        if self.is_sequence:
            return counted.matches >= len(self.effects)
        return self.wanted.times is not None and counted.hits >= self.wanted.times

    @property
    def is_spent(self) -> bool:
        """Whether it has struck, and has nothing left for any account that it was about."""
        counts = list(self.counts.values())
        return bool(counts) and all(map(self._is_spent_by, counts))


def render_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule as the control plane shows it, its key redacted by the caller.

    `calls` is how many calls it has counted, `hits` how many of them it has struck. A list of
    which some strike before the request is handled and some after it has no `when` of its own.
    """
    document: dict[str, Any] = msgspec.to_builtins(rule.wanted)
    given = {name: value for name, value in document.items() if value is not None}
    sides = {effect.when for effect in rule.effects if effect is not None}
    return {
        "id": rule.fault_id,
        **given,
        **({"when": sides.pop()} if len(sides) == 1 else {}),
        "calls": sum(counted.matches for counted in rule.counts.values()),
        "hits": sum(counted.hits for counted in rule.counts.values()),
        "spent": rule.is_spent,
    }
