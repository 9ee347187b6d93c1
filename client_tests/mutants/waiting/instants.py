"""Mutants that can read some spellings of an instant, and take others for something else."""

# ruff: noqa: D102 (each method is the reference's, but for the bug that its class tells of)

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import httpx

from client_tests.clients.reference import Reference
from client_tests.mutants.registry import mutant

HEADER = "x-rate-limit-reset-at-utc"
BERLIN = timezone(timedelta(hours=2))


@mutant(
    killed_by="run/spelling/reset-in-whole-seconds",
    assertion="answered",
    seen_in="`strptime(text, '%Y-%m-%dT%H:%M:%S.%fZ')`, made from the one instant that was seen.",
)
class NeedsFractions(Reference):
    """Raises a ValueError at a reset without a fraction of a second."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        text = answer.headers.get(HEADER, "")
        if not text.startswith("20"):
            return super().until_reset_s(answer)
        reset = datetime.strptime(text[:23] + text[-1], "%Y-%m-%dT%H:%M:%S.%f%z")
        return (reset - datetime.now(UTC)).total_seconds()


@mutant(
    killed_by="run/spelling/reset-with-an-offset-of-zero",
    assertion="answered",
    seen_in="Dates without a zone, and a Z that is cut off to get one.",
)
class NeedsZ(Reference):
    """Raises a TypeError at a reset in UTC that is not spelled with a Z."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        text = answer.headers.get(HEADER, "")
        if not text.startswith("20"):
            return super().until_reset_s(answer)
        now = datetime.now(UTC).replace(tzinfo=None)
        return (datetime.fromisoformat(text.removesuffix("Z")) - now).total_seconds()


@mutant(
    killed_by="run/spelling/reset-with-another-offset",
    assertion="reported",
    seen_in="`text[:19]`, which any spelling can be read by.",
)
class DropsOffsets(Reference):
    """Takes the time of another place for that of UTC."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        text = re.sub(r"(Z|[+-]\d\d:\d\d)$", "", answer.headers.get(HEADER, ""))
        try:
            reset = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            return super().until_reset_s(answer)
        return (reset - datetime.now(UTC)).total_seconds()


@mutant(
    killed_by="run/limits/page-with-a-reset",
    assertion="called-before-reset",
    seen_in="Machines whose time zone is not UTC, and dates that are read without one.",
)
class ReadsInstantsAsLocal(Reference):
    """Takes a reset in UTC for one by the clock on the wall, two hours to the east."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        text = answer.headers.get(HEADER, "").removesuffix("Z")
        try:
            reset = datetime.fromisoformat(text).replace(tzinfo=BERLIN)
        except ValueError:
            return super().until_reset_s(answer)
        return (reset - datetime.now(UTC)).total_seconds()


@mutant(
    killed_by="run/spelling/reset-in-nanoseconds",
    assertion="called-before-reset",
    seen_in="Python up to 3.10, whose `fromisoformat` knows three digits and six.",
)
class ReadsSixDigits(Reference):
    """Goes on at its usual pace after a reset with more than six digits of a second."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        if re.search(r"[.]\d{7,}", answer.headers.get(HEADER, "")):
            return self.poll_interval_s
        return super().until_reset_s(answer)


@mutant(
    killed_by="run/spelling/reset-in-microseconds",
    assertion="called-before-reset",
    seen_in="Regular expressions in place of a parser.",
)
class ReadsThreeDigits(Reference):
    """Goes on at its usual pace after a reset with more than three digits of a second."""

    def until_reset_s(self, answer: httpx.Response) -> float:
        if re.search(r"[.]\d{4,}", answer.headers.get(HEADER, "")):
            return self.poll_interval_s
        return super().until_reset_s(answer)
