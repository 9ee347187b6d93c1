"""Amounts and seconds as headers have them, and instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime

_AMOUNT = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?(?:[eE][+-]?\d{1,2})?")


def parse_amount(text: str) -> Decimal | None:
    """Return the number that a header spells; None if it spells none."""
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def parse_instant(text: str) -> datetime | None:
    """Return an instant in ISO 8601, in UTC unless it says otherwise; None if that is none."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def parse_date_header(text: str) -> datetime | None:
    """Return what a Date header says (RFC 9110); None if that is no date."""
    try:
        instant = parsedate_to_datetime(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
