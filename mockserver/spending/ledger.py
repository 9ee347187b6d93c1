"""The lines of a file of money: what a call can cost, before it is made, and what came of it.

A line that was torn off is read as the worst that it can have been.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

import msgspec

from mockserver.base.errors import EmulatorError

VERSION = 1


class Opening(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="opening"):
    """The first line of each process that writes into a ledger.

    Attributes:
        version: Of this format.
        url: The root of the service that is paid.
        account: Whose money it is, by a digest of the key.
        budget_usd: How much may be spent.
        at_utc_s: When, in seconds since 1970.
    """

    version: int
    url: str
    account: str
    budget_usd: Decimal
    at_utc_s: float


class Intent(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="intent"):
    """Written before a call that can cost.

    Attributes:
        number: Of the call, in this ledger.
        call: What it is for, by a name that does not change.
        worst_usd: The most that it can cost.
        slug: The model.
        at_utc_s: When, in seconds since 1970.
    """

    number: int
    call: str
    worst_usd: Decimal
    slug: str
    at_utc_s: float


class Accepted(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="accepted"):
    """The call was answered with a queued run, whose cost is not known yet."""

    number: int
    request_id: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="outcome"):
    """What came of a call; `charged_usd` is null where nobody knows, and it stays reserved."""

    number: int
    charged_usd: Decimal | None
    told: str = ""


class Balance(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="balance"):
    """The first balance that the service told; what is booked below is no longer in it."""

    usd: Decimal


class Stop(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="stop"):
    """Nothing more may be paid for, since something about money was not as it should be."""

    reason: str


class End(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="end"):
    """The process has done all that it wanted and has reported it."""

    at_utc_s: float


Line: TypeAlias = Opening | Intent | Accepted | Outcome | Balance | Stop | End

_MOST_USD = Decimal(10) ** 12

_BEGINNING = b'{"line":"'
_TORN_OUTCOME = re.compile(rb'\{"line":"(?:s|(?:accepted|outcome|balance|opening|end)")')
_TORN_STOP = b'{"line":"s'
_TORN_WORST = re.compile(rb'"worst_usd":"([0-9.E+-]+)"')
_TORN_NUMBER = re.compile(rb'"number":(\d+),')
_TORN_CALL = re.compile(rb'"call":"([^"\\]*)"')
_DECODER: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


class OpenCall(msgspec.Struct, frozen=True):
    """A call that was about to be made: it may have been paid for, and is never made again.

    Attributes:
        intent: What was written before it; where it was torn, as much as can be read of it.
        request_id: The run that it queued, if it is known.
        is_worst_known: Whether what it can cost is known; if not, nothing more may be spent.
    """

    intent: Intent
    request_id: str | None = None
    is_worst_known: bool = True


class Ledger(msgspec.Struct, frozen=True):
    """What the lines of a ledger say together.

    Attributes:
        opening: The first line; None in an empty ledger.
        settled: The calls of which the charge is known, each with it.
        open_calls: The others.
        stopped: Why nothing more may be paid for; empty where nothing says so.
        has_ended: Whether the last process that wrote into it had done all that it wanted.
        balance_usd: What should be left of the first balance after all that was booked; None where
            none was told, or the last process has ended, and what came then is anybody's.
    """

    opening: Opening | None
    settled: tuple[tuple[Intent, Decimal], ...]
    open_calls: tuple[OpenCall, ...]
    stopped: str
    has_ended: bool
    balance_usd: Decimal | None

    @property
    def last_number(self) -> int:
        """The highest number of a call; 0 if there is none."""
        intents = [intent for intent, _ in self.settled] + [each.intent for each in self.open_calls]
        return max((intent.number for intent in intents), default=0)

    @property
    def made(self) -> frozenset[str]:
        """What all calls were for that have been made or may have been."""
        return frozenset(
            [intent.call for intent, _ in self.settled]
            + [each.intent.call for each in self.open_calls]
        )


def render_line(line: Line) -> bytes:
    """Return a line as a ledger has it, with its end."""
    return msgspec.json.encode(line) + b"\n"


def parse_ledger(content: bytes) -> Ledger:
    """Read a ledger.

    Raises:
        EmulatorError: a line of it is no line of a ledger, or of a version to come.
    """
    lines: list[Line] = []
    torn: list[OpenCall] = []
    for place, text in enumerate(content.splitlines(keepends=True), 1):
        if not text.strip():
            continue
        try:
            line = _DECODER.decode(text)
            _check_amounts(line, place)
            lines.append(line)
        except msgspec.DecodeError:
            if text.startswith(_TORN_STOP):
                lines.append(Stop(reason="a former process stopped, and could not write why"))
            torn += _read_torn(text, place)
    return _sum_up(lines, torn)


def _check_amounts(line: Line, place: int) -> None:
    """See that no amount of a line is one that no call can cost."""
    amounts = (getattr(line, name, None) for name in ("worst_usd", "charged_usd"))
    for amount in amounts:
        if amount is not None and not (amount.is_finite() and 0 <= amount <= _MOST_USD):
            raise EmulatorError(
                f"line {place} of the ledger has an amount of {amount}, which no call can cost",
                hint="give the file that `segmock verify server` has written, or a new one",
            )


def _read_torn(text: bytes, place: int) -> list[OpenCall]:
    """Read a line whose end is missing: it may be a call of which no more was written."""
    begins = text.rstrip(b"\r\n")[: len(_BEGINNING)]
    if not _BEGINNING.startswith(begins):
        raise EmulatorError(
            f"line {place} is no line of a ledger: {text[:60]!r}",
            hint="give the file that `segmock verify server` has written, or a new one",
        )
    if _TORN_OUTCOME.match(text):
        return []
    worst, number, call = (
        pattern.search(text) for pattern in (_TORN_WORST, _TORN_NUMBER, _TORN_CALL)
    )
    intent = Intent(
        number=int(number[1]) if number else 0,
        worst_usd=Decimal(worst[1].decode()) if worst else Decimal(0),
        call=call[1].decode() if call else "",
        slug="",
        at_utc_s=0,
    )
    return [OpenCall(intent, None, worst is not None)]


def _sum_up(lines: Iterable[Line], torn: list[OpenCall]) -> Ledger:
    opening: Opening | None = None
    calls: dict[int, OpenCall] = {}
    settled: list[tuple[Intent, Decimal]] = []
    stopped, has_ended = "", False
    balance: Decimal | None = None
    for line in lines:
        has_ended = isinstance(line, End)
        match line:
            case Opening():
                _check_version(line)
                opening = opening or line
            case Intent():
                calls[line.number] = OpenCall(line)
            case Accepted() if line.number in calls:
                calls[line.number] = OpenCall(calls[line.number].intent, line.request_id)
            case Outcome(charged_usd=Decimal() as charged) if line.number in calls:
                settled.append((calls.pop(line.number).intent, charged))
                balance = None if balance is None else balance - charged
            case Balance():
                balance = line.usd
            case Stop():
                stopped = line.reason
            case End():
                balance = None
            case _:
                pass
    return Ledger(opening, tuple(settled), (*calls.values(), *torn), stopped, has_ended, balance)


def _check_version(opening: Opening) -> None:
    if opening.version != VERSION:
        raise EmulatorError(
            f"this ledger is of version {opening.version}, and this segmock reads {VERSION}",
            hint="give a new file",
        )
