"""Every fault, to be found by its id, or by the call that it may strike."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Protocol

import msgspec

from mockserver.base.errors import EmulatorError
from mockserver.contract.catalogue import Catalogue
from mockserver.rules.fault_checks import parse_effects
from mockserver.rules.faults import Call, FaultCounts, FaultRequest, Injection, Rule


class KeptRule(msgspec.Struct, frozen=True, array_like=True):
    """A rule as it was asked for, and which of all it is."""

    ordinal: int
    wanted: FaultRequest


class KeptRules(msgspec.Struct, frozen=True, array_like=True):
    """All that is to be kept of rules, so that another process can go on with them."""

    made: int = 0
    rules: tuple[KeptRule, ...] = ()


class HiddenRules(Protocol):
    """Rules that strike what no other rule does, and that nobody lists, removes or waits for."""

    def list_rules(self) -> Sequence[Rule]:
        """Return the rules that are in force now, those for every account alone."""

    def list_made(self) -> Sequence[Rule]:
        """Return the rules that were in force last."""


class FaultRegistry:
    """Every rule, in the order in which they were made; a call looks at those of its key alone.

    Args:
        catalogue: What rules can be about.
        seed: Which calls are struck where a rule has a probability.
        make_counts: Makes what the counts of a rule are kept in, of the rule's id; this process
            keeps them unless it is told otherwise.

    Attributes:
        may_strike: Whether there is any rule.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        seed: int,
        make_counts: Callable[[str], FaultCounts] = lambda _fault_id: {},
    ) -> None:
        self._catalogue = catalogue
        self._seed = seed
        self._make_counts = make_counts
        self._hidden: HiddenRules | None = None
        self._begin()

    def clear(self) -> None:
        """Forget every rule; the next one has the first id again, and hidden ones begin anew."""
        self._begin()
        for rule in self._list_hidden():
            rule.counts.clear()

    def _begin(self) -> None:
        self.may_strike = self._hidden is not None
        self.rules: dict[str, Rule] = {}
        """By id, in order."""
        self._by_key: dict[str | None, dict[str, Rule]] = {}
        """The same by the key that they are for; None are those for every account."""
        self._made = 0

    def add(self, wanted: FaultRequest) -> Rule:
        """Check a rule and keep it.

        Raises:
            EmulatorError: it can never match, or says what cannot be.
        """
        rule = self._make(self._made + 1, wanted)
        self._made += 1
        return rule

    def _make(self, ordinal: int, wanted: FaultRequest) -> Rule:
        effects = parse_effects(wanted, self._catalogue)
        fault_id = f"fault-{ordinal}"
        rule = Rule(fault_id, ordinal, wanted, effects, self._make_counts(fault_id))
        self.rules[fault_id] = rule
        self._by_key.setdefault(wanted.api_key, {})[fault_id] = rule
        self.may_strike = True
        return rule

    def hide(self, hidden: HiddenRules) -> None:
        """Have calls that no rule strikes be struck by these."""
        self._hidden, self.may_strike = hidden, True

    def make_hidden(self, fault_id: str, counted_as: str, wanted: FaultRequest) -> Rule:
        """Check a rule for `hide`: it is not kept here.

        Args:
            fault_id: What exchanges that it strikes are marked with.
            counted_as: Under which name its counts are kept, wherever those are.
            wanted: What it is.

        Raises:
            EmulatorError: it can never match, or says what cannot be.
        """
        effects = parse_effects(wanted, self._catalogue)
        return Rule(fault_id, 0, wanted, effects, self._make_counts(counted_as))

    def save(self) -> KeptRules:
        """Return all that is to be kept of the rules; what they have counted is kept elsewhere."""
        rules = (KeptRule(rule.ordinal, rule.wanted) for rule in self.rules.values())
        return KeptRules(self._made, tuple(rules))

    def restore(self, kept: KeptRules) -> None:
        """Go on with rules that were kept.

        Raises:
            EmulatorError: the catalogue here is another one, and a rule can never match.
        """
        self._begin()
        for rule in kept.rules:
            self._make(rule.ordinal, rule.wanted)
        self._made = kept.made

    def find(self, fault_id: str) -> Rule:
        """Return a rule by its id.

        Raises:
            EmulatorError: there is none.
        """
        rule = self.rules.get(fault_id)
        if rule is None:
            raise EmulatorError(
                f"there is no fault {fault_id[:80]!r}",
                hint="GET /_mock/faults lists them",
                status=404,
            )
        return rule

    def list_after(self, fault_id: str, api_key: str | None) -> Iterator[Rule]:
        """Go through the rules of a key, or through all, from the one after this id on.

        Raises:
            EmulatorError: there is no rule of this id; an empty one begins with the first.
        """
        start = self.find(fault_id).ordinal if fault_id else 0
        rules = self.rules if api_key is None else self._by_key.get(api_key, {})
        return (rule for rule in rules.values() if rule.ordinal > start)

    def remove(self, fault_id: str) -> None:
        """Forget one rule."""
        rule = self.find(fault_id)
        rule.counts.clear()
        del self.rules[fault_id]
        of_key = self._by_key[rule.wanted.api_key]
        del of_key[fault_id]
        if not of_key:
            del self._by_key[rule.wanted.api_key]
        self.may_strike = bool(self.rules) or self._hidden is not None

    def remove_of(self, api_key: str | None) -> None:
        """Forget the rules of one account; without a key all of them."""
        rules = self.rules if api_key is None else self._by_key.get(api_key, {})
        for fault_id in list(rules):
            self.remove(fault_id)

    def forget_account(self, api_key: str) -> None:
        """Forget the rules of one account, and what others have counted for it."""
        self.remove_of(api_key)
        for rule in chain(self._by_key.get(None, {}).values(), self._list_hidden()):
            rule.forget(api_key)

    def match(self, call: Call) -> Injection | None:
        """Return what strikes this call, or None."""
        hidden = self._hidden.list_rules() if self._hidden is not None else ()
        for rule in chain(self._list_rules(call.api_key), hidden):
            if rule.is_about(call):
                effect = rule.match(call, self._seed)
                if effect is not None:
                    return Injection(rule.fault_id, effect)
        return None

    def _list_rules(self, api_key: str | None) -> Iterator[Rule]:
        """Go through the rules for every account and those of a key, in their order."""
        common = self._by_key.get(None, {}).values()
        own = self._by_key.get(api_key, {}).values() if api_key is not None else ()
        return heapq.merge(common, own, key=lambda rule: rule.ordinal)

    def _list_hidden(self) -> Sequence[Rule]:
        return self._hidden.list_made() if self._hidden is not None else ()
