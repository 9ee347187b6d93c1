"""Effects on when something happens: real time that passes, and virtual time that does not."""

from __future__ import annotations

import msgspec

from mockserver.base.wire import Outcome, Respond, Wait
from mockserver.gateway.context import Context, Services
from mockserver.gateway.decision import Decision, leave_out
from mockserver.gateway.effect import Effect, register
from mockserver.gateway.waits import CarryOut, SendAnswer
from mockserver.state.changes import MoveClock


@register("delay_s")
class Delay(Effect, frozen=True):
    """Let real seconds pass: before the call is handled, or before its answer is sent."""

    def before(self, _services: Services, context: Context) -> Wait | None:
        """Have the call wait before anything is done."""
        if self.when == "after":
            return None
        return Wait(float(self.value), context, CarryOut(self))

    def after(self, _services: Services, context: Context, answer: Respond) -> Outcome:
        """Have the answer wait."""
        if self.when == "before":
            return answer
        return Wait(float(self.value), context, SendAnswer(answer))


@register("linger")
class Linger(Effect, frozen=True):
    """Let the job stay in its state for one more poll: the `auto` clock does not step."""

    def alter(self, _services: Services, _context: Context, decision: Decision) -> Decision:
        """Leave out the move of the clock."""
        changes = leave_out(decision.changes, MoveClock)
        return msgspec.structs.replace(decision, changes=changes)
