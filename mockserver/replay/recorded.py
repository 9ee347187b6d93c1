"""One recorded exchange as an index has it, and what an answer says of a run's state."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

import msgspec

from mockserver.facts.observed import Observed
from mockserver.replay.calls import Call, read_call
from mockserver.rules.jobs import State

ENDED: tuple[State, ...] = ("COMPLETED", "FAILED")
_STATES: tuple[State, ...] = ("QUEUED", "PROCESSING", *ENDED)
_GONE = (404, 410)
_REFUSED = (401, 402, 403, 406, 408, 425, 429)
_OK = range(200, 300)
_BROKEN = 500


class Recorded(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """One exchange of a recording.

    Attributes:
        place: The file and line that it is in.
        sent_at: When it was sent, in microseconds since 1970, as far as the recording tells.
        answered_at: When the answer was there; as `sent_at` where none came.
        exchange: What was asked and answered.
        is_verbatim: Whether what was asked is known to be as it was sent, but for its key.
    """

    place: str
    sent_at: int
    answered_at: int
    exchange: Observed
    is_verbatim: bool = False

    @cached_property
    def call(self) -> Call:
        """What was asked, as a value."""
        return read_call(self.exchange)

    @property
    def took(self) -> int:
        """How many microseconds the answer took."""
        return self.answered_at - self.sent_at

    @cached_property
    def document(self) -> dict[str, Any]:
        """The object that the answer is; an empty one where it is none."""
        document = self.exchange.body.document
        return document if isinstance(document, dict) else {}

    @cached_property
    def state(self) -> State | None:
        """The state of a run that the answer tells; None where it tells none.

        A word that nobody knows is that of a run which has not ended.
        """
        said = self.document.get("status")
        if not isinstance(said, str) or self.exchange.status in _GONE or not self.is_lasting:
            return None
        return next((each for each in _STATES if each == said.upper()), "PROCESSING")

    @property
    def is_success(self) -> bool:
        """Whether the status says so."""
        return self.exchange.status in _OK

    @property
    def is_gone(self) -> bool:
        """Whether the status says that there is no such thing."""
        return self.exchange.status in _GONE

    @property
    def is_lasting(self) -> bool:
        """Whether the same question would be answered alike: no refusal, no fault on the way."""
        status = self.exchange.status
        return status is not None and status not in _REFUSED and status < _BROKEN


def find_told_cost(recorded: Recorded) -> Decimal | None:
    """Return what an answer says that a run cost, in US dollars; None if it says nothing."""
    metrics = recorded.document.get("metrics")
    cost: Any = metrics.get("cost") if isinstance(metrics, dict) else None
    found = (_parse_cost(cost), _parse_cost(recorded.exchange.find_header("x-cost")))
    return next((each for each in found if each is not None), None)


def _parse_cost(found: Any) -> Decimal | None:
    if found is None or isinstance(found, bool):
        return None
    try:
        cost = Decimal(str(found))
    except InvalidOperation:
        return None
    return cost if cost.is_finite() and cost >= 0 else None
