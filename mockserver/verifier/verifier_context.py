"""All that the questions of a verifier share: who sends them, whose money it is, who is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mockserver.facts.observed import Observed
from mockserver.verifier.calls import Call
from mockserver.verifier.session import Session
from mockserver.verifier.spending_control import SpendingControl

BALANCE = "/v1/get-user-credits"


@dataclass(frozen=True)
class VerifierContext:
    """One verification of one service.

    Attributes:
        session: Sends and keeps what was seen.
        spending: What may be spent, and what was.
        tell: Takes a line about what is done.
        make_id: Makes 32 hexadecimal digits that nobody has seen before.
        skipped: What was not asked, each with the reason.
    """

    session: Session
    spending: SpendingControl
    tell: Callable[[str], None]
    make_id: Callable[[], str]
    skipped: dict[str, str] = field(default_factory=dict)

    def read_balance(self) -> Observed:
        """Ask for the balance; the control of spending sees the answer."""
        return self.session.ask(Call(method="GET", target=BALANCE))

    def close(self) -> None:
        """Write down that the verification is over and will be reported."""
        self.spending.end()
