"""Instants as a gateway may spell them: by ISO 8601 all of these are the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from client_tests.cases.model import ResetForm

_OFFSETS = {
    "+00:00": UTC,
    "+05:30": timezone(timedelta(hours=5, minutes=30)),
}
_A_SECOND_LESS = timedelta(seconds=1, microseconds=-1)


def spell_instant(moment: datetime, form: ResetForm) -> str:
    """Return an instant in a form; in whole seconds it is the next one, so that none is early."""
    match form:
        case "+00:00" | "+05:30":
            return moment.astimezone(_OFFSETS[form]).isoformat(timespec="milliseconds")
        case "seconds":
            return _spell_utc(moment + _A_SECOND_LESS, "seconds") + "Z"
        case "nanoseconds":
            return _spell_utc(moment, "microseconds") + "000Z"
        case _:
            return _spell_utc(moment, form) + "Z"


def _spell_utc(moment: datetime, precision: str) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision)
