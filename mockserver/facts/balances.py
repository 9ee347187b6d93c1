"""What an account's balance was before and after a blocking run, where nothing else moved it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from mockserver.facts.answers import read_number, read_object
from mockserver.facts.numerals import parse_amount
from mockserver.facts.observed import Observed, Story, normalize
from mockserver.facts.routes import is_call

_ENDS = {"COMPLETED", "FAILED"}


class Reading(msgspec.Struct, frozen=True):
    """The balance that was known when a run of an account was sent, in US dollars."""

    run: Observed
    before: Decimal


class _Account:
    """What is known of an account while its exchanges are gone through."""

    def __init__(self) -> None:
        self._balance: Decimal | None = None
        self._known_since_s = 0.0
        self._busy_until_s = 0.0
        self._pending: set[str] = set()
        self._is_lost = False

    def find_before(self, run: Observed) -> Decimal | None:
        """Return the balance if it was told while nothing ran, and nothing has been sent since."""
        is_quiet = run.sent_s >= max(self._known_since_s, self._busy_until_s)
        return self._balance if is_quiet and self._is_settled() else None

    def take(self, each: Observed) -> None:
        """Take note of what one exchange says of the balance, and of what is still running."""
        if each.route.starts_job and is_call(each):
            self._take_start(each)
        elif each.route.has_state:
            if (read_object(each) or {}).get("status") in _ENDS:
                self._pending.discard(normalize(each.subject))
        elif each.route.name == "credits" and each.sent_s >= self._busy_until_s:
            self._know(each, find_balance(each))

    def _take_start(self, each: Observed) -> None:
        self._balance = None
        self._busy_until_s = max(self._busy_until_s, each.answered_s or each.sent_s)
        identifier = (read_object(each) or {}).get("request_id")
        if each.status is None or each.status >= 500:
            self._is_lost = True  # it may have been charged, or may be still
        elif each.status == 200 and each.route.blocks:
            self._know(each, parse_amount(each.find_header("x-remaining-credits") or ""))
        elif each.status == 200 and isinstance(identifier, str) and each.route.has_model:
            self._pending.add(normalize(identifier))
        elif each.status == 200:
            self._is_lost = True

    def _know(self, each: Observed, balance: Decimal | None) -> None:
        self._balance = balance if self._is_settled() else None
        self._known_since_s = each.sent_s if each.answered_s is None else each.answered_s

    def _is_settled(self) -> bool:
        return not self._pending and not self._is_lost


def find_readings(story: Story) -> Iterator[Reading]:
    """Return the runs before which the balance was told, and after that nothing was sent.

    Runs that are still under way, and those of which the answer was lost, can move it at any time:
    while there is one of the account, nothing is known.
    """
    accounts: dict[str, _Account] = {}
    for each in sorted(story.exchanges, key=lambda one: one.sent_s):
        if each.account is None:
            continue
        account = accounts.setdefault(each.account, _Account())
        if each.route.runs_model and is_call(each):
            before = account.find_before(each)
            if before is not None:
                yield Reading(each, before)
        account.take(each)


def find_balance(exchange: Observed) -> Decimal | None:
    """Return what a balance says in all, paid and free; None where it says none."""
    document = read_object(exchange) or {}
    paid, free = (read_number(document.get(name)) for name in ("credits", "free-credits"))
    return None if exchange.status != 200 or paid is None or free is None else paid + free
