"""What is left to do of a request when its wait is over: the `then` of a `Wait`.

Each is called with the gateway and the context, once the time has passed and if the account that
it was begun for is still there.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from mockserver.base.wire import Outcome, Respond
from mockserver.gateway.context import Context, Services
from mockserver.gateway.effect import Effect
from mockserver.gateway.opening import catch_up


class Pipeline(Protocol):
    """What the gateway can do after a wait."""

    services: Services

    def carry_out(self, context: Context, effect: Effect) -> Outcome:
        """Decide, commit and answer."""

    def answer(self, context: Context, effect: Effect) -> Outcome:
        """Answer a request that was carried out."""

    def finish(self, context: Context, outcome: Outcome) -> Outcome:
        """Enter what comes of it into the journal."""


class CarryOut(msgspec.Struct, frozen=True):
    """Handle a request that was held up before anything was done."""

    effect: Effect

    def __call__(self, gateway: Pipeline, context: Context) -> Outcome:
        """Handle it at the instant that it is now."""
        catch_up(gateway.services, context)
        return gateway.carry_out(context, self.effect)


class AnswerRun(msgspec.Struct, frozen=True):
    """Answer a blocking run, if it has ended by now."""

    effect: Effect

    def __call__(self, gateway: Pipeline, context: Context) -> Outcome:
        """Answer it as it is now."""
        catch_up(gateway.services, context)
        return gateway.answer(context, self.effect)


class AnswerAgain(msgspec.Struct, frozen=True):
    """Answer a request once more, for which a file had to be rendered."""

    effect: Effect

    def __call__(self, gateway: Pipeline, context: Context) -> Outcome:
        """Answer it as it was when it came: no time has passed for it."""
        return gateway.answer(context, self.effect)


class SendAnswer(msgspec.Struct, frozen=True):
    """Send an answer that was held up."""

    answer: Respond

    def __call__(self, gateway: Pipeline, context: Context) -> Outcome:
        """Send it as it was made."""
        return gateway.finish(context, self.answer)
