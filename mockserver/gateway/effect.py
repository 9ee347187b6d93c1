"""The seam between the gateway and faults: three hooks that every call passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from mockserver.base.wire import Outcome, Respond
from mockserver.gateway.context import Context, Services
from mockserver.gateway.decision import Decision
from mockserver.rules.faults import When

E = TypeVar("E", bound="type[Effect]")


class Effect(msgspec.Struct, frozen=True):
    """What a fault does to one call. This class does nothing; those below it override a hook.

    Attributes:
        value: The value of the effect's word.
        words: The whole effect as its rule has it: its word, and those beside it.
        when: On which side of the commit it strikes.
    """

    value: Any = None
    words: dict[str, Any] = {}
    when: When = "before"

    def before(self, _services: Services, _context: Context) -> Outcome | None:
        """Return what comes of the call in place of handling it now; None lets it pass."""
        return None

    def alter(self, _services: Services, _context: Context, decision: Decision) -> Decision:
        """Return what is decided, before it is committed; what was refused stays refused."""
        return decision

    def after(self, _services: Services, _context: Context, answer: Respond) -> Outcome:
        """Return what comes of the call, once its answer has been made."""
        return answer


NO_FAULT = Effect()
"""What strikes a call that no rule strikes."""

EFFECTS: dict[str, type[Effect]] = {}
"""Every effect by its word in contracts/faults.json, once the modules of `effects` are loaded."""


def register(word: str) -> Callable[[E], E]:
    """Return a decorator that makes a class the effect of this word."""

    def keep(effect: E) -> E:
        EFFECTS[word] = effect
        return effect

    return keep
